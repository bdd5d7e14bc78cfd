package linux

import "hpmc/model/hp"

// cpuHotplugDisable keeps cpu_up() and cpu_down() from doing anything.
//
//linux:cpu_hotplug_disable kernel/cpu.c
func (k *Kernel) cpuHotplugDisable() {
	k.CPUAddRemoveLock.Lock()
	k.CPUHotplugDisabled++
	k.CPUAddRemoveLock.Unlock()
}

//linux:cpu_hotplug_enable kernel/cpu.c
func (k *Kernel) cpuHotplugEnable() {
	k.CPUAddRemoveLock.Lock()
	hp.Atomic(func() {
		hp.Require(k.CPUHotplugDisabled > 0, "unbalanced cpu_hotplug_enable()")
		k.CPUHotplugDisabled--
	})
	k.CPUAddRemoveLock.Unlock()
}

// FreezeSecondaryCPUs takes down all CPUs but the boot CPU. If one refuses, or a wakeup is pending, those
// before it are left to ThawSecondaryCPUs.
//
//linux:freeze_secondary_cpus kernel/cpu.c
func (k *Kernel) FreezeSecondaryCPUs() (err hp.Errno) {
	k.CPUAddRemoveLock.Lock()
	k.FrozenCPUs = 0
	for cpu := range k.CPUOnlineMask.Each() {
		if cpu == 0 {
			continue
		}
		if hp.Fault("wakeup") {
			err = hp.EBUSY // pm_wakeup_pending()
			break
		}
		err = k.cpuDown(cpu, true)
		if err != hp.OK {
			break
		}
		k.FrozenCPUs.Set(cpu)
	}
	k.CPUHotplugDisabled++
	hp.BugOn(err == hp.OK && k.CPUOnlineMask.Count() > 1)
	k.CPUAddRemoveLock.Unlock()
	return err
}

// ThawSecondaryCPUs brings up what FreezeSecondaryCPUs took down. That a CPU fails is only logged.
//
//linux:thaw_secondary_cpus kernel/cpu.c
func (k *Kernel) ThawSecondaryCPUs() {
	k.CPUAddRemoveLock.Lock()
	k.CPUHotplugDisabled--
	for cpu := range k.FrozenCPUs.Each() {
		k.cpuUp(cpu, true)
	}
	k.FrozenCPUs = 0
	k.CPUAddRemoveLock.Unlock()
}
