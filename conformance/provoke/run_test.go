package provoke

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hpmc/conformance/lab"
	"hpmc/internal/need"
)

// What the program said on Debian's 5.10.223, as it is and without cpuset_wait_for_hotplug().
const (
	saidStock = `kernel: 5.10.0-32-cloud-amd64 #1 SMP Debian 5.10.223-1 (2024-08-10)
CPUs 0 are online, and cpuset.cpus.effective is 0
waits: writer: flush_work _cpu_up cpu_up cpu_subsys_online device_online online_store kernfs_fop_write_iter new_sync_write vfs_write ksys_write do_syscall_64 entry_SYSCALL_64_after_hwframe
writer: wrote 1 to /sys/devices/system/cpu/cpu1/online after 3127 ms: no error
udevd: online uevent of CPU 1, cpuset.cpus.effective is 0-1
udevd: sched_setaffinity({1}) = 0
hold: 0 timeout 22 3037 kworker/1:0
did not happen
`
	saidKnockedOut = `kernel: 5.10.0-32-cloud-amd64 #1 SMP Debian 5.10.223-1 (2024-08-10)
CPUs 0 are online, and cpuset.cpus.effective is 0
udevd: online uevent of CPU 1, cpuset.cpus.effective is 0
writer: wrote 1 to /sys/devices/system/cpu/cpu1/online after 50 ms: no error
udevd: sched_setaffinity({1}) failed with EINVAL: this is it
hold: 0 released 32 15 kworker/1:1
happened
`
)

func TestAccount(t *testing.T) {
	p := &Plan{Holds: []Hold{untilEvent(workfn, affinity)}}
	for _, test := range []struct {
		name, said string
		want       []string
	}{
		{"stock", saidStock, []string{"did not happen",
			"kworker/1:0 was held at cpuset_hotplug_workfn() for 3.0 s, and still udevd has not returned from sched_setaffinity()",
			"meanwhile writer waited in flush_work() <- _cpu_up() <- cpu_up() <- cpu_subsys_online() <- device_online() <- online_store()"}},
		{"knocked out", saidKnockedOut, []string{"happened: udevd: sched_setaffinity({1}) failed with EINVAL"}},
		{"held itself", strings.Replace(saidStock, "waits: writer: ", "waits: writer: stand_in.constprop.0.cold ", 1), []string{"did not happen",
			"kworker/1:0 was held at cpuset_hotplug_workfn() for 3.0 s, and still udevd has not returned from sched_setaffinity()"}},
		{"nobody came", "hold: 0 never 0 0 \ndid not happen\n", []string{"did not happen", "kworker never came to cpuset_hotplug_workfn()"}},
		{"in vain", "hold: 0 released 7 12 kworker/0:1\r\ndid not happen\r\n",
			[]string{"did not happen", "kworker/0:1 was held at cpuset_hotplug_workfn() until udevd has returned from sched_setaffinity()"}},
		{"no sleeping there", "hold: 0 atomic 7 0 swapper/0\ndid not happen\n",
			[]string{"did not happen", "swapper/0 could not be held at cpuset_hotplug_workfn(), where it must not sleep"}},
		{"no module", "kernel: x\nfailed: cannot insert hpmc_provoke.ko: No such file or directory\nmodule: no probe at f: error -2\n",
			[]string{"no answer: cannot insert hpmc_provoke.ko: No such file or directory (no probe at f: error -2)"}},
		{"a panic", "kernel: x\n", []string{"no answer: the program came to no end"}},
		{"nothing", "", []string{"no answer: the program came to no end"}},
	} {
		lines, _ := p.Account(parse(test.said))
		if d := cmp.Diff(test.want, lines); d != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, d)
		}
	}
}

// TestShape checks that runs are told apart by what happened, and not by how long it took.
func TestShape(t *testing.T) {
	p := &Plan{Holds: []Hold{workfn}}
	shape := func(said string) string {
		_, s := p.Account(parse(said))
		return s
	}
	stock := shape(saidStock)
	if again := shape(strings.Replace(saidStock, "22 3037 kworker/1:0", "19 3181 kworker/1:1", 1)); again != stock {
		t.Errorf("another time is another shape: %q, %q", stock, again)
	}
	if other := shape(strings.Replace(saidStock, "flush_work", "msleep", 1)); other == stock {
		t.Error("another wait is the same shape")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(saidStock)
	f.Add(saidKnockedOut)
	f.Add("hold: x y\nwaits:\nmodule: \n: this is it\n")
	p := &Plan{Holds: []Hold{workfn}}
	f.Fuzz(func(t *testing.T, text string) {
		lines, _ := p.Account(parse(text))
		if len(lines) == 0 {
			t.Error("no account")
		}
	})
}

// TestKernel provokes counterexamples on a real kernel. The thread's bug and its twin on the way down happen without the wait
// of b22afcdf04c9, and not with it. What the fix leaves, on cgroup v1, happens on the kernel as it is.
func TestKernel(t *testing.T) {
	if testing.Short() {
		t.Skip("boots a kernel")
	}
	need.Tools(t, "apt-get", "dpkg-deb", "qemu-system-x86_64", "make", "gcc")
	ctx, cancel := context.WithTimeout(context.Background(), 8*time.Minute)
	defer cancel()
	k, err := lab.Obtain(ctx, "5.10", true)
	if err != nil {
		t.Fatal(err)
	}
	knockOut := []string{"cpuset_wait_for_hotplug"}
	for _, test := range []struct {
		scenario, model, property string
		knockOut                  []string
		inTheWay                  string // "" if it happens
	}{
		{"online-uevent", "v5.12", "affinity-after-online-uevent", knockOut, ""},
		{"online-uevent", "v5.12", "affinity-after-online-uevent", nil, "meanwhile writer waited in flush_work() <- _cpu_up()"},
		{"offline-uevent", "v5.12", "effective-at-offline-uevent", knockOut, ""},
		{"offline-uevent", "v5.12", "effective-at-offline-uevent", nil, "meanwhile writer waited in flush_work() <- _cpu_down()"},
		{"off-on-second-writer", "v5.12", "affinity-after-online-uevent", knockOut, ""},
		{"child-cpuset-v1", "tglx", "affinity-after-online-uevent", nil, ""},
	} {
		o := Options{Timeout: 2 * time.Second, KnockOut: test.knockOut}
		t.Run(test.scenario+" on "+KernelName(k, o), func(t *testing.T) {
			s, tr := counterexample(t, test.scenario, test.model, test.property)
			p, err := New(s, tr, k.Series)
			if err != nil {
				t.Fatal(err)
			}
			b, err := p.Build(ctx, k, o)
			if err != nil {
				t.Fatal(err)
			}
			r, err := b.Run(ctx)
			for again := 0; err == nil && r.Failed == panicked && again < 2; again++ {
				t.Logf("%s, and is booted again:\n%s", r.Failed, r.Console)
				r, err = b.Run(ctx)
			}
			if err != nil {
				t.Fatal(err)
			}
			lines, _ := p.Account(r)
			account := strings.Join(lines, "\n")
			if r.Failed != "" || r.Happened != (test.inTheWay == "") {
				t.Fatalf("%s\n%s", account, strings.Join(r.Said, "\n"))
			}
			if !strings.Contains(account, test.inTheWay) {
				t.Errorf("another thing stood in the way:\n%s", account)
			}
		})
	}
}
