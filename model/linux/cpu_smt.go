package linux

import "hpmc/model/hp"

// SMTControl is the state of /sys/devices/system/cpu/smt/control.
type SMTControl int

// The states of cpu_smt_control.
const (
	SMTEnabled      SMTControl = iota // CPU_SMT_ENABLED
	SMTDisabled                       // CPU_SMT_DISABLED
	SMTForceOff                       // CPU_SMT_FORCE_DISABLED
	SMTNotSupported                   // CPU_SMT_NOT_SUPPORTED
)

//linux:topology_is_primary_thread arch/x86/kernel/smpboot.c
func topologyIsPrimaryThread(cpu hp.CPU) bool { return int(cpu)%hp.ThreadsPerCore() == 0 }

// cpuSMTAllowed leaves out cpus_booted_once_mask: here every CPU was up once.
//
//linux:cpu_smt_allowed kernel/cpu.c
func (k *Kernel) cpuSMTAllowed(cpu hp.CPU) bool {
	return topologyIsPrimaryThread(cpu) || k.CPUSMTControl == SMTEnabled
}

// SMTControlStore is a write to smt/control.
//
// linux:__store_smt_control kernel/cpu.c
func (k *Kernel) SMTControlStore(ctrlval SMTControl) (err hp.Errno) {
	switch k.CPUSMTControl {
	case SMTForceOff:
		return hp.EPERM
	case SMTNotSupported:
		return hp.ENODEV
	}
	k.lockDeviceHotplugSysfs()
	if k.CPUSMTControl != ctrlval {
		if ctrlval == SMTEnabled {
			err = k.cpuhpSMTEnable()
		} else {
			err = k.cpuhpSMTDisable(ctrlval)
		}
	}
	k.unlockDeviceHotplug()
	k.exitToUser()
	return err
}

//linux:cpuhp_offline_cpu_device kernel/cpu.c
func (k *Kernel) cpuhpOfflineCPUDevice(cpu hp.CPU) {
	k.DevOffline.Set(cpu)
	k.KobjectUevent(cpu, KobjOffline)
}

//linux:cpuhp_online_cpu_device kernel/cpu.c
func (k *Kernel) cpuhpOnlineCPUDevice(cpu hp.CPU) {
	k.DevOffline.Clear(cpu)
	k.KobjectUevent(cpu, KobjOnline)
}

// cpuhpSMTDisable takes down the secondary threads. If one refuses, those before it stay down and the
// control keeps its value.
//
//linux:cpuhp_smt_disable kernel/cpu.c
func (k *Kernel) cpuhpSMTDisable(ctrlval SMTControl) (err hp.Errno) {
	k.CPUAddRemoveLock.Lock()
	for cpu := range k.CPUOnlineMask.Each() {
		if topologyIsPrimaryThread(cpu) {
			continue
		}
		err = k.cpuDownMapsLocked(cpu)
		if err != hp.OK {
			break
		}
		k.cpuhpOfflineCPUDevice(cpu)
	}
	if err == hp.OK {
		k.CPUSMTControl = ctrlval
	}
	k.CPUAddRemoveLock.Unlock()
	return err
}

// cpuhpSMTEnable brings up every CPU that is offline, primary threads included. Unlike cpuhpSMTDisable it
// does not ask for cpu_hotplug_disabled.
//
//linux:cpuhp_smt_enable kernel/cpu.c
func (k *Kernel) cpuhpSMTEnable() (err hp.Errno) {
	k.CPUAddRemoveLock.Lock()
	k.CPUSMTControl = SMTEnabled
	for cpu := range hp.AllCPUs().Each() {
		if k.CPUOnlineMask.Has(cpu) {
			continue
		}
		err = k.cpuUp(cpu, false)
		if err != hp.OK {
			break
		}
		k.cpuhpOnlineCPUDevice(cpu)
	}
	k.CPUAddRemoveLock.Unlock()
	return err
}
