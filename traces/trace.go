// Package traces turns a counterexample, a list of transitions, into something to read: it replays it with
// the plain interpreter of package model and draws it as the table that changelogs use for races.
package traces

import (
	"fmt"

	"hpmc/model"
)

// Trace is a counterexample that has been replayed. Its States[i] is the state before Steps[i]; the last one
// is the state in which the property is violated.
type Trace struct {
	Program *model.Program
	Kernel  string // name of the kernel the program was built from, for reports; may be empty
	Prop    int    // index in Program.Props
	Check   int    // index in the last transition's Checks; -1 if the property is not checked at an event
	Steps   []int  // indices in Program.Transitions
	States  []model.State

	circle []link // of a violated LockOrder: the first is what the trace ends in
}

// New replays path from the initial state of p. It is an error if a transition is not enabled when its turn
// comes, or if the path does not end in the violation of property prop: for one checked at an event, by the
// check with that index of the last transition. For a Reachable property the path must end where it holds.
func New(p *model.Program, path []int, prop, check int) (*Trace, error) {
	if prop < 0 || prop >= len(p.Props) {
		return nil, fmt.Errorf("replay of %s: no property %d", p.Name, prop)
	}
	t, err := replayed(p, path)
	if err != nil {
		return nil, err
	}
	t.Prop = prop
	if p.Props[prop].Kind == model.AtEvent {
		t.Check = check
	}
	if err := t.confirm(); err != nil {
		return nil, fmt.Errorf("replay of %s: %w", p.Name, err)
	}
	return t, nil
}

// replayed returns the trace of a path, of no property yet.
func replayed(p *model.Program, path []int) (*Trace, error) {
	t := &Trace{Program: p, Check: -1, Steps: path}
	s := p.Initial()
	t.States = append(t.States, s)
	for i, id := range path {
		if id < 0 || id >= len(p.Transitions) {
			return nil, fmt.Errorf("replay of %s: step %d: no transition %d", p.Name, i+1, id)
		}
		tr := &p.Transitions[id]
		if !p.Enabled(s, tr) {
			return nil, fmt.Errorf("replay of %s: step %d: %s cannot take %q at %s", p.Name, i+1,
				p.Threads[tr.Thread].Name, tr.Text, tr.Pos)
		}
		next := make(model.State, p.Words)
		p.Apply(next, s, tr)
		t.States = append(t.States, next)
		s = next
	}
	return t, nil
}

// confirm tells, with an error, if the trace does not end in the violation.
func (t *Trace) confirm() error {
	p, prop, last := t.Program, t.Property(), t.last()
	violated := false
	switch prop.Kind {
	case model.Always:
		violated = p.Eval(last, prop.Cond) == 0
	case model.Final:
		if !p.AtRest(last) || t.enabled() != nil {
			return fmt.Errorf("property %s is final, but the last state is not", prop.Name)
		}
		violated = p.Eval(last, prop.Cond) == 0
	case model.Reachable:
		violated = p.Eval(last, prop.Cond) != 0
	case model.LockOrder:
		return fmt.Errorf("property %s is of all runs: no single one violates it", prop.Name)
	case model.Deadlock:
		if tr := t.enabled(); tr != nil {
			return fmt.Errorf("no deadlock: %s can take %q", p.Threads[tr.Thread].Name, tr.Text)
		}
		violated = !p.AtRest(last)
	case model.AtEvent:
		if len(t.Steps) == 0 {
			return fmt.Errorf("property %s is checked at an event, but there is none", prop.Name)
		}
		checks := p.Transitions[t.Steps[len(t.Steps)-1]].Checks
		if t.Check < 0 || t.Check >= len(checks) || checks[t.Check].Prop != t.Prop {
			return fmt.Errorf("the last step has no check %d of property %s", t.Check, prop.Name)
		}
		violated = p.Eval(t.States[len(t.States)-2], checks[t.Check].Cond) == 0
	}
	if !violated {
		return fmt.Errorf("property %s is not violated at the end of the path", prop.Name)
	}
	return nil
}

// enabled returns a transition that can happen in the last state, or nil.
func (t *Trace) enabled() *model.Transition {
	for i := range t.Program.Transitions {
		if tr := &t.Program.Transitions[i]; t.Program.Enabled(t.last(), tr) {
			return tr
		}
	}
	return nil
}

// Property returns the violated property.
func (t *Trace) Property() *model.Property { return &t.Program.Props[t.Prop] }

func (t *Trace) last() model.State { return t.States[len(t.States)-1] }

func (t *Trace) step(i int) *model.Transition { return &t.Program.Transitions[t.Steps[i]] }

// Change is a variable to which a step gave another value.
type Change struct {
	Var      model.VarID
	Old, New int64
}

// Changes returns what step i changed, locations of threads and locals that nobody uses any more aside.
func (t *Trace) Changes(i int) []Change {
	var cs []Change
	reset := map[model.VarID]bool{}
	for _, a := range t.step(i).Effect {
		reset[a.Var] = a.Reset
	}
	for id := range t.Program.Vars {
		v := model.VarID(id)
		if t.Program.Vars[id].Kind == model.PC || reset[v] {
			continue
		}
		if a, b := t.Program.Get(t.States[i], v), t.Program.Get(t.States[i+1], v); a != b {
			cs = append(cs, Change{v, a, b})
		}
	}
	return cs
}
