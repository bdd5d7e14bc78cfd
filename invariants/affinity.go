package invariants

import (
	"hpmc/model/hp"
	"hpmc/model/linux"
)

//hp:before SchedSetaffinity
func (g *Ghost) NoteAffinity(k *linux.Kernel) {
	g.Usable = g.Announced
}

//hp:before CpusetWriteCPUs
func (g *Ghost) NoteCpusetWrite(k *linux.Kernel, cs int, cpus hp.CPUMask) {
	if k.TaskCS == cs+1 {
		g.Excluded |= hp.AllCPUs() &^ cpus
	}
}

// configured returns the CPUs that the tasks' cpuset was given.
func configured(k *linux.Kernel) hp.CPUMask {
	return hp.If(k.TasksIn == 0, hp.AllCPUs(), hp.If(k.TasksIn == 1, k.Child0CPUs, k.Child1CPUs))
}

// AffinityAfterOnlineUevent: sched_setaffinity() to a CPU whose ONLINE uevent was sent, and which nothing has
// taken away since, does not fail with -EINVAL.
//
//hp:property affinity-after-online-uevent
//hp:at SchedSetaffinity
func (g *Ghost) AffinityAfterOnlineUevent(k *linux.Kernel, inMask hp.CPUMask, err hp.Errno) bool {
	return err != hp.EINVAL || !inMask.Intersects(g.Usable&configured(k)&^g.Excluded)
}
