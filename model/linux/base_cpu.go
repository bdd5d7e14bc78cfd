package linux

import "hpmc/model/hp"

//linux:cpu_subsys_online drivers/base/cpu.c
func (k *Kernel) cpuSubsysOnline(cpu hp.CPU) hp.Errno {
	return k.CPUDeviceUp(cpu)
}

//linux:cpu_subsys_offline drivers/base/cpu.c
func (k *Kernel) cpuSubsysOffline(cpu hp.CPU) hp.Errno {
	return k.CPUDeviceDown(cpu)
}
