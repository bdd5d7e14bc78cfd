package linux

import "hpmc/model/hp"

// Udevd is a program that listens to uevents and moves itself to each CPU that comes online.
//
//linux:udevd user
func (k *Kernel) Udevd() {
	for {
		ev := k.ReadUevent()
		if ev.Action == KobjOnline {
			k.SchedSetaffinity(hp.MaskOf(ev.CPU))
		}
	}
}

// ReadUevent waits for a uevent. A task that is frozen in its wait sees the message once it is thawed.
//
//linux:recvmsg net/socket.c
func (k *Kernel) ReadUevent() Uevent {
	ev := k.Uevents.Receive()
	if k.ConfigPMSleep {
		hp.Await(!k.PMFreezing)
	}
	return ev
}
