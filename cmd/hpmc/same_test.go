package main

import (
	"bytes"
	"testing"

	"hpmc"
	"hpmc/explorer"
	"hpmc/model"
	"hpmc/scenarios"
	"hpmc/traces"
)

// TestSameBytes writes the counterexamples of twenty and more violated pairs of scenario and kernel in every format, as 1, 2,
// 4 and 8 workers find them, with and without reduction: they are the same byte by byte.
func TestSameBytes(t *testing.T) {
	cat, err := scenarios.Load(hpmc.Sources)
	if err != nil {
		t.Fatal(err)
	}
	pairs, written := 0, 0
	for _, s := range cat.Scenarios {
		for _, k := range s.Kernels {
			e, ok := s.Expected(k)
			if !ok || e.Verdict != explorer.Violated || pairs >= 24 || testing.Short() && pairs >= 4 {
				continue
			}
			pairs++
			var first [][]byte
			for i, o := range []explorer.Options{{Workers: 1, Full: true}, {Workers: 2, Full: true}, {Workers: 4, Full: true}, {Workers: 8, Full: true},
				{Workers: 1, ReduceFrom: -1}, {Workers: 2, ReduceFrom: -1}, {Workers: 4, ReduceFrom: -1}, {Workers: 8, ReduceFrom: -1}} {
				j := &job{scenario: s, kernel: k}
				if j.program, err = cat.Build(s, k, scenarios.BuildOptions{}); err != nil {
					t.Fatal(err)
				}
				if j.result, err = explorer.Search(j.program, o); err != nil {
					t.Fatal(err)
				}
				got := everyFormat(t, j)
				if i == 0 {
					first, written = got, written+len(got)
					continue
				}
				if len(got) != len(first) {
					t.Fatalf("%s on %s, %+v: %d texts, not %d", s.Name, k, o, len(got), len(first))
				}
				for n := range got {
					if !bytes.Equal(got[n], first[n]) {
						t.Fatalf("%s on %s, %+v:\n%s\nwith one worker:\n%s", s.Name, k, o, got[n], first[n])
					}
				}
			}
		}
	}
	if pairs < 20 && !testing.Short() || written < 8*pairs {
		t.Errorf("%d texts of only %d pairs", written, pairs)
	}
}

// everyFormat writes the violations of a job in every format.
func everyFormat(t *testing.T, j *job) (out [][]byte) {
	for _, pr := range j.violated() {
		if j.program.Props[pr.Prop].Kind == model.Reachable {
			continue
		}
		tr, err := j.replay(pr)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range traceFormats {
			var b bytes.Buffer
			if f.write == nil {
				b.WriteString(tr.Table(traces.Options{}) + tr.Changelog(j.scenario.Summary, "hpmc", traces.Options{CPUs: true}))
			} else if err := f.write(&b, tr); err != nil {
				t.Fatal(err)
			}
			out = append(out, b.Bytes())
		}
	}
	return out
}
