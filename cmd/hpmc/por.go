package main

import (
	"fmt"
	"strings"

	"hpmc/explorer"
	"hpmc/model"
)

// search explores the job's program; with both, with and without reduction, whose results it compares.
func (j *job) search(o explorer.Options, both bool) error {
	var err error
	if j.result, err = explorer.Search(j.program, o); err != nil || !both {
		return err
	}
	o.Full = true
	if j.full, err = explorer.Search(j.program, o); err != nil {
		return err
	}
	switch diff := compare(j.program, j.result, j.full); {
	case len(diff) > 0:
		j.fault = fmt.Errorf("%s on %s: the reduction changes the result:\n  %s", j.scenario.Name, j.kernel, strings.Join(diff, "\n  "))
	case j.full.Reason != "" && j.result.Reason == "":
		// What the full search left open is not checked; the run is no success.
		j.result.Reason = "the search without reduction was not: " + j.full.Reason
		undecide(j.result, func(pr *explorer.PropResult) bool {
			return j.full.Props[pr.Prop].Verdict == explorer.Inconclusive
		})
	}
	return nil
}

// compare says in what a search with reduction differs from the one without. What either left undecided
// differs from nothing.
func compare(p *model.Program, red, full *explorer.Result) []string {
	var diff []string
	for i := range red.Props {
		a, b := &red.Props[i], &full.Props[i]
		name := p.Props[a.Prop].Name
		switch {
		case a.Verdict == explorer.Inconclusive || b.Verdict == explorer.Inconclusive:
		case a.Verdict != b.Verdict:
			diff = append(diff, fmt.Sprintf("%s: %v with reduction, %v without", name, a.Verdict, b.Verdict))
		case len(a.Path) != len(b.Path) && !a.Pathless && !b.Pathless:
			diff = append(diff, fmt.Sprintf("%s: in %s with reduction, in %s without", name, stepCount(len(a.Path)), stepCount(len(b.Path))))
		}
	}
	if red.Reason != "" || full.Reason != "" {
		return diff
	}
	if red.Deadlocks != full.Deadlocks {
		diff = append(diff, fmt.Sprintf("%d deadlocks with reduction, %d without", red.Deadlocks, full.Deadlocks))
	}
	if red.States > full.States {
		diff = append(diff, fmt.Sprintf("%s states with reduction, %s without", count(red.States), count(full.States)))
	}
	return diff
}

// unproven takes back what a search that may have missed states cannot prove.
func unproven(p *model.Program, res *explorer.Result) {
	undecided := undecide(res, func(pr *explorer.PropResult) bool {
		return (pr.Verdict == explorer.Holds) != (p.Props[pr.Prop].Kind == model.Reachable)
	})
	if undecided && res.Reason == "" {
		res.Reason = "bitstate storage may have missed states"
	}
}

// undecide makes the properties that choose accepts inconclusive, and the result with them. It tells whether there
// was one.
func undecide(res *explorer.Result, choose func(*explorer.PropResult) bool) bool {
	some, violated := false, false
	for i := range res.Props {
		pr := &res.Props[i]
		if pr.Verdict != explorer.Inconclusive && choose(pr) {
			pr.Verdict, pr.Path, some = explorer.Inconclusive, nil, true
		}
		violated = violated || pr.Verdict == explorer.Violated
	}
	switch {
	case violated:
		res.Verdict = explorer.Violated
	case some || res.Verdict == explorer.Violated:
		res.Verdict = explorer.Inconclusive
	}
	return some
}
