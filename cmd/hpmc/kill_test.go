package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestKill kills searches that write checkpoints, twenty times at random moments. Whenever one is resumed and comes to
// its end, its counts, verdicts and counterexample are those of a search that nothing interrupted.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("kills twenty processes")
	}
	const kills = 20
	r := rand.New(rand.NewPCG(1, 2))
	commands := []struct {
		name   string
		steady func(*testing.T, []byte) string // what must not change
		want   string
		takes  time.Duration
	}{{name: "verify", steady: counts}, {name: "trace", steady: func(_ *testing.T, out []byte) string { return string(out) }}}
	for i := range commands {
		c := &commands[i]
		begin := time.Now()
		c.want = c.steady(t, finish(t, process(c.name, "--checkpoint", t.TempDir(), "--checkpoint-every", "20ms")))
		c.takes = time.Since(begin)
	}
	killed, resumed, ended := 0, 0, 0
	for try := 0; killed < kills || ended < 4; try++ {
		c := &commands[try%len(commands)]
		for dir := t.TempDir(); ; {
			how := "--checkpoint"
			if _, err := os.Stat(filepath.Join(dir, "checkpoint")); err == nil {
				how = "--resume"
				resumed++
			}
			p := process(c.name, how, dir, "--checkpoint-every", "20ms")
			out, alive := killAfter(t, p, c.takes/20+time.Duration(r.Int64N(int64(c.takes))), killed < kills)
			if alive {
				if got := c.steady(t, out); got != c.want {
					t.Fatalf("%s after kills: %s\nwant: %s", c.name, got, c.want)
				}
				ended++
				break
			}
			killed++
		}
	}
	if resumed < kills/4 {
		t.Errorf("of %d killed, only %d went on from a checkpoint", killed, resumed)
	}
	t.Logf("%d killed, %d resumed, %d came to the end", killed, resumed, ended)
}

func process(command string, args ...string) *exec.Cmd {
	exe, err := os.Executable()
	if err != nil {
		panic(err)
	}
	cmd := exec.Command(exe)
	cmd.Args = append([]string{"hpmc", command, "pins-4", "--scenarios", ladder, "--por", "off", "--format", "json", "--progress", "none"}, args...)
	return cmd
}

// finish runs a process that is not killed; a violation is no failure here.
func finish(t *testing.T, cmd *exec.Cmd) []byte {
	t.Helper()
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == exitViolated) {
		t.Fatalf("%v: %v: %s", cmd.Args, err, &errs)
	}
	return out
}

// killAfter runs a process and kills it after d, if kill; alive tells that it had ended before.
func killAfter(t *testing.T, cmd *exec.Cmd, d time.Duration, kill bool) (out []byte, alive bool) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if kill {
		defer time.AfterFunc(d, func() { _ = cmd.Process.Kill() }).Stop()
	}
	_ = cmd.Wait()
	switch code := cmd.ProcessState.ExitCode(); code {
	case -1:
		return nil, false
	case 0, exitViolated:
		return stdout.Bytes(), true
	default:
		t.Fatalf("%v: exit status %d: %s", cmd.Args, code, &stderr)
		return nil, false
	}
}

// counts returns what a run record says that does not depend on the machine.
func counts(t *testing.T, out []byte) string {
	t.Helper()
	rec := runOf(t, out)
	delete(rec, "seconds")
	search := rec["search"].(map[string]any)
	delete(search, "bytes")
	delete(search, "resumed")
	text, err := json.Marshal(rec)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
