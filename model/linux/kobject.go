package linux

import "hpmc/model/hp"

// UeventAction is what a uevent says.
type UeventAction int

// The actions that hotplug sends.
const (
	KobjOnline  UeventAction = iota // KOBJ_ONLINE
	KobjOffline                     // KOBJ_OFFLINE
)

// Uevent is a message to user space about the device of a CPU.
type Uevent struct {
	Action UeventAction
	CPU    hp.CPU
}

// KobjectUevent broadcasts a uevent. uevent_sock_mutex puts all of them in one order, so a queue stands for
// the socket of whoever listens.
//
//linux:kobject_uevent lib/kobject_uevent.c
func (k *Kernel) KobjectUevent(cpu hp.CPU, action UeventAction) {
	if !k.NoListener {
		k.Uevents.Send(Uevent{Action: action, CPU: cpu})
	}
}
