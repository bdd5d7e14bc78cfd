package conformance

import (
	"fmt"
	"strings"

	"hpmc/conformance/ftrace"
)

// Text writes a result as a report. program is what the recording was held against, such as "offline-online on v6.1".
func (r *Result) Text(file, program string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s ", file, r.Verdict)
	if r.Verdict == Inconclusive {
		fmt.Fprintf(&b, "on %s: %s\n", program, r.Why)
	} else {
		fmt.Fprintf(&b, "to %s\n", program)
	}
	if r.Failure == nil {
		fmt.Fprintf(&b, "\n%s matched, with %s of the model in between.\n", count(r.Matched, "event"), count(r.Steps, "step"))
		if r.Restarts > 0 {
			fmt.Fprintf(&b, "%s began again, where in the model it waits for device_hotplug_lock.\n", count(r.Restarts, "system call"))
		}
		if r.Prefix {
			b.WriteString("Taken for the beginning of a run: what would come after it was not looked at.\n")
		}
		r.threads(&b)
	} else {
		r.failure(&b)
	}
	r.leftOut(&b)
	for i, w := range r.Warnings {
		if i == 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "warning: %s\n", w)
	}
	return b.String()
}

func (r *Result) threads(b *strings.Builder) {
	fmt.Fprintf(b, "\n  %-12s %7s %7s  %s\n", "thread", "events", "steps", "tasks")
	for _, t := range r.Threads {
		if t.Events+t.Steps > 0 {
			fmt.Fprintf(b, "  %-12s %7d %7d  %s\n", t.Name, t.Events, t.Steps, strings.Join(t.Tasks, ", "))
		}
	}
}

// shownBefore is how many events are shown before the one that cannot be matched.
const shownBefore = 5

func (r *Result) failure(b *strings.Builder) {
	fmt.Fprintf(b, "\nThe longest beginning that does is of %d of %s:\n\n", r.Matched, count(r.Observed, "event"))
	from := max(0, len(r.Path)-shownBefore)
	if from > 0 {
		fmt.Fprintf(b, "  %7s\n", "...")
	}
	for _, m := range r.Path[from:] {
		fmt.Fprintf(b, "  %7d  %s\n", m.Event.Line, line(m.Event))
	}
	f := r.Failure
	if f.Event != nil {
		fmt.Fprintf(b, "> %7d  %s\n", f.Event.Line, line(f.Event))
	}
	b.WriteByte('\n')
	switch {
	case f.Event == nil:
	case len(f.Threads) > 0:
		fmt.Fprintf(b, "%s: %s cannot be a step of %s here:\n", f.Call, fmt.Sprintf("line %d", f.Event.Line), strings.Join(f.Threads, " or "))
	default:
		fmt.Fprintf(b, "%s: line %d cannot be a step of the model:\n", f.Call, f.Event.Line)
	}
	for _, w := range f.Why {
		fmt.Fprintf(b, "  %s\n", w)
	}
	if len(f.Next) > 0 {
		b.WriteString("\nWhat the model allows next:\n")
	}
	for _, n := range f.Next {
		what := n.State
		if len(n.Calls) > 0 {
			what = strings.Join(n.Calls, ", or ")
		}
		fmt.Fprintf(b, "  %-12s %s\n", n.Thread, what)
	}
}

// line writes an event without what a reader need not see: the CPU, the flags.
func line(e *ftrace.Event) string {
	what := e.Text
	switch e.Kind {
	case ftrace.Other:
		what = strings.TrimPrefix(e.Name+": "+e.Text, ": ")
	case ftrace.Function:
		what = e.Name + " <-" + e.Caller
	case ftrace.Entry:
		what = strings.TrimSpace(e.Probe + ": (" + e.Name + ") " + e.Text)
	case ftrace.Return:
		what = strings.TrimSpace(e.Probe + ": (<- " + e.Name + ") " + e.Text)
	}
	return fmt.Sprintf("%16s %13s: %s", taskOf(e), e.Time, what)
}

func (r *Result) leftOut(b *strings.Builder) {
	if len(r.LeftOut) == 0 {
		return
	}
	n := 0
	for _, l := range r.LeftOut {
		n += l.Count
	}
	fmt.Fprintf(b, "\nLeft out, %s:\n", count(n, "event"))
	for _, l := range r.LeftOut {
		times := "once"
		if l.Count > 1 {
			times = fmt.Sprintf("%d times", l.Count)
		}
		fmt.Fprintf(b, "  %s: %s (%s, first in line %d)\n", l.Name, l.Why, times, l.Line)
	}
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
