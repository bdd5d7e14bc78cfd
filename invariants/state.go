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
	if k.CPUSMTControl == linux.SMTEnabled || k.CPUSMTControl == linux.SMTNotSupported {
		return true
	}
	for cpu := range hp.AllCPUs().Each() {
		if int(cpu)%hp.ThreadsPerCore() != 0 && k.CPUOnlineMask.Has(cpu) {
			return false
		}
	}
	return true
}

// ActiveAgreesAtRest: when nothing is going on any more, every online CPU is active.
//
//hp:property active-agrees-at-rest
//hp:final
func (g *Ghost) ActiveAgreesAtRest(k *linux.Kernel) bool {
	return k.CPUOnlineMask == k.CPUActiveMask
}
