package traces

import (
	"fmt"

	"hpmc/model"
)

var (
	boolType  = &model.Type{Name: "bool", Kind: model.Bool}
	maskType  = &model.Type{Name: "CPUMask", Kind: model.Mask}
	errnoType = &model.Type{Name: "Errno", Kind: model.Errno, Names: map[int64]string{0: "OK", 1: "EINVAL"}}
)

func val(n int64) *model.Expr { return &model.Expr{Op: model.Const, Val: n} }

func ref(v model.VarID) *model.Expr { return &model.Expr{Op: model.Ref, Var: v} }

func op(o model.Op, args ...*model.Expr) *model.Expr { return &model.Expr{Op: o, Args: args} }

// builder makes programs by hand: each thread is a straight line of transitions.
type builder struct {
	p model.Program
}

func newBuilder(name string) *builder { return &builder{p: model.Program{Name: name}} }

func (b *builder) variable(name string, typ *model.Type, bits int, init int64) model.VarID {
	v := model.Var{Name: name, Kind: model.Shared, Type: typ, Max: 1<<bits - 1, Thread: -1, Init: init, Bits: bits}
	if b.p.Words == 0 || b.p.Bits%64+bits > 64 {
		b.p.Words++
		b.p.Bits = (b.p.Words - 1) * 64
	}
	v.Word, v.Shift = b.p.Words-1, b.p.Bits%64
	b.p.Bits += bits
	b.p.Vars = append(b.p.Vars, v)
	return model.VarID(len(b.p.Vars) - 1)
}

// thread adds a thread of n steps.
func (b *builder) thread(name string, n int) int {
	pc := b.variable(name+".pc", nil, 6, 0)
	b.p.Vars[pc].Kind = model.PC
	th := model.Thread{Name: name, PC: pc, Locs: make([]model.Location, n+1), Out: make([][]int, n+1)}
	th.Locs[n].Rest = true
	b.p.Threads = append(b.p.Threads, th)
	return len(b.p.Threads) - 1
}

// step adds the next transition of a thread.
func (b *builder) step(thread int, t model.Transition) int {
	th := &b.p.Threads[thread]
	for len(th.Out[t.From]) > 0 {
		t.From++
	}
	t.ID, t.Thread, t.To = len(b.p.Transitions), thread, t.From+1
	t.Pos = model.Pos{File: "cpu.go", Line: t.ID + 10, Col: 2}
	th.Out[t.From] = append(th.Out[t.From], t.ID)
	th.Locs[t.From].Text, th.Locs[t.From].Pos = t.Text, t.Pos
	b.p.Transitions = append(b.p.Transitions, t)
	return t.ID
}

func enter(depth int, text string) model.Event {
	return model.Event{Kind: model.Enter, Text: text, Depth: depth}
}

func stmt(depth int, text string) model.Event {
	return model.Event{Kind: model.Step, Text: text, Depth: depth}
}

func lock(depth int, name string, o model.LockOp) model.Event {
	return model.Event{Kind: model.Step, Text: fmt.Sprintf("%d(%s)", o, name), Depth: depth, Lock: name, Op: o}
}

// race is the race that hpmc grew out of: a uevent before the worker has run.
func race() (*model.Program, []int) {
	b := newBuilder("online")
	active := b.variable("cpu_active_mask", maskType, 2, 1)
	effective := b.variable("top_cpuset.effective_cpus", maskType, 2, 1)
	pending := b.variable("cpuset_hotplug_work.pending", boolType, 1, 0)
	writer := b.thread("writer", 4)
	udevd := b.thread("udevd", 1)
	worker := b.thread("kworker", 1)
	b.step(writer, model.Transition{Text: "lock", Events: []model.Event{enter(0, "device_online()"), enter(1, "cpu_device_up()"),
		enter(2, "cpus_write_lock()"), lock(3, "cpu_hotplug_lock", model.Acquire)}})
	b.step(writer, model.Transition{Text: "cpu_active_mask |= {1}", Effect: []model.Assign{{Var: active, Val: op(model.Or, ref(active), val(2))}},
		Events: []model.Event{{Kind: model.Leave, Text: "cpus_write_lock()", Depth: 2}, enter(2, "sched_cpu_activate()"),
			{Kind: model.Step, Text: "cpu_active_mask |= {1}", Depth: 3, Value: op(model.Or, ref(active), val(2)), Type: maskType}}})
	b.step(writer, model.Transition{Text: "schedule_work()", Effect: []model.Assign{{Var: pending, Val: val(1)}},
		Events: []model.Event{stmt(3, "schedule_work(cpuset_hotplug_work)")}})
	b.step(writer, model.Transition{Text: "unlock", Events: []model.Event{lock(2, "cpu_hotplug_lock", model.Release), enter(1, "kobject_uevent(KOBJ_ONLINE)")},
		Checks: []model.Check{{Prop: 0, Cond: op(model.LAnd, op(model.Ne, val(1), val(0)), op(model.And, op(model.Shr, ref(effective), val(1)), val(1)))}}})
	b.step(udevd, model.Transition{Text: "sched_setaffinity()", Events: []model.Event{enter(0, "sched_setaffinity()"), stmt(1, "mask = effective_cpus")}})
	b.step(worker, model.Transition{Text: "effective_cpus = cpu_active_mask", Guard: []*model.Expr{ref(pending)},
		Effect: []model.Assign{{Var: effective, Val: ref(active)}, {Var: pending, Val: val(0)}},
		Events: []model.Event{enter(0, "cpuset_hotplug_workfn()"), stmt(1, "effective_cpus = cpu_active_mask")}})
	b.p.Props = []model.Property{{Name: "effective-at-online-uevent", Kind: model.AtEvent,
		Summary: "when the ONLINE uevent is sent, the CPU is in the effective mask.",
		Clauses: []model.Clause{{Text: "c != 0"}, {Text: "k.Top.Effective.Has(c)"}}}}
	b.p.Threads[worker].Daemon = true
	b.p.Threads[worker].Locs[0].Rest = true
	b.p.SetFootprints()
	return &b.p, []int{0, 1, 2, 3}
}

// inversion is the deadlock of two threads that take two locks in different orders.
func inversion() (*model.Program, []int) {
	b := newBuilder("inversion")
	vars := map[string]model.VarID{}
	for _, n := range []string{"cgroup_mutex", "cpu_hotplug_lock"} {
		vars[n] = b.variable(n, boolType, 1, 0)
	}
	for i, order := range [][]string{{"cgroup_mutex", "cpu_hotplug_lock"}, {"cpu_hotplug_lock", "cgroup_mutex"}} {
		th := b.thread([]string{"writer", "kworker/cpuset"}[i], 2)
		fn := []string{"cpuset_write()", "cpu_up()"}[i]
		for j, n := range order {
			evs := []model.Event{lock(1, n, model.Acquire)}
			if j == 0 {
				evs = append([]model.Event{enter(0, fn)}, evs...)
			}
			b.step(th, model.Transition{Text: "lock(" + n + ")", Guard: []*model.Expr{op(model.Not, ref(vars[n]))},
				Effect: []model.Assign{{Var: vars[n], Val: val(1)}}, Events: evs})
		}
		locs := b.p.Threads[th].Locs
		locs[1].Stack = []model.Frame{{ID: 1, Func: fn[:len(fn)-2]}}
		locs[1].Held = []model.Lock{{Name: order[0], Taken: locs[0].Pos, Func: fn[:len(fn)-2]}}
	}
	b.p.Props = []model.Property{{Name: "deadlock", Kind: model.Deadlock}}
	b.p.SetFootprints()
	return &b.p, []int{0, 2}
}
