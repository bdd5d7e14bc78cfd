package explorer_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"hpmc"
	"hpmc/explorer"
	"hpmc/model"
	"hpmc/scenarios"

	"pgregory.net/rapid"
)

// agree compares a search with the reference.
func agree(t rapid.TB, p *model.Program, want *explorer.Result, o explorer.Options) {
	t.Helper()
	got, err := explorer.Search(p, o)
	if err != nil {
		t.Fatal(err)
	}
	if got.States != want.States || got.Transitions != want.Transitions || got.Deadlocks != want.Deadlocks || got.Depth != want.Depth {
		t.Fatalf("%d states, %d transitions, %d deadlocks, depth %d; want %d, %d, %d, %d", got.States, got.Transitions,
			got.Deadlocks, got.Depth, want.States, want.Transitions, want.Deadlocks, want.Depth)
	}
	if !slices.Equal(got.Fired, want.Fired) {
		t.Fatalf("%+v: other transitions fired", o)
	}
	if got.Verdict != want.Verdict {
		t.Fatalf("%+v: %v, not %v", o, got.Verdict, want.Verdict)
	}
	checkPaths(t, p, got, want, o)
}

// agreeReduced compares a reduced search with the reference: in everything but the numbers of states, of transitions
// and of levels. Which transitions are taken at all is the same, too, but for what faults whenever it is enabled.
func agreeReduced(t rapid.TB, p *model.Program, want *explorer.Result, o explorer.Options) {
	t.Helper()
	got, err := explorer.Search(p, o)
	if err != nil {
		t.Fatal(err)
	}
	if got.States > want.States || got.Deadlocks != want.Deadlocks || got.Verdict != want.Verdict {
		t.Fatalf("%+v: %d states, %d deadlocks, %v; want %d, %d, %v", o, got.States, got.Deadlocks, got.Verdict, want.States, want.Deadlocks, want.Verdict)
	}
	if !slices.Equal(got.Fired, want.Fired) {
		real := taken(p)
		for i := range p.Transitions {
			if got.Fired[i] != want.Fired[i] && (got.Fired[i] || real[i]) {
				t.Fatalf("%+v: transition %d: taken %v, without reduction %v", o, i, got.Fired[i], want.Fired[i])
			}
		}
	}
	checkPaths(t, p, got, want, o)
}

// taken returns which transitions can be taken without a fault. Of others a reduced search need not see all, once it has
// found the fault.
func taken(p *model.Program) []bool {
	out := make([]bool, len(p.Transitions))
	first := p.Initial()
	seen := map[string]bool{fmt.Sprint(first): true}
	for work := []model.State{first}; len(work) > 0; work = work[1:] {
		s := work[0]
		for th := range p.Threads {
			for _, id := range p.Threads[th].Out[p.Loc(s, th)] {
				t := &p.Transitions[id]
				fault := slices.ContainsFunc(t.Checks, func(c model.Check) bool { return p.Props[c.Prop].Fault && p.Eval(s, c.Cond) == 0 })
				if fault || !p.Enabled(s, t) {
					continue
				}
				out[id] = true
				d := make(model.State, p.Words)
				if p.Apply(d, s, t); !seen[fmt.Sprint(d)] {
					seen[fmt.Sprint(d)] = true
					work = append(work, d)
				}
			}
		}
	}
	return out
}

// TestScenarios compares the search with the reference on every scenario and kernel.
func TestScenarios(t *testing.T) {
	cat, err := scenarios.Load(hpmc.Sources)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range cat.Scenarios {
		if testing.Short() && i%8 != 0 {
			continue
		}
		for _, k := range s.Kernels {
			p, err := cat.Build(s, k, scenarios.BuildOptions{})
			if err != nil {
				t.Fatal(err)
			}
			t.Run(s.Name+"/"+k, func(t *testing.T) {
				want := explorer.Run(p, explorer.Options{})
				agree(t, p, want, explorer.Options{Workers: 1, Full: true})
				agreeReduced(t, p, want, explorer.Options{Workers: 1, ReduceFrom: -1})
			})
		}
	}
}

