package main

import (
	"fmt"
	"strings"

	"hpmc/explorer"
	"hpmc/model"
)

// single reports one run, property by property.
func (r *report) single(j *job) {
	r.line(fmt.Sprintf("%s on %s: %s", j.scenario.Name, j.kernel, j.scenario.Summary))
	r.line("")
	r.properties(j, func(explorer.PropResult) bool { return true })
	r.line("")
	if j.result.Reason != "" {
		r.line("Not finished: " + j.covered() + ".")
	}
	switch {
	case len(j.outcome.Faults) > 0:
		r.line("The model is at fault, and says nothing of the kernel.")
	case j.expects && j.surprising():
		r.line("Not as expected, which is: " + j.expected.String() + ".")
	case j.expects && !j.inconclusive():
		r.line("As expected.")
	}
	res := j.result
	depth := ""
	if res.Depth > 0 {
		depth = fmt.Sprintf(" depth %d,", res.Depth)
	}
	r.line(fmt.Sprintf("%s, %s transitions,%s %s.", j.states(), count(res.Transitions), depth, seconds(res.Elapsed)))
	for _, s := range j.searched() {
		r.line(s)
	}
	if cmd := r.hint(j); cmd != "" {
		r.line("")
		r.line("The shortest interleaving:")
		r.line(cmd)
	}
}

// propName is what a scenario's expectation calls a property of a program.
func (j *job) propName(prop int) string {
	return j.program.Props[prop].Name
}

// properties lists the properties of a run that choose accepts, with their verdicts.
func (r *report) properties(j *job, choose func(explorer.PropResult) bool) {
	w := 0
	for _, pr := range j.result.Props {
		if choose(pr) {
			w = max(w, len(j.propName(pr.Prop)))
		}
	}
	for _, pr := range j.result.Props {
		if !choose(pr) {
			continue
		}
		word, note := verdictWord(&j.program.Props[pr.Prop], pr)
		r.line(fmt.Sprintf("  %-8s  %-*s  %s", word, min(w, 40), j.propName(pr.Prop), note))
	}
}

// verdictWord says how a property fared, in a word and a note.
func verdictWord(p *model.Property, pr explorer.PropResult) (word, note string) {
	steps := "in " + stepCount(len(pr.Path))
	if pr.Pathless {
		steps = "no memory or time for the shortest run"
	}
	if p.Kind == model.Reachable {
		switch pr.Verdict {
		case explorer.Holds:
			return "reached", steps
		case explorer.Violated:
			return "VIOLATED", "never reached"
		}
		return "?", ""
	}
	switch pr.Verdict {
	case explorer.Holds:
		return "holds", ""
	case explorer.Violated:
		return strings.ToUpper(pr.Verdict.String()), steps
	}
	return "?", ""
}
