package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"hpmc/conformance/lab"
	"hpmc/conformance/lab/workloads"
	"hpmc/internal/need"
)

// TestBoot boots a kernel for real. The order that it looks for is that of the kernel's source.
func TestBoot(t *testing.T) {
	need.Tools(t, "qemu-system-x86_64", "apt-get", "dpkg-deb", "go")
	w, err := workloads.Named("offline-online")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	text, out, err := record(ctx, t.Output(), "6.1", w)
	if err != nil {
		if out != nil {
			t.Logf("console:\n%s", out.Console)
		}
		t.Fatal(err)
	}
	rest := text
	for _, event := range []string{
		`^# kernel: 6\.1\.\S+-cloud-amd64, Debian 6\.1\.`,
		`# tracer: function\n`,
		` writer-\d+ .* hpmc: writer online_store\(1, 0\) begins\n`,
		` writer-\d+ .* device_offline <-online_store\n`,
		` kworker/\S+ .* _cpu_down <-`,
		` cpuhp/1-\d+ .* sched_cpu_deactivate <-`,
		` function=cpuset_hotplug_workfn .* cpu=1\n`,
		` cpuset_hotplug_workfn <-process_one_work\n`,
		` _cpu_down_return: .* ret=0\n`,
		` writer-\d+ .* kobject_uevent_env: .* action="ACTION=offline" device="DEVPATH=/devices/system/cpu/cpu1"\n`,
		` writer-\d+ .* hpmc: writer online_store\(1, 0\) = 0\n`,
		` writer-\d+ .* device_online <-online_store\n`,
		` _cpu_up <-cpu_up\n`,
		` cpuhp/1-\d+ .* sched_cpu_activate <-`,
		` _cpu_up_return: .* ret=0\n`,
		` kobject_uevent_env: .* action="ACTION=online" device="DEVPATH=/devices/system/cpu/cpu1"\n`,
		` udevd-\d+ .* hpmc: udevd receives ONLINE cpu1\n`,
		` udevd-\d+ .* sched_setaffinity <-`,
		` hpmc: udevd sched_setaffinity\(\{1\}\) = 0\n`,
	} {
		at := regexp.MustCompile(event).FindStringIndex(rest)
		if at == nil {
			t.Fatalf("after what came before there is no line %s in\n%s", event, text)
		}
		rest = rest[at[1]:]
	}
	check(t, text, w)
}

func TestResult(t *testing.T) {
	for _, c := range []struct{ console, data, want, mistake string }{
		{"[    1.0] Linux\n", "# tracer: function\n# end\n", "# tracer: function\n", ""},
		{"[    1.0] Linux\n", "# tracer: function\n", "", "it ended before the recording was whole; the console ends:\n[    1.0] Linux"},
		{"[    1.0] Linux\nhpmc: failed: no alarm\n[    2.0] reboot\n", "", "", "no alarm"},
		{"[    1.0] Kernel panic - not syncing\n", "# tracer", "", "the kernel panicked:\n[    1.0] Kernel panic - not syncing"},
	} {
		got, err := result(&lab.Output{Console: c.console, Data: []byte(c.data)})
		mistake := ""
		if err != nil {
			mistake = err.Error()
		}
		if got != c.want || mistake != c.mistake {
			t.Errorf("%q, %q: %q, %q, want %q, %q", c.console, c.data, got, mistake, c.want, c.mistake)
		}
	}
}

// TestRecordings holds the recordings against the workloads of today.
func TestRecordings(t *testing.T) {
	files, err := filepath.Glob("../recordings/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			series, name, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".txt"), "-")
			w, err := workloads.Named(name)
			if err != nil {
				t.Fatal(err)
			}
			m := regexp.MustCompile(`^# kernel: (\S+), Debian (\S+)\n`).FindSubmatch(text)
			if m == nil {
				t.Fatal("the first line names no kernel")
			}
			k := &lab.Kernel{Series: series, Release: string(m[1]), Version: string(m[2])}
			if !strings.HasPrefix(k.Release, series+".") {
				t.Errorf("%s is a kernel of another series", k.Release)
			}
			want := header(k, w)
			if diff := cmp.Diff(want, string(text[:min(len(want), len(text))])); diff != "" {
				t.Errorf("header, as it would be and as it is:\n%s", diff)
			}
			if n := bytes.Count(text, []byte("\n")); n > 2000 {
				t.Errorf("%d lines", n)
			}
			check(t, string(text), w)
		})
	}
}

