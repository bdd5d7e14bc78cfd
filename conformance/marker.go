package conformance

import (
	"regexp"
	"slices"
	"strings"

	"hpmc/conformance/ftrace"
	"hpmc/model"
)

// The lines that programs write to trace_marker: they say which thread of the scenario a task is, and what of its calls
// no tracer shows.
var (
	markerRE   = regexp.MustCompile(`^hpmc:\s+(\S+)\s+(.*\S)\s*$`)
	beginsRE   = regexp.MustCompile(`^([A-Za-z_]\w*)\((.*)\) begins$`)
	endsRE     = regexp.MustCompile(`^([A-Za-z_]\w*)\((.*)\) = (\S+)$`)
	receivesRE = regexp.MustCompile(`^receives ([A-Z]+) cpu(\d+)$`)
)

// said is what a marker says.
type said struct {
	thread string
	kind   model.EventKind
	call   call
	result string
}

// parseMarker reads a marker; ok is false for one that speaks of no call.
func parseMarker(text string) (s said, ok bool) {
	m := markerRE.FindStringSubmatch(text)
	if m == nil {
		return s, false
	}
	s.thread = m[1]
	if b := beginsRE.FindStringSubmatch(m[2]); b != nil {
		s.kind, s.call = model.Enter, call{b[1], splitArgs(b[2])}
		return s, true
	}
	if b := endsRE.FindStringSubmatch(m[2]); b != nil {
		s.kind, s.call, s.result = model.Leave, call{b[1], splitArgs(b[2])}, result(b[3])
		return s, true
	}
	if b := receivesRE.FindStringSubmatch(m[2]); b != nil {
		s.kind, s.call = model.Leave, call{received, []string{kobj(b[1]), b[2]}}
		return s, true
	}
	return s, false
}

// announce notes which thread a task says to be, and what it will speak of.
func (w *viewer) announce(e *ftrace.Event) error {
	s, ok := parseMarker(e.Text)
	if !ok {
		return nil
	}
	th := slices.IndexFunc(w.m.p.Threads, func(t model.Thread) bool { return t.Name == s.thread })
	if th < 0 {
		var names []string
		for _, t := range w.m.p.Threads {
			if !t.Daemon {
				names = append(names, t.Name)
			}
		}
		return &Error{w.rec.File, e.Line, "the recording has a thread " + s.thread + ", and the scenario has none of that name; its threads: " + strings.Join(names, ", ")}
	}
	fn, _ := s.call.inModel()
	if !w.voc.knows(fn) {
		return &Error{w.rec.File, e.Line, s.thread + " speaks of " + s.call.fn + "(), and there is no such function in the model"}
	}
	if t := taskOf(e); !slices.Contains(w.who[t], th) {
		w.who[t] = append(w.who[t], th)
	}
	w.v.marked[mark{th, fn, s.kind}] = true
	return nil
}

// marker adds what a program wrote.
func (w *viewer) marker(e *ftrace.Event) error {
	s, ok := parseMarker(e.Text)
	if !ok {
		name, why := "tracing_mark_write", "a marker that is not hpmc's"
		if strings.HasPrefix(e.Text, "hpmc:") {
			name, why = e.Text, "a marker that speaks of no call"
		}
		w.leave(e, name, "%s", why)
		return nil
	}
	th := slices.IndexFunc(w.m.p.Threads, func(t model.Thread) bool { return t.Name == s.thread })
	x := seen{ev: e, by: byMarker, kind: s.kind, result: s.result, task: -1, threads: []int{th}}
	x.fn, x.args = s.call.inModel()
	if s.kind == model.Leave && x.fn != received {
		x.args = nil // of the call: a return of the model does not repeat them
	}
	w.v.events = append(w.v.events, x)
	return nil
}
