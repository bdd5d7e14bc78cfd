package benchmarks

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"time"

	"hpmc/explorer"
	"hpmc/model"
	"hpmc/model/export"
	"hpmc/scenarios"
)

// Measure explores the rung in this process, which should do nothing else, and leaves Wall and Peak to whoever
// started it. It returns an error if the outcome is not what the scenario expects.
func (r *Rung) Measure(ctx context.Context, c Config) (*Sample, error) {
	p, err := r.Program(c.Deadlocks)
	if err != nil {
		return nil, err
	}
	o := explorer.Options{Workers: c.Workers, Full: !c.Reduced, Interrupt: ctx.Done()}
	if c.Store == explorer.Fingerprint.String() {
		o.Store = explorer.Fingerprint
	}
	runtime.GC() // what compiling the model left behind is not the search's
	res, err := explorer.Search(p, o)
	if err != nil {
		return nil, err
	}
	s := &Sample{Seconds: res.Elapsed.Seconds(), States: res.States, Transitions: res.Transitions, Words: res.Words, Bits: res.Bits,
		Growing: res.Bytes, Mapped: mapped(), Acyclic: res.Acyclic, Incomplete: res.Reason}
	if s.Incomplete == "" {
		err = r.judge(p, res, c.Deadlocks)
	}
	return s, err
}

// mapped returns how many bytes of files this process has resident, as Linux tells, or 0.
func mapped() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := bytes.Cut(status, []byte("\nRssFile:"))
	var kib int64
	_, _ = fmt.Sscan(string(rest), &kib)
	return kib * 1024
}

// judge compares an outcome with the expected one.
func (r *Rung) judge(p *model.Program, res *explorer.Result, deadlocks bool) error {
	got := scenarios.NewOutcome(p, res)
	want, _ := r.Scenario.Expected(r.Kernel)
	if deadlocks {
		for _, name := range got.Violated {
			if want.Violated == nil || !want.Violated.Contains(name) {
				return fmt.Errorf("%s: %s is violated, which is not expected", r.Name, name)
			}
		}
		return nil
	}
	if !want.Matches(got) {
		return fmt.Errorf("%s: violated: %v; expected: %s", r.Name, got.Violated, want)
	}
	return nil
}

// Export writes the rung for another checker, promela for SPIN or murphi for Rumur. For Rumur, which is only let to search the full
// state space, properties are left out.
func (r *Rung) Export(w io.Writer, language string, deadlocks bool) error {
	p, err := r.Program(deadlocks)
	if err != nil {
		return err
	}
	switch language {
	case "promela":
		return export.Promela(w, p, export.Options{})
	case "murphi":
		return export.Murphi(w, p, export.Options{Props: []int{}})
	}
	return fmt.Errorf("no export to %q", language)
}

// Self is the command line that makes a process measure one run, or write a model to its standard output: the
// arguments given here, followed by those of [ChildArgs].
type Self []string

// ChildArgs are the arguments of a run in a process of its own.
func ChildArgs(rung string, c Config) []string {
	args := []string{rung, "--workers", fmt.Sprint(c.Workers), "--store", c.Store}
	if !c.Reduced {
		args = append(args, "--full")
	}
	if c.Deadlocks {
		args = append(args, "--deadlocks")
	}
	return args
}

// export writes the model of a configuration to a file.
func (s Self) export(ctx context.Context, rung, language string, deadlocks bool, file string) error {
	args := append(s[1:len(s):len(s)], rung, "--export", language)
	if deadlocks {
		args = append(args, "--deadlocks")
	}
	text, _, _, err := process(ctx, "", s[0], args...)
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o666)
}

// measure runs a configuration of hpmc in a process of its own.
func (s Self) measure(ctx context.Context, rung string, c Config) (Sample, error) {
	var x Sample
	out, wall, peak, err := process(ctx, "", s[0], append(s[1:len(s):len(s)], ChildArgs(rung, c)...)...)
	if err != nil {
		return x, err
	}
	if err := json.Unmarshal(out, &x); err != nil {
		return x, fmt.Errorf("%s: %w in %q", s[0], err, out)
	}
	x.Wall, x.Peak = wall, peak
	return x, nil
}

// process runs a command to its end and returns its output, the seconds it took, and the most memory it had
// resident. Linux counts what the parent had resident at the fork, too; the parent here keeps small.
func process(ctx context.Context, dir, name string, args ...string) (out []byte, wall float64, peak int64, err error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	start := time.Now()
	out, err = cmd.Output()
	wall = time.Since(start).Seconds()
	if ctx.Err() != nil {
		return nil, 0, 0, ctx.Err()
	}
	if ee, ok := err.(*exec.ExitError); ok {
		if text := string(ee.Stderr); text != "" {
			return out, 0, 0, fmt.Errorf("%s: %w: %s", name, err, text)
		}
	}
	if err != nil {
		return out, 0, 0, fmt.Errorf("%s: %w", name, err)
	}
	return out, wall, maxResident(cmd.ProcessState), nil
}
