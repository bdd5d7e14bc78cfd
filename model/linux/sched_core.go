package linux

import "hpmc/model/hp"

//linux:sched_cpu_activate kernel/sched/core.c
func (k *Kernel) schedCPUActivate(cpu hp.CPU) {
	k.CPUActiveMask.Set(cpu)
	k.cpusetCPUActive()
}

// schedCPUDeactivate leaves out the run queue and sched_smt_present.
//
//linux:sched_cpu_deactivate kernel/sched/core.c
func (k *Kernel) schedCPUDeactivate(cpu hp.CPU) hp.Errno {
	k.CPUActiveMask.Clear(cpu)
	k.synchronizeRCU()
	err := k.cpusetCPUInactive()
	if err != hp.OK {
		k.CPUActiveMask.Set(cpu)
	}
	return err
}

// synchronizeRCU takes long, but nothing in the model waits for a grace period: that others can run between
// the steps around it is all there is to it.
//
//linux:synchronize_rcu kernel/rcu/tree.c
func (k *Kernel) synchronizeRCU() {}

// cpusetCPUActive leaves cpusets alone while CPUs come back from suspend, until the last of them is back.
//
//linux:cpuset_cpu_active kernel/sched/core.c
func (k *Kernel) cpusetCPUActive() {
	if k.CPUHPTasksFrozen {
		left := 0
		hp.Atomic(func() {
			k.DomainsFromCpusets = false // partition_sched_domains(1, NULL, NULL)
			k.NumCPUsFrozen--
			left = k.NumCPUsFrozen
		})
		if left > 0 {
			return
		}
		k.cpusetForceRebuild()
	}
	k.cpusetUpdateActiveCPUs()
}

//linux:cpuset_cpu_inactive kernel/sched/core.c
func (k *Kernel) cpusetCPUInactive() hp.Errno {
	if k.CPUHPTasksFrozen {
		hp.Atomic(func() {
			k.NumCPUsFrozen++
			k.DomainsFromCpusets = false // partition_sched_domains(1, NULL, NULL)
		})
		return hp.OK
	}
	if hp.Fault("dl-busy") {
		return hp.EBUSY // dl_cpu_busy(): the CPU's share of deadline bandwidth is needed
	}
	k.cpusetUpdateActiveCPUs()
	return hp.OK
}

// SchedSetaffinity is the system call, for a user task without deadline bandwidth. It holds no lock across
// its steps, so after it has set the mask it looks whether the cpuset has changed meanwhile.
//
//linux:sched_setaffinity kernel/sched/core.c
func (k *Kernel) SchedSetaffinity(inMask hp.CPUMask) (err hp.Errno) {
	k.enterFromUser()
	newMask := inMask & k.cpusetCPUsAllowed()
	for {
		err = k.setCPUsAllowedPtr(newMask)
		if err != hp.OK {
			break
		}
		allowed := k.cpusetCPUsAllowed()
		if newMask.Subset(allowed) {
			break
		}
		newMask = allowed
	}
	k.exitToUser()
	return err
}

// setCPUsAllowedPtr needs an active CPU to put the task on. The mask that the task has is not modelled: a
// task whose mask already is newMask would return 0 even if none is.
//
// linux:__set_cpus_allowed_ptr kernel/sched/core.c
func (k *Kernel) setCPUsAllowedPtr(newMask hp.CPUMask) hp.Errno {
	return hp.If(k.CPUActiveMask.Intersects(newMask), hp.OK, hp.EINVAL)
}
