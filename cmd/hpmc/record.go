package main

import (
	_ "embed" // the schema
	"encoding/json"
	"io"
	"sync"
	"time"

	"hpmc/explorer"
	"hpmc/model"
	"hpmc/traces"
)

// recordSchema is the JSON schema of the records of verify, draft 2020-12.
//
//go:embed records.schema.json
var recordSchema []byte

// recorder writes one JSON object a line as the work proceeds.
type recorder struct {
	mu  sync.Mutex
	enc *json.Encoder
}

// newRecorder returns a recorder that is silent unless on.
func newRecorder(w io.Writer, on bool) *recorder {
	if !on {
		return &recorder{}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return &recorder{enc: enc}
}

func (r *recorder) emit(v any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.enc != nil {
		_ = r.enc.Encode(v)
	}
}

type startRecord struct {
	Type string `json:"type"` // start
	Runs int    `json:"runs"`
}

type runRecord struct {
	Type        string       `json:"type"` // run
	Scenario    string       `json:"scenario"`
	Kernel      string       `json:"kernel"`
	Verdict     string       `json:"verdict"`
	Expected    string       `json:"expected,omitempty"`
	AsExpected  *bool        `json:"as_expected,omitempty"`
	Reason      string       `json:"reason,omitempty"`
	Properties  []propRecord `json:"properties"`
	States      int          `json:"states"`
	Transitions int          `json:"transitions"`
	Depth       int          `json:"depth"`
	Deadlocks   int          `json:"deadlocks"`
	Frontier    int          `json:"frontier"` // states not expanded
	Seconds     float64      `json:"seconds"`
	Search      searchRecord `json:"search"`
}

// searchRecord says how a run was searched.
type searchRecord struct {
	Workers    int     `json:"workers"`
	Store      string  `json:"store"`
	Reduced    bool    `json:"reduced"`
	Acyclic    bool    `json:"acyclic"`               // shown to be, before the search
	FullStates int     `json:"full_states,omitempty"` // of the search without reduction, with --por=check
	Bits       int     `json:"bits"`                  // of a packed state
	Words      int     `json:"words"`
	Bytes      int64   `json:"bytes"`              // most memory in use
	Omission   float64 `json:"omission,omitempty"` // bound on the probability that a state was missed
	Resumed    int     `json:"resumed,omitempty"`  // the level of the checkpoint
}

type propRecord struct {
	Name    string `json:"name"`
	Kind    string `json:"kind"`
	Verdict string `json:"verdict"`
	Steps   *int   `json:"steps,omitempty"` // to the violation, or to where a reachable condition holds

	Circle []traces.SavedLink `json:"circle,omitempty"` // of a violated lock order
}

type summaryRecord struct {
	Type         string  `json:"type"` // summary
	Runs         int     `json:"runs"`
	Holds        int     `json:"holds"`
	Violated     int     `json:"violated"`
	Inconclusive int     `json:"inconclusive"`
	Unexpected   int     `json:"unexpected"`
	States       int     `json:"states"`
	Seconds      float64 `json:"seconds"`
	Exit         int     `json:"exit"`
}

func (r *recorder) start(jobs []*job) { r.emit(startRecord{"start", len(jobs)}) }

func (r *recorder) run(j *job) {
	if r.enc == nil {
		return
	}
	res := j.result
	rec := runRecord{Type: "run", Scenario: j.scenario.Name, Kernel: j.kernel, Verdict: j.outcome.Verdict.String(),
		Reason: res.Reason, States: res.States, Transitions: res.Transitions, Depth: res.Depth,
		Deadlocks: res.Deadlocks, Frontier: res.Frontier, Search: j.how(), Seconds: res.Elapsed.Seconds(), Properties: []propRecord{}}
	if j.expects {
		as := j.expected.Matches(j.outcome)
		rec.Expected, rec.AsExpected = j.expected.String(), &as
	}
	for _, pr := range res.Props {
		p := &j.program.Props[pr.Prop]
		x := propRecord{Name: p.Name, Kind: p.Kind.String(), Verdict: pr.Verdict.String()}
		if n := len(pr.Path); (pr.Verdict == explorer.Violated) != (p.Kind == model.Reachable) && pr.Verdict != explorer.Inconclusive {
			if (pr.Verdict == explorer.Violated || p.Kind == model.Reachable) && !pr.Pathless {
				x.Steps = &n
			}
		}
		if pr.Circle != nil && !pr.Pathless {
			if t, err := j.replay(pr); err == nil {
				x.Circle = t.Save().Circle
				for i := range x.Circle {
					x.Circle[i].Run = nil // hpmc trace writes it
				}
			}
		}
		rec.Properties = append(rec.Properties, x)
	}
	r.emit(rec)
}

func (j *job) how() searchRecord {
	res := j.result
	rec := searchRecord{Workers: res.Workers, Store: j.store.String(), Reduced: res.Reduced, Acyclic: res.Acyclic, Bits: res.Bits,
		Words: res.Words, Bytes: res.Bytes, Omission: res.Omission, Resumed: res.Resumed}
	if j.full != nil {
		rec.FullStates = j.full.States
	}
	return rec
}

func (r *recorder) summary(jobs []*job, elapsed time.Duration, code int) {
	t := total(jobs)
	r.emit(summaryRecord{"summary", t.runs, t.holds, t.violated, t.inconclusive, t.unexpected, t.states, elapsed.Seconds(), code})
}

// totals counts runs by outcome.
type totals struct {
	runs, holds, violated, inconclusive, unexpected, states int

	omission            float64 // bound on the probability that any run missed a state
	checked, fullStates int     // runs that --por=check found equal, and the states of their full searches
}

func total(jobs []*job) totals {
	t := totals{runs: len(jobs)}
	for _, j := range jobs {
		switch {
		case j.inconclusive():
			t.inconclusive++
		case j.outcome.Verdict == explorer.Violated:
			t.violated++
		default:
			t.holds++
		}
		if j.surprising() {
			t.unexpected++
		}
		t.states += j.result.States
		t.omission = min(1, t.omission+j.result.Omission)
		if j.full != nil && j.full.Reason == "" && j.fault == nil {
			t.checked++
			t.fullStates += j.full.States
		}
	}
	return t
}
