package invariants

import (
	"hpmc/model/hp"
	"hpmc/model/linux"
)

// ConsistentOnReturn: an operation that returned, with success or with an error, has left cpusets that agree
// with cpu_active_mask. That does not hold it to account for the next operation or a write to a cpuset, if
// one is under way already, nor for suspend, in which nothing returns to user space.
//
//hp:property consistent-on-return
//hp:at OnlineStore HotplugTargetStore SMTControlStore AddCPU RemoveCPU
func (g *Ghost) ConsistentOnReturn(k *linux.Kernel) bool {
	return k.DeviceHotplugLock.Locked() || k.CPUAddRemoveLock.Locked() || k.CpusetRWSem.WriteLocked() ||
		k.PMFreezing || consistent(k)
}

// ConsistentAtRest: when nothing is going on any more, cpusets agree with cpu_active_mask.
//
//hp:property consistent-at-rest
//hp:final
func (g *Ghost) ConsistentAtRest(k *linux.Kernel) bool {
	return consistent(k)
}

// EffectiveReadAfterUevent: cpuset.cpus.effective, when read, has the CPUs that were announced as online and
// not those that were announced as offline.
//
//hp:property effective-read-after-uevent
//hp:at CpusetReadEffective
func (g *Ghost) EffectiveReadAfterUevent(k *linux.Kernel, ret hp.CPUMask) bool {
	return g.Announced.Subset(ret) && !g.Withdrawn.Intersects(ret)
}
