package provoke

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"hpmc/model"
)

// Look is how the program sees that a property is violated.
type Look struct {
	Name   string // of the C macro that chooses it
	What   string // reads on after "the program looks"
	needs  ActionKind
	result string // the function whose result shows it; "" if it is read from cpuset.cpus.effective
}

// looks are the properties that a program can see violated.
var looks = map[string]Look{
	"affinity-after-online-uevent": {"LOOK_AFFINITY", "whether sched_setaffinity() to a CPU, after its ONLINE uevent, fails with EINVAL",
		Listen, "sched_setaffinity"},
	"effective-at-online-uevent": {"LOOK_ONLINE_UEVENT", "whether cpuset.cpus.effective lacks a CPU when its ONLINE uevent is received",
		Listen, ""},
	"effective-at-offline-uevent": {"LOOK_OFFLINE_UEVENT", "whether cpuset.cpus.effective has a CPU when its OFFLINE uevent is received",
		Listen, ""},
	"effective-read-after-uevent": {"LOOK_READ", "whether cpuset.cpus.effective, read after the write, differs from the CPUs that are online",
		Read, ""},
	"consistent-on-return": {"LOOK_RETURN", "whether cpuset.cpus.effective differs from the CPUs that are online when a write returns",
		Online, ""},
}

// lookFor returns how to see that a property is violated, by what the tasks do.
func lookFor(prop *model.Property, tasks []Task) (Look, error) {
	l, ok := looks[prop.Name]
	if !ok {
		return l, fmt.Errorf("nothing that a program can read tells that %s is violated; it can see that of %s",
			prop.Name, strings.Join(slices.Sorted(maps.Keys(looks)), ", "))
	}
	if l.needs != Online && !slices.ContainsFunc(tasks, func(t Task) bool { return t.does(l.needs) }) {
		return l, fmt.Errorf("no task of the trace could see that %s is violated", prop.Name)
	}
	if why := ambiguous(tasks, l.needs != Listen); why != "" {
		return l, fmt.Errorf("%s: what the program reads could be right, so it cannot see that %s is violated", why, prop.Name)
	}
	return l, nil
}

// ambiguous says why what the program reads of a CPU may have been changed by another operation meanwhile, or "". If alone
// is set, it looks at more than the CPU of a uevent.
func ambiguous(tasks []Task, alone bool) string {
	writers := map[int]string{} // per CPU, or -1 for all, the task that brings it up or down
	for _, t := range tasks {
		up := map[int]bool{}
		for _, a := range t.Actions {
			if a.Kind != Online && a.Kind != SMT {
				continue
			}
			cpu := a.CPU
			if a.Kind == SMT {
				cpu = -1
			}
			for other, name := range writers {
				if name != t.Name && (alone || other == cpu || other < 0 || cpu < 0) {
					return fmt.Sprintf("both %s and %s bring CPUs up or down", name, t.Name)
				}
			}
			writers[cpu] = t.Name
			if up[cpu] && !alone {
				return fmt.Sprintf("%s brings CPUs up and then takes them down", t.Name)
			}
			up[cpu] = a.Value == "1" || a.Value == "on"
		}
	}
	return ""
}
