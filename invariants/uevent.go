package invariants

import (
	"hpmc/model/hp"
	"hpmc/model/linux"
)

// EffectiveAtOnlineUevent: when a program receives the ONLINE uevent of a CPU, cpusets have the CPU in
// their effective masks.
//
//hp:property effective-at-online-uevent
//hp:at ReadUevent
func (g *Ghost) EffectiveAtOnlineUevent(k *linux.Kernel, ret linux.Uevent) bool {
	return ret.Action != linux.KobjOnline || !g.Announced.Has(ret.CPU) || effectiveEverywhere(k, ret.CPU)
}

// EffectiveAtOnlineUeventSent: when the ONLINE uevent of a CPU is sent, cpusets have the CPU in their
// effective masks.
//
//hp:property effective-at-online-uevent-sent
//hp:at KobjectUevent
func (g *Ghost) EffectiveAtOnlineUeventSent(k *linux.Kernel, cpu hp.CPU, action linux.UeventAction) bool {
	return action != linux.KobjOnline || effectiveEverywhere(k, cpu)
}

// EffectiveAtOfflineUevent: when a program receives the OFFLINE uevent of a CPU, no cpuset has the CPU in
// its effective mask.
//
//hp:property effective-at-offline-uevent
//hp:at ReadUevent
func (g *Ghost) EffectiveAtOfflineUevent(k *linux.Kernel, ret linux.Uevent) bool {
	return ret.Action != linux.KobjOffline || !g.Withdrawn.Has(ret.CPU) || effectiveNowhere(k, ret.CPU)
}

// EffectiveAtOfflineUeventSent: when the OFFLINE uevent of a CPU is sent, no cpuset has the CPU in its
// effective mask.
//
//hp:property effective-at-offline-uevent-sent
//hp:at KobjectUevent
func (g *Ghost) EffectiveAtOfflineUeventSent(k *linux.Kernel, cpu hp.CPU, action linux.UeventAction) bool {
	return action != linux.KobjOffline || effectiveNowhere(k, cpu)
}

// NoteOrder is an observer, so that the property does not depend on what else is noted of the same uevent.
//
//hp:at KobjectUevent
func (g *Ghost) NoteOrder(k *linux.Kernel, cpu hp.CPU, action linux.UeventAction) {
	wasOnline := hp.OfflineAtBoot().Has(cpu) == g.Flipped.Has(cpu)
	isOnline := action == linux.KobjOnline
	if wasOnline == isOnline || k.CPUOnlineMask.Has(cpu) != isOnline {
		g.OutOfOrder = true
	}
	if wasOnline != isOnline {
		if g.Flipped.Has(cpu) {
			g.Flipped.Clear(cpu)
		} else {
			g.Flipped.Set(cpu)
		}
	}
}

// UeventOrder: the uevents of a CPU alternate, and each is sent in the state that it announces.
//
//hp:property uevent-order
//hp:always
func (g *Ghost) UeventOrder(k *linux.Kernel) bool {
	return !g.OutOfOrder
}
