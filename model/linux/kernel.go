// Package linux is the CPU hotplug machinery of Linux v5.12 in the model language: what brings CPUs up and
// down, what tells cpusets and user space of it, and what suspend does to both. It is to be read beside the
// kernel: directives and struct tags carry the kernel's names, and there is a Go file for each source file.
//
// CPU 0 is the boot CPU. It is never taken down by suspend, and scenarios leave it online.
package linux

import "hpmc/model/hp"

// Kernel is the shared state.
type Kernel struct {
	// The lockdep maps of the wait for a CPU's hotplug thread.
	CPUHPStateUp   hp.LockMap `linux:"cpuhp_state-up"`
	CPUHPStateDown hp.LockMap `linux:"cpuhp_state-down"`

	// kernel/cpu.c
	CPUAddRemoveLock   hp.Mutex                  `linux:"cpu_add_remove_lock"`
	CPUHotplugLock     hp.RWSem                  `linux:"cpu_hotplug_lock"`
	CPUOnlineMask      hp.CPUMask                `linux:"cpu_online_mask"`
	CPUHP              [hp.MaxCPUs]CPUHPCPUState `linux:"cpuhp_state"`
	CPUHPTasksFrozen   bool                      `linux:"cpuhp_tasks_frozen"`
	CPUHotplugDisabled int                       `linux:"cpu_hotplug_disabled" range:"0..3"`
	FrozenCPUs         hp.CPUMask                `linux:"frozen_cpus"`
	CPUSMTControl      SMTControl                `linux:"cpu_smt_control"`

	// drivers/base
	DeviceHotplugLock hp.Mutex             `linux:"device_hotplug_lock"`
	DeviceLock        [hp.MaxCPUs]hp.Mutex `linux:"dev->mutex"`
	DevOffline        hp.CPUMask           `linux:"dev->offline"` // a bit for each CPU's device
	Uevents           hp.Queue[Uevent]     `linux:"uevents"`

	// kernel/sched
	CPUActiveMask hp.CPUMask `linux:"cpu_active_mask"`
	NumCPUsFrozen int        `linux:"num_cpus_frozen" range:"0..15"`
	// DomainsFromCpusets tells whether the scheduling domains are those that cpusets ask for. They are not
	// while partition_sched_domains(1, NULL, NULL) has made a single default domain of them.
	DomainsFromCpusets bool `linux:"sched_domains_from_cpusets"`

	// kernel/cgroup/cpuset.c
	CpusetRWSem       hp.RWSem  `linux:"cpuset_rwsem"`
	CpusetHotplugWork hp.Work   `linux:"cpuset_hotplug_work"`
	ForceRebuild      bool      `linux:"force_rebuild"`
	Top               Cpuset    `linux:"top_cpuset"`
	Child             [2]Cpuset `linux:"cs"`                   // only the first Children exist
	TaskCS            int       `linux:"task_cs" range:"0..2"` // the cpuset of user tasks: 0 top_cpuset, i Child[i-1]

	// kernel/power
	PMFreezing        bool        `linux:"pm_freezing"`
	WorkqueueFreezing bool        `linux:"workqueue_freezing"`
	InKernel          hp.TaskMask `linux:"in_kernel"` // user tasks inside a system call, which cannot be frozen

	// ConfigPMSleep keeps account of what suspend must wait for. Scenarios with Suspend need it.
	ConfigPMSleep bool `param:"config-pm-sleep"`
	// FreezableWQ puts cpuset_hotplug_work on a freezable queue. v5.12 has it on system_wq, which is not.
	FreezableWQ bool `param:"freezable-wq"`
	// NoListener drops uevents, as netlink_broadcast() does when nobody listens.
	NoListener bool `param:"no-listener"`
	// NoSMT boots with nosmt: cpu_smt_control is off. The scenario must have the secondary threads offline.
	NoSMT bool `param:"nosmt"`
	// CgroupV1 mounts cpuset as a v1 controller.
	CgroupV1 bool `param:"cgroup-v1"`
	// Children is the number of child cpusets.
	Children int `param:"children" range:"0..2"`
	// Child0CPUs is cpuset.cpus of the first child.
	Child0CPUs hp.CPUMask `param:"child0-cpus"`
	// Child1CPUs is cpuset.cpus of the second child.
	Child1CPUs hp.CPUMask `param:"child1-cpus"`
	// TasksIn is the cpuset that user tasks are in: 0 for the top cpuset, i for the i-th child.
	TasksIn int `param:"tasks-in" range:"0..2"`
}

// Init boots the machine: all CPUs have been up once, and those of the scenario have been taken down again
// by their devices. Cpusets have settled.
func (k *Kernel) Init() {
	offline := hp.OfflineAtBoot()
	k.CPUSMTControl = SMTNotSupported
	if hp.ThreadsPerCore() > 1 {
		k.CPUSMTControl = SMTEnabled
		if k.NoSMT {
			k.CPUSMTControl = SMTDisabled
		}
	}
	online := hp.AllCPUs() &^ offline
	k.CPUOnlineMask = online
	k.CPUActiveMask = online
	k.DevOffline = offline
	k.DomainsFromCpusets = true
	k.TaskCS = k.TasksIn

	k.Top.EffectiveCPUs = online
	k.Top.CPUsAllowed = hp.If(k.CgroupV1, online, hp.AllCPUs())
	k.Child[0].CPUsAllowed = hp.If(k.CgroupV1, k.Child0CPUs&online, k.Child0CPUs)
	k.Child[1].CPUsAllowed = hp.If(k.CgroupV1, k.Child1CPUs&online, k.Child1CPUs)
	k.Child[0].EffectiveCPUs = k.computeEffectiveCpumask(0)
	k.Child[1].EffectiveCPUs = k.computeEffectiveCpumask(1)
}
