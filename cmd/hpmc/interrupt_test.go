package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// ladder holds scenarios of many states.
const ladder = "../../benchmarks/ladder"

// verifyProcess returns a process that runs hpmc verify on a scenario of the ladder, in full. TestMain sees its name.
func verifyProcess(t *testing.T, scenario string, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Args = append([]string{"hpmc", "verify", scenario, "--scenarios", ladder, "--por", "off", "--format", "json"}, args...)
	return cmd
}

// runOf returns the record of the run in the output of a process.
func runOf(t *testing.T, out []byte) map[string]any {
	t.Helper()
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		var rec map[string]any
		if err := json.Unmarshal(lines.Bytes(), &rec); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		if rec["type"] == "run" {
			return rec
		}
	}
	t.Fatalf("no run in %q", out)
	return nil
}

// TestInterrupt checks that an interrupted run exits 130 and says what it covered.
func TestInterrupt(t *testing.T) {
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		cmd := verifyProcess(t, "pins-6")
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		if !lines.Scan() { // the start record
			t.Fatal("no output")
		}
		if err := cmd.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		var rest bytes.Buffer
		for lines.Scan() {
			rest.Write(append(lines.Bytes(), '\n'))
		}
		_ = cmd.Wait()
		if code := cmd.ProcessState.ExitCode(); code != exitInterrupted {
			t.Errorf("%v: exit status %d", sig, code)
		}
		rec := runOf(t, rest.Bytes())
		if rec["reason"] != "interrupted" || rec["states"].(float64) < 1 {
			t.Errorf("%v: %v", sig, rec)
		}
	}
}
