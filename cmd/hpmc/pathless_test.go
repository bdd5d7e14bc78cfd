package main

import (
	"bytes"
	"strings"
	"testing"

	"hpmc/explorer"
	"hpmc/model"
	"hpmc/reports"
	"hpmc/scenarios"
)

// TestPathless reports violations for whose paths there was no room: they stand, and nothing is at fault.
func TestPathless(t *testing.T) {
	j := &job{scenario: &scenarios.Scenario{Name: "s"}, kernel: "v5.12",
		program: &model.Program{Name: "s", Props: []model.Property{{Name: "a"}, {Name: "b", Kind: model.LockOrder}, {Name: "reach: c", Kind: model.Reachable}}},
		result: &explorer.Result{Verdict: explorer.Violated, Props: []explorer.PropResult{{Prop: 0, Verdict: explorer.Violated, Pathless: true},
			{Prop: 1, Verdict: explorer.Violated, Pathless: true}, {Prop: 2, Verdict: explorer.Holds, Pathless: true}}}}
	j.judge(explorer.Options{})
	if j.fault != nil || len(j.outcome.Violated) != 2 {
		t.Errorf("%v, %+v", j.fault, j.outcome)
	}
	var b bytes.Buffer
	r := report{w: &b, src: &source{}, jobs: []*job{j}}
	r.properties(j, func(explorer.PropResult) bool { return true })
	if n := strings.Count(b.String(), "no memory or time for the shortest run"); n != 3 || r.hint(j) != "" {
		t.Errorf("%s%s", &b, r.hint(j))
	}
	if c := j.report().Cases[0]; c.Status != reports.Failed || c.Message != "violated" || c.Detail != "" {
		t.Errorf("%+v", c)
	}
	b.Reset()
	newRecorder(&b, true).run(j)
	if s := b.String(); strings.Contains(s, `"steps"`) || !strings.Contains(s, `"verdict":"violated"`) {
		t.Error(s)
	}
}
