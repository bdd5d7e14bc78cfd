package conformance

import (
	"cmp"
	"fmt"
	"slices"

	"hpmc/conformance/ftrace"
	"hpmc/model"
)

// seen is an event that a step of the program must match.
type seen struct {
	ev      *ftrace.Event
	by      source
	kind    model.EventKind
	fn      string
	args    []string
	result  string
	caller  string // "" if it is not known, or no model has it
	task    int    // index in viewed.tasks of a task that may stand for several threads; else -1
	threads []int  // that it may be of
}

// matches tells whether an event can be what a thread does next.
func (e *seen) matches(it *item) bool {
	if e.by != it.by || e.kind != it.kind || e.fn != it.fn || !agree(e.args, it.args) {
		return false
	}
	if e.result != "" && it.result != "" && value(e.result) != value(it.result) {
		return false
	}
	return e.caller == "" || e.caller == it.fn || slices.Contains(it.stack, e.caller)
}

// viewed is a recording as a program sees it.
type viewed struct {
	events   []seen
	leftOut  []LeftOut
	warnings []string
	tasks    []string
	traced   map[string]bool // functions that the recording shows the beginnings of
	occurs   map[string]bool // of them those that it has some of
	returns  map[string]bool // and the ends
	marked   map[mark]bool   // calls of which programs speak
	queued   map[string]bool // functions of work items of which it is recorded when they are queued
	roots    map[string]bool
	voc      Vocabulary
}

type mark struct {
	thread int
	fn     string
	kind   model.EventKind
}

// shows tells whether the recording shows what a thread does, and by what.
func (v *viewed) shows(th int, fn string, kind model.EventKind) (tracer, marker bool) {
	tracer = kind == model.Enter && v.traced[fn] || kind == model.Leave && v.returns[fn]
	return tracer && !many[fn] && !v.roots[fn], v.marked[mark{th, fn, kind}]
}

// enters tells whether the recording shows that a thread enters a function within others. If it has no call of the function
// at all, although that was traced, the one within its own file may be inlined.
func (v *viewed) enters(th int, fn string, stack []string) bool {
	tracer, _ := v.shows(th, fn, model.Enter)
	return tracer && !isInlined(fn, stack) && (v.occurs[fn] || !v.voc.inlinable(fn, stack))
}

// viewer makes a viewed.
type viewer struct {
	m      *machine
	rec    *ftrace.Recording
	voc    Vocabulary
	v      *viewed
	names  map[string]bool  // functions of which the recording would show the beginnings
	tracer map[string]bool  // of them those that the function tracer shows
	who    map[string][]int // the threads that a task has said to be
	out    map[string]*LeftOut
}

// view reads a recording with a program in mind.
func view(m *machine, rec *ftrace.Recording, voc Vocabulary) (*viewed, error) {
	w := &viewer{m: m, rec: rec, voc: voc, names: map[string]bool{}, tracer: map[string]bool{}, who: map[string][]int{}, out: map[string]*LeftOut{}}
	w.v = &viewed{traced: map[string]bool{}, occurs: map[string]bool{}, returns: map[string]bool{}, marked: map[mark]bool{}, queued: map[string]bool{}, roots: m.roots, voc: voc}
	for _, f := range rec.Functions {
		w.names[plain(f)], w.tracer[plain(f)] = true, true
	}
	for i := range rec.Events {
		e := &rec.Events[i]
		switch e.Kind {
		case ftrace.Function:
			w.names[plain(e.Name)], w.tracer[plain(e.Name)] = true, true
		case ftrace.Entry:
			w.names[plain(e.Name)] = true
			w.names[plain(e.Probe)] = true
		case ftrace.Marker:
			if err := w.announce(e); err != nil {
				return nil, err
			}
		}
	}
	for f := range w.names {
		w.v.traced[w.name(f)] = true
	}
	for i := range rec.Events {
		if e := &rec.Events[i]; e.Kind == ftrace.Function || e.Kind == ftrace.Entry {
			w.v.occurs[w.function(e)] = true
		}
	}
	for i := range rec.Events {
		if err := w.event(&rec.Events[i]); err != nil {
			return nil, err
		}
	}
	for _, l := range w.out {
		w.v.leftOut = append(w.v.leftOut, *l)
	}
	slices.SortFunc(w.v.leftOut, func(a, b LeftOut) int { return a.Line - b.Line })
	return w.v, nil
}

// name returns the name by which models know a function.
func (w *viewer) name(f string) string {
	f = plain(f)
	if g := inner[f]; g != "" && len(w.voc.in[f]) == 0 && !w.names[g] {
		return g
	}
	return f
}

// function returns the name by which models know the function of an event. A probe may be set elsewhere than in the
// function that it is named after, where that one cannot be probed.
func (w *viewer) function(e *ftrace.Event) string {
	if p := w.name(e.Probe); e.Kind == ftrace.Entry && w.voc.knows(p) {
		return p
	}
	return w.name(e.Name)
}

// leave leaves an event out.
func (w *viewer) leave(e *ftrace.Event, name, format string, args ...any) {
	why := fmt.Sprintf(format, args...)
	key := name + "\n" + why
	if l := w.out[key]; l != nil {
		l.Count++
		return
	}
	w.out[key] = &LeftOut{Name: name, Why: why, Count: 1, Line: e.Line}
}

// event adds an event to those that the program must match, or leaves it out.
func (w *viewer) event(e *ftrace.Event) error {
	s := seen{ev: e, task: -1}
	switch e.Kind {
	case ftrace.Marker:
		return w.marker(e)
	case ftrace.Other:
		f, kind, ok := work(e)
		switch {
		case ok:
		case e.Name == "workqueue_execute_start":
			w.leave(e, e.Name, "the work item's function is entered at once")
			return nil
		default:
			w.leave(e, cmp.Or(e.Name, e.Text), "no call of a function")
			return nil
		}
		s.fn, s.kind = f, kind
	case ftrace.Return:
		s.kind = model.Leave
		s.result = returned(e)
	}
	if e.Kind != ftrace.Other {
		s.fn = w.function(e)
	}
	if s.kind == model.Enter {
		if c := w.name(e.Caller); e.Caller != "" && w.voc.knows(c) && !many[c] {
			s.caller = c
		}
	}
	if why := w.outside(e, &s); why != "" {
		w.leave(e, e.Name, "%s", why)
		return nil
	}
	if s.fn == "kobject_uevent" && s.kind == model.Enter {
		if !uevent(e, &s) {
			w.leave(e, e.Name, "no uevent of a CPU that comes or goes")
			return nil
		}
	}
	why, err := w.whose(e, &s)
	if err != nil {
		return err
	}
	if why != "" {
		w.leave(e, e.Name, "%s", why)
		return nil
	}
	switch s.kind {
	case model.Leave:
		w.v.returns[s.fn] = true
	case model.Step:
		w.v.queued[s.fn] = true
	}
	w.v.events = append(w.v.events, s)
	return nil
}
