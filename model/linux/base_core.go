package linux

import "hpmc/model/hp"

//linux:lock_device_hotplug drivers/base/core.c
func (k *Kernel) lockDeviceHotplug() { k.DeviceHotplugLock.Lock() }

//linux:unlock_device_hotplug drivers/base/core.c
func (k *Kernel) unlockDeviceHotplug() { k.DeviceHotplugLock.Unlock() }

// lockDeviceHotplugSysfs takes device_hotplug_lock for a write to sysfs. The kernel tries, sleeps and
// restarts the system call until it succeeds, so the writer can be frozen while it waits: it is in the
// kernel only once it has the lock.
//
//linux:lock_device_hotplug_sysfs drivers/base/core.c
func (k *Kernel) lockDeviceHotplugSysfs() {
	if !k.ConfigPMSleep {
		k.DeviceHotplugLock.Lock()
		return
	}
	hp.Atomic(func() {
		hp.Await(!k.PMFreezing)
		k.DeviceHotplugLock.Lock()
		k.InKernel.Set(hp.Self())
	})
}

// OnlineStore is a write to cpuN/online.
//
//linux:online_store drivers/base/core.c
func (k *Kernel) OnlineStore(cpu hp.CPU, online bool) (err hp.Errno) {
	k.lockDeviceHotplugSysfs()
	if online {
		err = k.DeviceOnline(cpu)
	} else {
		err = k.DeviceOffline(cpu)
	}
	k.unlockDeviceHotplug()
	k.exitToUser()
	if err == hp.One {
		err = hp.OK
	}
	return err
}

// DeviceOnline returns One if the device is online already.
//
//linux:device_online drivers/base/core.c
func (k *Kernel) DeviceOnline(cpu hp.CPU) hp.Errno {
	err := hp.One
	k.DeviceLock[cpu].Lock()
	if k.DevOffline.Has(cpu) {
		err = k.cpuSubsysOnline(cpu)
		if err == hp.OK {
			k.KobjectUevent(cpu, KobjOnline)
			k.DevOffline.Clear(cpu)
		}
	}
	k.DeviceLock[cpu].Unlock()
	return err
}

// DeviceOffline returns One if the device is offline already.
//
//linux:device_offline drivers/base/core.c
func (k *Kernel) DeviceOffline(cpu hp.CPU) hp.Errno {
	err := hp.One
	k.DeviceLock[cpu].Lock()
	if !k.DevOffline.Has(cpu) {
		err = k.cpuSubsysOffline(cpu)
		if err == hp.OK {
			k.KobjectUevent(cpu, KobjOffline)
			k.DevOffline.Set(cpu)
		}
	}
	k.DeviceLock[cpu].Unlock()
	return err
}
