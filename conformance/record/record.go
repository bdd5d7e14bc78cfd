package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"time"

	"hpmc"
	"hpmc/conformance/lab"
	"hpmc/conformance/lab/workloads"
)

// attempts is how often a kernel is booted that panics or does not end, and bootTime how long it may take: it takes some five seconds.
const (
	attempts = 3
	bootTime = time.Minute
)

// record boots a kernel, runs the workload and returns the recording: a header of lines that begin with "#", then
// ftrace's text. The machine's output is returned with an error, too, if it was booted.
//
// Under emulation a kernel has been seen to panic in code that it patches, as it does to trace, and another one to stand still for want
// of a timer. It is then booted again, and that is told to the log.
func record(ctx context.Context, log io.Writer, series string, w *workloads.Workload) (string, *lab.Output, error) {
	names, err := functions(hpmc.Sources)
	if err != nil {
		return "", nil, err
	}
	k, err := lab.Obtain(ctx, series, false)
	if err != nil {
		return "", nil, err
	}
	init, err := lab.Build(ctx, "hpmc/conformance/lab/init")
	if err != nil {
		return "", nil, err
	}
	files := []lab.File{
		{Path: "init", Data: init, Executable: true},
		{Path: "functions", Data: []byte(strings.Join(names, "\n") + "\n")},
	}
	for attempt := 1; ; attempt++ {
		text, out, err := boot(ctx, k, w, files)
		if err == nil {
			return header(k, w) + text, out, nil
		}
		if !errors.As(err, new(panicked)) && !errors.Is(err, errStuck) || ctx.Err() != nil || attempt == attempts {
			return "", out, err
		}
		fmt.Fprintf(log, "%v\nbooting it again\n", err)
	}
}

// errStuck is why a boot was ended that took too long.
var errStuck = fmt.Errorf("%v passed", bootTime)

// boot boots the kernel once, and returns what it recorded.
func boot(ctx context.Context, k *lab.Kernel, w *workloads.Workload, files []lab.File) (string, *lab.Output, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, bootTime, errStuck)
	defer cancel()
	out, err := lab.Boot(ctx, k, w.Machine, files, w.Name)
	if err != nil {
		return "", out, err
	}
	text, err := result(out)
	if err != nil {
		err = fmt.Errorf("%s on %s: %w", w.Name, k.Release, err)
	}
	return text, out, err
}

// panicked is the end of the console of a kernel that panicked.
type panicked string

func (p panicked) Error() string { return "the kernel panicked:\n" + string(p) }

// result is what a machine recorded.
func result(out *lab.Output) (string, error) {
	if _, failure, ok := strings.Cut(out.Console, lab.FailureMark); ok {
		failure, _, _ = strings.Cut(failure, "\n")
		return "", errors.New(failure)
	}
	text, ok := strings.CutSuffix(string(out.Data), lab.EndMark+"\n")
	switch {
	case ok:
		return text, nil
	case strings.Contains(out.Console, "Kernel panic"):
		return "", panicked(out.Tail(60))
	}
	return "", fmt.Errorf("it ended before the recording was whole; the console ends:\n%s", out.Tail(20))
}

// header says what was recorded.
func header(k *lab.Kernel, w *workloads.Workload) string {
	var b strings.Builder
	line := func(name, format string, args ...any) { fmt.Fprintf(&b, "# "+name+": "+format+"\n", args...) }
	line("kernel", "%s, Debian %s", k.Release, k.Version)
	line("machine", "%s", w.Machine)
	line("workload", "%s: %s", w.Name, w.Summary)
	if w.Scenario != "" {
		line("scenario", "%s", w.Scenario)
	}
	if len(w.Offline) > 0 {
		line("offline", "%s", strings.Trim(strings.ReplaceAll(fmt.Sprint(w.Offline), " ", ", "), "[]"))
	}
	if w.NoSMT {
		line("smt", "off")
	}
	if w.CgroupV1 || len(w.Children) > 0 {
		version := 2
		if w.CgroupV1 {
			version = 1
		}
		line("cgroup", "v%d", version)
	}
	for i, cpus := range w.Children {
		tasks := ""
		if w.TasksIn == i+1 {
			tasks = ", " + workloads.Udevd + " in it"
		}
		line("cpuset", "child%d %s%s", i, cpus, tasks)
	}
	for _, t := range w.Threads {
		calls := strings.Join(t.Calls, "; ")
		if t.Name == workloads.Udevd {
			calls = "sched_setaffinity() to each CPU whose ONLINE uevent it receives"
		}
		line("thread", "%s: %s", t.Name, calls)
	}
	line("command", "go run ./conformance/record -kernel %s -workload %s", k.Series, w.Name)
	return b.String()
}

// extra are functions that are recorded whether or not a model names them: they tell where things happen.
var extra = []string{
	"__cpu_down_maps_locked", "cpuset_handle_hotplug", "flush_work", "hibernation_snapshot",
}

// frequent are functions that the models name but that run for everything: once for each work item, hotplug state,
// grace period or kernel thread of anyone.
var frequent = []string{"process_one_work", "cpuhp_invoke_callback", "cpuhp_thread_fun", "synchronize_rcu", "__set_cpus_allowed_ptr"}

// directive is a line of the models; gofmt puts a space before a name that begins with an underscore.
var directive = regexp.MustCompile(`(?m)^\+?// ?linux:(\w+)`)

// functions are the kernel functions that the models and their patches name, and extra, without frequent.
func functions(sources fs.FS) ([]string, error) {
	names := slices.Clone(extra)
	for _, pattern := range []string{"model/linux/*.go", "model/linux/patches/*"} {
		files, err := fs.Glob(sources, pattern)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			text, err := fs.ReadFile(sources, file)
			if err != nil {
				return nil, err
			}
			for _, m := range directive.FindAllSubmatch(text, -1) {
				names = append(names, string(m[1]))
			}
		}
	}
	if len(names) == len(extra) {
		return nil, errors.New("the models name no functions of the kernel")
	}
	slices.Sort(names)
	names = slices.Compact(names)
	return slices.DeleteFunc(names, func(n string) bool { return slices.Contains(frequent, n) }), nil
}
