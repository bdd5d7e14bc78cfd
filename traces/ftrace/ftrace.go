// Package ftrace writes traces as the kernel's function tracer prints them, for those who read and search such output.
package ftrace

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"hpmc/model"
	"hpmc/traces"
)

// header is that of trace files of the kernel, without the column of latency flags that mean nothing here.
const header = `# tracer: hpmc
#
#           TASK-PID     CPU#  |||||  TIMESTAMP  EVENT
#              | |         |   |||||     |         |
`

// firstPID is the number of the first thread: trace files have one, and the model none.
const firstPID = 1001

// Write writes a line for each event. Time is counted in steps, a microsecond each. A thread named like cpuhp/1 is on the
// CPU of that number; of the others it is not known, and shown as 0.
func Write(w io.Writer, t *traces.Trace) error {
	b := bufio.NewWriter(w)
	title := t.Program.Name
	if t.Kernel != "" {
		title += " on " + t.Kernel
	}
	fmt.Fprintf(b, "# %s: %s\n%s", title, t.Property().Name, header)
	waits := t.Waits()
	done := 0 // steps after which what changed has been told
	line := func(step, thread int, event, info string) {
		th := t.Program.Threads[thread].Name
		cpu, _ := traces.CPU(th)
		fmt.Fprintf(b, "%16s-%-7d [%03d] ..... %5d.%06d: %s: %s\n", strings.ReplaceAll(th, " ", "_"), firstPID+thread, cpu,
			step/1_000_000, step%1_000_000, event, info)
	}
	changes := func(upto int) {
		for ; done < upto; done++ {
			th := t.Program.Transitions[t.Steps[done]].Thread
			for _, c := range t.Changes(done) {
				v := &t.Program.Vars[c.Var]
				line(done+1, th, "changed", fmt.Sprintf("%s=%s old=%s", v.Display(), v.Type.FormatValue(c.New), v.Type.FormatValue(c.Old)))
			}
			for _, w := range waits {
				if w.From == done+1 {
					info := w.Text
					if w.Lock != "" {
						info = w.Lock
					}
					if len(w.Holders) > 0 {
						info += " holder=" + strings.Join(w.Holders, ",")
					}
					line(done+1, w.Thread, "contention_begin", info)
				}
			}
		}
	}
	for _, e := range t.Events() {
		changes(e.Step)
		name, info := eventOf(&e)
		line(e.Step+1, e.Thread, name, info)
		if e.Broken {
			line(e.Step+1, e.Thread, "violation", t.Property().Name)
		}
	}
	changes(len(t.Steps))
	if t.Property().Kind == model.Deadlock {
		for _, th := range t.Threads() {
			line(len(t.Steps), th, "violation", "deadlock")
		}
	}
	return b.Flush()
}

// eventOf names an event as the kernel's tracers do, where they have it.
func eventOf(e *traces.Event) (name, info string) {
	at := fmt.Sprintf(" (%s:%d)", e.Pos.File, e.Pos.Line)
	switch {
	case e.Kind == model.Enter:
		return "function", e.Text
	case e.Kind == model.Leave:
		return "return", e.Text
	case e.Lock != "" && e.Mode == model.WorkItem && e.Op == model.Acquire:
		return "workqueue_execute_start", e.Lock + at
	case e.Lock != "" && e.Mode == model.WorkItem && e.Op == model.Release:
		return "workqueue_execute_end", e.Lock + at
	case e.Op == model.Acquire:
		mode := ""
		if e.Mode == model.SharedMode {
			mode = " read"
		}
		return "lock_acquire", e.Lock + mode + at
	case e.Op == model.Release:
		return "lock_release", e.Lock + at
	case e.Flow == model.Queues:
		return "workqueue_queue_work", e.Via + at
	}
	return "step", e.Text + at
}
