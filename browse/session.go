// Package browse lets a person walk the interleavings of a program by hand, in a browser. Nothing is explored beforehand:
// a position is the path that led there, and what can be seen from it is computed when it is asked for.
package browse

import (
	"fmt"
	"hash/fnv"
	"strings"

	"hpmc/model"
	"hpmc/traces"
)

// Session is a program to walk through. It does not change, and can be used by several requests at once.
type Session struct {
	Program *model.Program
	Kernel  string
	// Until compiles the program anew with a condition to reach, an expression of the model language, as its last
	// property.
	Until func(expr string) (*model.Program, error)
	hash  string
}

// NewSession prepares a program.
func NewSession(p *model.Program, kernel string, until func(string) (*model.Program, error)) *Session {
	return &Session{Program: p, Kernel: kernel, Until: until, hash: fingerprint(p)}
}

// fingerprint tells programs apart, by their threads and transitions: a link is of one of them.
func fingerprint(p *model.Program) string {
	h := fnv.New64a()
	for i := range p.Threads {
		fmt.Fprintln(h, p.Threads[i].Name)
	}
	for i := range p.Transitions {
		t := &p.Transitions[i]
		fmt.Fprintln(h, t.Thread, t.From, t.To, t.Func, t.Text)
	}
	return fmt.Sprintf("%016x", h.Sum64())
}

// Position is what is to be seen at the end of a path.
type Position struct {
	Path    []int       `json:"path"`
	Steps   []Taken     `json:"steps"`
	Threads []Thread    `json:"threads"`
	Values  []VarValue  `json:"values"`
	Broken  []Violation `json:"broken"`
	Over    string      `json:"over,omitempty"` // no thread can step: "finished" or "deadlock"
}

// Taken is a step of the path.
type Taken struct {
	Thread   string `json:"thread"`
	Function string `json:"function"`
	Text     string `json:"text"`
	At       string `json:"at"`
}

// Thread is where a thread stands, and what it can do.
type Thread struct {
	Name  string   `json:"name"`
	Stack []string `json:"stack"`
	Text  string   `json:"text"` // the statement that it stands before; "" at its end
	At    string   `json:"at"`
	Held  []string `json:"held,omitempty"`
	Steps []Step   `json:"steps"`
	State string   `json:"state"` // enabled, waits, rests or finished
	Why   string   `json:"why,omitempty"`
	Moved bool     `json:"moved"` // it took the last step
}

// Step is a step that a thread can take.
type Step struct {
	ID   int    `json:"id"`
	Text string `json:"text"`
}

// VarValue is a variable, and what it held before the last step if that changed it.
type VarValue struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Was   string `json:"was,omitempty"`
}

// Violation is a property that is violated at the position.
type Violation struct {
	Property string `json:"property"`
	Text     string `json:"text"`
}

// follow returns the states along a path.
func (s *Session) follow(path []int) ([]model.State, error) {
	p := s.Program
	states := []model.State{p.Initial()}
	for i, id := range path {
		at := states[len(states)-1]
		if id < 0 || id >= len(p.Transitions) || !p.Enabled(at, &p.Transitions[id]) {
			return nil, fmt.Errorf("step %d cannot be taken: the link is of another program", i+1)
		}
		next := make(model.State, p.Words)
		p.Apply(next, at, &p.Transitions[id])
		states = append(states, next)
	}
	return states, nil
}

