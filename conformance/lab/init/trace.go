//go:build linux

package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

const tracing = "/sys/kernel/tracing"

// trace is ftrace, set up to record what the model knows.
type trace struct {
	notes []string // what could not be recorded
	found []string // the functions that are traced, by their names in the source
}

func (t *trace) set(file, text string) error { return write(filepath.Join(tracing, file), text) }

// setUpTrace chooses what is recorded. Recording is off until start.
func setUpTrace() (*trace, error) {
	t := &trace{}
	if err := t.set("tracing_on", "0"); err != nil {
		return nil, err
	}
	for _, s := range [][2]string{
		// The lines are ordered by time, so all CPUs must read the same clock. "global" does not do: it is made of the
		// CPUs' own clocks, which differ under emulation, and gives events that would go back in time the same time.
		{"trace_clock", "mono_raw"},
		{"buffer_size_kb", "2048"},
		{"saved_cmdlines_size", "1024"},
		{"options/markers", "1"},
	} {
		if err := t.set(s[0], s[1]); err != nil {
			return nil, err
		}
	}
	if err := t.functions(); err != nil {
		return nil, err
	}
	if err := t.probes(); err != nil {
		return nil, err
	}
	if err := t.work("cpuset_hotplug_workfn", "cpuset_migrate_tasks_workfn"); err != nil {
		return nil, err
	}
	return t, t.set("current_tracer", "function")
}

// functions filters the function tracer: those of functionsFile that this kernel has. A suffix of the compiler's, as in
// synchronize_rcu.part.0, is another name of the same function.
func (t *trace) functions() error {
	wanted, err := os.ReadFile(functionsFile)
	if err != nil {
		return err
	}
	missing := map[string]bool{}
	for name := range strings.FieldsSeq(string(wanted)) {
		missing[name] = true
	}
	f, err := os.Open(filepath.Join(tracing, "available_filter_functions"))
	if err != nil {
		return err
	}
	defer f.Close()
	var found []string
	for in := bufio.NewScanner(f); in.Scan(); {
		full, _, _ := strings.Cut(in.Text(), " ")
		if name, _, _ := strings.Cut(full, "."); missing[name] {
			found = append(found, full)
		}
	}
	for _, full := range found {
		name, _, _ := strings.Cut(full, ".")
		delete(missing, name)
		// .part and .cold are not entered by every call, and two files may have a function of one name.
		if !strings.Contains(full, ".part.") && !strings.Contains(full, ".cold") && !slices.Contains(t.found, name) {
			t.found = append(t.found, name)
		}
	}
	for name := range strings.FieldsSeq(string(wanted)) {
		if missing[name] {
			t.notes = append(t.notes, name)
		}
	}
	filter, err := os.OpenFile(filepath.Join(tracing, "set_ftrace_filter"), os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	defer filter.Close()
	// A system call takes one name; what it leaves is written by the next.
	_, err = filter.WriteString(strings.Join(found, "\n") + "\n")
	return err
}

// probes adds what the function tracer does not record: the uevents of CPUs, and the return values of a change of a
// CPU's state.
//
// kobject_uevent_env() is built without function tracing, as all of lib/, and kprobe events may not be set there either.
// But it calls dev_uevent() for each device, after it has put ACTION and DEVPATH, in this order, into the environment
// that it passes on: struct kobj_uevent_env begins with argv[3] and envp[].
func (t *trace) probes() error {
	env, err := ueventRegister()
	if err != nil {
		return err
	}
	for _, p := range []struct{ define, event, filter string }{
		{"p:hpmc/kobject_uevent_env dev_uevent action=+0(+24(" + env + ")):string device=+0(+32(" + env + ")):string", "kobject_uevent_env",
			`device ~ "DEVPATH=/devices/system/cpu/cpu*" && (action == "ACTION=online" || action == "ACTION=offline")`},
		{"r:hpmc/_cpu_up_return _cpu_up ret=$retval:s32", "_cpu_up_return", ""},
		{"r:hpmc/_cpu_down_return _cpu_down ret=$retval:s32", "_cpu_down_return", ""},
	} {
		if err := t.set("kprobe_events", p.define); err != nil {
			return err
		}
		if p.filter != "" {
			if err := t.set("events/hpmc/"+p.event+"/filter", p.filter); err != nil {
				return err
			}
		}
		if err := t.set("events/hpmc/"+p.event+"/enable", "1"); err != nil {
			return err
		}
	}
	return nil
}

// ueventRegister is the register in which dev_uevent() gets the environment: it had a kset before its kobject once.
func ueventRegister() (string, error) {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return "", err
	}
	if release := unix.ByteSliceToString(u.Release[:]); strings.HasPrefix(release, "5.") {
		return "%dx", nil
	}
	return "%si", nil
}

// work records when work items of some functions are queued, begin and end. The events carry the functions' addresses.
func (t *trace) work(functions ...string) error {
	symbols, err := os.ReadFile("/proc/kallsyms")
	if err != nil {
		return err
	}
	var filter []string
	for _, name := range functions {
		if m := regexp.MustCompile(`(?m)^([0-9a-f]+) [tT] ` + name + `$`).FindSubmatch(symbols); m != nil {
			filter = append(filter, fmt.Sprintf("function == 0x%s", m[1]))
		}
	}
	if len(filter) == 0 {
		return nil
	}
	for _, event := range []string{"workqueue_queue_work", "workqueue_execute_start", "workqueue_execute_end"} {
		dir := "events/workqueue/" + event
		if err := t.set(dir+"/filter", strings.Join(filter, " || ")); err != nil {
			return err
		}
		if err := t.set(dir+"/enable", "1"); err != nil {
			return err
		}
	}
	return nil
}

func (t *trace) start() error { return t.set("tracing_on", "1") }
func (t *trace) stop() error  { return t.set("tracing_on", "0") }

// text is what was recorded, in ftrace's text format. Lost events are an error.
func (t *trace) text() (string, error) {
	stats, err := filepath.Glob(filepath.Join(tracing, "per_cpu/cpu*/stats"))
	if err != nil {
		return "", err
	}
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			return "", err
		}
		for line := range strings.Lines(string(text)) {
			if name, n, _ := strings.Cut(strings.TrimSpace(line), ": "); (name == "overrun" || name == "dropped events") && n != "0" {
				return "", fmt.Errorf("%s: %s: %s", path, name, n)
			}
		}
	}
	text, err := os.ReadFile(filepath.Join(tracing, "trace"))
	notes := ""
	if len(t.notes) > 0 {
		notes = "# not traceable on this kernel: " + strings.Join(t.notes, " ") + "\n"
	}
	notes += "# functions: " + strings.Join(t.found, " ") + "\n"
	return notes + string(text), err
}

// functionsFile lists the functions to trace, put there by whoever made the initramfs.
const functionsFile = "/functions"
