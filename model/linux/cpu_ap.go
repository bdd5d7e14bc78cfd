package linux

import "hpmc/model/hp"

// CPUHPCPUState is what a CPU's hotplug thread and whoever drives it tell each other.
type CPUHPCPUState struct {
	ShouldRun bool     `linux:"should_run"`
	Bringup   bool     `linux:"bringup"`
	Result    hp.Errno `linux:"result"`
	Done      bool     `linux:"done"` // the completions done_up and done_down: only one is ever waited for
}

// cpuhpKickAP lets the CPU's thread run its callbacks up or down, waits for it, and returns its result.
//
//linux:cpuhp_kick_ap kernel/cpu.c
func (k *Kernel) cpuhpKickAP(cpu hp.CPU, bringup bool) (err hp.Errno) {
	if bringup { // cpuhp_kick_ap_work()
		k.CPUHPStateUp.Sync()
	} else {
		k.CPUHPStateDown.Sync()
	}
	hp.Atomic(func() {
		k.CPUHP[cpu].Bringup = bringup
		k.CPUHP[cpu].ShouldRun = true
	})
	hp.Atomic(func() {
		hp.Await(k.CPUHP[cpu].Done)
		k.CPUHP[cpu].Done = false
		err = k.CPUHP[cpu].Result
		k.CPUHP[cpu].Result = hp.OK
	})
	return err
}

// CPUHPThreadFun is a CPU's hotplug thread. A callback that fails has the ones before it undone; the kernel
// does that in a second kick of the thread, with nothing in between that others could see.
//
//hp:thread cpuhp/%d
//linux:cpuhp_thread_fun kernel/cpu.c
func (k *Kernel) CPUHPThreadFun(cpu hp.CPU) {
	for {
		bringup := false
		hp.Atomic(func() {
			hp.Rest(k.CPUHP[cpu].ShouldRun)
			k.CPUHP[cpu].ShouldRun = false
			bringup = k.CPUHP[cpu].Bringup
		})
		err := hp.OK
		k.CPUHotplugLock.AssumeLocked() // whoever waits for done holds it
		if bringup {
			k.CPUHPStateUp.Acquire()
			err = k.cpuhpInvokeUp(cpu)
			k.CPUHPStateUp.Release()
		} else {
			k.CPUHPStateDown.Acquire()
			err = k.cpuhpInvokeDown(cpu)
			k.CPUHPStateDown.Release()
		}
		k.CPUHotplugLock.AssumeUnlocked()
		hp.Atomic(func() {
			k.CPUHP[cpu].Result = err
			k.CPUHP[cpu].Done = true
		})
	}
}

// cpuhpInvokeUp runs the callbacks from CPUHP_AP_ONLINE_IDLE to CPUHP_ONLINE. CPUHP_AP_ACTIVE is the last
// of them, and cannot fail.
//
//linux:cpuhp_invoke_callback kernel/cpu.c
func (k *Kernel) cpuhpInvokeUp(cpu hp.CPU) hp.Errno {
	if hp.Fault("bringup") {
		return hp.EAGAIN
	}
	k.schedCPUActivate(cpu)
	return hp.OK
}

// cpuhpInvokeDown runs the callbacks from CPUHP_ONLINE to CPUHP_TEARDOWN_CPU. CPUHP_AP_ACTIVE is the first
// of them. If it fails it was never left, and is not entered again.
//
//linux:cpuhp_invoke_callback kernel/cpu.c
func (k *Kernel) cpuhpInvokeDown(cpu hp.CPU) hp.Errno {
	err := k.schedCPUDeactivate(cpu)
	if err != hp.OK {
		return err
	}
	if hp.Fault("teardown") {
		k.schedCPUActivate(cpu)
		return hp.EAGAIN
	}
	return hp.OK
}
