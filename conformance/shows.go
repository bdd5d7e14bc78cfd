package conformance

import (
	"fmt"
	"slices"

	"hpmc/model"
)

// observe says what of the program the recording would show, and makes lists of it where they are always the same.
func (m *machine) observe(v *viewed) {
	m.view = v
	m.start = make([]int32, len(m.p.Threads))
	m.fixed = make([]int32, len(m.p.Transitions))
	init := m.p.Initial()
	for th := range m.p.Threads {
		m.start[th] = m.list(th, m.before[th], 0, init)
	}
	for id, ps := range m.after {
		t := &m.p.Transitions[id]
		if m.queues[id] != "" && v.queued[m.queues[id]] || slices.ContainsFunc(ps, func(x pattern) bool { return m.depends(t.Thread, x) }) {
			m.fixed[id] = varies
		} else {
			m.fixed[id] = m.list(t.Thread, ps, t.To, init)
		}
	}
}

// depends tells whether what the recording would show of a pattern depends on the state.
func (m *machine) depends(th int, x pattern) bool {
	tracer, marker := m.view.shows(th, x.fn, x.ev.Kind)
	if !tracer && !marker {
		return false
	}
	vary := func(e *model.Expr) bool { return e != nil && e.Op != model.Const }
	return vary(x.ev.Value) || slices.ContainsFunc(x.ev.Parts, func(p model.Part) bool { return vary(p.Value) })
}

// shows returns what a thread has to show after it has taken a transition from s.
func (m *machine) shows(id int, s model.State) int32 {
	if l := m.fixed[id]; l != varies {
		return l
	}
	t := &m.p.Transitions[id]
	if f := m.queues[id]; f != "" && m.view.queued[f] && m.changes(t, s) {
		return m.list(t.Thread, m.after[id], t.To, s, item{kind: model.Step, fn: f})
	}
	return m.list(t.Thread, m.after[id], t.To, s)
}

// changes tells whether a step changes anything: queuing a work item that is queued already does not, and is not recorded.
func (m *machine) changes(t *model.Transition, s model.State) bool {
	return slices.ContainsFunc(t.Effect, func(a model.Assign) bool {
		return m.p.Vars[a.Var].Kind == model.Shared && m.p.Get(s, a.Var) != m.p.Eval(s, a.Val)
	})
}

// list returns the list of items, and of what patterns show when the state before them is s and they lead to a location.
func (m *machine) list(th int, ps []pattern, to int, s model.State, items ...item) int32 {
	for _, x := range ps {
		items = append(items, m.items(th, x, s)...)
	}
	if it, ok := m.verbItem(th, to); ok {
		items = append(items, it)
	}
	return m.intern(items)
}

func (m *machine) intern(items []item) int32 {
	if len(items) == 0 {
		return none
	}
	key := fmt.Sprint(items)
	if id, ok := m.byKey[key]; ok {
		return id
	}
	rest := m.intern(items[1:])
	id := int32(len(m.lists))
	m.byKey[key] = id
	m.lists = append(m.lists, list{items, rest})
	return id
}

// head returns the first item of a list that is not empty.
func (m *machine) head(l int32) *item { return &m.lists[l].items[0] }

// items returns what the recording would show of a call or a return: a program speaks of a call before it makes it, and
// of its end after it.
func (m *machine) items(th int, x pattern, s model.State) []item {
	var out []item
	tracer, marker := m.view.shows(th, x.fn, x.ev.Kind)
	if x.ev.Kind == model.Enter {
		tracer = m.view.enters(th, x.fn, x.stack)
	}
	if !tracer && !marker {
		return nil
	}
	it := item{kind: x.ev.Kind, fn: x.fn, stack: x.stack}
	for _, part := range x.ev.Parts {
		a := ""
		if part.Value != nil {
			a = part.Type.FormatValue(m.p.Eval(s, part.Value))
		}
		it.args = append(it.args, a)
	}
	if x.ev.Value != nil {
		it.result = x.ev.Type.FormatValue(m.p.Eval(s, x.ev.Value))
	}
	by := []source{byMarker, byTracer}
	if x.ev.Kind == model.Leave {
		slices.Reverse(by)
	}
	for _, b := range by {
		if b == byTracer && tracer || b == byMarker && marker {
			it.by = b
			out = append(out, it)
		}
	}
	return out
}

// verbItem is the call of a function of package hp that a thread makes at a location, if the recording would show it.
func (m *machine) verbItem(th, loc int) (item, bool) {
	fn := m.verb[th][loc]
	if fn == "" {
		return item{}, false
	}
	var stack []string
	for _, f := range m.p.Threads[th].Locs[loc].Stack {
		stack = append(stack, f.Func)
	}
	if !m.view.enters(th, fn, stack) {
		return item{}, false
	}
	return item{kind: model.Enter, fn: fn, stack: stack}, true
}
