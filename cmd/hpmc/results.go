package main

import (
	"bytes"
	"fmt"
	"io"

	"hpmc/explorer"
	"hpmc/model"
	"hpmc/reports"
	"hpmc/traces"
)

// results collects the outcome of runs as test results, and writes those of KTAP as they come.
type results struct {
	format string
	ktap   *reports.KTAP
	runs   []reports.Run
}

// newResults returns nil if the format is none of test results.
func newResults(format string, runs int, stdout io.Writer) *results {
	switch format {
	case "ktap":
		return &results{format: format, ktap: reports.NewKTAP(stdout, runs)}
	case "junit":
		return &results{format: format}
	}
	return nil
}

func (r *results) run(j *job) {
	if r == nil {
		return
	}
	x := j.report()
	if r.ktap != nil {
		r.ktap.Run(&x)
		return
	}
	r.runs = append(r.runs, x)
}

// finish writes what is written when all runs have ended.
func (r *results) finish(stdout io.Writer) error {
	switch {
	case r == nil:
		return nil
	case r.ktap != nil:
		return r.ktap.Err()
	}
	var b bytes.Buffer
	if err := reports.WriteJUnit(&b, r.runs); err != nil {
		return err
	}
	_, err := stdout.Write(b.Bytes())
	return err
}

// report returns the run as a test: it passes if it came out as expected, and without an expectation if nothing is
// violated.
func (j *job) report() reports.Run {
	r := reports.Run{Scenario: j.scenario.Name, Kernel: j.kernel, Seconds: j.result.Elapsed.Seconds(), Status: reports.Passed}
	for _, pr := range j.result.Props {
		r.Cases = append(r.Cases, j.caseOf(pr))
	}
	switch {
	case j.fault != nil:
		r.Status, r.Message = reports.Failed, "internal error: "+j.fault.Error()
	case len(j.outcome.Faults) > 0:
		r.Status, r.Message = reports.Failed, "the model is at fault"
	case j.surprising() && j.expects:
		r.Status, r.Message = reports.Failed, "expected "+j.expected.String()
	case j.surprising():
		r.Status, r.Message = reports.Failed, "violated"
	case j.inconclusive():
		r.Status, r.Message = reports.Unclear, j.result.Reason
	}
	return r
}

// howViolated says how far a violation is.
func howViolated(pr explorer.PropResult) string {
	if pr.Pathless {
		return "violated"
	}
	return "violated in " + stepCount(len(pr.Path))
}

// caseOf returns a property as a part of the test.
func (j *job) caseOf(pr explorer.PropResult) reports.Case {
	p := &j.program.Props[pr.Prop]
	c := reports.Case{Name: p.Name, Status: reports.Passed}
	expected := j.expects && j.expected.Violated != nil && j.expected.Violated.Contains(p.Name)
	switch {
	case pr.Verdict == explorer.Inconclusive:
		c.Status, c.Message = reports.Unclear, j.result.Reason
	case pr.Verdict == explorer.Violated && p.Kind == model.Reachable:
		c.Status, c.Message = reports.Failed, "never reached"
	case pr.Verdict == explorer.Violated && expected:
		c.Status, c.Message = reports.ExpectedFailure, howViolated(pr)
	case pr.Verdict == explorer.Violated:
		c.Status, c.Message = reports.Failed, howViolated(pr)
		if pr.Pathless {
			break
		}
		if t, err := j.replay(pr); err == nil {
			c.Detail = t.Table(traces.Options{})
		}
	case expected:
		c.Status, c.Message = reports.Failed, "holds, and was expected to be violated"
	}
	if c.Status == reports.Unclear && c.Message == "" {
		c.Message = fmt.Sprintf("undecided after %s", j.states())
	}
	return c
}
