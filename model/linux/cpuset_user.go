package linux

import "hpmc/model/hp"

// CpusetWriteCPUs is a write to cpuset.cpus of a child, counted from 0.
//
//linux:cpuset_write_resmask kernel/cgroup/cpuset.c
func (k *Kernel) CpusetWriteCPUs(cs int, cpus hp.CPUMask) hp.Errno {
	k.enterFromUser()
	k.CpusetHotplugWork.Flush()
	k.CPUHotplugLock.RLock()
	k.CpusetRWSem.Lock()
	err := k.updateCpumask(cs, cpus)
	k.CpusetRWSem.Unlock()
	k.CPUHotplugLock.RUnlock()
	k.exitToUser()
	return err
}

//linux:update_cpumask kernel/cgroup/cpuset.c
func (k *Kernel) updateCpumask(cs int, cpus hp.CPUMask) hp.Errno {
	if !cpus.Subset(k.Top.CPUsAllowed) {
		return hp.EINVAL
	}
	k.Child[cs].CPUsAllowed = cpus
	k.updateCpumasksHier(cs)
	return hp.OK
}

//linux:update_cpumasks_hier kernel/cgroup/cpuset.c
func (k *Kernel) updateCpumasksHier(cs int) {
	k.Child[cs].EffectiveCPUs = k.computeEffectiveCpumask(cs)
	if k.CgroupV1 {
		k.rebuildSchedDomainsLocked()
	}
}

// CpusetReadEffective is a read of the root's cpuset.cpus.effective: it takes callback_lock, and waits for
// nothing.
//
//linux:cpuset_common_seq_show kernel/cgroup/cpuset.c
func (k *Kernel) CpusetReadEffective() hp.CPUMask {
	k.enterFromUser()
	var cpus hp.CPUMask
	hp.Atomic(func() {
		cpus = k.Top.EffectiveCPUs
		k.exitToUser()
	})
	return cpus
}

// CpusetReadChild is the same for a child, counted from 0.
//
//linux:cpuset_common_seq_show kernel/cgroup/cpuset.c
func (k *Kernel) CpusetReadChild(cs int) hp.CPUMask {
	k.enterFromUser()
	var cpus hp.CPUMask
	hp.Atomic(func() {
		cpus = k.Child[cs].EffectiveCPUs
		k.exitToUser()
	})
	return cpus
}
