package lab

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// fakeQEMU puts a script in the place of QEMU. It has the files of the serial ports as $console and $data.
func fakeQEMU(t *testing.T, script string) {
	t.Helper()
	dir := t.TempDir()
	text := `#!/bin/sh
for a; do case $a in file:*/console) console=${a#file:};; file:*/data) data=${a#file:};; esac; done
` + script
	if err := os.WriteFile(filepath.Join(dir, "qemu-system-x86_64"), []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
}

var testKernel = &Kernel{Series: "6.1", Release: "6.1.0-1-cloud-amd64", Image: "/vmlinuz"}

func TestBootOutput(t *testing.T) {
	fakeQEMU(t, `printf 'one\r\ntwo\r\n' >$console; printf '%s\n' "$@" >$data`)
	out, err := Boot(context.Background(), testKernel, Machine{CPUs: 4, SMT: true}, []File{{Path: "init"}}, "a", "b=c")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("one\ntwo\n", out.Console); diff != "" {
		t.Error(diff)
	}
	args := strings.ReplaceAll(string(out.Data), "\n", " ")
	for _, want := range []string{"-cpu max,vendor=GenuineIntel ", "-smp 4,sockets=1,cores=2,threads=2 ", "-m 512 ", "-kernel /vmlinuz ", "panic=-1", " -- a b=c "} {
		if !strings.Contains(args, want) {
			t.Errorf("no %q in %s", want, args)
		}
	}
}

func TestBootMistakes(t *testing.T) {
	boot := func(m Machine, limit time.Duration, files ...File) error {
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		defer cancel()
		_, err := Boot(ctx, testKernel, m, files)
		return err
	}
	for _, c := range []struct {
		name, script string
		machine      Machine
		limit        time.Duration
		files        []File
		want         string
	}{
		{"it does not end", "echo 'Kernel panic' >$console; exec sleep 60", Machine{}, time.Second, nil,
			"6.1.0-1-cloud-amd64 did not power off: context deadline exceeded; its console ends:\n"},
		{"it does not start", "echo 'no such CPU' >&2; exit 1", Machine{}, time.Minute, nil, "exit status 1: no such CPU"},
		{"half a core", "", Machine{CPUs: 3, SMT: true}, time.Minute, nil, "2 threads a core cannot have 3 CPUs"},
		{"files", "", Machine{}, time.Minute, []File{{Path: "init"}, {Path: "init"}}, "two of init"},
	} {
		t.Run(c.name, func(t *testing.T) {
			fakeQEMU(t, c.script)
			if err := boot(c.machine, c.limit, c.files...); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	t.Setenv("PATH", "")
	err := boot(Machine{}, time.Minute)
	var missing *Missing
	if !errors.As(err, &missing) || err.Error() != "qemu-system-x86_64 is not installed (Debian's package qemu-system-x86)" {
		t.Error(err)
	}
}

func TestMachine(t *testing.T) {
	for m, want := range map[Machine]string{{}: "2 CPUs, no SMT", {CPUs: 4, SMT: true}: "4 CPUs, 2 cores of 2 threads"} {
		if got := m.String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
