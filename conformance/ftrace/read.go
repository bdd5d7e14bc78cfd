package ftrace

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Read takes a recording apart. name is how errors call it; they are of type *Error.
func Read(name string, text []byte) (*Recording, error) {
	r := &reader{rec: &Recording{File: name, Meta: map[string]string{}}}
	if err := r.read(string(text)); err != nil {
		return nil, err
	}
	return r.rec, nil
}

type reader struct {
	rec  *Recording
	line int
	last float64 // time of the last event
}

func (r *reader) errorf(format string, args ...any) error {
	return &Error{File: r.rec.File, Line: r.line, Msg: fmt.Sprintf(format, args...)}
}

func (r *reader) warnf(format string, args ...any) {
	r.rec.Warnings = append(r.rec.Warnings, fmt.Sprintf(format, args...))
}

func (r *reader) read(text string) error {
	lines := strings.Split(text, "\n")
	if last := lines[len(lines)-1]; strings.TrimSpace(last) != "" {
		// A tracer ends every line. Half a line may read as another event than the one that was recorded.
		r.rec.Cut = true
		r.warnf("line %d, the last one, does not end: it is left out", len(lines))
	}
	for i, l := range lines[:len(lines)-1] {
		r.line = i + 1
		if !utf8.ValidString(l) || strings.ContainsRune(l, 0) {
			return r.errorf("this is not text: a recording is the trace file of tracefs, or what trace-cmd report prints (not trace.dat)")
		}
		if err := r.one(strings.TrimSpace(strings.TrimSuffix(l, "\r"))); err != nil {
			return err
		}
	}
	r.line = 0
	if len(r.rec.Events) == 0 {
		return r.errorf("no event in it")
	}
	return nil
}

var (
	// TASK-PID (TGID) [CPU] flags TIME: what. The TGID and the flags depend on the tracer's options, and a task's
	// name may contain anything.
	lineRE = regexp.MustCompile(`^(.*)-(\d+)\s+(?:\(\s*[-\d]+\)\s+)?\[(\d+)\]\s+(?:(\S+)\s+)?(\d+\.\d+):\s+(\S.*)$`)

	entriesRE = regexp.MustCompile(`^# entries-in-buffer/entries-written: (\d+)/(\d+)(?:\s+#P:(\d+))?`)
	lostRE    = regexp.MustCompile(`^CPU:\s*\d+ \[(?:LOST )?(?:(\d+) )?(?:LOST )?EVENTS(?: DROPPED)?\]$`)
	metaRE    = regexp.MustCompile(`^#\s*([A-Za-z][\w -]*?):\s+(.*)$`)
	cpusRE    = regexp.MustCompile(`^cpus=(\d+)$`)
)

// one reads a line without blanks around it.
func (r *reader) one(l string) error {
	switch {
	case l == "", strings.HasPrefix(l, "=>"), strings.HasPrefix(l, "version ="):
		return nil // a line of a stack trace, or of the head of trace-cmd report
	case strings.HasPrefix(l, "#"):
		return r.comment(l)
	case strings.HasPrefix(l, "CPU ") && strings.HasSuffix(l, " is empty"):
		return nil
	}
	if m := cpusRE.FindStringSubmatch(l); m != nil {
		r.rec.CPUs = number(m[1])
		return nil
	}
	if m := lostRE.FindStringSubmatch(l); m != nil {
		r.lost(number(m[1]))
		r.warnf("line %d: events were lost here (%s)", r.line, l)
		return nil
	}
	m := lineRE.FindStringSubmatch(l)
	if m == nil {
		return r.errorf("this is no line of a recording: %s; expected TASK-PID [CPU] FLAGS TIME: EVENT, as in the trace file of tracefs with its function tracer, or in what trace-cmd report prints", quote(l))
	}
	e := Event{Line: r.line, Task: strings.TrimSpace(m[1]), PID: number(m[2]), CPU: number(m[3]), Time: m[5], Raw: l}
	if t, err := strconv.ParseFloat(e.Time, 64); err == nil {
		if t < r.last {
			r.warnf("line %d: the time goes back; what counts is the order of the lines", r.line)
		}
		r.last = t
	}
	r.what(&e, m[6])
	r.rec.Events = append(r.rec.Events, e)
	return nil
}

func (r *reader) lost(n int) {
	switch {
	case n <= 0 || r.rec.Lost < 0:
		r.rec.Lost = -1
	default:
		r.rec.Lost += n
	}
}

