package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"hpmc/explorer"
	"hpmc/model"
	"hpmc/scenarios"
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
	r.unfinished()
	r.closing()
}

// cell is what the matrix says of a run.
func (j *job) cell() string {
	s := "holds"
	switch n := len(j.outcome.Violated); {
	case len(j.outcome.Faults) > 0:
		s = "FAULT"
	case n > 0:
		s = fmt.Sprintf("fails %d", n)
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

// matrix prints a table of the kernel and its fixes, one that sets releases beside the kernel, and one of mutants,
// which few scenarios speak of.
func (r *report) matrix() {
	var base, fixes, releases, mutants []string
	for i := range r.src.Kernels {
		k := &r.src.Kernels[i]
		if !r.has(k.Name) {
			continue
		}
		switch k.Kind {
		case scenarios.Base:
			base = append(base, k.Name)
		case scenarios.Fix:
			fixes = append(fixes, k.Name)
		case scenarios.Release:
			releases = append(releases, k.Name)
		case scenarios.Mutant:
			mutants = append(mutants, k.Name)
		}
	}
	if len(r.src.patches) > 0 {
		base, fixes, releases, mutants = []string{r.src.patched()}, nil, nil, nil
	}
	missing, first := false, true
	show := func(title string, cols []string) {
		if !first {
			r.line("")
		}
		first = false
		missing = r.table(title, cols) || missing
	}
	if len(fixes) > 0 || len(base) > 0 && len(releases) == 0 {
		show("scenario", append(slices.Clone(base), fixes...))
	}
	if len(releases) > 0 {
		show("release", append(slices.Clone(base), releases...))
	}
	if len(mutants) > 0 {
		show("mutant", mutants)
	}
	r.legend(missing)
}

// table prints the runs of some kernels, and tells whether a cell of it has no run.
func (r *report) table(title string, cols []string) (missing bool) {
	var rows []string
	at := map[[2]string]*job{}
	first := len(title)
	for _, j := range r.jobs {
		if !slices.Contains(cols, j.kernel) {
			continue
		}
		at[[2]string{j.scenario.Name, j.kernel}] = j
		if len(rows) == 0 || rows[len(rows)-1] != j.scenario.Name {
			rows = append(rows, j.scenario.Name)
			first = max(first, len(j.scenario.Name))
		}
	}
	width := make([]int, len(cols))
	line := fmt.Sprintf("%-*s", first, title)
	for i, k := range cols {
		width[i] = len(k)
		for _, s := range rows {
			if j := at[[2]string{s, k}]; j != nil {
				width[i] = max(width[i], len(j.cell()))
			}
		}
		line += fmt.Sprintf("  %-*s", width[i], k)
	}
	r.line(line)
	for _, s := range rows {
		line := fmt.Sprintf("%-*s", first, s)
		for i, k := range cols {
			cell := "-"
			if j := at[[2]string{s, k}]; j != nil {
				cell = j.cell()
			} else {
				missing = true
			}
			line += fmt.Sprintf("  %-*s", width[i], cell)
		}
		r.line(line)
	}
	return missing
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
		for _, word := range []string{"holds", "fails", "FAULT", "?", "*"} {
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
		{used["fails"], "fails n", violated},
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
		if p.Kind != model.Reachable && !pr.Pathless {
			return "  " + j.traceCommand(r.src, p)
		}
	}
	return ""
}

// traceCommand returns the command that shows the trace to a property's violation.
func (j *job) traceCommand(src *source, p *model.Property) string {
	return fmt.Sprintf("hpmc trace %s%s --property %s", j.scenario.Name, src.flags(j), quote(strings.TrimPrefix(p.Name, "reach: ")))
}

// unfinished says of each run that was not finished why, and what it covered.
func (r *report) unfinished() {
	first := true
	for _, j := range r.jobs {
		if !j.inconclusive() || j.result.Reason == "" {
			continue
		}
		if first {
			r.line("")
			first = false
		}
		r.line(fmt.Sprintf("%s on %s: %s", j.scenario.Name, j.kernel, j.covered()))
	}
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
	r.line(fmt.Sprintf("%s%d runs: %s%s. %s in %s.", stopped, t.runs, strings.Join(parts, ", "), as, r.states(t), seconds(r.elapsed)))
	if s := doubt(r.jobs[0].store, t.omission); s != "" {
		r.line(s)
	}
	if t.checked > 0 {
		r.line(fmt.Sprintf("The search without reduction agrees in %s, in %s.", plural(t.checked, "run"), plural(t.fullStates, "state")))
	}
}

// states says how many states the runs found.
func (r *report) states(t totals) string {
	s := plural(t.states, "state")
	if slices.ContainsFunc(r.jobs, func(j *job) bool { return j.result.Reduced }) {
		s += " (reduced)"
	}
	return s
}

func (r *report) expectsAll() bool {
	for _, j := range r.jobs {
		if !j.expects {
			return false
		}
	}
	return true
}
