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

// EvacuatedOnReturn: an operation that returned, with success or with an error, has left no task in a v1 cpuset
// without CPUs. The next operation, if one is under way already, answers for itself.
//
//hp:property evacuated-on-return
//hp:at OnlineStore HotplugTargetStore SMTControlStore AddCPU RemoveCPU
func (g *Ghost) EvacuatedOnReturn(k *linux.Kernel) bool {
	return k.DeviceHotplugLock.Locked() || k.CPUAddRemoveLock.Locked() || k.PMFreezing || !stranded(k)
}

// EvacuatedAtRest: when nothing is going on any more, no task is in a v1 cpuset without CPUs.
//
//hp:property evacuated-at-rest
//hp:final
func (g *Ghost) EvacuatedAtRest(k *linux.Kernel) bool {
	return !stranded(k)
}

// stranded tells whether user tasks are in a v1 cpuset without CPUs.
func stranded(k *linux.Kernel) bool {
	return k.CgroupV1 && (k.TaskCS == 1 && k.Child[0].CPUsAllowed.Empty() || k.TaskCS == 2 && k.Child[1].CPUsAllowed.Empty())
}

// EffectiveReadAfterUevent: cpuset.cpus.effective, when read, has the CPUs that were announced as online and
// not those that were announced as offline.
//
//hp:property effective-read-after-uevent
//hp:at CpusetReadEffective
func (g *Ghost) EffectiveReadAfterUevent(k *linux.Kernel, ret hp.CPUMask) bool {
	return g.Announced.Subset(ret) && !g.Withdrawn.Intersects(ret)
}
