package traces_test

import (
	"fmt"
	"strings"
	"testing"

	"hpmc"
	"hpmc/model"
	"hpmc/scenarios"
)

// TestClauses holds the conjuncts of a property, as they are written, against its condition, wherever it is checked.
func TestClauses(t *testing.T) {
	cat, err := scenarios.Load(hpmc.Sources)
	if err != nil {
		t.Fatal(err)
	}
	checked, named := 0, map[string]bool{}
	for i, s := range cat.Scenarios {
		if i%5 != 0 {
			continue
		}
		p, err := cat.Build(s, s.Kernels[0], scenarios.BuildOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for _, st := range states(p, 2000) {
			for j := range p.Transitions {
				tr := &p.Transitions[j]
				if !p.Enabled(st, tr) {
					continue
				}
				for _, c := range tr.Checks {
					if len(c.Clauses) == 0 {
						continue
					}
					all, text := int64(1), []string{}
					for _, cl := range c.Clauses {
						text = append(text, cl.Text)
						if p.Eval(st, cl.Cond) == 0 {
							all = 0
						}
					}
					name := p.Props[c.Prop].Name
					named[name] = true
					if checked++; all != min(1, p.Eval(st, c.Cond)) {
						t.Fatalf("%s, %s at %s: the clauses %s say %d", s.Name, name, tr.Text, strings.Join(text, " and "), all)
					}
				}
			}
		}
	}
	if checked < 1000 || !named["affinity-after-online-uevent"] || !named["consistent-on-return"] {
		t.Errorf("%d checks of %v", checked, named)
	}
}

// states returns the first states of a program, breadth first.
func states(p *model.Program, most int) []model.State {
	out := []model.State{p.Initial()}
	seen := map[string]bool{}
	for i := 0; i < len(out) && len(out) < most; i++ {
		for j := range p.Transitions {
			if tr := &p.Transitions[j]; p.Enabled(out[i], tr) {
				next := make(model.State, p.Words)
				p.Apply(next, out[i], tr)
				key := fmt.Sprint(next)
				if !seen[key] {
					seen[key] = true
					out = append(out, next)
				}
			}
		}
	}
	return out
}
