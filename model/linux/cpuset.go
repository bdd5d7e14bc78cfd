package linux

import "hpmc/model/hp"

// Cpuset is struct cpuset. Both masks are written under cpuset_rwsem and callback_lock, and read under
// either: a section under callback_lock is one step.
type Cpuset struct {
	CPUsAllowed   hp.CPUMask `linux:"cpus_allowed"`
	EffectiveCPUs hp.CPUMask `linux:"effective_cpus"`
}

// cpusetUpdateActiveCPUs is called with cpu_hotplug_lock held for writing, and only queues the work.
//
//linux:cpuset_update_active_cpus kernel/cgroup/cpuset.c
func (k *Kernel) cpusetUpdateActiveCPUs() { k.CpusetHotplugWork.Queue() }

//linux:cpuset_wait_for_hotplug kernel/cgroup/cpuset.c
func (k *Kernel) cpusetWaitForHotplug() { k.CpusetHotplugWork.Flush() }

//linux:cpuset_force_rebuild kernel/cgroup/cpuset.c
func (k *Kernel) cpusetForceRebuild() { k.ForceRebuild = true }

// CpusetHotplugWorker is the worker that runs cpuset_hotplug_work.
//
//hp:thread kworker
//linux:process_one_work kernel/workqueue.c
func (k *Kernel) CpusetHotplugWorker() {
	for {
		k.CpusetHotplugWork.Begin(!k.WorkqueueFreezing)
		k.cpusetHotplugWorkfn()
		k.CpusetHotplugWork.End()
	}
}

// cpusetHotplugWorkfn brings cpusets in line with cpu_active_mask. It does not know what has changed: it
// compares masks. It reads cpu_active_mask without cpu_hotplug_lock.
//
//linux:cpuset_hotplug_workfn kernel/cgroup/cpuset.c
func (k *Kernel) cpusetHotplugWorkfn() {
	k.CpusetRWSem.Lock()
	var newCPUs hp.CPUMask
	cpusUpdated := false
	hp.Atomic(func() {
		newCPUs = k.CPUActiveMask
		cpusUpdated = k.Top.EffectiveCPUs != newCPUs
	})
	if cpusUpdated {
		hp.Atomic(func() { // callback_lock
			if k.CgroupV1 {
				k.Top.CPUsAllowed = newCPUs
			}
			k.Top.EffectiveCPUs = newCPUs
		})
	}
	k.CpusetRWSem.Unlock()
	if cpusUpdated {
		for cs := range 2 {
			if cs < k.Children {
				k.cpusetHotplugUpdateTasks(cs)
			}
		}
	}
	if cpusUpdated || k.ForceRebuild {
		k.ForceRebuild = false
		k.rebuildSchedDomains()
	}
}

// cpusetHotplugUpdateTasks brings a child in line with its parent. No task is being attached to it.
//
//linux:cpuset_hotplug_update_tasks kernel/cgroup/cpuset.c
func (k *Kernel) cpusetHotplugUpdateTasks(cs int) {
	k.CpusetRWSem.Lock()
	isEmpty := false
	hp.Atomic(func() { // callback_lock
		k.Child[cs].EffectiveCPUs = k.computeEffectiveCpumask(cs)
		if k.CgroupV1 { // hotplug_update_tasks_legacy(): what is lost is lost for good
			k.Child[cs].CPUsAllowed = k.Child[cs].EffectiveCPUs
			isEmpty = k.Child[cs].CPUsAllowed.Empty() && k.TaskCS == cs+1
		}
	})
	if isEmpty {
		k.removeTasksInEmptyCpuset()
	}
	k.CpusetRWSem.Unlock()
}

// computeEffectiveCpumask returns what the effective mask of a child should be, with the rule that a v2
// cpuset left without CPUs has its parent's.
//
//linux:compute_effective_cpumask kernel/cgroup/cpuset.c
func (k *Kernel) computeEffectiveCpumask(cs int) hp.CPUMask {
	return hp.If(!k.CgroupV1 && !k.Child[cs].CPUsAllowed.Intersects(k.Top.EffectiveCPUs),
		k.Top.EffectiveCPUs,
		k.Child[cs].CPUsAllowed&k.Top.EffectiveCPUs)
}

// removeTasksInEmptyCpuset moves the tasks to the parent. Nothing else in the model takes the locks under
// which cgroup_transfer_tasks() does that.
//
//linux:remove_tasks_in_empty_cpuset kernel/cgroup/cpuset.c
func (k *Kernel) removeTasksInEmptyCpuset() { k.TaskCS = 0 }

//linux:rebuild_sched_domains kernel/cgroup/cpuset.c
func (k *Kernel) rebuildSchedDomains() {
	k.CPUHotplugLock.RLock()
	k.CpusetRWSem.Lock()
	k.rebuildSchedDomainsLocked()
	k.CpusetRWSem.Unlock()
	k.CPUHotplugLock.RUnlock()
}

// rebuildSchedDomainsLocked does nothing if it raced with hotplug: another work item will follow.
//
//linux:rebuild_sched_domains_locked kernel/cgroup/cpuset.c
func (k *Kernel) rebuildSchedDomainsLocked() {
	if k.Top.EffectiveCPUs == k.CPUActiveMask {
		k.DomainsFromCpusets = true
	}
}

// cpusetCPUsAllowed returns the CPUs that the cpuset of user tasks allows.
//
//linux:cpuset_cpus_allowed kernel/cgroup/cpuset.c
func (k *Kernel) cpusetCPUsAllowed() hp.CPUMask {
	return hp.If(k.taskCSEffective().Intersects(k.CPUOnlineMask), k.taskCSEffective()&k.CPUOnlineMask,
		hp.If(k.Top.EffectiveCPUs.Intersects(k.CPUOnlineMask), k.Top.EffectiveCPUs&k.CPUOnlineMask,
			k.CPUOnlineMask))
}

//linux:task_cs kernel/cgroup/cpuset.c
func (k *Kernel) taskCSEffective() hp.CPUMask {
	return hp.If(k.TaskCS == 0, k.Top.EffectiveCPUs,
		hp.If(k.TaskCS == 1, k.Child[0].EffectiveCPUs, k.Child[1].EffectiveCPUs))
}
