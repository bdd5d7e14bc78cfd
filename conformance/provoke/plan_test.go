package provoke

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestNoPlan asks for reproducers that cannot be made.
func TestNoPlan(t *testing.T) {
	for _, test := range []struct {
		scenario, property, series, want string
	}{
		{"dl-busy", "consistent-at-rest", "5.10", `step 31, cpuhp/1 in cpuset_cpu_inactive(): if Fault("dl-busy") needs the fault dl-busy, which nothing brings about on a real kernel`},
		{"hotplug-target-on", "device-offline-agrees", "5.10", "step 1 is writer's in lock_device_hotplug_sysfs(), and a reproducer has no way to do HotplugTargetStore(1, true); it can do"},
		{"suspend-then-online", "consistent-on-return", "5.10", "step 1 is pm's in cpu_hotplug_disable(), and a reproducer has no way to do Suspend(); it can do"},
		{"suspend-with-listener", "effective-at-online-uevent", "5.10", "suspend-with-listener sets config-pm-sleep, and a reproducer cannot"},
		{"online-uevent", "effective-at-online-uevent-sent", "5.10", "nothing that a program can read tells that effective-at-online-uevent-sent is violated; it can see that of affinity-after-online-uevent,"},
		{"online-uevent", "affinity-after-online-uevent", "6.12", "it cannot be provoked on 6.12: no holds at its functions force it\n  kworker would have to wait until after step 19, before begin_work(cpuset_hotplug_work, !workqueue_freezing), and calls process_one_work() (it runs every work item), cpuset_hotplug_workfn() (6.12 has no such function to call)"},
	} {
		t.Run(test.scenario+" "+test.property, func(t *testing.T) {
			s, tr := counterexample(t, test.scenario, "v5.12", test.property)
			p, err := New(s, tr, test.series)
			if err == nil {
				t.Fatalf("a plan:\n%s", p)
			}
			if !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got  %s\nwant %s", err, test.want)
			}
		})
	}
}

func TestParams(t *testing.T) {
	s, tr := counterexample(t, "two-child-cpusets", "v5.12", "effective-at-offline-uevent")
	p, err := New(s, tr, "5.10")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(Cgroup{Children: []string{"0-1", "1"}, TasksIn: 2}, p.Cgroup); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
	for mask, want := range map[int64]string{0: "", 1: "0", 0b1101: "0,2-3", 0b11111111: "0-7", 1 << 40: "40"} {
		if got := cpuList(mask); got != want {
			t.Errorf("%b is %q, want %q", mask, got, want)
		}
	}
}

func TestActionOf(t *testing.T) {
	for text, want := range map[string]Action{
		"OnlineStore(3, true)":         {Online, 3, "1"},
		"OnlineStore(1, false)":        {Online, 1, "0"},
		"SMTControlStore(SMTDisabled)": {Kind: SMT, Value: "off"},
		"SMTControlStore(SMTEnabled)":  {Kind: SMT, Value: "on"},
		"Udevd()":                      {Kind: Listen},
		"CpusetReadEffective()":        {Kind: Read},
	} {
		if got, ok := actionOf(text); !ok || got != want {
			t.Errorf("%s: %v, %t", text, got, ok)
		}
	}
	for _, text := range []string{"", "Suspend()", "OnlineStore(1)", "OnlineStore(c, true)", "OnlineStore(1, 2)", "OnlineStore(-1, true)",
		"SMTControlStore(SMTNotSupported)", "Udevd(1)", "k.Udevd", "OnlineStore(1, true", "OnlineStore(1+1, true)"} {
		if a, ok := actionOf(text); ok {
			t.Errorf("%q is %v", text, a)
		}
	}
}

func FuzzActionOf(f *testing.F) {
	f.Add("OnlineStore(1, true)")
	f.Add("SMTControlStore(SMTEnabled)")
	f.Fuzz(func(t *testing.T, text string) {
		if a, ok := actionOf(text); ok && (a.CPU < 0 || strings.ContainsAny(a.Value, "\"\\\n")) {
			t.Errorf("%q is %v", text, a)
		}
	})
}

func TestAmbiguous(t *testing.T) {
	up, down := Action{Online, 1, "1"}, Action{Online, 1, "0"}
	up2 := Action{Online, 2, "1"}
	smt := Action{Kind: SMT, Value: "off"}
	task := func(name string, a ...Action) Task { return Task{name, a} }
	for _, test := range []struct {
		name  string
		tasks []Task
		alone bool
		want  bool
	}{
		{"one", []Task{task("a", up)}, true, false},
		{"down and up", []Task{task("a", down, up)}, false, false},
		{"up and down, and uevents may come late", []Task{task("a", up, down)}, false, true},
		{"up and down, and it looks at each return", []Task{task("a", up, down)}, true, false},
		{"two with a CPU each, and it looks at that of a uevent", []Task{task("a", up), task("b", up2)}, false, false},
		{"two with a CPU each, and it looks at all", []Task{task("a", up), task("b", up2)}, true, true},
		{"two with one CPU", []Task{task("a", up), task("b", down)}, false, true},
		{"SMT and another", []Task{task("a", up), task("b", smt)}, false, true},
	} {
		if got := ambiguous(test.tasks, test.alone); got != "" != test.want {
			t.Errorf("%s: %q", test.name, got)
		}
	}
}
