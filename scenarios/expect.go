package scenarios

import (
	"sort"
	"strings"

	"github.com/hashicorp/go-set/v2"

	"hpmc/explorer"
	"hpmc/model"
)

// Expectation is what a scenario expects of a kernel.
type Expectation struct {
	Verdict  explorer.Verdict
	Violated *set.Set[string] // names of properties; empty unless Verdict is Violated
}

// String returns the expectation as it stands in a scenario.
func (e Expectation) String() string {
	if e.Verdict != explorer.Violated {
		return e.Verdict.String()
	}
	names := e.Violated.Slice()
	sort.Strings(names)
	return "violated: " + strings.Join(names, ", ")
}

// Outcome is what a search found, in the terms of a scenario.
type Outcome struct {
	Verdict   explorer.Verdict
	Violated  []string // names, ascending; a goal that was never reached is "reach: EXPR"
	Unreached []string // the expressions of those goals
	Open      []string // names of properties that the search did not decide, ascending
	Faults    []string // names of violated properties that are faults of the model
}

// reachPrefix stands before the expression of a goal in its name as a property.
const reachPrefix = "reach: "

func reachName(expr string) string { return reachPrefix + expr }

// NewOutcome sums up a result. A violation counts even if the search did not finish.
func NewOutcome(p *model.Program, r *explorer.Result) Outcome {
	var o Outcome
	for _, pr := range r.Props {
		prop := &p.Props[pr.Prop]
		name := prop.Name
		if prop.Kind == model.Reachable {
			name = reachName(strings.TrimPrefix(name, reachPrefix))
		}
		switch pr.Verdict {
		case explorer.Inconclusive:
			o.Open = append(o.Open, name)
		case explorer.Violated:
			o.Violated = append(o.Violated, name)
			if prop.Kind == model.Reachable {
				o.Unreached = append(o.Unreached, strings.TrimPrefix(name, reachPrefix))
			}
			if prop.Fault {
				o.Faults = append(o.Faults, name)
			}
		}
	}
	sort.Strings(o.Violated)
	sort.Strings(o.Open)
	switch {
	case len(o.Violated) > 0:
		o.Verdict = explorer.Violated
	case len(o.Open) == 0 && r.Verdict == explorer.Holds:
		o.Verdict = explorer.Holds
	}
	return o
}

// Matches tells whether an outcome is as expected. A fault of the model never is, nor is an unfinished
// search, unless the expectation says inconclusive.
func (e Expectation) Matches(o Outcome) bool {
	if len(o.Faults) > 0 || o.Verdict != e.Verdict {
		return false
	}
	if e.Verdict != explorer.Violated {
		return true
	}
	return len(o.Open) == 0 && e.Violated.Equal(set.From(o.Violated))
}
