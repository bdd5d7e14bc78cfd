package invariants

import (
	"hpmc/model/hp"
	"hpmc/model/linux"
)

// DeviceOfflineAgrees: whenever nobody holds device_hotplug_lock, dev->offline tells whether the CPU is
// offline. Suspend, with user tasks frozen, is exempt.
//
//hp:property device-offline-agrees
//hp:always
func (g *Ghost) DeviceOfflineAgrees(k *linux.Kernel) bool {
	return k.DeviceHotplugLock.Locked() || k.PMFreezing || k.DevOffline == hp.AllCPUs()&^k.CPUOnlineMask
}

// ActiveIsOnline: an active CPU is online.
//
//hp:property active-is-online
//hp:always
func (g *Ghost) ActiveIsOnline(k *linux.Kernel) bool {
	return k.CPUActiveMask.Subset(k.CPUOnlineMask)
}

// SMTOffMeansOff: while smt/control reads off or forceoff, no secondary thread is online.
//
//hp:property smt-off-means-off
//hp:always
func (g *Ghost) SMTOffMeansOff(k *linux.Kernel) bool {
	return k.CPUSMTControl == linux.SMTEnabled || k.CPUSMTControl == linux.SMTNotSupported ||
		!k.CPUOnlineMask.Intersects(secondaries())
}

// SMTOffOnReturn: a write of off or forceoff to smt/control that returned success has left no secondary thread
// online. The next operation, if one is under way already, answers for itself.
//
//hp:property smt-off-on-return
//hp:at SMTControlStore
func (g *Ghost) SMTOffOnReturn(k *linux.Kernel, ctrlval linux.SMTControl, err hp.Errno) bool {
	return err != hp.OK || ctrlval == linux.SMTEnabled || k.DeviceHotplugLock.Locked() || k.CPUAddRemoveLock.Locked() ||
		k.PMFreezing || !k.CPUOnlineMask.Intersects(secondaries())
}

// secondaries returns the threads that are not the first of their core. The quotient has a bit for each core.
func secondaries() hp.CPUMask {
	return hp.AllCPUs() &^ (hp.AllCPUs() / (1<<hp.ThreadsPerCore() - 1))
}

// ActiveAgreesAtRest: when nothing is going on any more, every online CPU is active.
//
//hp:property active-agrees-at-rest
//hp:final
func (g *Ghost) ActiveAgreesAtRest(k *linux.Kernel) bool {
	return k.CPUOnlineMask == k.CPUActiveMask
}
