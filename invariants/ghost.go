// Package invariants holds the properties that hotplug should have, in the model language. A property is a
// method of [Ghost] with the directive //hp:property; the others are observers, which remember.
//
// A CPU that was announced can be taken away again before anybody has read the announcement. So properties
// about user space speak of CPUs that were announced and that nobody has begun to take away since. What
// suspend does behind the back of frozen tasks does not count as taking away.
package invariants

import (
	"hpmc/model/hp"
	"hpmc/model/linux"
)

// Ghost is what properties remember.
type Ghost struct {
	// Announced holds the CPUs whose last uevent was ONLINE and that nobody has begun to take down since.
	Announced hp.CPUMask
	// Withdrawn holds the CPUs whose last uevent was OFFLINE and that nobody has begun to bring up since.
	Withdrawn hp.CPUMask
	// Usable holds the CPUs that have been Announced since the last sched_setaffinity() began.
	Usable hp.CPUMask
	// Excluded holds the CPUs that a write to cpuset.cpus has taken from the tasks.
	Excluded hp.CPUMask

	// Flipped holds the CPUs whose announced state differs from that at boot.
	Flipped hp.CPUMask
	// OutOfOrder is set by a uevent that does not fit the one before it, or the state of its CPU.
	OutOfOrder bool

	// OnlineAtFreeze is cpu_online_mask when freeze_secondary_cpus() began, or empty.
	OnlineAtFreeze hp.CPUMask
	// ChildAtFreeze are the effective masks of child cpusets then.
	ChildAtFreeze [2]hp.CPUMask
}

//hp:at KobjectUevent
func (g *Ghost) NoteUevent(k *linux.Kernel, cpu hp.CPU, action linux.UeventAction) {
	if action == linux.KobjOnline {
		g.Announced.Set(cpu)
		g.Withdrawn.Clear(cpu)
	} else {
		g.Announced.Clear(cpu)
		g.Withdrawn.Set(cpu)
	}
}

//hp:before cpuUp
func (g *Ghost) NoteUp(k *linux.Kernel, cpu hp.CPU) {
	g.Withdrawn.Clear(cpu)
}

//hp:before cpuDown
func (g *Ghost) NoteDown(k *linux.Kernel, cpu hp.CPU, tasksFrozen bool) {
	if !tasksFrozen {
		g.Announced.Clear(cpu)
		g.Usable.Clear(cpu)
	}
}

// effectiveEverywhere tells whether cpu is effective in every cpuset that it was given to.
func effectiveEverywhere(k *linux.Kernel, cpu hp.CPU) bool {
	return k.Top.EffectiveCPUs.Has(cpu) && childHas(k, 0, cpu) && childHas(k, 1, cpu)
}

func childHas(k *linux.Kernel, cs int, cpu hp.CPU) bool {
	return cs >= k.Children || !k.Child[cs].CPUsAllowed.Has(cpu) || k.Child[cs].EffectiveCPUs.Has(cpu)
}

// effectiveNowhere tells whether cpu is effective in no cpuset.
func effectiveNowhere(k *linux.Kernel, cpu hp.CPU) bool {
	return !k.Top.EffectiveCPUs.Has(cpu) &&
		!(k.Children > 0 && k.Child[0].EffectiveCPUs.Has(cpu)) &&
		!(k.Children > 1 && k.Child[1].EffectiveCPUs.Has(cpu))
}

// consistent tells whether all cpusets agree with cpu_active_mask.
func consistent(k *linux.Kernel) bool {
	return k.Top.EffectiveCPUs == k.CPUActiveMask && childConsistent(k, 0) && childConsistent(k, 1)
}

func childConsistent(k *linux.Kernel, cs int) bool {
	return cs >= k.Children || k.Child[cs].EffectiveCPUs == childShould(k, cs)
}

func childShould(k *linux.Kernel, cs int) hp.CPUMask {
	return hp.If(!k.CgroupV1 && !k.Child[cs].CPUsAllowed.Intersects(k.Top.EffectiveCPUs),
		k.Top.EffectiveCPUs, k.Child[cs].CPUsAllowed&k.Top.EffectiveCPUs)
}
