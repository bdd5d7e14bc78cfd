package lockorder_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hpmc/model"
	"hpmc/model/lockorder"
)

// program makes a program of threads in short: "lock A", "rlock A", "try A", "unlock A", "flush W", "map A" for an
// annotation, "stuck A" for a lock that nobody gets, "maybe A" for a lock that only one of two ways takes and nobody gets,
// "slow A" for a writer that takes two steps to its lock, "both A B" for a step that takes two.
func program(t *testing.T, threads ...string) (*model.Program, []bool) {
	p := &model.Program{Name: "test"}
	var fired []bool
	for th, text := range threads {
		held := []model.Lock(nil)
		x := model.Thread{Name: fmt.Sprintf("t%d", th), Locs: []model.Location{{}}, Out: [][]int{nil}}
		line := 0
		step := func(ev model.Event, runs bool, held []model.Lock) {
			ev.Kind = model.Step
			if ev.Mode == model.Annotated {
				ev.Kind = model.Merged
			}
			id, at := len(p.Transitions), len(x.Locs)-1
			p.Transitions = append(p.Transitions, model.Transition{ID: id, Thread: th, From: at, To: at + 1, Events: []model.Event{ev}, Func: "f"})
			fired = append(fired, runs)
			x.Out[at] = append(x.Out[at], id)
			x.Locs[at].Pos.Line = line
			x.Locs, x.Out = append(x.Locs, model.Location{Held: slices.Clone(held), Pos: model.Pos{Line: line + 1}}), append(x.Out, nil)
		}
		for _, s := range strings.Split(text, ";") {
			w := strings.Fields(s)
			line++
			lock := model.Lock{Name: w[1]}
			ev := model.Event{Lock: w[1], Op: model.Acquire}
			switch w[0] {
			case "lock":
				held = append(held, lock)
			case "rlock":
				lock.Mode, ev.Mode = model.SharedMode, model.SharedMode
				held = append(held, lock)
			case "try":
				ev.Try = true
				held = append(held, lock)
			case "map":
				ev.Mode = model.Annotated
				held = append(held, lock)
			case "unlock":
				ev.Op = model.Release
				held = slices.DeleteFunc(slices.Clone(held), func(l model.Lock) bool { return l.Name == w[1] })
			case "flush":
				ev.Op = model.Flush
			case "stuck":
				step(ev, false, held)
				continue
			case "maybe":
				at := len(x.Locs) - 1
				step(ev, false, held)
				x.Out[at] = append(x.Out[at], len(p.Transitions))
				p.Transitions = append(p.Transitions, model.Transition{ID: len(p.Transitions), Thread: th, From: at, To: at + 1, Events: []model.Event{{Kind: model.Step}}})
				fired = append(fired, true)
				continue
			case "slow":
				step(model.Event{}, true, held)
				step(ev, false, held)
				continue
			case "both":
				held = append(held, lock, model.Lock{Name: w[2]})
				ev.Lock = w[2]
			default:
				t.Fatal(s)
			}
			step(ev, true, held)
		}
		p.Threads = append(p.Threads, x)
	}
	return p, fired
}

func TestDependencies(t *testing.T) {
	for _, c := range []struct{ threads, deps, circle string }{
		{"lock A;lock B;unlock B;unlock A", "A>B", ""},
		{"lock A;lock B;unlock B;unlock A|lock B;lock A", "A>B B>A", "A>B B>A"},
		{"lock A;lock B;unlock A;lock C", "A>B B>C", ""},
		{"lock A;lock B|lock B;lock C|lock C;lock A", "A>B B>C C>A", "A>B B>C C>A"},
		{"lock A;lock B|lock B;lock C|lock C;lock A|lock B;lock A", "A>B B>A B>C C>A", "A>B B>A"}, // the shortest
		{"rlock A;lock B|lock B;rlock A", "A>B B>A", "A>B B>A"},                                   // readers wait, and are waited for
		{"lock A;try B|lock B;lock A", "B>A", ""},                                                 // a trylock does not wait
		{"try A;lock B|lock B;lock A", "A>B B>A", "A>B B>A"},                                      // but is held
		{"lock A;stuck A", "A>A", "A>A"},                                                          // recursive, and nobody gets there
		{"lock A;stuck B", "A>B", ""},
		{"lock A;maybe B", "", ""}, // the way that takes it is not taken
		{"lock A;slow B", "A>B", ""},
		{"lock A;flush W|lock W;lock A", "A>W W>A", "A>W W>A"},
		{"map A;lock B|lock B;flush A", "A>B B>A", "A>B B>A"},
		{"both A B|lock B;lock A", "A>B B>A", "A>B B>A"},
	} {
		p, fired := program(t, strings.Split(c.threads, "|")...)
		deps := lockorder.Dependencies(p, fired)
		if got := text(deps); got != c.deps {
			t.Errorf("%s: %q, want %q", c.threads, got, c.deps)
		}
		if got := text(lockorder.Circle(deps)); got != c.circle {
			t.Errorf("%s: the circle %q, want %q", c.threads, got, c.circle)
		}
		for _, d := range deps {
			for _, end := range d.Ends {
				if held, wanted, _, ok := d.Made(p, end); !ok || held.Name != d.Held || wanted.Name != d.Wanted || !fired[end] {
					t.Errorf("%s: %v is not made by transition %d", c.threads, d, end)
				}
			}
		}
	}
}

func text(deps []lockorder.Dependency) string {
	var out []string
	for _, d := range deps {
		out = append(out, d.Held+">"+d.Wanted)
	}
	return strings.Join(out, " ")
}

// TestCircle compares circles of random graphs with their definition: there is one iff taking away what nothing
// depends on leaves something, it is one, and none is shorter.
func TestCircle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(t, "locks")
		var deps []lockorder.Dependency
		var edge [6][6]bool
		for a := range n {
			for b := range n {
				if rapid.IntRange(0, 4).Draw(t, "edge") == 0 {
					edge[a][b] = true
					deps = append(deps, lockorder.Dependency{Held: string(rune('A' + a)), Wanted: string(rune('A' + b))})
				}
			}
		}
		// reach[k] tells where walks of length k lead.
		shortest := 0
		reach := edge
		for k := 1; k <= n && shortest == 0; k++ {
			var next [6][6]bool
			for a := range n {
				if reach[a][a] {
					shortest = k
				}
				for b := range n {
					for c := range n {
						next[a][c] = next[a][c] || reach[a][b] && edge[b][c]
					}
				}
			}
			reach = next
		}
		got := lockorder.Circle(deps)
		if len(got) != shortest {
			t.Fatalf("%s: %s, want one of %d", text(deps), text(got), shortest)
		}
		for i, d := range got {
			if d.Wanted != got[(i+1)%len(got)].Held {
				t.Fatalf("%s is no circle", text(got))
			}
		}
		if again := lockorder.Circle(slices.Clone(deps)); text(again) != text(got) {
			t.Fatalf("%s, and %s", text(got), text(again))
		}
	})
}
