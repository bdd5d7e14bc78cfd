package linux

import "hpmc/model/hp"

// HotplugTargetStore is a write to cpuN/hotplug/target, of CPUHP_ONLINE or of CPUHP_OFFLINE. It neither
// touches dev->offline nor sends a uevent.
//
//linux:write_cpuhp_target kernel/cpu.c
func (k *Kernel) HotplugTargetStore(cpu hp.CPU, online bool) (err hp.Errno) {
	k.lockDeviceHotplugSysfs()
	if online {
		err = k.CPUUp(cpu)
	} else {
		err = k.CPUDown(cpu)
	}
	k.unlockDeviceHotplug()
	k.exitToUser()
	return err
}
