package traces

import (
	"bytes"
	"encoding/json"

	"hpmc/model"
)

type jsonTrace struct {
	Scenario string       `json:"scenario"`
	Kernel   string       `json:"kernel,omitempty"`
	Property jsonProperty `json:"property"`
	Initial  []Value      `json:"initial"`
	Steps    []jsonStep   `json:"steps"`
	Blocked  []jsonThread `json:"blocked,omitempty"`
}

type jsonProperty struct {
	Name    string   `json:"name"`
	Summary string   `json:"summary,omitempty"`
	Kind    string   `json:"kind"`
	False   []string `json:"false,omitempty"`
	But     []string `json:"but,omitempty"`
	Values  []Value  `json:"values,omitempty"`
}

type jsonStep struct {
	Step     int          `json:"step"`
	Thread   string       `json:"thread"`
	Function string       `json:"function,omitempty"`
	File     string       `json:"file,omitempty"`
	Line     int          `json:"line,omitempty"`
	Text     string       `json:"text"`
	Events   []jsonEvent  `json:"events,omitempty"`
	Changed  []jsonChange `json:"changed,omitempty"`
}

type jsonEvent struct {
	Kind  string `json:"kind"`
	Text  string `json:"text"`
	Depth int    `json:"depth"`
	Lock  string `json:"lock,omitempty"`
	Op    string `json:"op,omitempty"`
	Value string `json:"value,omitempty"`
}

type jsonChange struct {
	Name string `json:"name"`
	Old  string `json:"old"`
	New  string `json:"new"`
}

type jsonThread struct {
	Thread string     `json:"thread"`
	Waits  string     `json:"waits_for"`
	Lock   string     `json:"lock,omitempty"`
	File   string     `json:"file,omitempty"`
	Line   int        `json:"line,omitempty"`
	Held   []jsonLock `json:"held,omitempty"`
}

type jsonLock struct {
	Lock     string `json:"lock"`
	Function string `json:"function,omitempty"`
	File     string `json:"file,omitempty"`
	Line     int    `json:"line,omitempty"`
}

var eventNames = map[model.EventKind]string{model.Enter: "enter", model.Leave: "leave", model.Step: "step", model.Merged: "merged"}
var opNames = map[model.LockOp]string{model.Acquire: "acquire", model.Release: "release", model.Flush: "flush"}

// JSON returns the trace as one JSON object.
func (t *Trace) JSON() ([]byte, error) {
	p, prop := t.Program, t.Property()
	out := jsonTrace{Scenario: p.Name, Kernel: t.Kernel, Steps: []jsonStep{}, Initial: []Value{}}
	out.Property = jsonProperty{Name: prop.Name, Summary: prop.Summary, Kind: prop.Kind.String()}
	out.Property.False, out.Property.But, out.Property.Values = t.violation()
	for id := range p.Vars {
		if v := &p.Vars[id]; v.Kind != model.PC {
			out.Initial = append(out.Initial, Value{v.Display(), t.value(t.States[0], model.VarID(id))})
		}
	}
	for i := range t.Steps {
		out.Steps = append(out.Steps, t.jsonStep(i))
	}
	if t.deadlocked() {
		for _, th := range t.stuck() {
			out.Blocked = append(out.Blocked, t.jsonThread(th))
		}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // names such as dev->offline stay readable
	if err := enc.Encode(out); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func (t *Trace) value(s model.State, id model.VarID) string {
	return t.Program.Vars[id].Type.FormatValue(t.Program.Get(s, id))
}

func (t *Trace) jsonStep(i int) jsonStep {
	tr := t.step(i)
	s := jsonStep{Step: i + 1, Thread: t.Program.Threads[tr.Thread].Name, Function: tr.Func,
		File: tr.Pos.File, Line: tr.Pos.Line, Text: tr.Text}
	for j := range tr.Events {
		e := &tr.Events[j]
		je := jsonEvent{Kind: eventNames[e.Kind], Text: e.Text, Depth: e.Depth, Lock: e.Lock, Op: opNames[e.Op]}
		if e.Value != nil {
			je.Value = e.Type.FormatValue(t.Program.Eval(t.States[i], e.Value))
		}
		s.Events = append(s.Events, je)
	}
	for _, c := range t.Changes(i) {
		v := &t.Program.Vars[c.Var]
		s.Changed = append(s.Changed, jsonChange{v.Display(), v.Type.FormatValue(c.Old), v.Type.FormatValue(c.New)})
	}
	return s
}

func (t *Trace) jsonThread(th int) jsonThread {
	loc := t.location(th)
	j := jsonThread{Thread: t.Program.Threads[th].Name, Waits: loc.Text, File: loc.Pos.File, Line: loc.Pos.Line}
	if e := t.wants(th); e != nil {
		j.Lock = e.Lock
	}
	for _, l := range loc.Held {
		j.Held = append(j.Held, jsonLock{l.Name, l.Func, l.Taken.File, l.Taken.Line})
	}
	return j
}
