package traces

import (
	"strings"

	"hpmc/model"
)

// row is one line of a table before it is laid out.
type row struct {
	thread int
	step   int // index in Trace.Steps; len(Steps) for what a stuck thread waits for
	kind   model.EventKind
	text   string
	parent int // row of the call it stands in, or -1
	lock   string
	op     model.LockOp
	failed string // the error that a Leave returns
	blocks bool   // the statement at which a thread is stuck
	late   bool   // of the last step, but after what breaks the property
	marked bool   // where the property breaks
	keep   bool
	depth  int // calls shown around it
}

// rows returns every event of the trace that could be a line, in order of time.
func (t *Trace) rows() []row {
	b := rowBuilder{t: t, stacks: make([][]int, len(t.Program.Threads))}
	for i := range t.Steps {
		tr := t.step(i)
		first := len(b.rows)
		for j := range tr.Events {
			b.event(i, tr.Thread, &tr.Events[j])
		}
		if !b.hasStep(first) {
			b.add(row{thread: tr.Thread, step: i, kind: model.Step, text: clean(tr.Text), parent: b.top(tr.Thread)})
		}
	}
	t.mark(b.rows)
	if t.Property().Kind == model.Deadlock {
		for _, th := range t.stuck() {
			b.stuck(th)
		}
	}
	return b.rows
}

// mark marks the row at which the property breaks. A transition ends with the beginnings of the calls that
// come after its statement. A check made when a function returns is of the statement, and one made before
// a function is called is of that call; what comes later is left out.
func (t *Trace) mark(rows []row) {
	marked := -1
	for i := range rows {
		if r := &rows[i]; r.step == len(t.Steps)-1 && (r.kind == model.Step || marked < 0) {
			marked = i
		}
	}
	if marked < 0 {
		return
	}
	if t.Property().Kind == model.AtEvent && !t.returns() {
		for i := marked + 1; i < len(rows); i++ {
			if rows[i].kind == model.Enter {
				marked = i
				break
			}
		}
	}
	rows[marked].marked = true
	for i := marked + 1; i < len(rows) && !t.deadlocked(); i++ {
		rows[i].late = rows[i].kind != model.Leave
	}
}

// returns tells whether a call returns in the last transition.
func (t *Trace) returns() bool {
	for _, e := range t.step(len(t.Steps) - 1).Events {
		if e.Kind == model.Leave {
			return true
		}
	}
	return false
}

type rowBuilder struct {
	t      *Trace
	rows   []row
	stacks [][]int // per thread, the rows of the calls it is in; -1 for a call that no event began
}

func (b *rowBuilder) add(r row) { b.rows = append(b.rows, r) }

func (b *rowBuilder) top(thread int) int {
	s := b.stacks[thread]
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] >= 0 {
			return s[i]
		}
	}
	return -1
}

// level cuts or fills the stack of a thread to n calls.
func (b *rowBuilder) level(thread, n int) {
	s := b.stacks[thread]
	for len(s) < n {
		s = append(s, -1)
	}
	b.stacks[thread] = s[:n]
}

func (b *rowBuilder) hasStep(first int) bool {
	for _, r := range b.rows[first:] {
		if r.kind == model.Step || r.kind == model.Enter {
			return true
		}
	}
	return false
}

func (b *rowBuilder) event(step, thread int, e *model.Event) {
	p, before := b.t.Program, b.t.States[step]
	b.level(thread, max(e.Depth, 0))
	r := row{thread: thread, step: step, kind: e.Kind, text: clean(e.Text), parent: b.top(thread)}
	switch e.Kind {
	case model.Enter:
		b.stacks[thread] = append(b.stacks[thread], len(b.rows))
		b.add(r)
	case model.Step:
		if e.Op != model.NoLock && e.Lock != "" {
			r.lock, r.op, r.text = e.Lock, e.Op, lockText(e)
		} else if e.Value != nil {
			r.text = withValue(r.text, e.Type.FormatValue(p.Eval(before, e.Value)))
		}
		b.add(r)
	case model.Leave:
		if e.Type == nil || e.Type.Kind != model.Errno || e.Value == nil {
			return
		}
		if v := e.Type.FormatValue(p.Eval(before, e.Value)); strings.HasPrefix(v, "-") {
			name, _, _ := strings.Cut(r.text, " = ")
			r.text, r.failed = name+" = "+v, v
			b.add(r)
		}
	}
}

// stuck adds what a thread waits for in the last state, with the calls that lead there.
func (b *rowBuilder) stuck(thread int) {
	loc := b.t.location(thread)
	step := len(b.t.Steps)
	for i := len(b.stacks[thread]); i < len(loc.Stack); i++ {
		f := loc.Stack[i]
		r := row{thread: thread, step: step, kind: model.Enter, text: clean(f.Func + "()"), parent: b.top(thread)}
		b.stacks[thread] = append(b.stacks[thread], len(b.rows))
		b.add(r)
	}
	r := row{thread: thread, step: step, kind: model.Step, text: clean(loc.Text), blocks: true}
	b.level(thread, len(loc.Stack))
	r.parent = b.top(thread)
	if e := b.t.wants(thread); e != nil {
		r.lock, r.op, r.text = e.Lock, e.Op, lockText(e)
	}
	b.add(r)
}

// lockText names an operation on a lock as lockdep does.
func lockText(e *model.Event) string {
	name := "(" + e.Lock + ")"
	switch {
	case e.Mode == model.WorkItem && e.Op == model.Acquire:
		return "run" + name
	case e.Mode == model.WorkItem && e.Op == model.Release:
		return "finish" + name
	case e.Op == model.Flush && e.Text != "":
		return clean(e.Text)
	case e.Op == model.Flush:
		return "flush" + name
	case e.Op == model.Release:
		return "unlock" + name
	case e.Mode == model.SharedMode:
		return "rlock" + name
	}
	return "lock" + name
}

// withValue adds the value of a statement unless the statement says it.
func withValue(text, value string) string {
	if strings.HasSuffix(text, "= "+value) || value == "" {
		return text
	}
	return text + " // " + value
}
