//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"hpmc/conformance/lab/workloads"
)

const (
	sysCPU  = "/sys/devices/system/cpu"
	cgroups = "/sys/fs/cgroup"
)

func onlineFile(cpu string) string { return filepath.Join(sysCPU, "cpu"+cpu, "online") }

// cpusetFile is the file of a cpuset, "top" or "child0". It has another name on cgroup v1.
func cpusetFile(cpuset, name string) string {
	dir := filepath.Join(cgroups, cpuset)
	if cpuset == "top" {
		dir = cgroups
	}
	if _, err := os.Stat(filepath.Join(cgroups, "cgroup.controllers")); err != nil && name == "cpuset.cpus.effective" {
		name = "cpuset.effective_cpus"
	}
	return filepath.Join(dir, name)
}

// prepare brings the machine into the state in which the workload begins.
func prepare(w *workloads.Workload) error {
	kind, options := "cgroup2", ""
	if w.CgroupV1 {
		kind, options = "cgroup", "cpuset"
	}
	if err := mount(kind, cgroups, options); err != nil {
		if w.CgroupV1 && errors.Is(err, unix.EINVAL) {
			return fmt.Errorf("this kernel has no cpusets on cgroup v1 (%w)", err)
		}
		return err
	}
	if !w.CgroupV1 {
		if err := write(filepath.Join(cgroups, "cgroup.subtree_control"), "+cpuset"); err != nil {
			return err
		}
	}
	for i, cpus := range w.Children {
		child := fmt.Sprintf("child%d", i)
		if err := os.Mkdir(filepath.Join(cgroups, child), 0o755); err != nil {
			return err
		}
		if err := write(cpusetFile(child, "cpuset.cpus"), strings.Trim(cpus, "{}")); err != nil {
			return err
		}
		if w.CgroupV1 { // which lets no task in before
			if err := write(cpusetFile(child, "cpuset.mems"), "0"); err != nil {
				return err
			}
		}
	}
	if w.NoSMT {
		if err := write(filepath.Join(sysCPU, "smt/control"), "off"); err != nil {
			return err
		}
	}
	for _, cpu := range w.Offline {
		if err := write(onlineFile(fmt.Sprint(cpu)), "0"); err != nil {
			return err
		}
	}
	if len(w.Offline) > 0 || w.NoSMT || len(w.Children) > 0 {
		time.Sleep(300 * time.Millisecond) // for work items that this left, before anything is recorded
	}
	return nil
}
