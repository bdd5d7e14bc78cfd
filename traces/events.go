package traces

import (
	"slices"
	"strings"

	"hpmc/model"
)

// Event is something that happens in a trace: a call begins or returns, or a statement is executed. The formats that
// follow the course of a trace, rather than draw it as a table, are made of events.
type Event struct {
	Step   int // index in Trace.Steps
	Thread int
	Kind   model.EventKind // Enter, Leave or Step
	Text   string          // as users read it: the call with its arguments, or the statement
	Func   string          // the function that is entered or left, or that the statement stands in
	Depth  int             // number of calls around it
	Pos    model.Pos       // in the model
	Lock   string          // the lock taken, released or flushed, if it is such a statement
	Op     model.LockOp
	Mode   model.LockMode
	Flow   model.FlowOp // what the statement passes on or gets, and by what
	Via    string
	Broken bool // the property breaks here
}

// Events returns the events of the trace in order. Every call that begins and returns does so; those under way at the
// end do not return.
func (t *Trace) Events() []Event {
	b := eventBuilder{t: t, stacks: make([][]Event, len(t.Program.Threads))}
	last := len(t.Steps) - 1
	for i := range t.Steps {
		tr := t.step(i)
		first := len(b.events)
		for j := range tr.Events {
			b.event(i, tr.Thread, &tr.Events[j])
		}
		if !slices.ContainsFunc(b.events[first:], func(e Event) bool { return e.Kind != model.Leave }) {
			b.add(Event{Step: i, Thread: tr.Thread, Kind: model.Step, Text: clean(tr.Text), Func: tr.Func, Pos: tr.Pos})
		}
		if i == last {
			b.broken(first)
		}
	}
	return b.events
}

type eventBuilder struct {
	t      *Trace
	events []Event
	stacks [][]Event // per thread, the calls it is in
}

func (b *eventBuilder) add(e Event) {
	if e.Kind != model.Enter {
		e.Depth = len(b.stacks[e.Thread])
	}
	b.events = append(b.events, e)
}

// cut lets a thread return from calls until it is in n of them.
func (b *eventBuilder) cut(step, thread, n int) {
	for s := b.stacks[thread]; len(s) > n; s = b.stacks[thread] {
		call := s[len(s)-1]
		b.stacks[thread] = s[:len(s)-1]
		b.add(Event{Step: step, Thread: thread, Kind: model.Leave, Text: call.Func + "()", Func: call.Func, Pos: call.Pos})
	}
}

func (b *eventBuilder) event(step, thread int, e *model.Event) {
	before := len(b.events)
	b.cut(step, thread, max(e.Depth, 0))
	x := Event{Step: step, Thread: thread, Kind: e.Kind, Text: clean(e.Text), Pos: e.Pos}
	value := ""
	if e.Value != nil {
		value = e.Type.FormatValue(b.t.Program.Eval(b.t.States[step], e.Value))
	}
	switch e.Kind {
	case model.Enter:
		x.Func, _, _ = strings.Cut(x.Text, "(")
		x.Depth = len(b.stacks[thread])
		b.stacks[thread] = append(b.stacks[thread], x)
		b.add(x)
	case model.Leave:
		// cut has returned from the call already; now what it returned is known.
		if len(b.events) > before && value != "" {
			call := &b.events[len(b.events)-1]
			call.Text = call.Func + "() = " + value
		}
	case model.Step:
		if n := len(b.stacks[thread]); n > 0 {
			x.Func = b.stacks[thread][n-1].Func
		}
		x.Flow, x.Via = e.Flow, e.Via
		if e.Op != model.NoLock && e.Lock != "" {
			x.Lock, x.Op, x.Mode, x.Text = e.Lock, e.Op, e.Mode, lockText(e)
		} else if value != "" {
			x.Text = withValue(x.Text, value)
		}
		b.add(x)
	}
}

// broken marks, among the events of the last step, the one at which the property breaks.
func (b *eventBuilder) broken(first int) {
	if b.t.deadlocked() {
		return
	}
	for i := len(b.events) - 1; i >= first; i-- {
		if b.events[i].Kind == model.Step || i == first {
			b.events[i].Broken = true
			return
		}
	}
}

// Wait is a time in which a thread could not go on.
type Wait struct {
	Thread   int
	From, To int      // it waits from before step From to before step To; len(Trace.Steps) is the end
	Lock     string   // the lock or the work item that it waits for; "" if it is something else
	Text     string   // the statement that it stands before
	Holders  []string // the threads that hold the lock or run the work as the wait begins
}

