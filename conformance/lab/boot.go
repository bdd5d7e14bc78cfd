package lab

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Machine is the machine that a kernel is booted on.
type Machine struct {
	CPUs   int  // 2 if 0
	SMT    bool // two threads a core; CPUs must be even
	Memory int  // MiB, 512 if 0
}

// String is how recordings name a machine.
func (m Machine) String() string {
	m = m.defaults()
	if m.SMT {
		return fmt.Sprintf("%d CPUs, %d cores of 2 threads", m.CPUs, m.CPUs/2)
	}
	return fmt.Sprintf("%d CPUs, no SMT", m.CPUs)
}

func (m Machine) defaults() Machine {
	if m.CPUs == 0 {
		m.CPUs = 2
	}
	if m.Memory == 0 {
		m.Memory = 512
	}
	return m
}

// Output is what a machine wrote while it ran.
type Output struct {
	Console string // the kernel's messages, and what /init wrote to its standard output
	Data    []byte // what was written to ResultPort
}

// ResultPort is the serial port whose output is returned as Output.Data. A program that writes to it must make it raw
// first, and wait until it has drained before it powers off.
const ResultPort = "/dev/ttyS1"

// Boot boots a kernel with an initramfs of files, one of which must be "init", runs it until it powers off or panics,
// and returns what it wrote. Arguments reach /init as os.Args[1:]; they must have no white space.
//
// The emulation is QEMU's TCG, one host thread a CPU, so it needs no rights. The context bounds the time; when it ends
// there is an error, with the output so far. Whether /init did what it was to do is for the caller to find in the
// output. The error is of type *Missing if QEMU is not installed.
func Boot(ctx context.Context, k *Kernel, m Machine, files []File, args ...string) (*Output, error) {
	const qemu = "qemu-system-x86_64"
	if err := Installed(qemu); err != nil {
		return nil, err
	}
	m = m.defaults()
	if m.SMT && m.CPUs%2 != 0 {
		return nil, fmt.Errorf("a machine with 2 threads a core cannot have %d CPUs", m.CPUs)
	}
	dir, err := os.MkdirTemp("", "hpmc-lab-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	var initramfs bytes.Buffer
	if err := writeCPIO(&initramfs, files); err != nil {
		return nil, err
	}
	at := func(name string) string { return filepath.Join(dir, name) }
	if err := os.WriteFile(at("initramfs"), initramfs.Bytes(), 0o644); err != nil {
		return nil, err
	}

	c := exec.CommandContext(ctx, qemu, append(m.options(),
		"-kernel", k.Image, "-initrd", at("initramfs"), "-append", commandLine(args),
		"-serial", "file:"+at("console"), "-serial", "file:"+at("data"))...)
	c.WaitDelay = 5 * time.Second
	said, err := c.CombinedOutput()
	console, _ := os.ReadFile(at("console")) // not there if QEMU did not start
	data, _ := os.ReadFile(at("data"))
	out := &Output{Console: strings.ReplaceAll(string(console), "\r\n", "\n"), Data: data}
	if ctx.Err() != nil {
		return out, fmt.Errorf("%s did not power off: %w; its console ends:\n%s", k.Release, context.Cause(ctx), out.Tail(15))
	}
	if err != nil {
		return out, fmt.Errorf("%s: %w: %s", qemu, err, strings.TrimSpace(string(said)))
	}
	return out, nil
}

// options are QEMU's for the machine.
func (m Machine) options() []string {
	cpu, smp := "max", strconv.Itoa(m.CPUs)
	if m.SMT {
		// Linux looks for SMT siblings only on vendors it knows to have them; QEMU's own CPU is AMD's.
		cpu += ",vendor=GenuineIntel"
		smp += fmt.Sprintf(",sockets=1,cores=%d,threads=2", m.CPUs/2)
	}
	return []string{
		"-accel", "tcg,thread=multi", "-cpu", cpu, "-smp", smp, "-m", strconv.Itoa(m.Memory),
		"-nodefaults", "-no-user-config", "-display", "none", "-monitor", "none", "-no-reboot",
	}
}

// commandLine is the kernel's. It panics, and so ends, where it would stop and wait, or has lost a timer and stands still, as under
// emulation one did. What looks like a variable is in
// /init's environment: without it, a Go program sends itself signals that interrupt system calls.
func commandLine(args []string) string {
	line := "console=ttyS0 panic=-1 sysctl.kernel.panic_on_rcu_stall=1 loglevel=5 GODEBUG=asyncpreemptoff=1"
	if len(args) > 0 {
		line += " -- " + strings.Join(args, " ")
	}
	return line
}

// Tail returns the last lines of the console.
func (o *Output) Tail(lines int) string {
	all := strings.Split(strings.TrimRight(o.Console, "\n"), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

// Build compiles a main package of the module in the working directory to a static program for an initramfs.
func Build(ctx context.Context, pkg string) ([]byte, error) {
	dir, err := os.MkdirTemp("", "hpmc-build-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	exe := filepath.Join(dir, "init")
	env := []string{"CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64"}
	if _, err := command(ctx, "", env, "go", "build", "-trimpath", "-ldflags=-s -w", "-o", exe, pkg); err != nil {
		return nil, err
	}
	return os.ReadFile(exe)
}
