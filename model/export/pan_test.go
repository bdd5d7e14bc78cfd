package export

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"hpmc/explorer"
	"hpmc/model"
)

// panResult is what pan said.
type panResult struct {
	states, transitions int
	stuck               int             // invalid end states
	asserted            map[string]bool // flags that an assertion named
	twice               string          // a flag named more than once
	vector              int             // bytes
	text                string
}

var (
	panStates = regexp.MustCompile(`(?m)^ *(\d+) states, stored`)
	panTrans  = regexp.MustCompile(`(?m)^ *(\d+) transitions \(= stored\+matched\)`)
	panVector = regexp.MustCompile(`State-vector (\d+) byte`)
	panAssert = regexp.MustCompile(`(?m)^pan:\d+: assertion violated +! ?\( ?\(*(?:int\))?(\w+?)\)* ?\)`)
	panErrors = regexp.MustCompile(`(?m)errors: (\d+)$`)
)

// run runs a command in a directory and returns what it printed, which is in the error, too.
func run(dir, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("%s: %w\n%s", name, err, out)
	}
	return string(out), err
}

// pan exports p, compiles what SPIN makes of it, and runs it.
func pan(dir string, p *model.Program, o Options, flags ...string) (*panResult, error) {
	var src bytes.Buffer
	if err := Promela(&src, p, o); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "x.pml"), src.Bytes(), 0o644); err != nil {
		return nil, err
	}
	if out, err := run(dir, "spin", append(flags, "-o2", "-a", "x.pml")...); err != nil || strings.Contains(out, "rror") {
		return nil, fmt.Errorf("%v %s\n%s", err, out, src.Bytes())
	}
	if _, err := run(dir, "gcc", "-O0", "-w", "-DSAFETY", "-DNOREDUCE", "-DMEMLIM=2000", "-o", "pan", "pan.c"); err != nil {
		return nil, err
	}
	out, err := run(dir, "./pan", "-c0", "-m200000", "-w18")
	if err != nil {
		return nil, err
	}
	r := &panResult{asserted: map[string]bool{}, text: src.String() + out}
	num := func(re *regexp.Regexp) int {
		m := re.FindStringSubmatch(out)
		if m == nil {
			err = fmt.Errorf("no %v in\n%s", re, out)
			return 0
		}
		n, _ := strconv.Atoi(m[1])
		return n
	}
	r.states, r.transitions, r.vector = num(panStates), num(panTrans), num(panVector)
	if strings.Contains(out, "max search depth") {
		return nil, fmt.Errorf("depth\n%s", out)
	}
	for _, m := range panAssert.FindAllStringSubmatch(out, -1) {
		if r.asserted[m[1]] {
			r.twice = m[1]
		}
		r.asserted[m[1]] = true
	}
	r.stuck = num(panErrors) - len(r.asserted)
	return r, err
}

// comparePan compares pan's counts and verdicts, of the form with properties or of that without, with the
// explorer's.
func comparePan(p *model.Program, r *explorer.Result, got *panResult, checked bool) error {
	if r.States != got.states {
		return fmt.Errorf("%d states, pan %d", r.States, got.states)
	}
	if r.Deadlocks != got.stuck {
		return fmt.Errorf("%d deadlocks, pan %d", r.Deadlocks, got.stuck)
	}
	if got.twice != "" {
		return fmt.Errorf("%s is reported twice", got.twice)
	}
	transitions := got.transitions - 1 // pan counts the initial state
	q, err := prepare(p, Options{})
	if err != nil {
		return err
	}
	g := &promela{program: q, ids: newNames(promelaReserved, func(string) bool { return false })}
	g.nameAll()
	for i, pr := range r.Props {
		if g.flag[i] == "" || !checked {
			continue
		}
		violated := pr.Verdict == explorer.Violated
		if p.Props[i].Kind == model.Reachable {
			violated = !violated
		}
		if violated != got.asserted[g.flag[i]] {
			return fmt.Errorf("%s %v, pan %v", p.Props[i].Name, pr.Verdict, got.asserted)
		}
		if violated && p.Props[i].Kind == model.Final {
			transitions-- // the test is a step that stays where it is
		}
	}
	if !checked && len(got.asserted) > 0 {
		return fmt.Errorf("pan tests %v without properties", got.asserted)
	}
	if r.Transitions != transitions {
		return fmt.Errorf("%d transitions, pan %d", r.Transitions, transitions)
	}
	return nil
}
