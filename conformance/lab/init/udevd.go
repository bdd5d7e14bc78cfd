//go:build linux

package main

import (
	"bytes"
	"fmt"
	"path"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// listen prepares to receive the uevents of CPUs as udev does, and to move to each CPU whose ONLINE uevent arrives.
func listen(m *marker) (func() error, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_KOBJECT_UEVENT)
	if err != nil {
		return nil, err
	}
	if err := unix.Bind(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK, Groups: 1}); err != nil {
		return nil, err
	}
	return func() error {
		var b [8192]byte
		for {
			n, _, err := unix.Recvfrom(fd, b[:], 0)
			if err == unix.EINTR {
				continue
			}
			if err != nil {
				return err
			}
			if err := received(m, b[:n]); err != nil {
				return err
			}
		}
	}, nil
}

// received handles a uevent: ACTION@DEVPATH and lines KEY=VALUE, each ended by a zero byte.
func received(m *marker, b []byte) error {
	lines := bytes.Split(b, []byte{0})
	action, devpath, _ := strings.Cut(string(lines[0]), "@")
	device := path.Base(devpath)
	number, isCPU := strings.CutPrefix(device, "cpu")
	cpu, err := strconv.Atoi(number)
	if !isCPU || err != nil || action != "online" && action != "offline" {
		return nil
	}
	if err := m.mark("receives %s %s", strings.ToUpper(action), device); err != nil {
		return err
	}
	if action == "offline" {
		return nil
	}
	var set unix.CPUSet
	set.Set(cpu)
	call := fmt.Sprintf("sched_setaffinity({%d})", cpu)
	if err := m.mark("%s begins", call); err != nil {
		return err
	}
	result := "0"
	if err := unix.SchedSetaffinity(0, &set); err != nil {
		if result, err = errno(err); err != nil {
			return err
		}
	}
	return m.mark("%s = %s", call, result)
}
