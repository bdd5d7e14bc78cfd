package benchmarks

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"hpmc/model/export"
)

// What Rumur is let to measure. It tries every rule in every state, so that it takes minutes where hpmc takes a second.
const (
	rumurPairs  = 3          // runs of each kind at most
	rumurOnce   = 3_000_000  // from so many states on, one
	rumurStates = 10_000_000 // from so many states on, none
)

// rumurFlags are those of Rumur's that cost least: no traces, and nothing that the models do not need.
const rumurFlags = "--value-type " + export.MurphiValues + " --deadlock-detection off --symmetry-reduction off --counterexample-trace off"

// rumurGCC are gcc's flags. Rumur's own script adds -flto and -fwhole-program, with which pins-4 took as long or 4 % longer.
const rumurGCC = "-O3 -march=native -mcx16"

// rumur builds verifiers in a directory, and runs them.
type rumur struct {
	self  Self
	dir   string
	built map[string]string
}

func newRumur(self Self, dir string) (*rumur, error) {
	if err := installed("rumur", "gcc"); err != nil {
		return nil, err
	}
	return &rumur{self: self, dir: dir, built: map[string]string{}}, nil
}

// rumurPairs is how many of the pairs of a rung Rumur takes part in.
func (r *Rung) rumurPairs(pairs int) int {
	switch {
	case r.States >= rumurStates:
		return 0
	case r.States >= rumurOnce:
		return min(pairs, 1)
	}
	return min(pairs, rumurPairs)
}

// flags are Rumur's and gcc's for a configuration.
func (m *rumur) flags(c Config) string {
	return fmt.Sprintf("rumur %s --threads %d; gcc %s", rumurFlags, c.Workers, rumurGCC)
}

// build makes the verifier of a configuration and returns its directory.
func (m *rumur) build(ctx context.Context, rung string, c Config) (string, error) {
	key := fmt.Sprint(rung, c.Workers)
	if dir := m.built[key]; dir != "" {
		return dir, nil
	}
	dir := filepath.Join(m.dir, fmt.Sprint("rumur-", len(m.built)))
	if err := os.Mkdir(dir, 0o777); err != nil {
		return "", err
	}
	if err := m.self.export(ctx, rung, "murphi", c.Deadlocks, filepath.Join(dir, "model.m")); err != nil {
		return "", err
	}
	args := append(strings.Fields(rumurFlags), "--threads", fmt.Sprint(c.Workers), "--colour", "off", "--output", "model.c", "model.m")
	if _, _, _, err := process(ctx, dir, "rumur", args...); err != nil {
		return "", err
	}
	gcc := append([]string{"-w", "-o", "model", "model.c", "-lpthread"}, strings.Fields(rumurGCC)...)
	if _, _, _, err := process(ctx, dir, "gcc", gcc...); err != nil {
		return "", err
	}
	m.built[key] = dir
	return dir, nil
}

// measure runs a configuration. A verifier tells whole seconds, so that its time is that of its process.
func (m *rumur) measure(ctx context.Context, rung string, c Config) (Sample, error) {
	dir, err := m.build(ctx, rung, c)
	if err != nil {
		return Sample{}, err
	}
	out, wall, peak, runErr := process(ctx, dir, "./model")
	if ctx.Err() != nil {
		return Sample{}, ctx.Err()
	}
	x, err := parseRumur(string(out))
	x.Seconds, x.Wall, x.Peak = wall, wall, peak
	return x, errors.Join(runErr, err)
}

var rumurSummary = regexp.MustCompile(`(?m)^\s*(\d+) states, (\d+) rules fired in`)

// parseRumur reads what a verifier prints.
func parseRumur(out string) (Sample, error) {
	s := rumurSummary.FindStringSubmatch(out)
	if s == nil || !strings.Contains(out, "No error found.") {
		return Sample{}, fmt.Errorf("rumur: no search without errors in its output:\n%s", out)
	}
	var x Sample
	var err, err2 error
	x.States, err = strconv.Atoi(s[1])
	x.Transitions, err2 = strconv.Atoi(s[2])
	return x, errors.Join(err, err2)
}
