package conformance

import (
	"slices"
	"strings"
	"testing"
)

// TestEdited: a recording with two lines swapped is no behaviour any more. Of two tasks that is so only where one waits for
// the other.
func TestEdited(t *testing.T) {
	b := builder(t)
	const dir = "recordings/"
	for _, tt := range []struct{ file, kernel, a, b string }{
		{"5.10-offline-online.txt", "tglx", "cpuset_wait_for_hotplug <-_cpu_down", "flush_work <-_cpu_down"},
		{"5.10-offline-online.txt", "tglx", "device_offline <-online_store", "_cpu_down <-cpu_device_down"},
		{"5.10-offline-online.txt", "tglx", "_cpu_up <-cpu_up", "sched_cpu_activate <-"},
		{"5.10-offline-online.txt", "tglx", "sched_cpu_activate <-", "cpuset_update_active_cpus <-sched_cpu_activate"},
		{"5.10-offline-online.txt", "tglx", "cpuset_update_active_cpus <-sched_cpu_deactivate", "cpuset_hotplug_workfn <-"},
		{"5.10-offline-online.txt", "tglx", "workqueue_execute_end: ", "_cpu_down_return: "},
		{"5.10-offline-online.txt", "tglx", "_cpu_down_return: ", `action="ACTION=offline"`},
		{"5.10-offline-online.txt", "tglx", `action="ACTION=online"`, "udevd receives ONLINE"},
		{"5.10-offline-online.txt", "tglx", `action="ACTION=online"`, "online_store(1, 1) = 0"},
		{"5.10-offline-online.txt", "tglx", "online_store(1, 0) = 0", "online_store(1, 1) begins"},
		{"5.10-offline-online.txt", "tglx", "sched_setaffinity({1}) begins", "sched_setaffinity <-"},
		{"6.12-offline-online.txt", "v6.12", "cpuset_update_active_cpus <-sched_cpu_deactivate", "cpuset_handle_hotplug <-sched_cpu_deactivate"},
		{"6.12-offline-online.txt", "v6.12", "cpuset_handle_hotplug <-sched_cpu_deactivate", "takedown_cpu <-"},
	} {
		t.Run(tt.file+" "+tt.a+" after "+tt.b, func(t *testing.T) {
			lines := strings.Split(string(read(t, dir+tt.file)), "\n")
			at := func(what string) int {
				i := slices.IndexFunc(lines, func(l string) bool { return !strings.HasPrefix(l, "#") && strings.Contains(l, what) })
				if i < 0 {
					t.Fatalf("no line with %q", what)
				}
				return i
			}
			i, j := at(tt.a), at(tt.b)
			if i > j {
				t.Fatalf("%q stands behind %q", tt.a, tt.b)
			}
			lines[i], lines[j] = lines[j], lines[i]
			if r := hold(t, b, tt.file, []byte(strings.Join(lines, "\n")), "", tt.kernel); r.Verdict != Differs {
				t.Error(r.Text(tt.file, tt.kernel))
			}
		})
	}
}

// TestResults: what calls return counts.
func TestResults(t *testing.T) {
	b := builder(t)
	const f = "recordings/5.10-offline-online.txt"
	for _, tt := range []struct{ old, new string }{
		{"sched_setaffinity({1}) = 0", "sched_setaffinity({1}) = -EINVAL"},
		{"online_store(1, 1) = 0", "online_store(1, 1) = -EBUSY"},
		{"<- _cpu_up) ret=0", "<- _cpu_up) ret=-11"},
		{"receives ONLINE cpu1", "receives OFFLINE cpu1"},
		{`action="ACTION=online"`, `action="ACTION=offline"`},
	} {
		t.Run(tt.new, func(t *testing.T) {
			text := string(read(t, f))
			if strings.Count(text, tt.old) != 1 {
				t.Fatalf("%q stands there %d times", tt.old, strings.Count(text, tt.old))
			}
			if r := hold(t, b, f, []byte(strings.Replace(text, tt.old, tt.new, 1)), "", "tglx"); r.Verdict != Differs {
				t.Error(r.Text(f, tt.new))
			}
		})
	}
}

// TestFunctions: what was traced and did not happen counts, if the recording says what was traced. Without the lines of the
// wait the run is one of a kernel that does not wait.
func TestFunctions(t *testing.T) {
	b := builder(t)
	var kept []string
	for _, l := range strings.SplitAfter(string(read(t, "testdata/5.10-plain.txt")), "\n") {
		if !strings.Contains(l, "cpuset_wait_for_hotplug") && !strings.Contains(l, "flush_work") {
			kept = append(kept, l)
		}
	}
	text := strings.Join(kept, "")
	listed := "# functions: _cpu_down cpuset_wait_for_hotplug\n" + text
	for _, tt := range []struct {
		text, kernel string
		want         Verdict
	}{{text, "v5.12", Conforms}, {text, "tglx", Conforms}, {listed, "v5.12", Conforms}, {listed, "tglx", Differs}} {
		if r := hold(t, b, "5.10-plain.txt", []byte(tt.text), plainRun(t), tt.kernel); r.Verdict != tt.want {
			t.Error(r.Text("5.10-plain.txt", tt.kernel))
		}
	}
}
