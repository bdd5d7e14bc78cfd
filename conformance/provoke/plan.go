package provoke

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hpmc/conformance/lab"
	"hpmc/model"
	"hpmc/model/compile"
	"hpmc/scenarios"
	"hpmc/traces"
)

// Plan is what a reproducer does.
type Plan struct {
	Scenario string
	Model    string // the kernel that the trace is of
	Property string
	Summary  string // of the property
	Table    string // the trace, as hpmc trace draws it
	Series   string // of the real kernel

	Machine lab.Machine
	Offline []int // CPUs to take down at first
	SMTOff  bool  // whether to switch off SMT at first
	Cgroup  Cgroup
	Tasks   []Task
	Look    Look
	Holds   []Hold // under which no interleaving of the model avoids the violation
}

// New plans a reproducer of a counterexample of a scenario, for Debian's kernel of a series. An error says why there is none.
func New(sc *scenarios.Scenario, t *traces.Trace, series string) (*Plan, error) {
	prop := t.Property()
	p := &Plan{Scenario: sc.Name, Model: t.Kernel, Property: prop.Name, Summary: prop.Summary, Series: series,
		Machine: lab.Machine{CPUs: max(sc.CPUs, 2), SMT: sc.ThreadsPerCore == 2}, Offline: sc.Offline}
	p.Table = t.Table(traces.Options{})
	if sc.ThreadsPerCore > 2 {
		return nil, fmt.Errorf("%s has %d threads a core, and the machine has 1 or 2", sc.Name, sc.ThreadsPerCore)
	}
	if err := noFaults(t); err != nil {
		return nil, err
	}
	if err := p.tasks(sc, t); err != nil {
		return nil, err
	}
	if err := p.params(sc); err != nil {
		return nil, err
	}
	var err error
	if p.Look, err = lookFor(prop, p.Tasks); err != nil {
		return nil, err
	}
	x := Extract(t, Probed(series), p.Look.result)
	if !x.Forced {
		return nil, p.unforced(t, x)
	}
	p.Holds = x.Holds
	return p, nil
}

// Cgroup is what cpusets the program makes.
type Cgroup struct {
	V1       bool
	Children []string // cpuset.cpus of each, such as "0-1"
	TasksIn  int      // the child that the program moves to, from 1; 0 is the root
}

// params takes over the scenario's parameters.
func (p *Plan) params(sc *scenarios.Scenario) error {
	children, masks := int64(0), [2]int64{}
	for _, param := range sc.Params {
		text := param.Value.Text
		number := func() int64 {
			n, err := strconv.ParseInt(text, 0, 64)
			if err != nil {
				return -1
			}
			return n
		}
		switch param.Name {
		case "nosmt":
			p.SMTOff = text == "true"
		case "cgroup-v1":
			p.Cgroup.V1 = text == "true"
		case "children":
			children = number()
		case "child0-cpus":
			masks[0] = number()
		case "child1-cpus":
			masks[1] = number()
		case "tasks-in":
			p.Cgroup.TasksIn = int(number())
		case "no-listener": // the program just does not listen
			continue
		default:
			return fmt.Errorf("%s sets %s, and a reproducer cannot", sc.Name, param.Name)
		}
		if _, err := strconv.ParseBool(text); err != nil && number() < 0 {
			return fmt.Errorf("%s: a reproducer needs a number for %s, and it is %s", sc.Name, param.Name, text)
		}
	}
	for i := range min(int(children), len(masks)) {
		p.Cgroup.Children = append(p.Cgroup.Children, cpuList(masks[i]))
	}
	return nil
}

// cpuList writes a mask as the kernel does: 0,2-3.
func cpuList(mask int64) string {
	var parts []string
	for c := 0; mask>>c != 0; c++ {
		if mask>>c&1 == 0 {
			continue
		}
		first := c
		for mask>>(c+1)&1 != 0 {
			c++
		}
		if c == first {
			parts = append(parts, strconv.Itoa(c))
		} else {
			parts = append(parts, fmt.Sprintf("%d-%d", first, c))
		}
	}
	return strings.Join(parts, ",")
}

// noFaults refuses a trace with a fault: a real kernel has no switch for it.
func noFaults(t *traces.Trace) error {
	p := t.Program
	for i, id := range t.Steps {
		tr := &p.Transitions[id]
		for _, a := range tr.Effect {
			if v := &p.Vars[a.Var]; v.Kind == model.Budget {
				return fmt.Errorf("step %d, %s in %s(): %s needs the fault %s, which nothing brings about on a real kernel",
					i+1, p.Threads[tr.Thread].Name, tr.Func, tr.Text, strings.TrimPrefix(v.Display(), "fault "))
			}
		}
	}
	return nil
}

// tasks fills in what the threads of the program do: those of the scenario that act in the trace.
func (p *Plan) tasks(sc *scenarios.Scenario, t *traces.Trace) error {
	acting := t.Threads()
	for th := range t.Program.Threads {
		thread := &t.Program.Threads[th]
		if thread.Daemon || !slices.Contains(acting, th) {
			continue
		}
		i := slices.IndexFunc(sc.Threads, func(x compile.Thread) bool { return x.Name == thread.Name })
		if i < 0 {
			return fmt.Errorf("%s has no thread %s", sc.Name, thread.Name)
		}
		if len(thread.Name) > mostName {
			return fmt.Errorf("thread %s: the kernel keeps %d characters of a task's name", thread.Name, mostName)
		}
		task := Task{Name: thread.Name}
		for _, e := range sc.Threads[i].Body {
			a, ok := actionOf(e.Text)
			if !ok {
				return fmt.Errorf("%s, and a reproducer has no way to do %s; it can do %s",
					firstStep(t, th), e.Text, strings.Join(canDo, ", "))
			}
			task.Actions = append(task.Actions, a)
		}
		p.Tasks = append(p.Tasks, task)
	}
	return nil
}

// mostName is the length of a task's name, TASK_COMM_LEN less its end.
const mostName = 15

// firstStep says what a thread does first in a trace.
func firstStep(t *traces.Trace, th int) string {
	for i, id := range t.Steps {
		if tr := &t.Program.Transitions[id]; tr.Thread == th {
			return fmt.Sprintf("step %d is %s's in %s()", i+1, t.Program.Threads[th].Name, tr.Func)
		}
	}
	return t.Program.Threads[th].Name + " acts"
}

// unforced says that no holds are known, and where the trace has switches that no hold can bring about.
func (p *Plan) unforced(t *traces.Trace, x Extraction) error {
	var b strings.Builder
	fmt.Fprintf(&b, "it cannot be provoked on %s: no holds at its functions force it", p.Series)
	for _, g := range x.Gaps {
		if len(g.holds) > 0 {
			continue
		}
		from := len(t.Steps)
		if g.To > 0 {
			from = g.To - 1
		}
		fmt.Fprintf(&b, "\n  %s would have to wait until after step %d, before %s, and calls", g.Thread, from, g.Text)
		if len(g.Calls) == 0 {
			b.WriteString(" no function there")
		}
		for i, f := range slices.Compact(g.Calls) {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, " %s()", f)
			if why := unprobed(p.Series, f); why != "" {
				fmt.Fprintf(&b, " (%s)", why)
			}
		}
	}
	if len(x.Stuck) > 0 {
		fmt.Fprintf(&b, "\n  with all the holds that there are, a run of the model ends so: %s", strings.Join(x.Stuck, "; "))
	}
	return fmt.Errorf("%s", b.String())
}
