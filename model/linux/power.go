package linux

import "hpmc/model/hp"

// Suspend is a write of mem to /sys/power/state. Devices do not matter here.
//
//linux:pm_suspend kernel/power/suspend.c
func (k *Kernel) Suspend() (err hp.Errno) {
	k.cpuHotplugDisable() // PM_SUSPEND_PREPARE: cpu_hotplug_pm_callback()
	err = k.freezeProcesses()
	if err == hp.OK {
		k.freezeKernelThreads()
		err = k.FreezeSecondaryCPUs()
		k.ThawSecondaryCPUs()
		k.ThawProcesses()
	}
	k.cpuHotplugEnable() // PM_POST_SUSPEND: cpu_hotplug_pm_callback()
	return err
}

// freezeProcesses waits until every user task but its own has left the kernel; then none of them runs.
//
//linux:freeze_processes kernel/power/process.c
func (k *Kernel) freezeProcesses() hp.Errno {
	hp.Atomic(func() {
		hp.Require(k.ConfigPMSleep, "suspend without config-pm-sleep: set that parameter of the scenario")
		k.PMFreezing = true
	})
	if hp.Fault("freezer-timeout") {
		k.ThawProcesses()
		return hp.EBUSY
	}
	hp.Await(k.InKernel.Empty())
	return hp.OK
}

// freezeKernelThreads waits until nothing runs on freezable queues. What is queued there stays queued.
//
//linux:freeze_kernel_threads kernel/power/process.c
func (k *Kernel) freezeKernelThreads() {
	if k.FreezableWQ {
		k.WorkqueueFreezing = true               // freeze_workqueues_begin()
		hp.Await(!k.CpusetHotplugWork.Running()) // freeze_workqueues_busy()
	}
}

// ThawProcesses lets cpusets settle before the first user task runs. The kernel clears pm_freezing first,
// but a frozen task does not look at it before __thaw_task() wakes it.
//
//linux:thaw_processes kernel/power/process.c
func (k *Kernel) ThawProcesses() {
	if k.FreezableWQ {
		k.WorkqueueFreezing = false // thaw_workqueues()
	}
	k.cpusetWaitForHotplug()
	k.PMFreezing = false // __thaw_task(), for all of them
}

// enterFromUser begins a system call: a frozen task makes none.
//
//linux:syscall_enter_from_user_mode kernel/entry/common.c
func (k *Kernel) enterFromUser() {
	if k.ConfigPMSleep {
		hp.Atomic(func() {
			hp.Await(!k.PMFreezing)
			k.InKernel.Set(hp.Self())
		})
	}
}

// exitToUser ends a system call.
//
//linux:exit_to_user_mode kernel/entry/common.c
func (k *Kernel) exitToUser() {
	if k.ConfigPMSleep {
		k.InKernel.Clear(hp.Self())
	}
}
