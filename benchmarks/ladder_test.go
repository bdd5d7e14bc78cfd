package benchmarks

import (
	"slices"
	"testing"

	"hpmc/explorer"
	"hpmc/scenarios"
)

// smallStates is the largest rung that tests explore in full.
const smallStates = 500_000

func rungs(t testing.TB) []Rung {
	t.Helper()
	list, err := Ladder()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// TestLadder checks that the list and the files are the same rungs, that each names one kernel and what is
// expected on it, and that it compiles with and without its properties.
func TestLadder(t *testing.T) {
	list := rungs(t)
	if !slices.IsSortedFunc(list, func(a, b Rung) int { return a.States - b.States }) {
		t.Error("the ladder is not sorted by size")
	}
	if n := len(list[0].catalogue.Scenarios); n != len(list) {
		t.Errorf("%d files in ladder/, %d rungs in the list", n, len(list))
	}
	for _, r := range list {
		if len(r.Scenario.Kernels) != 1 {
			t.Errorf("%s: kernels %v, want one", r.Name, r.Scenario.Kernels)
		}
		if _, ok := r.Scenario.Expected(r.Kernel); !ok {
			t.Errorf("%s: nothing expected on %s", r.Name, r.Kernel)
		}
		all, err := r.Program(false)
		if err != nil {
			t.Errorf("%s: %v", r.Name, err)
			continue
		}
		few, err := r.Program(true)
		if err != nil {
			t.Errorf("%s, deadlocks only: %v", r.Name, err)
			continue
		}
		if len(few.Props) >= len(all.Props) {
			t.Errorf("%s: %d properties, %d with deadlocks only", r.Name, len(all.Props), len(few.Props))
		}
	}
}

// TestSmallRungs explores the small rungs in full and with reduction.
func TestSmallRungs(t *testing.T) {
	for _, r := range rungs(t) {
		if r.States > smallStates {
			continue
		}
		t.Run(r.Name, func(t *testing.T) {
			p, err := r.Program(false)
			if err != nil {
				t.Fatal(err)
			}
			want, _ := r.Scenario.Expected(r.Kernel)
			for _, full := range []bool{true, false} {
				res, err := explorer.Search(p, explorer.Options{Full: full})
				if err != nil {
					t.Fatal(err)
				}
				if full && res.States != r.States {
					t.Errorf("%d states, want %d", res.States, r.States)
				}
				if got := scenarios.NewOutcome(p, res); !want.Matches(got) {
					t.Errorf("full=%v: %+v, want %s", full, got, want)
				}
			}
		})
	}
}
