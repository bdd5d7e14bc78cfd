package linux

import "hpmc/model/hp"

// CPUUp brings a CPU up for the API.
//
//linux:cpu_up kernel/cpu.c
func (k *Kernel) CPUUp(cpu hp.CPU) (err hp.Errno) {
	k.CPUAddRemoveLock.Lock()
	if k.CPUHotplugDisabled > 0 {
		err = hp.EBUSY
	} else if !k.cpuSMTAllowed(cpu) {
		err = hp.EPERM
	} else {
		err = k.cpuUp(cpu, false)
	}
	k.CPUAddRemoveLock.Unlock()
	return err
}

// CPUDown takes a CPU down for the API.
//
//linux:cpu_down kernel/cpu.c
func (k *Kernel) CPUDown(cpu hp.CPU) (err hp.Errno) {
	k.CPUAddRemoveLock.Lock()
	err = k.cpuDownMapsLocked(cpu)
	k.CPUAddRemoveLock.Unlock()
	return err
}

//linux:cpu_down_maps_locked kernel/cpu.c
func (k *Kernel) cpuDownMapsLocked(cpu hp.CPU) hp.Errno {
	if k.CPUHotplugDisabled > 0 {
		return hp.EBUSY
	}
	return k.cpuDown(cpu, false)
}

// CPUDeviceUp brings a CPU up on behalf of its device.
//
//linux:cpu_device_up kernel/cpu.c
func (k *Kernel) CPUDeviceUp(cpu hp.CPU) hp.Errno {
	return k.CPUUp(cpu)
}

// CPUDeviceDown takes a CPU down on behalf of its device.
//
//linux:cpu_device_down kernel/cpu.c
func (k *Kernel) CPUDeviceDown(cpu hp.CPU) hp.Errno {
	return k.CPUDown(cpu)
}

// AddCPU brings a CPU up for a user inside the kernel.
//
//linux:add_cpu kernel/cpu.c
func (k *Kernel) AddCPU(cpu hp.CPU) hp.Errno {
	k.lockDeviceHotplug()
	err := k.DeviceOnline(cpu)
	k.unlockDeviceHotplug()
	return err
}

// RemoveCPU takes a CPU down for a user inside the kernel.
//
//linux:remove_cpu kernel/cpu.c
func (k *Kernel) RemoveCPU(cpu hp.CPU) hp.Errno {
	k.lockDeviceHotplug()
	err := k.DeviceOffline(cpu)
	k.unlockDeviceHotplug()
	return err
}

// cpuUp walks a CPU up through its hotplug states. Of these the model knows two, offline and online: the
// state is the CPU's bit in cpu_online_mask, except while cpu_hotplug_lock is held for writing.
//
// linux:_cpu_up kernel/cpu.c
func (k *Kernel) cpuUp(cpu hp.CPU, tasksFrozen bool) (err hp.Errno) {
	k.CPUHotplugLock.Lock()
	// Not if it raced with another caller, who has brought the CPU up.
	if !k.CPUOnlineMask.Has(cpu) {
		k.CPUHPTasksFrozen = tasksFrozen
		err = k.cpuhpUpCallbacks(cpu)
	}
	k.CPUHotplugLock.Unlock()
	return err
}

// linux:_cpu_down kernel/cpu.c
func (k *Kernel) cpuDown(cpu hp.CPU, tasksFrozen bool) (err hp.Errno) {
	if k.CPUOnlineMask.Count() == 1 {
		return hp.EBUSY
	}
	k.CPUHotplugLock.Lock()
	if k.CPUOnlineMask.Has(cpu) {
		k.CPUHPTasksFrozen = tasksFrozen
		err = k.cpuhpKickAP(cpu, false)
		if err == hp.OK {
			err = k.takedownCPU(cpu)
		}
	}
	k.CPUHotplugLock.Unlock()
	return err
}

// cpuhpUpCallbacks runs the callbacks up to CPUHP_BRINGUP_CPU and undoes what was done if one fails.
//
//linux:cpuhp_up_callbacks kernel/cpu.c
func (k *Kernel) cpuhpUpCallbacks(cpu hp.CPU) (err hp.Errno) {
	if hp.Fault("prepare") {
		return hp.ENOMEM // a callback before CPUHP_BRINGUP_CPU, such as smpboot_create_threads()
	}
	err = k.bringupCPU(cpu)
	if err != hp.OK {
		k.CPUOnlineMask.Clear(cpu) // undo_cpu_up(): takedown_cpu()
	}
	return err
}

//linux:bringup_cpu kernel/cpu.c
func (k *Kernel) bringupCPU(cpu hp.CPU) hp.Errno {
	k.CPUOnlineMask.Set(cpu) // __cpu_up(): the CPU does so itself in start_secondary()
	return k.cpuhpKickAP(cpu, true)
}

// takedownCPU kills a CPU whose own callbacks have been undone. If stop_machine() finds that it must not
// die, they are run again.
//
//linux:takedown_cpu kernel/cpu.c
func (k *Kernel) takedownCPU(cpu hp.CPU) (err hp.Errno) {
	if hp.Fault("takedown") {
		k.cpuhpKickAP(cpu, true)
		return hp.EBUSY
	}
	k.CPUOnlineMask.Clear(cpu) // take_cpu_down(), on the CPU itself
	return hp.OK
}
