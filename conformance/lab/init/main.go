//go:build linux

// Command init is the first program of a kernel that is recorded. It runs a workload of hpmc/conformance/lab/workloads
// under ftrace and writes what ftrace recorded to the second serial port.
//
//	init WORKLOAD         as process 1: everything
//	init thread NAME ...  one of its threads, which process 1 starts
package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"hpmc/conformance/lab"
	"hpmc/conformance/lab/workloads"
)

func main() {
	if len(os.Args) > 2 && os.Args[1] == "thread" {
		if err := runThread(os.Args[2], os.Args[3:]); err != nil {
			fmt.Printf("%s: %v\n", os.Args[2], err)
			os.Exit(1)
		}
		return
	}
	if err := record(os.Args[1:]); err != nil {
		fmt.Printf("%s%v\n", lab.FailureMark, err)
	}
	unix.Reboot(unix.LINUX_REBOOT_CMD_RESTART) // with -no-reboot, QEMU ends
}

// record runs the workload and writes the recording.
func record(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("arguments %q, want the name of a workload", args)
	}
	w, err := workloads.Named(args[0])
	if err != nil {
		return err
	}
	for _, m := range []struct{ kind, at string }{
		{"proc", "/proc"}, {"sysfs", "/sys"}, {"devtmpfs", "/dev"}, {"tracefs", tracing},
	} {
		if err := mount(m.kind, m.at, ""); err != nil {
			return err
		}
	}
	if err := prepare(w); err != nil {
		return err
	}
	t, err := setUpTrace()
	if err != nil {
		return err
	}
	if err := run(w, t); err != nil {
		return err
	}
	text, err := t.text()
	if err != nil {
		return err
	}
	return send(text)
}

func mount(kind, at, options string) error {
	if err := os.MkdirAll(at, 0o755); err != nil {
		return err
	}
	if err := unix.Mount(kind, at, kind, 0, options); err != nil {
		return fmt.Errorf("mount -t %s %s: %w", kind, at, err)
	}
	return nil
}

// send writes the recording to the second serial port, and a line after it that says it is whole.
func send(text string) error {
	f, err := os.OpenFile(lab.ResultPort, os.O_WRONLY|unix.O_NOCTTY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	fd := int(f.Fd())
	tio, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return err
	}
	tio.Oflag &^= unix.OPOST // no carriage returns
	if err := unix.IoctlSetTermios(fd, unix.TCSETS, tio); err != nil {
		return err
	}
	if _, err := f.WriteString(strings.TrimRight(text, "\n") + "\n" + lab.EndMark + "\n"); err != nil {
		return err
	}
	for {
		err := unix.IoctlSetInt(fd, unix.TCSBRK, 1) // tcdrain()
		if err != unix.EINTR {
			return err
		}
	}
}

// write writes a file of the kernel's in one system call.
func write(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	n, err := unix.Write(int(f.Fd()), []byte(text))
	if err == nil && n < len(text) {
		err = io.ErrShortWrite
	}
	if err != nil {
		return fmt.Errorf("write %q to %s: %w", text, path, err)
	}
	return nil
}
