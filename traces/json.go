package traces

import (
	"bytes"
	"encoding/json"

	"hpmc/model"
)

// Format and Version are what a saved trace says it is. The version changes when one that read the last one could not
// read the next.
const (
	Format  = "hpmc-trace"
	Version = 1
)

// Saved is a trace as it is saved: by names, texts and places, so that it can be replayed on a program that has changed.
// schema.json in this directory is its JSON schema.
type Saved struct {
	Format   string         `json:"format"`
	Version  int            `json:"version"`
	Scenario string         `json:"scenario"`
	Kernel   string         `json:"kernel,omitempty"`
	Property SavedProperty  `json:"property"`
	Initial  []Value        `json:"initial"`
	Steps    []SavedStep    `json:"steps"`
	Blocked  []SavedBlocked `json:"blocked,omitempty"`
	Circle   []SavedLink    `json:"circle,omitempty"`
}

// SavedProperty is the property that the trace violates, or reaches.
type SavedProperty struct {
	Name    string   `json:"name"`
	Summary string   `json:"summary,omitempty"`
	Kind    string   `json:"kind"`
	False   []string `json:"false,omitempty"`  // its clauses that are
	But     []string `json:"but,omitempty"`    // what holds instead
	Values  []Value  `json:"values,omitempty"` // that decide it
}

// SavedStep is a step of a thread: a statement, in a function that others called.
type SavedStep struct {
	Step     int           `json:"step"`
	Thread   string        `json:"thread"`
	Function string        `json:"function,omitempty"`
	Stack    []string      `json:"stack,omitempty"` // the functions it stands in, outermost first
	File     string        `json:"file,omitempty"`
	Line     int           `json:"line,omitempty"`
	Text     string        `json:"text"`
	Events   []SavedEvent  `json:"events,omitempty"`
	Changed  []SavedChange `json:"changed,omitempty"`
}

// SavedEvent is a part of a step: a call that begins or returns, or a statement.
type SavedEvent struct {
	Kind  string `json:"kind"`
	Text  string `json:"text"`
	Depth int    `json:"depth"`
	Lock  string `json:"lock,omitempty"`
	Op    string `json:"op,omitempty"`
	Value string `json:"value,omitempty"`
}

// SavedChange is a variable that a step changed.
type SavedChange struct {
	Name string `json:"name"`
	Old  string `json:"old"`
	New  string `json:"new"`
}

// SavedBlocked is a thread that is stuck at the end of a deadlock.
type SavedBlocked struct {
	Thread string      `json:"thread"`
	Waits  string      `json:"waits_for"`
	Lock   string      `json:"lock,omitempty"`
	File   string      `json:"file,omitempty"`
	Line   int         `json:"line,omitempty"`
	Held   []SavedLock `json:"held,omitempty"`
}

// SavedLink is a dependency of a circle of locks: what is wanted is what the next one holds.
type SavedLink struct {
	Thread string      `json:"thread"`
	Held   SavedLock   `json:"held"`
	Wanted SavedLock   `json:"wanted"`
	Steps  int         `json:"steps"`         // of the shortest run to it
	Run    []SavedStep `json:"run,omitempty"` // its steps; of the first dependency they are those of the trace
}

// SavedLock is a lock that a thread holds.
type SavedLock struct {
	Lock     string `json:"lock"`
	Function string `json:"function,omitempty"`
	File     string `json:"file,omitempty"`
	Line     int    `json:"line,omitempty"`
}

var eventNames = map[model.EventKind]string{model.Enter: "enter", model.Leave: "leave", model.Step: "step", model.Merged: "merged"}
var opNames = map[model.LockOp]string{model.Acquire: "acquire", model.Release: "release", model.Flush: "flush"}

// Save returns what is saved of the trace.
func (t *Trace) Save() *Saved {
	p, prop := t.Program, t.Property()
	out := &Saved{Format: Format, Version: Version, Scenario: p.Name, Kernel: t.Kernel, Steps: []SavedStep{}, Initial: []Value{}}
	out.Property = SavedProperty{Name: prop.Name, Summary: prop.Summary, Kind: prop.Kind.String()}
	out.Property.False, out.Property.But, out.Property.Values = t.violation()
	for id := range p.Vars {
		if v := &p.Vars[id]; v.Kind != model.PC {
			out.Initial = append(out.Initial, Value{Name: v.Display(), Value: t.value(t.States[0], model.VarID(id))})
		}
	}
	for i := range t.Steps {
		out.Steps = append(out.Steps, t.saveStep(i))
	}
	if t.deadlocked() {
		for _, th := range t.stuck() {
			out.Blocked = append(out.Blocked, t.saveBlocked(th))
		}
	}
	for i, l := range t.circle {
		x := SavedLink{Thread: l.thread, Held: saveLock(l.held), Wanted: saveLock(l.wanted), Steps: len(l.run.Steps)}
		for n := range l.run.Steps {
			if i > 0 {
				x.Run = append(x.Run, l.run.saveStep(n))
			}
		}
		out.Circle = append(out.Circle, x)
	}
	return out
}

func saveLock(l model.Lock) SavedLock { return SavedLock{l.Name, l.Func, l.Taken.File, l.Taken.Line} }

// JSON returns the trace as one JSON object, in one line.
func (t *Trace) JSON() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // names such as dev->offline stay readable
	if err := enc.Encode(t.Save()); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func (t *Trace) value(s model.State, id model.VarID) string {
	return t.Program.Vars[id].Type.FormatValue(t.Program.Get(s, id))
}

func (t *Trace) saveStep(i int) SavedStep {
	tr := t.step(i)
	s := SavedStep{Step: i + 1, Thread: t.Program.Threads[tr.Thread].Name, Function: tr.Func,
		File: tr.Pos.File, Line: tr.Pos.Line, Text: tr.Text}
	for _, f := range t.Program.Threads[tr.Thread].Locs[tr.From].Stack {
		s.Stack = append(s.Stack, f.Func)
	}
	for j := range tr.Events {
		e := &tr.Events[j]
		je := SavedEvent{Kind: eventNames[e.Kind], Text: e.Text, Depth: e.Depth, Lock: e.Lock, Op: opNames[e.Op]}
		if e.Value != nil {
			je.Value = e.Type.FormatValue(t.Program.Eval(t.States[i], e.Value))
		}
		s.Events = append(s.Events, je)
	}
	for _, c := range t.Changes(i) {
		v := &t.Program.Vars[c.Var]
		s.Changed = append(s.Changed, SavedChange{v.Display(), v.Type.FormatValue(c.Old), v.Type.FormatValue(c.New)})
	}
	return s
}

func (t *Trace) saveBlocked(th int) SavedBlocked {
	loc := t.location(th)
	j := SavedBlocked{Thread: t.Program.Threads[th].Name, Waits: loc.Text, File: loc.Pos.File, Line: loc.Pos.Line}
	if e := t.wants(th); e != nil {
		j.Lock = e.Lock
	}
	for _, l := range loc.Held {
		j.Held = append(j.Held, saveLock(l))
	}
	return j
}
