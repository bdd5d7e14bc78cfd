// Package workloads says what runs while a kernel is recorded: which threads make which calls on which machine.
package workloads

import (
	"fmt"
	"slices"
	"strings"

	"hpmc/conformance/lab"
)

// Workload is a few threads that make calls at the same time.
type Workload struct {
	Name     string
	Scenario string // whose threads it runs, on the same topology and from the same state; "" if of none
	Summary  string
	Machine  lab.Machine

	// The state in which it begins.
	Offline  []int    // CPUs
	NoSMT    bool     // smt/control is off
	Children []string // the CPUs of the child cpusets child0, child1, ..., as "{0,1}"
	CgroupV1 bool
	TasksIn  int // udevd is in the child cpuset of this number, counted from 1; 0 is the root

	Threads []Thread
}

// Thread is one program, a process of its own whose comm is its name.
type Thread struct {
	Name  string
	Calls []string // see Call; udevd has none
}

// Udevd is the name of the thread that listens to uevents, and moves itself to each CPU that comes online.
const Udevd = "udevd"

// Call is one call of a thread, written as in C:
//
//	online_store(1, 0)                   write 0 to cpu1/online
//	control_store(off)                   write off to smt/control
//	state_store(mem)                     write mem to /sys/power/state, with an alarm of the clock to wake up
//	cpuset_write_resmask(child0, {0,1})  write to child0's cpuset.cpus
//	cpuset_common_seq_show(child0)       read child0's cpuset.cpus.effective; top is the root
type Call struct {
	Name string
	Args []string
}

// ParseCall reads a call.
func ParseCall(text string) (Call, error) {
	name, rest, ok := strings.Cut(text, "(")
	if !ok || !strings.HasSuffix(rest, ")") {
		return Call{}, fmt.Errorf("%q is no call", text)
	}
	return Call{Name: name, Args: strings.Split(strings.TrimSuffix(rest, ")"), ", ")}, nil
}

