package stubborn_test

import (
	"testing"

	"hpmc/explorer/stubborn"
	"hpmc/model"
)

// TestFresh wants a chooser that has chosen before to choose as one that has not: nothing that it knew of another state may be
// left over.
func TestFresh(t *testing.T) {
	for _, name := range []string{"cpusets-3", "smt-suspend-4"} {
		p := rung(t, name)
		set := stubborn.New(p, stubborn.Options{})
		guards := set.Guards()
		used := set.Chooser(nil)
		seen := map[string]bool{key(p.Initial()): true}
		chosen, less := 0, 0
		for work := []model.State{p.Initial()}; len(work) > 0 && chosen < 4000; work = work[1:] {
			s := work[0]
			locs := make([]uint16, len(p.Threads))
			for th := range locs {
				locs[th] = uint16(p.Loc(s, th))
			}
			truth := func(g int) bool { return p.Eval(s, guards[g]) != 0 }
			enabled, _ := candidates(p, s, func(int) {})
			got := used.Choose(nil, locs, enabled, truth)
			if want := set.Chooser(nil).Choose(nil, locs, enabled, truth); got != want {
				t.Fatalf("%s: %b chosen of %v, by a new chooser %b", name, got, enabled, want)
			}
			if got != 1<<len(enabled)-1 {
				less++
			}
			chosen++
			for _, id := range enabled {
				d := make(model.State, p.Words)
				if p.Apply(d, s, &p.Transitions[id]); !seen[key(d)] {
					seen[key(d)] = true
					work = append(work, d)
				}
			}
		}
		if less == 0 {
			t.Errorf("%s: nothing is left out", name)
		}
	}
}
