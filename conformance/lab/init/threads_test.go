//go:build linux

package main

import (
	"fmt"
	"testing"

	"golang.org/x/sys/unix"

	"hpmc/conformance/lab/workloads"
)

func TestCPUSet(t *testing.T) {
	for list, want := range map[string]string{"": "{}", "0": "{0}", "0-1": "{0,1}", "0-2,4,6-7": "{0,1,2,4,6,7}"} {
		if got, err := cpuSet(list); err != nil || got != want {
			t.Errorf("%q: %s, %v, want %s", list, got, err, want)
		}
	}
	for _, bad := range []string{"a", "1-", "-1"} {
		if got, err := cpuSet(bad); err == nil {
			t.Errorf("%q: %s", bad, got)
		}
	}
}

func TestErrno(t *testing.T) {
	if got, err := errno(fmt.Errorf("write: %w", unix.EBUSY)); got != "-EBUSY" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := errno(fmt.Errorf("something else")); err == nil {
		t.Error("an error that is no errno has a name")
	}
}

// TestCalls checks that every call of a workload is one that threads can make. Files that this machine lacks are no matter.
func TestCalls(t *testing.T) {
	for _, w := range workloads.All() {
		for _, thread := range w.Threads {
			for _, text := range thread.Calls {
				call, err := workloads.ParseCall(text)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := file(call); err != nil {
					t.Errorf("%s: %v", w.Name, err)
				}
			}
		}
	}
}
