package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"hpmc/explorer"
	"hpmc/model"
)

// report is what verify prints for people.
type report struct {
	w           io.Writer
	src         *source
	jobs        []*job
	elapsed     time.Duration
	interrupted bool
}

func (r *report) write() {
	if len(r.jobs) == 1 {
		r.single(r.jobs[0])
		return
	}
	r.matrix()
	for _, j := range r.jobs {
		if j.surprising() || len(j.outcome.Faults) > 0 {
			r.details(j)
		}
	}
	r.closing()
}

// cell is what the matrix says of a run.
func (j *job) cell() string {
	s := "holds"
	switch n := len(j.outcome.Violated); {
	case len(j.outcome.Faults) > 0:
		s = "FAULT"
	case n > 0:
		s = fmt.Sprintf("VIOLATED(%d)", n)
	case j.inconclusive():
		s = "?"
	}
	if n := len(j.outcome.Violated); n > 0 && j.inconclusive() {
		s += "?"
	}
	if j.surprising() {
		s += " *"
	}
	return s
}

func (r *report) matrix() {
	var rows, cols []string
	at := map[[2]string]*job{}
	for _, j := range r.jobs {
		if len(rows) == 0 || rows[len(rows)-1] != j.scenario.Name {
			rows = append(rows, j.scenario.Name)
		}
		at[[2]string{j.scenario.Name, j.kernel}] = j
	}
	for i := range r.src.Kernels {
		if k := r.src.Kernels[i].Name; r.has(k) {
			cols = append(cols, k)
		}
	}
	if len(r.src.patches) > 0 {
		cols = []string{r.src.patched()}
	}
	first := len("scenario")
	for _, s := range rows {
		first = max(first, len(s))
	}
	line := fmt.Sprintf("%-*s", first, "scenario")
	widths := make([]int, len(cols))
	for i, k := range cols {
		widths[i] = len(k)
		for _, j := range r.jobs {
			if j.kernel == k {
				widths[i] = max(widths[i], len(j.cell()))
			}
		}
		line += fmt.Sprintf("  %-*s", widths[i], k)
	}
	r.line(line)
	missing := false
	for _, s := range rows {
		line := fmt.Sprintf("%-*s", first, s)
		for i, k := range cols {
			cell := "-"
			if j := at[[2]string{s, k}]; j != nil {
				cell = j.cell()
			} else {
				missing = true
			}
			line += fmt.Sprintf("  %-*s", widths[i], cell)
		}
		r.line(line)
	}
	r.legend(missing)
}

func (r *report) has(kernel string) bool {
	for _, j := range r.jobs {
		if j.kernel == kernel {
			return true
		}
	}
	return false
}

// line writes a line without spaces at its end.
func (r *report) line(s string) { fmt.Fprintln(r.w, strings.TrimRight(s, " ")) }

// legend explains the words that the matrix uses.
func (r *report) legend(missing bool) {
	used := map[string]bool{}
	expected := false
	for _, j := range r.jobs {
		c := j.cell()
		for _, word := range []string{"holds", "VIOLATED", "FAULT", "?", "*"} {
			used[word] = used[word] || strings.Contains(c, word)
		}
		expected = expected || j.expects && len(j.outcome.Violated) > 0 && !j.surprising()
	}
	r.line("")
	violated := "n properties are violated in some interleaving"
	if expected {
		violated += ", as expected unless marked *"
	}
	for _, l := range []struct {
		show       bool
		word, text string
	}{
		{used["holds"], "holds", "every interleaving was explored, and all properties hold"},
		{used["VIOLATED"], "VIOLATED(n)", violated},
		{used["FAULT"], "FAULT", "the model is at fault, and says nothing of the kernel"},
		{used["?"], "?", "not finished: undecided"},
		{used["*"], "*", "not expected; see below"},
		{missing, "-", "not run: the scenario does not speak of that kernel"},
	} {
		if l.show {
			r.line(fmt.Sprintf("  %-12s %s", l.word, l.text))
		}
	}
}

// details explains a run that should be looked at.
func (r *report) details(j *job) {
	r.line("")
	got := j.outcome.Verdict.String()
	want := "no expectation"
	if j.expects {
		want = "expected " + verdictOf(j.expected.String())
	}
	r.line(fmt.Sprintf("%s on %s: %s, got %s", j.scenario.Name, j.kernel, want, got))
	r.properties(j, func(pr explorer.PropResult) bool {
		name := j.propName(pr.Prop)
		return pr.Verdict == explorer.Violated || j.expected.Violated != nil && j.expected.Violated.Contains(name)
	})
	if cmd := r.hint(j); cmd != "" {
		r.line(cmd)
	}
}

// verdictOf shortens an expectation to what a line can hold.
func verdictOf(s string) string {
	if v, names, ok := strings.Cut(s, ": "); ok {
		return fmt.Sprintf("%s (%s)", v, names)
	}
	return s
}

// hint returns the command that shows the trace of the first property violated, if there is one to show.
func (r *report) hint(j *job) string {
	for _, pr := range j.violated() {
		p := &j.program.Props[pr.Prop]
		if p.Kind != model.Reachable {
			return fmt.Sprintf("  hpmc trace %s%s --property %s", j.scenario.Name, r.src.flags(j), quote(p.Name))
		}
	}
	return ""
}

// closing sums up.
func (r *report) closing() {
	t := total(r.jobs)
	var parts []string
	add := func(n int, what string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, what))
		}
	}
	add(t.holds, "hold")
	add(t.violated, "violated")
	add(t.inconclusive, "inconclusive")
	as := ""
	if t.unexpected > 0 {
		as = fmt.Sprintf("; %d not expected", t.unexpected)
	} else if r.expectsAll() && t.inconclusive == 0 {
		as = "; all as expected"
	}
	stopped := ""
	if r.interrupted {
		stopped = "Interrupted. "
	}
	r.line("")
	r.line(fmt.Sprintf("%s%d runs: %s%s. %s states in %s.", stopped, t.runs, strings.Join(parts, ", "), as, count(t.states), seconds(r.elapsed)))
}

func (r *report) expectsAll() bool {
	for _, j := range r.jobs {
		if !j.expects {
			return false
		}
	}
	return true
}
