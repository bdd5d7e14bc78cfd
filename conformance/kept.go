package conformance

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"hpmc/conformance/ftrace"
	"hpmc/model"
)

var functionRE = regexp.MustCompile(`\bfunction[ =]([\w.]+)`)

// work reads the events of work items: one that is queued, and one that has ended, which is the end of its function. That it
// begins is said by its function, too.
func work(e *ftrace.Event) (fn string, kind model.EventKind, ok bool) {
	m := functionRE.FindStringSubmatch(e.Text)
	switch {
	case m == nil:
	case e.Name == "workqueue_queue_work":
		return plain(m[1]), model.Step, true
	case e.Name == "workqueue_execute_end":
		return plain(m[1]), model.Leave, true
	}
	return "", 0, false
}

// outside says why a function is none that the program must enter, and "" if it must.
func (w *viewer) outside(e *ftrace.Event, s *seen) string {
	switch {
	case e.Kind == ftrace.Entry && s.fn == w.name(e.Name) && w.tracer[plain(e.Name)]:
		return "a probe of what the function tracer shows, too"
	case w.voc.expr[s.fn]:
		return "in the model part of the step that calls it"
	case !w.voc.knows(s.fn):
		return "not in the model"
	case many[s.fn] || w.m.roots[s.fn]:
		return "in the model one call stands for many"
	case anyones[s.fn] && s.kind == model.Enter && e.Caller != "" && s.caller == "":
		return "called by " + plain(e.Caller) + ", which is not in the model"
	}
	return ""
}

// whose finds the threads that an event may be of, or says why it is of none and need not be.
func (w *viewer) whose(e *ftrace.Event, s *seen) (why string, err error) {
	threads := w.m.p.Threads
	var all []int
	switch {
	case strings.HasPrefix(e.Task, "cpuhp/"):
		i := slices.IndexFunc(threads, func(t model.Thread) bool { return t.Name == e.Task })
		if i < 0 {
			return "", &Error{w.rec.File, e.Line, e.Task + " acts here, and the scenario has no such CPU: give its topology more cpus"}
		}
		all = []int{i}
	case strings.HasPrefix(e.Task, "kworker/"):
		for i := range threads {
			if w.m.worker(i) {
				all = append(all, i)
			}
		}
	default:
		task := taskOf(e)
		all = w.who[task]
		switch {
		case len(all) == 0 && len(w.who) > 0:
			return "by " + task + ", which has not said to be a thread of the scenario", nil
		case len(all) == 0 && kernelThread(e.Task):
			return "by " + e.Task + ", which is no thread of the model", nil
		case len(all) == 0:
			for i := range threads {
				if !threads[i].Daemon {
					all = append(all, i)
				}
			}
		}
		if len(all) > 1 {
			if s.task = slices.Index(w.v.tasks, task); s.task < 0 {
				s.task = len(w.v.tasks)
				w.v.tasks = append(w.v.tasks, task)
			}
		}
	}
	for _, th := range all {
		if w.m.calls[th][s.fn] {
			s.threads = append(s.threads, th)
		}
	}
	if len(s.threads) == 0 && e.Caller != "" && !w.voc.knows(w.name(e.Caller)) && !slices.ContainsFunc(w.m.calls, func(c map[string]bool) bool { return c[s.fn] }) {
		return "called by " + plain(e.Caller) + ", which is not in the model; no thread of the scenario calls it", nil
	}
	return "", nil
}

func taskOf(e *ftrace.Event) string { return fmt.Sprintf("%s-%d", e.Task, e.PID) }

// worker tells whether a thread is a worker of the kernel.
func (m *machine) worker(th int) bool {
	t := &m.p.Threads[th]
	return t.Daemon && !strings.HasPrefix(t.Name, "cpuhp/")
}

// kernelThread tells whether a task is one of the kernel's that no thread of a scenario can be.
func kernelThread(name string) bool {
	for _, p := range []string{"migration/", "ksoftirqd/", "swapper/", "<idle>", "rcu_", "kthreadd", "idle_inject/"} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// returned is what a kretprobe says that its function returned.
func returned(e *ftrace.Event) string {
	for _, name := range []string{"ret", "retval", "arg1"} {
		if v, ok := e.Args[name]; ok {
			return result(v)
		}
	}
	return ""
}

var (
	cpuRE    = regexp.MustCompile(`^(?:.*/)?cpu(\d+)$`)
	actionRE = regexp.MustCompile(`^(?:ACTION=)?([a-z]+)$`)
)

// uevent reads what a probe says of a uevent, and tells whether it may be one of a CPU's that comes or goes.
func uevent(e *ftrace.Event, s *seen) bool {
	s.args = []string{"", ""}
	for name, v := range e.Args {
		switch name {
		case "action":
			if n, err := strconv.ParseInt(v, 0, 64); err == nil {
				s.args[1] = uevents[n]
			} else if m := actionRE.FindStringSubmatch(v); m != nil && (m[1] == "online" || m[1] == "offline") {
				s.args[1] = kobj(m[1])
			}
			if s.args[1] == "" {
				return false
			}
		case "name", "device", "path":
			m := cpuRE.FindStringSubmatch(v)
			if m == nil {
				return false
			}
			s.args[0] = m[1]
		}
	}
	return true
}
