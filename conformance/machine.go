package conformance

import (
	"slices"
	"strings"

	"hpmc/model"
)

// source tells what records a call.
type source uint8

const (
	byTracer source = iota // the function tracer or a kprobe
	byMarker               // the program that made the call wrote so to trace_marker
)

// item is something that a thread does and that the recording would show.
type item struct {
	by     source
	kind   model.EventKind // Enter, Leave or, of a work item that is queued, Step
	fn     string
	args   []string // "" where not known; of a Leave what a struct is made of
	result string   // of a Leave; "" if not known
	stack  []string // the functions it happens in, outermost first
}

// call writes an item as its reader knows it.
func (it *item) call() string {
	switch {
	case it.kind == model.Step:
		return "queues " + it.fn + "()"
	case it.kind == model.Leave && it.fn == received && len(it.args) == 2:
		return "receives " + action(it.args[0]) + " cpu" + it.args[1]
	case it.kind == model.Leave && it.result != "":
		return it.fn + "() = " + it.result
	case it.kind == model.Leave:
		return it.fn + "() returns"
	}
	known := slices.DeleteFunc(slices.Clone(it.args), func(a string) bool { return a == "" })
	return it.fn + "(" + strings.Join(known, ", ") + ")"
}

// action writes the constant of the model as the environment of a uevent has it.
func action(a string) string { return strings.ToUpper(strings.TrimPrefix(a, "Kobj")) }

// pattern is an event of a transition before it is known what the recording shows of it.
type pattern struct {
	ev    *model.Event
	fn    string
	stack []string
}

// machine is a program with what its threads show.
type machine struct {
	p      *model.Program
	before [][]pattern       // per thread, what it does before its first step
	after  [][]pattern       // per transition, what its thread does between it and the next one
	verb   [][]string        // per thread and location, the function of package hp that its next step begins; "" for none
	queues []string          // per transition, the function of the work item that it queues
	calls  []map[string]bool // per thread, the functions that it can enter, and those that it can queue
	roots  map[string]bool   // functions that threads are in all the time

	view  *viewed
	lists []list
	byKey map[string]int32
	fixed []int32 // per transition, its list, if it is always the same one; else -1
	start []int32
}

// list is what a thread has to show before its next step.
type list struct {
	items []item
	rest  int32 // the list without its first item
}

const (
	none   int32 = 0 // the empty list
	varies int32 = -1
)

func newMachine(p *model.Program) *machine {
	m := &machine{p: p, byKey: map[string]int32{}, lists: make([]list, 1), roots: map[string]bool{}}
	m.before = make([][]pattern, len(p.Threads))
	m.after = make([][]pattern, len(p.Transitions))
	m.verb = make([][]string, len(p.Threads))
	m.queues = make([]string, len(p.Transitions))
	m.calls = make([]map[string]bool, len(p.Threads))
	for th := range p.Threads {
		m.thread(th)
	}
	return m
}

// thread notes what a thread shows, transition by transition. What happens before the first step of a thread stands in
// every transition that leaves its first location, also when it comes back there.
func (m *machine) thread(th int) {
	t := &m.p.Threads[th]
	m.calls[th] = map[string]bool{}
	m.verb[th] = make([]string, len(t.Locs))
	note := func(ps []pattern) {
		for _, x := range ps {
			if x.ev.Kind == model.Enter {
				m.calls[th][x.fn] = true
				if t.Daemon && len(x.stack) == 0 {
					m.roots[x.fn] = true
				}
			}
		}
	}
	for from, out := range t.Out {
		for _, id := range out {
			before, after := m.split(&m.p.Transitions[id])
			if from == 0 {
				m.before[th] = before
			}
			m.after[id] = after
			note(before)
			note(after)
			if f := queues(&m.p.Transitions[id]); f != "" {
				m.queues[id] = f
				m.calls[th][f] = true
			}
		}
		if len(out) > 0 {
			if v := m.begins(&m.p.Transitions[out[0]]); v != "" {
				m.verb[th][from] = v
				m.calls[th][v] = true
			}
		}
	}
}

// split returns the calls and returns of a transition before and after its step.
func (m *machine) split(t *model.Transition) (before, after []pattern) {
	var stack []string
	for _, f := range m.p.Threads[t.Thread].Locs[t.From].Stack {
		stack = append(stack, f.Func)
	}
	step := slices.ContainsFunc(t.Events, func(e model.Event) bool { return e.Kind == model.Step })
	past := !step
	for i := range t.Events {
		e := &t.Events[i]
		switch e.Kind {
		case model.Step:
			past = true
			continue
		case model.Merged:
			continue
		}
		fn, _, _ := strings.Cut(e.Text, "(")
		stack = slices.Clone(stack[:min(e.Depth, len(stack))])
		x := pattern{ev: e, fn: fn, stack: stack}
		if e.Kind == model.Enter {
			stack = append(slices.Clone(stack), fn)
		}
		if past {
			after = append(after, x)
		} else {
			before = append(before, x)
		}
	}
	return before, after
}

// begins returns the function of package hp whose first step a transition is. A step that follows one with the same text
// in the same call is a later one.
func (m *machine) begins(t *model.Transition) string {
	for fn, prefix := range verbs {
		if !strings.HasPrefix(t.Text, prefix) {
			continue
		}
		for i := range m.p.Transitions {
			u := &m.p.Transitions[i]
			if u.Thread == t.Thread && u.To == t.From && u.From != t.From && u.Text == t.Text && frame(u) == frame(t) {
				return ""
			}
		}
		return fn
	}
	return ""
}

// queues returns the function of the work item that a transition queues, or "". A work item has its function's name, without
// the end.
func queues(t *model.Transition) string {
	item, ok := strings.CutPrefix(t.Text, verbs["queue_work"])
	if !ok {
		return ""
	}
	return strings.TrimSuffix(item, ")") + "fn"
}

// again returns what a thread shows if it begins its system call again at a location, because it does not get a lock; none
// if it does not do that there. In the model it has made the call once, and waits.
func (m *machine) again(th, loc int) int32 {
	stack := m.p.Threads[th].Locs[loc].Stack
	if len(stack) == 0 || stack[len(stack)-1].Func != restarts {
		return none
	}
	var items []item
	var around []string
	for _, f := range stack {
		if m.view.enters(th, f.Func, around) {
			items = append(items, item{kind: model.Enter, fn: f.Func, stack: slices.Clone(around)})
		}
		around = append(around, f.Func)
	}
	return m.intern(items)
}

// frame is the call in which a transition's step stands.
func frame(t *model.Transition) int {
	for i := range t.Events {
		if t.Events[i].Kind == model.Step {
			return t.Events[i].Frame
		}
	}
	return -1
}
