// Package examples makes traces of the catalogue's scenarios for the tests of the formats.
package examples

import (
	"testing"

	"hpmc"
	"hpmc/explorer"
	"hpmc/scenarios"
	"hpmc/traces"
)

// Example names a trace: the way in which a kernel violates a property in a scenario.
type Example struct{ File, Scenario, Kernel, Property string }

// All are the thread's own bug, a deadlock, a trace in which many threads act, and a circle of locks.
var All = []Example{
	{"online-uevent", "online-uevent", "v5.12", "affinity-after-online-uevent"},
	{"deadlock", "online-uevent", "wait-under-lock", "deadlock"},
	{"smt-off", "smt-off", "v3", "consistent-on-return"},
	{"lock-order", "flush-then-suspend", "wait-under-lock", "lock-order"},
}

// Trace makes the trace.
func (e Example) Trace(t *testing.T) *traces.Trace {
	t.Helper()
	cat, err := scenarios.Load(hpmc.Sources)
	if err != nil {
		t.Fatal(err)
	}
	s, err := cat.Scenario(e.Scenario)
	if err != nil {
		t.Fatal(err)
	}
	p, err := cat.Build(s, e.Kernel, scenarios.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := explorer.Search(p, explorer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, pr := range r.Props {
		if p.Props[pr.Prop].Name == e.Property && len(pr.Path) > 0 {
			tr, err := traces.New(p, pr.Path, pr.Prop, pr.Check)
			if pr.Circle != nil {
				tr, err = traces.NewCircle(p, pr.Prop, pr.Circle, pr.Runs)
			}
			if err != nil {
				t.Fatal(err)
			}
			tr.Kernel = e.Kernel
			return tr
		}
	}
	t.Fatalf("%s on %s does not violate %s", e.Scenario, e.Kernel, e.Property)
	return nil
}
