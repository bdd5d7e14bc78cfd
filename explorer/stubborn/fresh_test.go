package stubborn_test

import (
	"testing"

	"hpmc/explorer/internal/randprog"
	"hpmc/explorer/stubborn"
	"hpmc/model"
)

// TestFresh wants a chooser that was asked about other states to choose as one that was never asked anything.
func TestFresh(t *testing.T) {
	asked, left := 0, 0
	try := func(what string, p *model.Program) {
		set := stubborn.New(p, stubborn.Options{})
		old := set.Chooser(nil)
		states := 0
		search(p, func(p *model.Program, s model.State, enabled []int32) uint64 {
			if states > 400 {
				return 0
			}
			states++
			fresh := set.Chooser(nil)
			locs := make([]uint16, len(p.Threads))
			for t := range locs {
				locs[t] = uint16(p.Loc(s, t))
			}
			want := fresh.Choose(locs, enabled)
			if got := old.Choose(locs, enabled); got != want {
				t.Fatalf("%s: %b instead of %b\n%s", what, got, want, text(p))
			}
			all := uint64(1)<<len(enabled) - 1
			if asked++; want != all {
				left++
			}
			return all
		}, false)
	}
	for seed := range 600 {
		p := randprog.Programs.Example(seed)
		if seed%4 == 0 {
			p = randprog.Wide(2).Example(seed)
		}
		try("random", p)
	}
	for _, name := range []string{"pins-2", "smt-suspend-4"} {
		try(name, rung(t, name))
	}
	t.Logf("%d choices, %d leave something out", asked, left)
	if left < 1000 {
		t.Errorf("only %d choices leave something out", left)
	}
}
