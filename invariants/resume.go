package invariants

import (
	"hpmc/model/linux"
)

//hp:before freezeProcesses
func (g *Ghost) NoteFreeze(k *linux.Kernel) {
	g.OnlineAtFreeze = 0
}

//hp:before FreezeSecondaryCPUs
func (g *Ghost) NoteFrozen(k *linux.Kernel) {
	g.OnlineAtFreeze = k.CPUOnlineMask
	g.ChildAtFreeze[0] = k.Child[0].EffectiveCPUs
	g.ChildAtFreeze[1] = k.Child[1].EffectiveCPUs
}

// ResumeRestoresCPUs: when user tasks are thawed, the CPUs that were online when they were frozen are online
// and active again.
//
//hp:property resume-restores-cpus
//hp:at ThawProcesses
func (g *Ghost) ResumeRestoresCPUs(k *linux.Kernel) bool {
	return g.OnlineAtFreeze.Empty() ||
		k.CPUOnlineMask == g.OnlineAtFreeze && k.CPUActiveMask == g.OnlineAtFreeze
}

// ResumeRestoresCpusets: when user tasks are thawed, cpusets agree with cpu_active_mask, and no child has lost
// a CPU.
//
//hp:property resume-restores-cpusets
//hp:at ThawProcesses
func (g *Ghost) ResumeRestoresCpusets(k *linux.Kernel) bool {
	return g.OnlineAtFreeze.Empty() || consistent(k) && g.kept(k, 0) && g.kept(k, 1)
}

// kept tells whether a child still has every CPU that it had when the CPUs were frozen.
func (g *Ghost) kept(k *linux.Kernel, cs int) bool {
	return cs >= k.Children || (g.ChildAtFreeze[cs] & g.OnlineAtFreeze).Subset(k.Child[cs].EffectiveCPUs)
}

// ResumeRestoresDomains: when user tasks are thawed, scheduling domains are those that cpusets ask for.
//
//hp:property resume-restores-domains
//hp:at ThawProcesses
func (g *Ghost) ResumeRestoresDomains(k *linux.Kernel) bool {
	return g.OnlineAtFreeze.Empty() || k.DomainsFromCpusets
}

// ResumeRestoresCounters: when suspend returns, cpu_hotplug_disabled and num_cpus_frozen are 0 again.
//
//hp:property resume-restores-counters
//hp:at Suspend
func (g *Ghost) ResumeRestoresCounters(k *linux.Kernel) bool {
	return k.CPUHotplugDisabled == 0 && k.NumCPUsFrozen == 0
}
