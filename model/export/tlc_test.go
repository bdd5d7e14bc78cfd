//go:build tlc

package export

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hpmc/internal/need"
	"hpmc/scenarios"
)

// tlcCommand returns how to run TLC: as tlc, or from the jar that TLA2TOOLS_JAR names.
func tlcCommand() ([]string, error) {
	if tlc, err := exec.LookPath("tlc"); err == nil {
		return []string{tlc}, nil
	}
	jar := os.Getenv("TLA2TOOLS_JAR")
	if jar == "" {
		return nil, errors.New("tlc is not installed, nor does TLA2TOOLS_JAR name the jar it is in")
	}
	java, err := exec.LookPath("java")
	if err != nil {
		return nil, errors.New("java, which is to run TLA2TOOLS_JAR, is not installed")
	}
	jar, err = filepath.Abs(jar)
	return []string{java, "-cp", jar, "tlc2.TLC"}, err
}

var (
	tlcStates   = regexp.MustCompile(`([\d,]+) states generated, ([\d,]+) distinct states found, 0 states left on queue`)
	tlcViolated = regexp.MustCompile(`Invariant (\w+) is violated`)
)

// runTLC returns the number of distinct states that TLC finds, and the invariants that it says are violated.
func runTLC(tlc []string, dir, module, config string) (distinct string, violated map[string]bool, err error) {
	for name, text := range map[string]string{"m.tla": module, "m.cfg": config} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return "", nil, err
		}
	}
	cmd := exec.Command(tlc[0], append(tlc[1:], "-workers", "1", "-continue", "-config", "m.cfg", "m.tla")...)
	cmd.Dir = dir
	out, runErr := cmd.CombinedOutput() // violations are an error, too
	m := tlcStates.FindSubmatch(out)
	if m == nil {
		return "", nil, fmt.Errorf("TLC does not end with the number of states: %v\n%s", runErr, out)
	}
	violated = map[string]bool{}
	for _, v := range tlcViolated.FindAllSubmatch(out, -1) {
		violated[string(v[1])] = true
	}
	return strings.ReplaceAll(string(m[2]), ",", ""), violated, nil
}

// TestTLC compares TLC with the evaluator, on the scenarios in the first lines of the catalogue.
func TestTLC(t *testing.T) {
	tlc, err := tlcCommand()
	need.Nil(t, err)
	c, err := scenarios.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range c.Scenarios[:8] {
		kernel := s.Kernels[i%len(s.Kernels)]
		t.Run(s.Name+"/"+kernel, func(t *testing.T) {
			p, err := c.Build(s, kernel, scenarios.BuildOptions{})
			if err != nil {
				t.Fatal(err)
			}
			m, cfg, err := writeTLA(p)
			if err != nil {
				t.Fatal(err)
			}
			want, err := evaluate(m, cfg)
			if err != nil {
				t.Fatal(err)
			}
			distinct, violated, err := runTLC(tlc, t.TempDir(), m, cfg)
			if err != nil {
				t.Fatal(err)
			}
			if distinct != fmt.Sprint(want.Distinct) {
				t.Errorf("%d states, TLC %s", want.Distinct, distinct)
			}
			for inv := range want.Violated {
				if named := want.Named[inv] > 0; violated[inv] != named {
					t.Errorf("TLC names %s: %v, want %v", inv, violated[inv], named)
				}
				delete(violated, inv)
			}
			if len(violated) > 0 {
				t.Errorf("TLC says that %v are violated", violated)
			}
		})
	}
}
