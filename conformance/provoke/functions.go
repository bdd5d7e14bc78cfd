package provoke

import "hpmc/model"

// Probed tells which of the model's functions a probe can be put at in a kernel of a series: those that are functions of
// the kernel, with a symbol, and that a thread calls as often as its model does.
func Probed(series string) func(function string) bool {
	return func(f string) bool { return unprobed(series, f) == "" }
}

// unprobed says why no probe can be put at a function of the model, or "".
func unprobed(series, f string) string {
	if why := differs[f]; why != "" {
		return why
	}
	for _, g := range inlined[series] {
		if f == g {
			return series + " has no such function to call"
		}
	}
	return ""
}

// differs are functions of the model that say something else than the calls of the kernel's function.
var differs = map[string]string{
	"udevd":                 "it is the program",
	"process_one_work":      "it runs every work item",
	"cpuhp_thread_fun":      "it runs once for each hotplug state",
	"cpuhp_invoke_callback": "it runs once for each hotplug state",
	"take_cpu_down":         "it runs with interrupts off",
}

// inlined are the functions of the model that a kernel has not, or that are inlined where the model calls them: by series, as
// the symbols and a function trace of Debian's 5.10.223, 6.1.176 and 6.12.117 have it.
var inlined = map[string][]string{
	"5.10": {"__store_smt_control", "cpu_down", "cpu_down_maps_locked", "cpu_smt_allowed", "cpuhp_offline_cpu_device",
		"cpuhp_online_cpu_device", "cpuhp_up_callbacks", "cpuset_cpu_active", "cpuset_cpu_inactive",
		"cpuset_hotplug_update_tasks", "exit_to_user_mode", "rebuild_sched_domains", "remove_tasks_in_empty_cpuset",
		"task_cs", "update_cpumask"},
	"6.1": {"__set_cpus_allowed_ptr", "__store_smt_control", "cpu_down", "cpu_smt_allowed", "cpuhp_offline_cpu_device",
		"cpuhp_online_cpu_device", "cpuhp_up_callbacks", "cpuset_cpu_active", "cpuset_cpu_inactive",
		"cpuset_hotplug_update_tasks", "rebuild_sched_domains", "remove_tasks_in_empty_cpuset", "task_cs",
		"update_cpumask", "write_cpuhp_target"},
	"6.12": {"__store_smt_control", "bringup_cpu", "compute_effective_cpumask", "cpu_down", "cpu_smt_allowed",
		"cpuhp_kick_ap", "cpuhp_offline_cpu_device", "cpuhp_online_cpu_device", "cpuhp_up_callbacks", "cpuset_cpu_active",
		"cpuset_cpu_inactive", "cpuset_hotplug_update_tasks", "cpuset_hotplug_workfn", "cpuset_wait_for_hotplug",
		"exit_to_user_mode", "rebuild_sched_domains", "remove_tasks_in_empty_cpuset", "syscall_enter_from_user_mode",
		"task_cs", "topology_is_primary_thread", "update_cpumask", "write_cpuhp_target"},
}

// lockCall returns the function that takes or releases a lock where the model has a statement. That for writing is inlined in
// kernel/cpu.c.
func lockCall(e *model.Event) string {
	switch {
	case e.Lock != "cpu_hotplug_lock" || e.Mode != model.SharedMode:
	case e.Op == model.Acquire:
		return "cpus_read_lock"
	case e.Op == model.Release:
		return "cpus_read_unlock"
	}
	return ""
}

// works are the functions by whose calls a worker of the model is known among the kernel's workers.
var works = map[string]string{"kworker": "cpuset_hotplug_workfn"}

// symbol returns the kernel's symbol for a function of the model.
func symbol(f string) string {
	if f == "recvmsg" {
		return "netlink_recvmsg" // as the listener's socket calls it
	}
	return f
}