// TestWorkers lets several workers expand even the smallest level: nothing may depend on how many there are.
func TestWorkers(t *testing.T) {
	explorer.ParallelFrom(t, 2)
	for _, k := range []string{"v5.12", "tglx"} {
		p := builtin(t, "off-on-second-writer", k)
		want := explorer.Run(p, explorer.Options{})
		reduced, err := explorer.Search(p, explorer.Options{Workers: 1, ReduceFrom: -1})
		if err != nil {
			t.Fatal(err)
		}
		for _, workers := range []int{1, 2, 4, 8} {
			agree(t, p, want, explorer.Options{Workers: workers, Full: true})
			agree(t, p, want, explorer.Options{Workers: workers, Full: true, Store: explorer.Fingerprint})
			got, err := explorer.Search(p, explorer.Options{Workers: workers, ReduceFrom: -1})
			if err != nil {
				t.Fatal(err)
			}
			same(t, got, reduced)
		}
	}
}

// TestSpill lets the frontier go through a file.
func TestSpill(t *testing.T) {
	explorer.Spill(t)
	p := builtin(t, "off-on-second-writer", "v5.12")
	o := explorer.Options{Workers: 2, Full: true, SpillDir: t.TempDir()}
	agree(t, p, explorer.Run(p, explorer.Options{}), o)
	if r, err := explorer.Search(p, o); err != nil || r.Spilled == 0 {
		t.Fatalf("nothing was spilled, %v", err)
	}
	o.Full, o.ReduceFrom = false, -1
	agreeReduced(t, p, explorer.Run(p, explorer.Options{}), o)
	if r, err := explorer.Search(p, o); err != nil || r.Spilled == 0 {
		t.Fatalf("nothing was spilled under reduction, %v", err)
	}
	o.SpillDir = filepath.Join(o.SpillDir, "missing")
	for _, o.Full = range []bool{false, true} {
		if r, err := explorer.Search(p, o); err == nil {
			t.Errorf("full: %v: %v, where nothing can be spilled to", o.Full, r.Verdict)
		}
	}
}

// TestProgress wants a reduced search to tell of itself what makes sense, while it is under way.
func TestProgress(t *testing.T) {
	last, told := explorer.Progress{}, 0
	_, err := explorer.Search(rung(t, "smt-suspend-4-pin"), explorer.Options{Workers: 2, ReduceFrom: -1, NoPaths: true, Progress: func(p explorer.Progress) {
		if p.States < last.States || p.Frontier > p.States || p.Frontier < 0 || p.Bytes <= 0 {
			t.Errorf("%+v after %+v", p, last)
		}
		last = p
		told++
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("told %d times", told)
}

// builtin compiles a scenario of the catalogue.
func builtin(t testing.TB, scenario, kernel string) *model.Program {
	t.Helper()
	cat, err := scenarios.Load(hpmc.Sources)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range cat.Scenarios {
		if s.Name == scenario {
			p, err := cat.Build(s, kernel, scenarios.BuildOptions{})
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
	}
	t.Fatalf("no scenario %s", scenario)
	return nil
}

// TestInterrupted stops within a level, and where there are none: what is left to expand is what was found and not expanded.
func TestInterrupted(t *testing.T) {
	p := builtin(t, "off-on-second-writer", "v5.12")
	for _, o := range []explorer.Options{{Full: true}, {ReduceFrom: -1}} {
		all, err := explorer.Search(p, o)
		if err != nil {
			t.Fatal(err)
		}
		for n := 1; n < all.States; n += all.States / 9 {
			r, err := explorer.StopAfter(p, n, o)
			if err != nil {
				t.Fatal(err)
			}
			if r.States-r.Frontier != n || r.Verdict == explorer.Holds || r.Reason == "" {
				t.Errorf("%+v, after %d states: %d found, %d not expanded, %v, %q", o, n, r.States, r.Frontier, r.Verdict, r.Reason)
			}
		}
	}
}