// Waits returns the waits of a trace, by when they begin. A thread that may stay where it is does not wait.
func (t *Trace) Waits() []Wait {
	var out []Wait
	open := make([]int, len(t.Program.Threads)) // index in out plus 1
	for i, s := range t.States {
		for th := range t.Program.Threads {
			loc := t.locationIn(s, th)
			if loc.Rest || t.canStep(s, th) {
				open[th] = 0
				continue
			}
			if w := open[th]; w > 0 && out[w-1].Text == clean(loc.Text) {
				out[w-1].To = i
				continue
			}
			w := Wait{Thread: th, From: i, To: i, Text: clean(loc.Text)}
			if e := t.wantsIn(s, th); e != nil {
				w.Lock, w.Holders = e.Lock, t.holdersIn(s, e.Lock, th)
			}
			out = append(out, w)
			open[th] = len(out)
		}
	}
	for i := range out {
		out[i].To = min(out[i].To+1, len(t.Steps)) // it could not step in the state before that either
	}
	return out
}

func (t *Trace) canStep(s model.State, thread int) bool {
	for _, id := range t.Program.Threads[thread].Out[t.Program.Loc(s, thread)] {
		if t.Program.Enabled(s, &t.Program.Transitions[id]) {
			return true
		}
	}
	return false
}

// Flow leads from one event to another one that it brought about.
type Flow struct {
	Name     string // of the work item or the queue
	From, To int    // indices of events
}

// Flows returns what goes from one thread to another: work from where it is queued to where it runs, messages from where
// they are sent to where they are received.
func (t *Trace) Flows(events []Event) []Flow {
	var out []Flow
	queued := map[string]int{}
	sent := map[string][]int{}
	for i, e := range events {
		if e.Kind != model.Step {
			continue
		}
		switch e.Flow {
		case model.Queues:
			if t.changed(e.Step, e.Via) {
				queued[e.Via] = i
			}
		case model.Sends:
			sent[e.Via] = append(sent[e.Via], i)
		case model.Receives:
			if q := sent[e.Via]; len(q) > 0 {
				out = append(out, Flow{e.Via, q[0], i})
				sent[e.Via] = q[1:]
			}
		}
		if e.Mode == model.WorkItem && e.Op == model.Acquire {
			if from, ok := queued[e.Lock]; ok {
				out = append(out, Flow{e.Lock, from, i})
				delete(queued, e.Lock)
			}
		}
	}
	return out
}

// changed tells whether a step changed a part of something.
func (t *Trace) changed(step int, of string) bool {
	return slices.ContainsFunc(t.Changes(step), func(c Change) bool {
		return strings.HasPrefix(t.Program.Vars[c.Var].Display(), of+".")
	})
}

// Threads returns the threads that act in the trace or must not stay where they are at its end, in the program's order.
func (t *Trace) Threads() []int {
	var out []int
	for th := range t.Program.Threads {
		acts := t.deadlocked() && !t.location(th).Rest
		for i := range t.Steps {
			acts = acts || t.step(i).Thread == th
		}
		if acts {
			out = append(out, th)
		}
	}
	return out
}

// Row is a line of a trace as it is drawn: a call, a statement, or what a stuck thread waits for.
type Row struct {
	Step   int // index in Trace.Steps; len(Steps) for what a thread is stuck at
	Thread int
	Depth  int // rows of calls around it
	Text   string
	Call   bool
	Broken bool // the property breaks here
	Waits  bool // the thread is stuck here
}

// Rows returns the lines of the trace: all of them, or those that matter, without calls that only lead to the next one.
func (t *Trace) Rows(all bool) []Row {
	var out []Row
	rows := t.shown(all)
	if !all {
		rows = collapse(rows)
	}
	for _, r := range rows {
		out = append(out, Row{r.step, r.thread, r.depth, r.text, r.kind == model.Enter, r.marked && !t.deadlocked(), r.blocks})
	}
	return out
}

// Choice is a thread at a state: what it could do, or why it could not go on.
type Choice struct {
	Thread  int
	Text    string // the statement that it stands before; "" at its end
	Enabled bool
	Rests   bool   // it may stay there for ever
	Waits   string // what it waits for, if it is not enabled and does not rest
}

// Choices returns what each thread could do in state i.
func (t *Trace) Choices(i int) []Choice {
	s := t.States[i]
	out := make([]Choice, len(t.Program.Threads))
	for th := range out {
		loc := t.locationIn(s, th)
		c := Choice{Thread: th, Text: clean(loc.Text), Enabled: t.canStep(s, th), Rests: loc.Rest}
		if !c.Enabled && !c.Rests {
			c.Waits = waiting(t.Program, s, th)
		}
		out[th] = c
	}
	return out
}

// Reasons says which clauses are false, what holds instead, and the values that decide it, and of a deadlock who waits
// for whom and who holds what, in lines of at most width columns.
func (t *Trace) Reasons(width int) string {
	if t.deadlocked() {
		return t.locks(width)
	}
	return t.reasons(width, true)
}
