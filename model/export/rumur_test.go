package export

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"hpmc/explorer"
	"hpmc/internal/need"
	"hpmc/model"
)

// rumurResult is what a verifier of Rumur's said.
type rumurResult struct {
	states, rules int
	said          map[string]int // how often each message came
	missed        map[string]bool
	text          string
}

var (
	rumurSummary = regexp.MustCompile(`(?m)^\t(\d+) states, (\d+) rules fired in`)
	rumurError   = regexp.MustCompile(`(?m)^\t(violated \(.*)$`)
	rumurMissed  = regexp.MustCompile(`(?m)^\tcover "(.*)" not hit$`)
	rumurErrors  = regexp.MustCompile(`(?m)^\t(\d+) error\(s\) found\.$`)
)

// rumurTwice runs Rumur, and if it finds a violation once more for what can be reached: it tells that only where there is none.
func rumurTwice(dir string, p *model.Program) (*rumurResult, error) {
	r, err := rumur(dir, p, Options{})
	if err != nil || len(r.said) == 0 {
		return r, err
	}
	o := Options{Props: []int{}}
	for i := range p.Props {
		if p.Props[i].Kind == model.Reachable {
			o.Props = append(o.Props, i)
		}
	}
	covers, err := rumur(dir, p, o)
	if err != nil {
		return nil, err
	}
	if covers.states != r.states || covers.rules != r.rules {
		return nil, fmt.Errorf("%d states and %d rules fired with all properties, %d and %d with some", r.states, r.rules, covers.states, covers.rules)
	}
	r.missed = covers.missed
	return r, nil
}

// rumur exports p, compiles what Rumur makes of it, and runs it.
func rumur(dir string, p *model.Program, o Options) (*rumurResult, error) {
	var src bytes.Buffer
	if err := Murphi(&src, p, o); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, "x.m"), src.Bytes(), 0o644); err != nil {
		return nil, err
	}
	if _, err := run(dir, "rumur", "--value-type", MurphiValues, "--deadlock-detection", "off", "--max-errors", "1000000000",
		"--counterexample-trace", "off", "--colour", "off", "--threads", "1", "-o", "x.c", "x.m"); err != nil {
		return nil, err
	}
	if _, err := run(dir, "gcc", "-O0", "-mcx16", "-w", "-o", "x", "x.c", "-lpthread"); err != nil {
		return nil, err
	}
	out, err := run(dir, "./x") // exits 1 if a cover was missed
	m := rumurSummary.FindStringSubmatch(out)
	if m == nil {
		return nil, fmt.Errorf("no summary: %v\n%s", err, out)
	}
	r := &rumurResult{said: map[string]int{}, missed: map[string]bool{}, text: src.String() + out}
	r.states, _ = strconv.Atoi(m[1])
	r.rules, _ = strconv.Atoi(m[2])
	total := 0
	for _, m := range rumurError.FindAllStringSubmatch(out, -1) {
		r.said[m[1]]++
		total++
	}
	for _, m := range rumurMissed.FindAllStringSubmatch(out, -1) {
		r.missed[m[1]] = true
		total++
	}
	said := 0
	if m := rumurErrors.FindStringSubmatch(out); m != nil {
		said, _ = strconv.Atoi(m[1])
	}
	if said != total {
		return nil, fmt.Errorf("%d errors, of which %d are known\n%s", said, total, r.text)
	}
	return r, nil
}

// compareRumur compares Rumur's counts and verdicts with the explorer's.
func compareRumur(p *model.Program, r *explorer.Result, got *rumurResult) error {
	if r.States != got.states || r.Transitions != got.rules {
		return fmt.Errorf("%d states and %d transitions, rumur %d and %d", r.States, r.Transitions, got.states, got.rules)
	}
	for i, pr := range r.Props {
		q := &p.Props[i]
		said := got.said[strings.Trim(quoteMurphi(fmt.Sprintf("violated (%s): %s", q.Kind, comment(q.Name))), `"`)]
		violated := said > 0
		switch q.Kind {
		case model.LockOrder:
			continue
		case model.Reachable:
			violated = got.missed[strings.Trim(quoteMurphi(comment(q.Name)), `"`)]
		case model.Deadlock:
			if said != r.Deadlocks {
				return fmt.Errorf("%d deadlocks, rumur %d", r.Deadlocks, said)
			}
		}
		if violated != (pr.Verdict == explorer.Violated) {
			return fmt.Errorf("%s %v, rumur %v", q.Name, pr.Verdict, violated)
		}
	}
	return nil
}

// TestRumurRandom compares Rumur with the reference explorer on random programs.
func TestRumurRandom(t *testing.T) {
	need.Tools(t, "rumur", "gcc")
	someRandom(t, func(t *testing.T, p *model.Program, r *explorer.Result) {
		got, err := rumurTwice(t.TempDir(), p)
		if err != nil {
			t.Fatal(err)
		}
		if err := compareRumur(p, r, got); err != nil {
			t.Fatalf("%v\n%s", err, got.text)
		}
	})
}

// TestRumurCatalogue compares Rumur with the reference explorer on every built-in scenario but smt-off-8, whose 889 rules it takes
// minutes to read; 400 it reads in seconds.
func TestRumurCatalogue(t *testing.T) {
	need.Tools(t, "rumur", "gcc")
	eachScenario(t, "smt-off-8", func(t *testing.T, _ int, p *model.Program, r *explorer.Result) {
		got, err := rumurTwice(t.TempDir(), p)
		if err != nil {
			t.Fatal(err)
		}
		if err := compareRumur(p, r, got); err != nil {
			t.Error(err)
		}
	})
}

// TestRumurConstants exports properties whose conditions are the same in every state, and names that mean something to Murphi, to the
// export, or to the C that Rumur writes.
func TestRumurConstants(t *testing.T) {
	need.Tools(t, "rumur", "gcc")
	p := constantProgram([]string{`100 %d "x"`, "Rule", `\\n`}, []string{"Rule", "TRUE", "tmp0", "can_step", "while"}, `a "b" %s \\`, `%d "*/ -- `)
	got, err := rumurTwice(t.TempDir(), p)
	if err == nil {
		err = compareRumur(p, explorer.Run(p, explorer.Options{NoPaths: true}), got)
	}
	if err != nil {
		t.Error(err)
	}
}
