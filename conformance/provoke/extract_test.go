package provoke

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"hpmc"
	"hpmc/explorer"
	"hpmc/model"
	"hpmc/scenarios"
	"hpmc/traces"
)

// load returns a scenario and its program on a kernel.
func load(t *testing.T, scenario, kernel string) (*scenarios.Scenario, *model.Program) {
	t.Helper()
	cat, err := scenarios.Load(hpmc.Sources)
	if err != nil {
		t.Fatal(err)
	}
	s, err := cat.Scenario(scenario)
	if err != nil {
		t.Fatal(err)
	}
	p, err := cat.Build(s, kernel, scenarios.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return s, p
}

// counterexample returns a scenario and the trace of how a kernel violates a property in it.
func counterexample(t *testing.T, scenario, kernel, property string) (*scenarios.Scenario, *traces.Trace) {
	t.Helper()
	s, p := load(t, scenario, kernel)
	r, err := explorer.Search(p, explorer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, pr := range r.Props {
		if p.Props[pr.Prop].Name == property && len(pr.Path) > 0 {
			tr, err := traces.New(p, pr.Path, pr.Prop, pr.Check)
			if err != nil {
				t.Fatal(err)
			}
			tr.Kernel = kernel
			return s, tr
		}
	}
	t.Fatalf("%s on %s does not violate %s", scenario, kernel, property)
	return nil, nil
}

var (
	workfn     = Hold{Thread: "kworker", Func: "cpuset_hotplug_workfn", Nth: 1}
	affinity   = Event{Thread: "udevd", Func: "sched_setaffinity", Nth: 1, Return: true}
	untilEvent = func(h Hold, e Event) Hold { h.Until = e; return h }
)

// The worker must not bring cpusets in line before the program looks: everything else happens by itself. Only where a CPU goes
// and comes back does it have to be stopped half way, with the CPU gone from the masks, and the CPU's own thread has to wait for that.
func TestExtract(t *testing.T) {
	for _, test := range []struct {
		scenario, property, seen string
		want                     []Hold
	}{
		{"online-uevent", "affinity-after-online-uevent", "sched_setaffinity", []Hold{untilEvent(workfn, affinity)}},
		{"online-uevent", "affinity-after-online-uevent", "", []Hold{workfn}},
		{"online-uevent", "effective-at-online-uevent", "", []Hold{workfn}},
		{"offline-uevent", "effective-at-offline-uevent", "", []Hold{workfn}},
		{"read-after-offline", "effective-read-after-uevent", "", []Hold{workfn}},
		{"smt-on", "affinity-after-online-uevent", "sched_setaffinity", []Hold{untilEvent(workfn, affinity)}},
		{"off-on-second-writer", "affinity-after-online-uevent", "sched_setaffinity", []Hold{
			{"cpuhp/1", "sched_cpu_activate", 1, Event{Thread: "kworker", Func: "cpus_read_lock", Nth: 1}},
			{"kworker", "cpus_read_lock", 1, affinity},
		}},
	} {
		t.Run(test.scenario+" "+test.property, func(t *testing.T) {
			_, tr := counterexample(t, test.scenario, "v5.12", test.property)
			x := Extract(tr, Probed("5.10"), test.seen)
			if !x.Forced {
				t.Fatalf("not forced, with %v: %v", x.Holds, x.Stuck)
			}
			if d := cmp.Diff(test.want, x.Holds); d != "" {
				t.Errorf("holds (-want +got):\n%s", d)
			}
		})
	}
}

// TestUnder explores the thread's own scenario under holds whose effect is plain.
func TestUnder(t *testing.T) {
	_, v512 := load(t, "online-uevent", "v5.12")
	_, tglx := load(t, "online-uevent", "tglx")
	udevd := Hold{Thread: "udevd", Func: "sched_setaffinity", Nth: 1}
	second := workfn
	second.Nth = 2
	for _, test := range []struct {
		name   string
		p      *model.Program
		holds  []Hold
		forced bool
	}{
		{"the worker may be first", v512, nil, false},
		{"the worker is held", v512, []Hold{workfn}, true},
		{"until the program has got its error", v512, []Hold{untilEvent(workfn, affinity)}, true},
		{"until what comes before", v512, []Hold{untilEvent(workfn, Event{Thread: "writer", Func: "_cpu_up", Nth: 1})}, false},
		{"until udevd calls, and then anyone may be first", v512, []Hold{untilEvent(workfn, Event{Thread: "udevd", Func: "sched_setaffinity", Nth: 1})}, false},
		{"at a call that does not come", v512, []Hold{second}, false},
		{"held, but so is udevd", v512, []Hold{workfn, udevd}, false},
		{"the worker waits for udevd, udevd for the worker", v512, []Hold{untilEvent(workfn, affinity),
			untilEvent(udevd, Event{Thread: "kworker", Func: "cpuset_hotplug_workfn", Nth: 1, Return: true})}, false},
		{"udevd only after the worker has begun", v512, []Hold{untilEvent(workfn, affinity),
			untilEvent(udevd, Event{Thread: "kworker", Func: "cpuset_hotplug_workfn", Nth: 1})}, true},
		{"the fix waits for the worker", tglx, []Hold{workfn}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newSearch(test.p, property(t, test.p, "affinity-after-online-uevent"))
			o := s.under(test.holds, 1_000_000)
			if !o.complete || o.forced != test.forced {
				t.Errorf("forced %t, complete %t, want forced %t", o.forced, o.complete, test.forced)
			}
		})
	}
}

func property(t *testing.T, p *model.Program, name string) int {
	t.Helper()
	for i := range p.Props {
		if p.Props[i].Name == name {
			return i
		}
	}
	t.Fatalf("no property %s", name)
	return 0
}

// TestStuck holds what stands in the way on the fixed kernel against what the real one was seen to do: the writer waits for the
// work.
func TestStuck(t *testing.T) {
	_, p := load(t, "online-uevent", "tglx")
	s := newSearch(p, property(t, p, "affinity-after-online-uevent"))
	o := s.under([]Hold{workfn}, 1_000_000)
	want := []string{"writer is waiting for cpuset_hotplug_work, which kworker runs (model/linux/cpuset.go:18)"}
	if d := cmp.Diff(want, s.stuck(o.last)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// TestMoves checks that the moves along every transition leave a thread in the calls that its location says, besides those
// that have begun before the step that they are of.
func TestMoves(t *testing.T) {
	for _, name := range []string{"online-uevent", "off-on-second-writer", "smt-off", "cpuset-write", "suspend-vs-sysfs"} {
		_, p := load(t, name, "v5.12")
		_, moves := movesOf(p)
		for i := range p.Transitions {
			tr := &p.Transitions[i]
			locs := p.Threads[tr.Thread].Locs
			var stack []string
			for _, f := range locs[tr.From].Stack {
				stack = append(stack, f.Func)
			}
			steps, early := 0, 0
			for _, m := range moves[i] {
				switch m.kind {
				case model.Step:
					steps++
				case model.Enter:
					stack = append(stack, m.name)
				case model.Leave:
					if len(stack) > 0 && stack[len(stack)-1] == m.name {
						stack = stack[:len(stack)-1]
					} else {
						early++ // it begins in the transitions before this one
					}
				}
			}
			if steps == 0 {
				t.Errorf("%s: t%d %q has no step", name, i, tr.Text)
			}
			to := locs[tr.To].Stack
			if early == 0 && len(stack) < len(to) {
				t.Errorf("%s: t%d %q leaves %v, and its location is in %v", name, i, tr.Text, stack, to)
			}
			for j := 0; early == 0 && j < min(len(to), len(stack)); j++ {
				if to[j].Func != stack[j] {
					t.Errorf("%s: t%d %q leaves %v, and its location is in %v", name, i, tr.Text, stack, to)
					break
				}
			}
		}
	}
}
