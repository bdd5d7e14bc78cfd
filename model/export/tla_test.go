package export

import (
	"bytes"
	"fmt"
	"testing"

	"hpmc/explorer"
	"hpmc/model"
	"hpmc/model/export/internal/tlaeval"
	"hpmc/scenarios"
)

// tlaStates is how many states the evaluator is let loose on. No scenario of the catalogue has as many.
const tlaStates = 20_000

// writeTLA exports a program.
func writeTLA(p *model.Program) (module, config string, err error) {
	var m, c bytes.Buffer
	if err := TLA(&m, &c, "m", p, Options{}); err != nil {
		return "", "", err
	}
	return m.String(), c.String(), nil
}

// evaluate runs the evaluator on a module and its configuration.
func evaluate(module, config string) (*tlaeval.Result, error) {
	return tlaeval.Check("m", module, config, tlaStates)
}

// compareTLA compares what the evaluator found with what the reference explorer did.
func compareTLA(p *model.Program, r *explorer.Result, got *tlaeval.Result) error {
	for _, c := range []struct {
		what      string
		want, got int
	}{
		{"initial states", 1, got.Initial},
		{"states", r.States, got.Distinct},
		{"transitions", r.Transitions, got.Steps},
		{"deadlocks", r.Deadlocks, got.Violated["Deadlock"]},
	} {
		if c.want != c.got {
			return fmt.Errorf("%d %s, the module %d", c.want, c.what, c.got)
		}
	}
	q, err := prepare(p, Options{})
	if err != nil {
		return err
	}
	g := newTLA(q)
	g.nameAll("m")
	want := map[string]bool{}
	for i, pr := range r.Props {
		if g.inv[i] == "" {
			continue
		}
		// An invariant Never_... is false where what it names is reached.
		if (pr.Verdict == explorer.Violated) != (p.Props[i].Kind == model.Reachable) {
			want[g.inv[i]] = true
			if got.Violated[g.inv[i]] == 0 {
				return fmt.Errorf("%s %v, but %s is true in every state", p.Props[i].Name, pr.Verdict, g.inv[i])
			}
		}
	}
	for inv := range got.Violated {
		if !want[inv] {
			return fmt.Errorf("%s is false in %d states, which no verdict says", inv, got.Violated[inv])
		}
	}
	if got.Deadlock {
		return fmt.Errorf("TLC would stop in a state without a step")
	}
	return nil
}

// TestTLACatalogue compares the exports of every built-in scenario, on every kernel that it speaks of, with the reference
// explorer; the short test leaves out all but the kernel of the thread and the fix that was merged.
func TestTLACatalogue(t *testing.T) {
	c, err := scenarios.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range c.Scenarios {
		for _, kernel := range s.Kernels {
			if testing.Short() && kernel != "v5.12" && kernel != "tglx" {
				continue
			}
			t.Run(s.Name+"/"+kernel, func(t *testing.T) {
				t.Parallel()
				p, err := c.Build(s, kernel, scenarios.BuildOptions{})
				if err != nil {
					t.Fatal(err)
				}
				m, cfg, err := writeTLA(p)
				if err != nil {
					t.Fatal(err)
				}
				got, err := evaluate(m, cfg)
				if err != nil {
					t.Fatal(err)
				}
				if err := compareTLA(p, explorer.Run(p, explorer.Options{NoPaths: true}), got); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// TestTLARandom compares the exports of random programs, which use every operator, with the reference explorer.
func TestTLARandom(t *testing.T) {
	programs := 2000
	if testing.Short() {
		programs = 100
	}
	for seed := 0; programs > 0; seed++ {
		p := randomPrograms.Example(seed)
		r := explorer.Run(p, explorer.Options{NoPaths: true})
		if r.States < 10 || r.States > tlaStates/10 {
			continue
		}
		programs--
		m, cfg, err := writeTLA(p)
		if err != nil {
			t.Fatalf("program %d: %v", seed, err)
		}
		got, err := evaluate(m, cfg)
		if err == nil {
			err = compareTLA(p, r, got)
		}
		if err != nil {
			t.Errorf("program %d: %v\n%s", seed, err, m)
		}
	}
}

// TestTLAConstants exports properties whose conditions are the same in every state, and names that mean something to TLA+ or to the
// module.
func TestTLAConstants(t *testing.T) {
	p := constantProgram([]string{"x", "And", "T1"}, []string{"IF", "x", "F1", "SF_x", "Int"}, "WF_1", "*) (* ==== ")
	m, cfg, err := writeTLA(p)
	if err != nil {
		t.Fatal(err)
	}
	got, err := evaluate(m, cfg)
	if err == nil {
		err = compareTLA(p, explorer.Run(p, explorer.Options{NoPaths: true}), got)
	}
	if err != nil {
		t.Errorf("%v\n%s", err, m)
	}
}

// constantProgram makes a program that has properties with conditions that are the same in every state, and these names.
func constantProgram(props, vars []string, thread, text string) *model.Program {
	p := wideProgram(model.Add, 1, 1, model.Var{Max: 7})
	for i := range 8 {
		kind := []model.PropKind{model.Always, model.Reachable, model.Final, model.AtEvent}[i%4]
		name := props[i%len(props)]
		if i >= len(props) {
			name += fmt.Sprint(" ", i)
		}
		p.Props = append(p.Props, model.Property{Name: name, Kind: kind, Cond: constant(int64(i / 4))})
		if kind == model.AtEvent { // of a step that no guard stops, of a thread with one location
			p.Props[len(p.Props)-1].Cond = nil
			p.Transitions = append(p.Transitions, model.Transition{ID: len(p.Transitions), Thread: len(p.Threads),
				Checks: []model.Check{{Prop: len(p.Props) - 1, Cond: constant(int64(i / 4))}}, Text: text})
			p.Threads = append(p.Threads, model.Thread{Name: thread, PC: -1, Locs: make([]model.Location, 1), Out: [][]int{{len(p.Transitions) - 1}}})
		}
	}
	for i, name := range vars {
		if i < len(p.Vars) {
			p.Vars[i].Name = name
		}
	}
	return p
}