// comment reads a line that begins with #.
func (r *reader) comment(l string) error {
	if m := entriesRE.FindStringSubmatch(l); m != nil {
		in, written := number(m[1]), number(m[2])
		r.rec.CPUs = number(m[3])
		if written > in {
			r.lost(written - in)
			r.warnf("line %d: %d of %d events were overwritten in the buffer: make buffer_size_kb larger", r.line, written-in, written)
		}
		return nil
	}
	m := metaRE.FindStringSubmatch(l)
	if m == nil {
		return nil
	}
	key, value := strings.ToLower(m[1]), strings.TrimSpace(m[2])
	switch {
	case key == "functions":
		r.rec.Functions = append(r.rec.Functions, strings.FieldsFunc(value, func(c rune) bool { return c == ' ' || c == ',' })...)
	case key == "tracer" && value != "function" && value != "nop":
		return r.errorf("recorded with the tracer %s: conform reads the function tracer's format (echo function > current_tracer)", value)
	}
	if old, ok := r.rec.Meta[key]; ok {
		value = old + "\n" + value
	}
	r.rec.Meta[key] = value
	return nil
}

var (
	functionRE = regexp.MustCompile(`^([\w.$]+)(?:\+0x[0-9a-f]+(?:/0x[0-9a-f]+)?)?(?: \[[^\]]*\])?(?:\(.*\))? <--? ?([\w.$]+)`)
	namedRE    = regexp.MustCompile(`^([\w.:$-]+):(?:\s+(.*))?$`)
	// With indirect branch tracking, functions begin with an instruction of 4 bytes before which no probe stands.
	entryRE  = regexp.MustCompile(`^\(([\w.$]+)\+0x[04](?:/0x[0-9a-f]+)?(?: \[[^\]]*\])?\)\s*(.*)$`)
	returnRE = regexp.MustCompile(`^\(([\w.$]+)(?:\+0x[0-9a-f]+(?:/0x[0-9a-f]+)?)?(?: \[[^\]]*\])? <- ([\w.$]+)(?:\+0x[0-9a-f]+(?:/0x[0-9a-f]+)?)?(?: \[[^\]]*\])?\)\s*(.*)$`)
	argRE    = regexp.MustCompile(`([\w$]+)=("(?:[^"\\]|\\.)*"|\S+)`)
)

// what takes apart what follows the time.
func (r *reader) what(e *Event, s string) {
	if m := functionRE.FindStringSubmatch(s); m != nil {
		e.Kind, e.Name, e.Caller = Function, m[1], m[2]
		return
	}
	m := namedRE.FindStringSubmatch(s)
	if m == nil {
		e.Kind, e.Text = Other, s
		return
	}
	e.Kind, e.Name, e.Text = Other, m[1], m[2]
	switch {
	case e.Name == "function":
		if f := functionRE.FindStringSubmatch(e.Text); f != nil {
			e.Kind, e.Name, e.Caller, e.Text = Function, f[1], f[2], ""
		}
	case e.Name == "tracing_mark_write":
		e.Kind, e.Name = Marker, ""
	case e.Name == "print": // trace-cmd's name of the event, with the function that made it
		if _, text, ok := strings.Cut(e.Text, ": "); ok {
			e.Kind, e.Name, e.Text = Marker, "", text
		}
	default:
		if p := returnRE.FindStringSubmatch(e.Text); p != nil {
			e.Kind, e.Probe, e.Name, e.Caller, e.Text = Return, e.Name, p[2], p[1], p[3]
		} else if p := entryRE.FindStringSubmatch(e.Text); p != nil {
			e.Kind, e.Probe, e.Name, e.Text = Entry, e.Name, p[1], p[2]
		}
	}
	if e.Kind != Marker {
		e.Args = arguments(e.Text)
	}
}

// arguments reads NAME=VALUE, with or without quotes.
func arguments(s string) map[string]string {
	var out map[string]string
	for _, m := range argRE.FindAllStringSubmatch(s, -1) {
		if out == nil {
			out = map[string]string{}
		}
		v := m[2]
		if u, err := strconv.Unquote(v); err == nil {
			v = u
		}
		out[m[1]] = v
	}
	return out
}

// number reads digits; it returns 0 for none and for too many.
func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}

func quote(s string) string {
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "..."
	}
	return strconv.Quote(s)
}
