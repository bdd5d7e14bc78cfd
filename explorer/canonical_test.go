package explorer_test

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"hpmc"
	"hpmc/explorer"
	"hpmc/model"
	"hpmc/scenarios"

	"pgregory.net/rapid"
)

// canonical is what is known of the paths of a program whose properties the reference has decided.
type canonical struct {
	once  sync.Once
	paths [][]int // per property, found by trying all shortest paths; nil if there are too many
	check []int
	first *explorer.Result // of any search
}

// known holds the canonical paths by the reference's result.
var known sync.Map

// judged counts the paths that were compared with all others as short.
var judged atomic.Int64

// checkPaths holds the paths of a search against those of the reference, which need only be as long, against the best of
// all that are as short where there are not too many, and against those of other searches.
func checkPaths(t rapid.TB, p *model.Program, got, want *explorer.Result, o explorer.Options) {
	t.Helper()
	x, _ := known.LoadOrStore(want, &canonical{})
	c := x.(*canonical)
	c.once.Do(func() {
		c.first = got
		for i := range want.Props {
			path, check := shortest(p, &want.Props[i])
			c.paths, c.check = append(c.paths, path), append(c.check, check)
		}
	})
	for i, g := range got.Props {
		w := want.Props[i]
		name := p.Props[i].Name
		if g.Verdict != w.Verdict || len(g.Path) != len(w.Path) {
			t.Fatalf("%+v: %s: %v by %v; want %v by %v", o, name, g.Verdict, g.Path, w.Verdict, w.Path)
		}
		if !reflect.DeepEqual(g.Circle, w.Circle) || len(g.Runs) != len(w.Runs) {
			t.Fatalf("%+v: %s: the circle %v, want %v", o, name, g.Circle, w.Circle)
		}
		if f := c.first.Props[i]; !slices.Equal(g.Path, f.Path) || g.Check != f.Check || !reflect.DeepEqual(g.Runs, f.Runs) {
			t.Fatalf("%+v: %s by %v, check %d; another search has %v, %d", o, name, g.Path, g.Check, f.Path, f.Check)
		}
		if best := c.paths[i]; best != nil {
			judged.Add(1)
			if !slices.Equal(g.Path, best) || g.Check != c.check[i] {
				t.Fatalf("%+v: %s by %v, check %d; the canonical path is %v, %d", o, name, g.Path, g.Check, best, c.check[i])
			}
		}
	}
}

// rank is what paths are chosen by: switches, threads, transitions.
type rank struct {
	switches, threads int
	path              []int
}

func (r rank) less(o rank) bool {
	if r.switches != o.switches {
		return r.switches < o.switches
	}
	if r.threads != o.threads {
		return r.threads < o.threads
	}
	return slices.Compare(r.path, o.path) < 0
}

func rankOf(p *model.Program, path []int) rank {
	r, acting := rank{path: path}, map[int]bool{}
	for i, id := range path {
		th := p.Transitions[id].Thread
		acting[th] = true
		if i > 0 && th != p.Transitions[path[i-1]].Thread {
			r.switches++
		}
	}
	r.threads = len(acting)
	return r
}

// mostPaths is how many paths are tried, and mostTries how many steps.
const (
	mostPaths = 3000
	mostTries = 60000
)

// shortest tries all paths as short as that of pr, with the plain interpreter, and returns the best. It gives up, with
// nil, if they are too many.
func shortest(p *model.Program, pr *explorer.PropResult) (best []int, check int) {
	if len(pr.Path) == 0 {
		return nil, -1
	}
	var top rank
	found, tries := 0, 0
	// far is how far each state is, at least, from where the property breaks, as far as was found out.
	dead := map[string]int{} // state: the number of steps with which nothing is reached from it
	var walk func(s model.State, path []int) bool
	walk = func(s model.State, path []int) (some bool) {
		left := len(pr.Path) - len(path)
		key := stateKey(s)
		if d, ok := dead[key]; ok && d == left || tries > mostTries || found > mostPaths {
			return false
		}
		order := p.Props[pr.Prop].Kind == model.LockOrder
		event := order || p.Props[pr.Prop].Kind == model.AtEvent
		if left == 0 {
			if violated(p, s, pr.Prop) {
				found++
				if r := rankOf(p, path); best == nil || r.less(top) {
					top, best, check = r, slices.Clone(path), -1
					top.path = best
				}
				return true
			}
			return false
		}
		for id := range p.Transitions {
			t := &p.Transitions[id]
			if !p.Enabled(s, t) {
				continue
			}
			tries++
			faulty, fails := false, -1
			for c, ch := range t.Checks {
				if p.Eval(s, ch.Cond) == 0 {
					faulty = faulty || p.Props[ch.Prop].Fault
					if ch.Prop == pr.Prop && fails < 0 {
						fails = c
					}
				}
			}
			if event && left == 1 {
				if fails >= 0 || order && slices.Contains(pr.Circle[0].Ends, id) {
					some = true
					found++
					if r := rankOf(p, append(path, id)); best == nil || r.less(top) {
						top, best, check = r, append(slices.Clone(path), id), fails
						top.path = best
					}
				}
				continue
			}
			if faulty {
				continue
			}
			next := make(model.State, p.Words)
			p.Apply(next, s, t)
			some = walk(next, append(path, id)) || some
		}
		if !some {
			dead[key] = left
		}
		return some
	}
	walk(p.Initial(), nil)
	if found > mostPaths || tries > mostTries {
		return nil, -1
	}
	return best, check
}

