//go:build linux

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"hpmc/conformance/lab/workloads"
)

// process is a thread of the workload, seen from process 1.
type process struct {
	name  string
	cmd   *exec.Cmd
	stdin io.WriteCloser
	out   *bufio.Reader
}

// run starts the threads, lets them go together while ftrace records, and waits until all but udevd have ended.
func run(w *workloads.Workload, t *trace) error {
	var all []*process
	defer func() {
		for _, p := range all {
			p.stdin.Close()
			p.cmd.Process.Kill()
		}
	}()
	for _, thread := range w.Threads {
		p, err := spawn(thread)
		if err != nil {
			return err
		}
		all = append(all, p)
		if thread.Name == workloads.Udevd && w.TasksIn > 0 {
			procs := filepath.Join(cgroups, fmt.Sprintf("child%d", w.TasksIn-1), "cgroup.procs")
			if err := write(procs, strconv.Itoa(p.cmd.Process.Pid)); err != nil {
				return err
			}
		}
	}
	if err := t.start(); err != nil {
		return err
	}
	for _, p := range all {
		if _, err := io.WriteString(p.stdin, "go\n"); err != nil {
			return err
		}
	}
	for _, p := range all {
		if p.name != workloads.Udevd {
			if err := p.cmd.Wait(); err != nil {
				return fmt.Errorf("%s: %w", p.name, err)
			}
		}
	}
	time.Sleep(500 * time.Millisecond) // what is left: uevents to be read, work items
	return t.stop()
}

// spawn starts a thread as a process of its own and waits until it is ready.
func spawn(thread workloads.Thread) (*process, error) {
	cmd := exec.Command("/proc/self/exe", append([]string{"thread", thread.Name}, thread.Calls...)...)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{name: thread.Name, cmd: cmd, stdin: stdin, out: bufio.NewReader(stdout)}
	if line, err := p.out.ReadString('\n'); line != "ready\n" {
		return nil, fmt.Errorf("%s does not start: %q, %v", thread.Name, line, err)
	}
	return p, nil
}

// marker writes lines into the trace.
type marker struct {
	name string
	file *os.File
}

func (m *marker) mark(format string, args ...any) error {
	_, err := fmt.Fprintf(m.file, "hpmc: "+m.name+" "+format, args...)
	return err
}

// runThread is one thread of the workload: it makes its calls, with a mark before and after each.
func runThread(name string, calls []string) error {
	runtime.LockOSThread() // one kernel thread makes all calls, and has the name
	if err := write("/proc/thread-self/comm", name); err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(tracing, "trace_marker"), os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	m := &marker{name, f}
	var work func() error
	if name == workloads.Udevd {
		work, err = listen(m)
	} else {
		work, err = script(m, calls)
	}
	if err != nil {
		return err
	}
	fmt.Println("ready")
	if _, err := bufio.NewReader(os.Stdin).ReadString('\n'); err != nil {
		return err
	}
	return work()
}

// script prepares calls, to be made one after the other whatever their results.
func script(m *marker, calls []string) (func() error, error) {
	var do []func() (string, error)
	for _, text := range calls {
		call, err := workloads.ParseCall(text)
		if err != nil {
			return nil, err
		}
		f, err := implement(call)
		if err != nil {
			return nil, err
		}
		do = append(do, f)
	}
	return func() error {
		for i, f := range do {
			if err := m.mark("%s begins", calls[i]); err != nil {
				return err
			}
			out, err := f()
			if err != nil {
				if out, err = errno(err); err != nil {
					return err
				}
			}
			if err := m.mark("%s = %s", calls[i], out); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// errno names the error of a system call, as in "-EBUSY". Other errors are returned.
func errno(err error) (string, error) {
	var e unix.Errno
	if !errors.As(err, &e) {
		return "", err
	}
	return "-" + unix.ErrnoName(e), nil
}

// target is the file that a call writes, or reads if there is nothing to write.
type target struct{ path, text string }

// file says what a call does.
func file(call workloads.Call) (target, error) {
	want := 1
	if call.Name == "online_store" || call.Name == "cpuset_write_resmask" {
		want = 2
	}
	if len(call.Args) != want {
		return target{}, fmt.Errorf("%s has %d arguments, want %d", call.Name, len(call.Args), want)
	}
	switch arg := call.Args; call.Name {
	case "online_store":
		return target{onlineFile(arg[0]), arg[1]}, nil
	case "control_store":
		return target{filepath.Join(sysCPU, "smt/control"), arg[0]}, nil
	case "state_store":
		return target{"/sys/power/state", arg[0]}, nil
	case "cpuset_write_resmask":
		return target{cpusetFile(arg[0], "cpuset.cpus"), strings.Trim(arg[1], "{}")}, nil
	case "cpuset_common_seq_show":
		return target{cpusetFile(arg[0], "cpuset.cpus.effective"), ""}, nil
	}
	return target{}, fmt.Errorf("no call %s", call.Name)
}

// implement prepares a call. It is a single system call; the file is opened before.
func implement(call workloads.Call) (func() (string, error), error) {
	to, err := file(call)
	if err != nil {
		return nil, err
	}
	flags := unix.O_WRONLY
	if to.text == "" {
		flags = unix.O_RDONLY
	}
	fd, err := unix.Open(to.path, flags|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: to.path, Err: err}
	}
	if to.text == "" {
		return func() (string, error) {
			var b [4096]byte
			n, err := unix.Pread(fd, b[:], 0)
			if err != nil {
				return "", err
			}
			return cpuSet(strings.TrimSpace(string(b[:n])))
		}, nil
	}
	return func() (string, error) {
		if call.Name == "state_store" {
			if err := setAlarm(); err != nil {
				return "", fmt.Errorf("no alarm to wake up: %v", err)
			}
		}
		_, err := unix.Write(fd, []byte(to.text))
		return "0", err
	}, nil
}

// setAlarm lets the clock wake the machine in three seconds. An alarm that is still set is taken back first.
func setAlarm() error {
	const alarm = "/sys/class/rtc/rtc0/wakealarm"
	if err := write(alarm, "0"); err != nil {
		return err
	}
	return write(alarm, "+3")
}

// cpuSet writes the kernel's "0-1,3" as "{0,1,3}".
func cpuSet(list string) (string, error) {
	var cpus []string
	for part := range strings.SplitSeq(list, ",") {
		if part == "" {
			continue
		}
		first, last, ok := strings.Cut(part, "-")
		if !ok {
			last = first
		}
		a, err := strconv.Atoi(first)
		if err != nil {
			return "", err
		}
		b, err := strconv.Atoi(last)
		if err != nil {
			return "", err
		}
		for ; a <= b; a++ {
			cpus = append(cpus, strconv.Itoa(a))
		}
	}
	return "{" + strings.Join(cpus, ",") + "}", nil
}
