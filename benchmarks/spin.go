package benchmarks

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// baseFlags are gcc's flags for every pan. -DNOFAIR leaves out what only liveness needs.
const baseFlags = "-O3 -march=native -DSAFETY -DNOFAIR"

// extraFlags are what tune chooses from. All of them store states exactly. -DCOLLAPSE, which stores them in pieces,
// is there for its memory.
var extraFlags = []string{"", "-DNOBOUNDCHECK", "-DNOBOUNDCHECK -DNOVSZ", "-DNOBOUNDCHECK -DHASH64", "-DNOVSZ -O2", "-DCOLLAPSE"}

// spin builds verifiers in a directory, and runs them.
type spin struct {
	self   Self
	dir    string
	extra  string // gcc's flags besides baseFlags
	memory int64  // bytes that pan may use
	built  map[string]string
}

func newSpin(self Self, dir string, memory int64) (*spin, error) {
	if err := installed("spin", "gcc"); err != nil {
		return nil, err
	}
	return &spin{self: self, dir: dir, memory: memory, built: map[string]string{}, extra: extraFlags[1]}, nil
}

// installed returns an error if one of some tools is not there.
func installed(tools ...string) error {
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("%s are not both installed", strings.Join(tools, " and "))
		}
	}
	return nil
}

// flags are gcc's for a configuration.
func (s *spin) flags(c Config) string {
	f := baseFlags
	if s.extra != "" {
		f += " " + s.extra
	}
	if !c.Reduced {
		f += " -DNOREDUCE"
	}
	return fmt.Sprintf("%s -DMEMLIM=%d", f, s.memory>>20)
}

// checks tells whether pan checks properties besides deadlock. Without reduction the states are the same either
// way, so it is spared the work.
func (s *spin) checks(c Config) bool { return c.Reduced && !c.Deadlocks }

// build makes the verifier of a configuration and returns its directory.
func (s *spin) build(ctx context.Context, rung string, c Config) (string, error) {
	flags := s.flags(c)
	key := fmt.Sprint(rung, flags, s.checks(c), c.Deadlocks)
	if dir := s.built[key]; dir != "" {
		return dir, nil
	}
	dir := filepath.Join(s.dir, fmt.Sprint(len(s.built)))
	if err := os.Mkdir(dir, 0o777); err != nil {
		return "", err
	}
	if err := s.self.export(ctx, rung, "promela", c.Deadlocks, filepath.Join(dir, "model.pml")); err != nil {
		return "", err
	}
	args := []string{"-o2", "-a", "model.pml"} // -o2: no resetting of locals, so that states are those of the program
	if !s.checks(c) {
		args = append([]string{"-DNOCHECK"}, args...)
	}
	if _, _, _, err := process(ctx, dir, "spin", args...); err != nil {
		return "", err
	}
	gcc := append([]string{"-w", "-o", "pan", "pan.c"}, strings.Fields(flags)...)
	if _, _, _, err := process(ctx, dir, "gcc", gcc...); err != nil {
		return "", err
	}
	s.built[key] = dir
	return dir, nil
}

// measure runs a configuration whose state space is expected to have so many states, and returns pan's own flags.
// A stack that turns out too small is enlarged, and the run repeated.
func (s *spin) measure(ctx context.Context, rung string, c Config, states int) (Sample, string, error) {
	dir, err := s.build(ctx, rung, c)
	if err != nil {
		return Sample{}, "", err
	}
	for depth := 10_000; ; depth *= 10 {
		args := []string{"-n", "-c0", fmt.Sprint("-m", depth), fmt.Sprint("-w", slots(states))}
		out, wall, peak, runErr := process(ctx, dir, "./pan", args...)
		if ctx.Err() != nil {
			return Sample{}, "", ctx.Err()
		}
		x, err := parsePan(string(out))
		if err != nil && err != errDepth {
			return Sample{}, "", errors.Join(runErr, err) // it exits with 1 where memory ends, too
		}
		if err == errDepth && depth < 100_000_000 {
			continue
		}
		x.Wall, x.Peak = wall, peak
		if x.Seconds < 0.1 {
			x.Seconds = wall // pan counts in hundredths
		}
		return x, "pan " + strings.Join(args, " "), err
	}
}

// slots is the power of two for pan's -w: about a slot a state.
func slots(states int) int { return min(max(bits.Len(uint(states)), 16), 34) }

var errDepth = errors.New("pan: search depth too small")

var (
	panStates      = regexp.MustCompile(`(?m)^\s*([0-9.e+]+) states, stored`)
	panTransitions = regexp.MustCompile(`(?m)^\s*([0-9.e+]+) transitions`)
	panElapsed     = regexp.MustCompile(`pan: elapsed time ([0-9.e+-]+) seconds`)
)

// parsePan reads what pan prints. It writes numbers with eight digits.
func parsePan(out string) (Sample, error) {
	var x Sample
	if strings.Contains(out, "max search depth too small") {
		return x, errDepth
	}
	number := func(re *regexp.Regexp) (float64, error) {
		m := re.FindStringSubmatch(out)
		if m == nil {
			return 0, fmt.Errorf("pan: no %s in its output:\n%s", re, out)
		}
		return strconv.ParseFloat(m[1], 64)
	}
	states, err := number(panStates)
	if err != nil {
		return x, err
	}
	transitions, err := number(panTransitions)
	if err != nil {
		return x, err
	}
	x.States, x.Transitions = int(states), int(transitions)-1 // pan counts the initial state as one
	if m := panElapsed.FindStringSubmatch(out); m != nil {
		if x.Seconds, err = strconv.ParseFloat(m[1], 64); err != nil {
			return x, err
		}
	}
	switch {
	case strings.Contains(out, "reached -DMEMLIM bound"):
		x.Incomplete = "out of memory"
	case strings.Contains(out, "Search not completed"):
		x.Incomplete = "not completed"
	}
	return x, nil
}

// samePan tells whether pan's number of states, which has eight digits, is n.
func samePan(pan, n int) bool {
	return fmt.Sprintf("%.8g", float64(pan)) == fmt.Sprintf("%.8g", float64(n))
}