func stateKey(s model.State) string {
	var b bytes.Buffer
	_ = binary.Write(&b, binary.LittleEndian, []uint64(s))
	return b.String()
}

// violated tells whether a property is violated in a state, or reached.
func violated(p *model.Program, s model.State, prop int) bool {
	pr := &p.Props[prop]
	switch pr.Kind {
	case model.Always:
		return p.Eval(s, pr.Cond) == 0
	case model.Reachable:
		return p.Eval(s, pr.Cond) != 0
	}
	for i := range p.Transitions {
		if p.Enabled(s, &p.Transitions[i]) {
			return false
		}
	}
	if pr.Kind == model.Deadlock {
		return !p.AtRest(s)
	}
	return p.AtRest(s) && p.Eval(s, pr.Cond) == 0
}

// TestCanonical finds the counterexamples of twenty and more violated pairs of scenario and kernel with 1, 2, 4 and 8
// workers, with and without reduction: they are the same, and where all as short can be tried none is better.
func TestCanonical(t *testing.T) {
	explorer.ParallelFrom(t, 2)
	cat, err := scenarios.Load(hpmc.Sources)
	if err != nil {
		t.Fatal(err)
	}
	pairs, before := 0, judged.Load()
	for _, s := range cat.Scenarios {
		for _, k := range s.Kernels {
			e, ok := s.Expected(k)
			if !ok || e.Verdict != explorer.Violated || pairs >= 24 || pairs >= 4 && testing.Short() {
				continue
			}
			pairs++
			p, err := cat.Build(s, k, scenarios.BuildOptions{})
			if err != nil {
				t.Fatal(err)
			}
			want := explorer.Run(p, explorer.Options{})
			for _, o := range []explorer.Options{{Workers: 1, Full: true}, {Workers: 2, Full: true}, {Workers: 4, Full: true}, {Workers: 8, Full: true},
				{Workers: 1, ReduceFrom: -1}, {Workers: 8, ReduceFrom: -1}, {Workers: 2, Full: true, Store: explorer.Fingerprint}} {
				got, err := explorer.Search(p, o)
				if err != nil {
					t.Fatal(err)
				}
				checkPaths(t, p, got, want, o)
			}
		}
	}
	if pairs < 20 && !testing.Short() {
		t.Errorf("only %d pairs are violated", pairs)
	}
	if judged.Load() == before {
		t.Error("no path was compared with all that are as short")
	}
	t.Logf("%d pairs, %d times all paths as short were tried", pairs, judged.Load()-before)
}

// TestLockOrder finds circles of locks with 1, 2, 4 and 8 workers, with and without reduction, whether or not a run can
// deadlock in them; the same locks in one order are none. A search that is cut short decides only what it has seen.
func TestLockOrder(t *testing.T) {
	explorer.ParallelFrom(t, 2)
	for _, c := range []struct {
		scenario, kernel string
		verdict          explorer.Verdict
		deadlocks        bool
	}{
		{"online-uevent", "wait-under-lock", explorer.Violated, true},
		{"offline-uevent", "wait-under-lock", explorer.Violated, true},
		{"flush-then-suspend", "wait-under-lock", explorer.Violated, false},
		{"flush-then-suspend", "tglx", explorer.Holds, false},
		{"suspend-vs-smt", "v3", explorer.Holds, false},
	} {
		p := builtin(t, c.scenario, c.kernel)
		prop := slices.IndexFunc(p.Props, func(pr model.Property) bool { return pr.Kind == model.LockOrder })
		want := explorer.Run(p, explorer.Options{})
		if got := want.Props[prop]; got.Verdict != c.verdict || (got.Circle != nil) != (c.verdict == explorer.Violated) || (want.Deadlocks > 0) != c.deadlocks {
			t.Errorf("%s on %s: %v, %v, %d deadlocks", c.scenario, c.kernel, got.Verdict, got.Circle, want.Deadlocks)
		}
		for _, workers := range []int{1, 2, 4, 8} {
			agree(t, p, want, explorer.Options{Workers: workers, Full: true})
			agreeReduced(t, p, want, explorer.Options{Workers: workers, ReduceFrom: -1})
		}
		cut, err := explorer.Search(p, explorer.Options{Full: true, MaxStates: 3})
		if err != nil {
			t.Fatal(err)
		}
		if got := cut.Props[prop]; got.Verdict != explorer.Inconclusive {
			t.Errorf("%s on %s, cut short: %v", c.scenario, c.kernel, got.Verdict)
		}
	}
}

// TestLeastSets compares the sets that contain no other with their definition.
func TestLeastSets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := rapid.SliceOfN(rapid.Uint64Range(0, 63), 0, 12)
		a, b := set.Draw(t, "a"), set.Draw(t, "b")
		got := explorer.LeastSets(a, b)
		all := append(slices.Clone(a), b...)
		for _, x := range all {
			least := !slices.ContainsFunc(all, func(y uint64) bool { return y != x && x&y == y })
			if least != slices.Contains(got, x) {
				t.Fatalf("%b: %v, of %b in %b", x, least, all, got)
			}
		}
		for i, x := range got {
			if i > 0 && (bits.OnesCount64(x) < bits.OnesCount64(got[i-1]) || x == got[i-1]) {
				t.Fatalf("%b is out of order", got)
			}
		}
	})
}
