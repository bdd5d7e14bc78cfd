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
	fn     string
	args   []string
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
		s.kind, s.fn, s.args = model.Enter, b[1], splitArgs(b[2])
		return s, true
	}
	if b := endsRE.FindStringSubmatch(m[2]); b != nil {
		// The arguments are those of the call, which a return does not repeat.
		s.kind, s.fn, s.result = model.Leave, b[1], result(b[3])
		return s, true
	}
	if b := receivesRE.FindStringSubmatch(m[2]); b != nil {
		s.kind, s.fn, s.args = model.Leave, received, []string{"Kobj" + b[1][:1] + strings.ToLower(b[1][1:]), b[2]}
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
	if !w.voc.knows(s.fn) {
		return &Error{w.rec.File, e.Line, s.thread + " speaks of " + s.fn + ", and there is no such function in the model"}
	}
	if t := taskOf(e); !slices.Contains(w.who[t], th) {
		w.who[t] = append(w.who[t], th)
	}
	w.v.marked[mark{th, s.fn, s.kind}] = true
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
	w.v.events = append(w.v.events, seen{ev: e, by: byMarker, kind: s.kind, fn: s.fn, args: s.args, result: s.result, task: -1, threads: []int{th}})
	return nil
}