var mark = regexp.MustCompile(`(?m)^ *(\S+)-\d+ .*: tracing_mark_write: hpmc: (\S+) (.*?)(?: (begins)| = (\S+))?$`)

// check checks that every call of every thread begins and has a result, in the order of the workload, under its name.
func check(t *testing.T, text string, w *workloads.Workload) {
	t.Helper()
	want, got := map[string][]string{}, map[string][]string{}
	for _, thread := range w.Threads {
		for _, call := range thread.Calls {
			want[thread.Name] = append(want[thread.Name], call+" begins", call+" = ")
		}
	}
	for _, m := range mark.FindAllStringSubmatch(text, -1) {
		comm, name, what := m[1], m[2], m[3]
		if comm != name {
			t.Errorf("%s marks what %s does: %s", comm, name, m[0])
		}
		switch {
		case name == workloads.Udevd:
		case m[4] != "":
			got[name] = append(got[name], what+" begins")
		default:
			got[name] = append(got[name], what+" = ")
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("calls of the workload, and those recorded:\n%s", diff)
	}
}

func TestFunctions(t *testing.T) {
	got, err := functions(fstest.MapFS{
		"model/linux/a.go":            {Data: []byte("package linux\n\n//linux:cpu_up kernel/cpu.c\n// linux:_cpu_up kernel/cpu.c\n//linux:process_one_work kernel/workqueue.c\n")},
		"model/linux/patches/p.patch": {Data: []byte(" //linux:cpu_down kernel/cpu.c\n+//linux:cpu_new kernel/cpu.c\n-//linux:cpu_old kernel/cpu.c\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"__cpu_down_maps_locked", "_cpu_up", "cpu_new", "cpu_up", "cpuset_handle_hotplug", "flush_work", "hibernation_snapshot"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := functions(fstest.MapFS{"model/linux/a.go": {Data: []byte("package linux\n")}}); err == nil {
		t.Error("sources that name no function are no mistake")
	}
}

func TestHeader(t *testing.T) {
	w, err := workloads.Named("cpusets-v1-emptied")
	if err != nil {
		t.Fatal(err)
	}
	want := `# kernel: 5.10.0-1-cloud-amd64, Debian 5.10.1-1
# machine: 2 CPUs, no SMT
# workload: cpusets-v1-emptied: udevd in a child cpuset on cgroup v1 that loses its only CPU
# scenario: child-cpuset-v1-emptied
# cgroup: v1
# cpuset: child0 {1}, udevd in it
# thread: writer: online_store(1, 0); online_store(1, 1)
# thread: udevd: sched_setaffinity() to each CPU whose ONLINE uevent it receives
# command: go run ./conformance/record -kernel 5.10 -workload cpusets-v1-emptied
`
	if diff := cmp.Diff(want, header(&lab.Kernel{Series: "5.10", Release: "5.10.0-1-cloud-amd64", Version: "5.10.1-1"}, w)); diff != "" {
		t.Error(diff)
	}
}

func TestUsage(t *testing.T) {
	for _, c := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"-kernel", "6.1", "-workload", "nonesuch"}, 2, `no workload "nonesuch"; there are offline-online, online`},
		{[]string{"-kernel", "6.1"}, 2, `no workload ""`},
		{[]string{"-kernel", "6.1", "-workload", "online", "x"}, 2, `unexpected argument "x"`},
		{[]string{"-kernel", "2.4", "-workload", "online"}, 2, `no kernel "2.4"; there are 5.10, 6.1, 6.12`},
		{[]string{"-nonesuch"}, 2, "-nonesuch"},
	} {
		var stdout, stderr strings.Builder
		if status := run(c.args, &stdout, &stderr); status != c.status || !strings.Contains(stderr.String(), c.want) || stdout.Len() > 0 {
			t.Errorf("%q: status %d, %q, want %d and %q", c.args, status, stderr.String(), c.status, c.want)
		}
	}
}