// Named finds a workload.
func Named(name string) (*Workload, error) {
	i := slices.IndexFunc(all, func(w Workload) bool { return w.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("no workload %q; there are %s", name, strings.Join(Names(), ", "))
	}
	return &all[i], nil
}

// Names are the names of all workloads.
func Names() []string {
	var out []string
	for _, w := range all {
		out = append(out, w.Name)
	}
	return out
}

// All are all workloads.
func All() []Workload { return slices.Clone(all) }

var udevd = Thread{Name: Udevd}

func thread(name string, calls ...string) Thread { return Thread{Name: name, Calls: calls} }

var cpus2, cpus3, smt4 = lab.Machine{CPUs: 2}, lab.Machine{CPUs: 3}, lab.Machine{CPUs: 4, SMT: true}

var all = []Workload{
	{
		Name: "offline-online", Summary: "one writer takes a CPU down and brings it up again", Machine: cpus2,
		Threads: []Thread{thread("writer", "online_store(1, 0)", "online_store(1, 1)"), udevd},
	}, {
		Name: "online", Scenario: "online-uevent", Summary: "one writer brings up a CPU", Machine: cpus2, Offline: []int{1},
		Threads: []Thread{thread("writer", "online_store(1, 1)"), udevd},
	}, {
		Name: "offline", Scenario: "offline-uevent", Summary: "one writer takes a CPU down", Machine: cpus2,
		Threads: []Thread{thread("writer", "online_store(1, 0)"), udevd},
	}, {
		Name: "loop", Summary: "one writer takes a CPU down and brings it up, four times", Machine: cpus2,
		Threads: []Thread{thread("writer", slices.Repeat([]string{"online_store(1, 0)", "online_store(1, 1)"}, 4)...), udevd},
	}, {
		Name: "two-writers", Scenario: "off-on-second-writer", Machine: cpus2,
		Summary: "one writer takes a CPU down and brings it up while another takes it down",
		Threads: []Thread{thread("writer", "online_store(1, 0)", "online_store(1, 1)"), thread("second", "online_store(1, 0)"), udevd},
	}, {
		Name: "two-cpus", Scenario: "two-cpus-two-writers", Summary: "two writers bring up a CPU each", Machine: cpus3, Offline: []int{1, 2},
		Threads: []Thread{thread("first", "online_store(1, 1)"), thread("second", "online_store(2, 1)"), udevd},
	}, {
		Name: "opposite-writers", Scenario: "opposite-writers", Machine: cpus3, Offline: []int{1},
		Summary: "one writer brings up a CPU while another takes one down",
		Threads: []Thread{thread("up", "online_store(1, 1)"), thread("down", "online_store(2, 0)"), udevd},
	}, {
		Name: "smt", Summary: "SMT is switched off and on", Machine: smt4,
		Threads: []Thread{thread("smt", "control_store(off)", "control_store(on)"), udevd},
	}, {
		Name: "smt-off", Scenario: "smt-off", Summary: "SMT is switched off", Machine: smt4,
		Threads: []Thread{thread("smt", "control_store(off)"), udevd},
	}, {
		Name: "smt-on", Scenario: "smt-on", Summary: "SMT is switched on", Machine: smt4, NoSMT: true,
		Threads: []Thread{thread("smt", "control_store(on)"), udevd},
	}, {
		Name: "smt-writer", Scenario: "smt-vs-sysfs", Machine: smt4, Offline: []int{3},
		Summary: "SMT is switched off while a writer brings up a secondary thread",
		Threads: []Thread{thread("smt", "control_store(off)"), thread("writer", "online_store(3, 1)")},
	}, {
		Name: "suspend", Scenario: "suspend-quiet", Summary: "suspend and resume", Machine: cpus3,
		Threads: []Thread{thread("pm", "state_store(mem)")},
	}, {
		Name: "suspend-twice", Scenario: "suspend-twice", Summary: "a CPU is taken down between two suspends", Machine: cpus2,
		Threads: []Thread{thread("pm", "state_store(mem)", "online_store(1, 0)", "state_store(mem)")},
	}, {
		Name: "suspend-writer", Scenario: "suspend-with-listener", Machine: cpus2, Offline: []int{1},
		Summary: "a writer brings up a CPU while the system suspends",
		Threads: []Thread{thread("writer", "online_store(1, 1)"), thread("pm", "state_store(mem)"), udevd},
	}, {
		Name: "hibernate", Machine: cpus3,
		Summary: "a hibernation that takes its image and, with no place to write it, gives up",
		Threads: []Thread{thread("pm", "state_store(disk)")},
	}, {
		Name: "cpusets-v2", Machine: cpus2, Children: []string{"{0,1}"}, TasksIn: 1,
		Summary: "udevd in a child cpuset on cgroup v2; effective masks are read after each write",
		Threads: []Thread{thread("writer", "online_store(1, 0)", "cpuset_common_seq_show(top)", "cpuset_common_seq_show(child0)",
			"online_store(1, 1)", "cpuset_common_seq_show(top)", "cpuset_common_seq_show(child0)"), udevd},
	}, {
		Name: "cpusets-v1", Scenario: "child-cpuset-v1", Machine: cpus2, Children: []string{"{0,1}"}, TasksIn: 1, CgroupV1: true,
		Summary: "udevd in a child cpuset on cgroup v1",
		Threads: []Thread{thread("writer", "online_store(1, 0)", "online_store(1, 1)"), udevd},
	}, {
		Name: "cpusets-v1-emptied", Scenario: "child-cpuset-v1-emptied", Machine: cpus2, Children: []string{"{1}"}, TasksIn: 1, CgroupV1: true,
		Summary: "udevd in a child cpuset on cgroup v1 that loses its only CPU",
		Threads: []Thread{thread("writer", "online_store(1, 0)", "online_store(1, 1)"), udevd},
	}, {
		Name: "cpuset-write", Scenario: "cpuset-write", Machine: cpus2, Offline: []int{1}, Children: []string{"{0,1}"}, TasksIn: 1,
		Summary: "a cpuset is given a CPU while it comes online",
		Threads: []Thread{thread("writer", "online_store(1, 1)"), thread("admin", "cpuset_write_resmask(child0, {1})"), udevd},
	}, {
		Name: "read-after-offline", Scenario: "read-after-offline", Machine: cpus2,
		Summary: "a script reads cpuset.cpus.effective after it has taken down a CPU",
		Threads: []Thread{thread("script", "online_store(1, 0)", "cpuset_common_seq_show(top)")},
	}, {
		Name: "read-after-online", Scenario: "read-after-online", Machine: cpus2, Offline: []int{1},
		Summary: "a script reads cpuset.cpus.effective after it has brought up a CPU",
		Threads: []Thread{thread("script", "online_store(1, 1)", "cpuset_common_seq_show(top)")},
	},
}