// At returns the position at the end of a path. It is an error if a step of the path cannot be taken.
func (s *Session) At(path []int) (*Position, error) {
	states, err := s.follow(path)
	if err != nil {
		return nil, err
	}
	p := s.Program
	end := states[len(states)-1]
	pos := &Position{Path: path, Steps: []Taken{}, Broken: []Violation{}}
	last := -1
	for _, id := range path {
		t := &p.Transitions[id]
		last = t.Thread
		pos.Steps = append(pos.Steps, Taken{p.Threads[t.Thread].Name, t.Func, t.Text, place(t.Pos)})
	}
	some := false
	run := &traces.Trace{Program: p, Steps: path, States: states}
	for i, c := range run.Choices(len(states) - 1) {
		th := &p.Threads[i]
		x := Thread{Name: th.Name, Text: c.Text, Moved: i == last, Why: c.Waits, Steps: []Step{}, Stack: []string{}, State: "waits"}
		if len(th.Locs) > 0 {
			loc := &th.Locs[p.Loc(end, i)]
			x.At = place(loc.Pos)
			for _, f := range loc.Stack {
				x.Stack = append(x.Stack, f.Func+"("+f.Args+")")
			}
			for _, l := range loc.Held {
				if l.Mode != model.Annotated {
					x.Held = append(x.Held, l.Name)
				}
			}
		}
		switch {
		case c.Enabled:
			x.State = "enabled"
			some = true
			for _, id := range th.Out[p.Loc(end, i)] {
				if t := &p.Transitions[id]; p.Enabled(end, t) {
					x.Steps = append(x.Steps, Step{id, t.Text})
				}
			}
		case c.Rests && c.Text == "":
			x.State = "finished"
		case c.Rests:
			x.State = "rests"
		}
		pos.Threads = append(pos.Threads, x)
	}
	if !some {
		if pos.Over = "deadlock"; p.AtRest(end) {
			pos.Over = "finished"
		}
	}
	was := map[model.VarID]int64{}
	if n := len(path); n > 0 {
		for _, c := range run.Changes(n - 1) {
			was[c.Var] = c.Old
		}
	}
	for id := range p.Vars {
		v := &p.Vars[id]
		if v.Kind == model.PC {
			continue
		}
		x := VarValue{Name: v.Display(), Value: v.Type.FormatValue(p.Get(end, model.VarID(id)))}
		if old, changed := was[model.VarID(id)]; changed {
			x.Was = v.Type.FormatValue(old)
		}
		pos.Values = append(pos.Values, x)
	}
	for _, prop := range s.broken(path, states) {
		pos.Broken = append(pos.Broken, Violation{p.Props[prop.index].Name, strings.TrimSpace(p.Props[prop.index].Summary)})
	}
	return pos, nil
}

type brokenProp struct{ index, check int }

// broken returns the properties that are violated at the end of a path.
func (s *Session) broken(path []int, states []model.State) (out []brokenProp) {
	p, end := s.Program, states[len(states)-1]
	if n := len(path); n > 0 {
		for c, ch := range p.Transitions[path[n-1]].Checks {
			if p.Eval(states[n-1], ch.Cond) == 0 {
				out = append(out, brokenProp{ch.Prop, c})
			}
		}
	}
	return append(out, brokenIn(p, end)...)
}

// brokenIn returns the properties that a state violates, whatever led to it.
func brokenIn(p *model.Program, s model.State) (out []brokenProp) {
	stuck := true
	for i := range p.Transitions {
		if p.Enabled(s, &p.Transitions[i]) {
			stuck = false
			break
		}
	}
	for i := range p.Props {
		pr, bad := &p.Props[i], false
		switch pr.Kind {
		case model.Always:
			bad = p.Eval(s, pr.Cond) == 0
		case model.Final:
			bad = stuck && p.AtRest(s) && p.Eval(s, pr.Cond) == 0
		case model.Deadlock:
			bad = stuck && !p.AtRest(s)
		}
		if bad {
			out = append(out, brokenProp{i, -1})
		}
	}
	return out
}

// Trace returns the path as a trace, of the violation at its end or, if there is none, to the state where it ends.
func (s *Session) Trace(path []int) (*traces.Trace, error) {
	states, err := s.follow(path)
	if err != nil {
		return nil, err
	}
	p, prop, check := s.Program, -1, -1
	for _, b := range s.broken(path, states) {
		if prop < 0 {
			prop, check = b.index, b.check
		}
	}
	if prop < 0 {
		with := *p
		with.Props = append(append([]model.Property{}, p.Props...), model.Property{Name: "reach: the state shown", Kind: model.Reachable,
			Cond: &model.Expr{Op: model.Const, Val: 1}})
		p, prop = &with, len(with.Props)-1
	}
	t, err := traces.New(p, path, prop, check)
	if err != nil {
		return nil, err
	}
	t.Kernel = s.Kernel
	return t, nil
}

func place(pos model.Pos) string { return fmt.Sprintf("%s:%d", pos.File, pos.Line) }
