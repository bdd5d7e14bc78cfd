package provoke

import (
	"fmt"
	"regexp"
	"strings"

	"hpmc/conformance/lab"
)

// KernelName names a real kernel, and what it has to do without.
func KernelName(k *lab.Kernel, o Options) string {
	name, _, _ := strings.Cut(k.Version, "-")
	if len(o.KnockOut) > 0 {
		name += " without " + strings.Join(o.KnockOut, "() and ") + "()"
	}
	return name
}

// String says what the plan is, in lines.
func (p *Plan) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s on %s: %s\n", p.Scenario, p.Model, p.Property)
	for _, t := range p.Tasks {
		fmt.Fprintf(&b, "  %s\n", t)
	}
	for _, h := range p.Holds {
		fmt.Fprintf(&b, "  %s is held %s\n", h.Thread, h)
	}
	fmt.Fprintf(&b, "  the program looks %s\n", p.Look.What)
	return b.String()
}

// Account says what happened in a run, in lines. shape is the same for runs that differ only in times and in the numbers of
// workers.
func (p *Plan) Account(r *Run) (lines []string, shape string) {
	lines = p.account(r)
	return lines, regexp.MustCompile(`[0-9]+\.[0-9]+ s\b|kworker/\S+`).ReplaceAllString(strings.Join(lines, "\n"), "")
}

func (p *Plan) account(r *Run) []string {
	if r.Failed != "" {
		return []string{"no answer: " + r.Failed}
	}
	if r.Happened {
		return []string{"happened: " + r.Seen}
	}
	return append([]string{"did not happen"}, p.inTheWay(r)...)
}

// inTheWay says what stood in the way in a run in which it did not happen.
func (p *Plan) inTheWay(r *Run) []string {
	var out []string
	late := false
	for i, h := range r.Held {
		if i >= len(p.Holds) {
			break
		}
		hold := &p.Holds[i]
		at := call(hold.Func, hold.Nth)
		switch h.State {
		case "never":
			out = append(out, fmt.Sprintf("%s never came to %s", hold.Thread, at))
		case "atomic":
			out = append(out, fmt.Sprintf("%s could not be held at %s, where it must not sleep", h.Task, at))
		case "timeout", "held":
			late = true
			out = append(out, fmt.Sprintf("%s was held at %s for %.1f s, and still %s", h.Task, at, h.For.Seconds(), hold.Until.Missing()))
		case "released":
			out = append(out, fmt.Sprintf("%s was held at %s until %s", h.Task, at, hold.Until))
		}
	}
	if late {
		for _, w := range r.Waits {
			if len(w.Stack) > 0 && strings.HasPrefix(w.Stack[0], "stand_in") {
				continue // it is held itself
			}
			out = append(out, fmt.Sprintf("meanwhile %s waited in %s", w.Task, w.path()))
		}
	}
	return out
}

// path is a stack without what every system call and every thread has at its bottom.
func (w Wait) path() string {
	var fs []string
	for _, f := range w.Stack {
		if strings.HasPrefix(f, "kernfs_fop_write") || f == "do_syscall_64" || f == "ret_from_fork" {
			break
		}
		fs = append(fs, f+"()")
	}
	if len(fs) == 0 {
		return "user space"
	}
	return strings.Join(fs, " <- ")
}
