package stubborn_test

import (
	"slices"
	"testing"
	"time"

	"hpmc/explorer"
	"hpmc/explorer/stubborn"
	"hpmc/model"
	"hpmc/scenarios"
)

// TestScenarios searches the catalogue with and without reduction: the verdicts are those of the reference.
func TestScenarios(t *testing.T) {
	c, err := scenarios.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range c.Scenarios {
		for _, k := range s.Kernels {
			p, err := c.Build(s, k, scenarios.BuildOptions{})
			if err != nil {
				t.Fatal(err)
			}
			r := explorer.Run(p, explorer.Options{NoPaths: true})
			begin := time.Now()
			set := stubborn.New(p, stubborn.Options{})
			took := time.Since(begin)
			if !set.Acyclic() {
				t.Errorf("%s/%s: not shown to be acyclic", s.Name, k)
			}
			o := search(p, by(set), !set.Acyclic())
			d := search(p, by(stubborn.New(p, stubborn.Options{DeadlocksOnly: true})), false)
			t.Logf("%s/%s: %d states, %d with all properties, %d with deadlocks only; analysis %v", s.Name, k, r.States, o.states, d.states, took)
			compare(t, s.Name+"/"+k, p, r, o)
		}
	}
}

// compare wants the verdicts of the reference, its depth of states without a step, and all transitions to be taken that
// it takes.
func compare(t interface{ Errorf(string, ...any) }, what string, p *model.Program, r *explorer.Result, o *outcome) {
	faults := slices.ContainsFunc(r.Props, func(pr explorer.PropResult) bool {
		return p.Props[pr.Prop].Fault && pr.Verdict == explorer.Violated
	})
	for i, f := range r.Fired {
		if o.fired[i] != f && !faults { // a fault counts as taken in the reference, and is not
			t.Errorf("%s: transition %d is taken: %v, and in the reference %v", what, i, o.fired[i], f)
		}
	}
	for i, pr := range r.Props {
		want := (pr.Verdict == explorer.Violated) != (p.Props[i].Kind == model.Reachable)
		if o.decided[i] != want {
			t.Errorf("%s: property %d (%s, %v): decided %v, the reference says %v", what, i, p.Props[i].Name, p.Props[i].Kind, o.decided[i], pr.Verdict)
		}
		if k := p.Props[i].Kind; want && (k == model.Deadlock || k == model.Final) && o.depth[i] != len(pr.Path) {
			t.Errorf("%s: property %d (%s): depth %d, the reference says %d", what, i, p.Props[i].Name, o.depth[i], len(pr.Path))
		}
	}
}
