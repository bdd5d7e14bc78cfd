package stubborn_test

import (
	"testing"

	"hpmc/explorer/internal/randprog"
	"hpmc/explorer/stubborn"
	"hpmc/model"
	"hpmc/scenarios"
)

// TestMemo wants a chooser that remembers all, and one that has to forget, to choose as one that remembers nothing.
func TestMemo(t *testing.T) {
	hits := 0
	try := func(what string, p *model.Program) {
		set := stubborn.New(p, stubborn.Options{})
		guards := set.Guards()
		good, small, plain := set.Chooser(), set.Chooser(), set.Chooser()
		small.Room(40)
		plain.Forgetful()
		search(p, func(p *model.Program, s model.State, o *outcome, enabled []int32) uint64 {
			locs := make([]uint16, len(p.Threads))
			for t := range locs {
				locs[t] = uint16(p.Loc(s, t))
			}
			for i, d := range o.decided {
				if d {
					good.Decided(i)
					small.Decided(i)
					plain.Decided(i)
				}
			}
			truth := func(g int) bool { return p.Eval(s, guards[g]) != 0 }
			want := plain.Choose(locs, enabled, truth)
			before := good.Remembered()
			for range 2 {
				if got := good.Choose(locs, enabled, truth); got != want {
					t.Fatalf("%s: %b instead of %b", what, got, want)
				}
				if len(enabled) > 1 && before > 0 && good.Remembered() == before {
					hits++
				}
				before = -1
				if got := small.Choose(locs, enabled, truth); got != want {
					t.Fatalf("%s: %b instead of %b, after forgetting", what, got, want)
				}
			}
			return want
		}, !set.Acyclic())
	}
	for seed := range 1500 {
		try("random", randprog.Programs.Example(seed))
	}
	c, err := scenarios.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range c.Scenarios {
		if s.CPUs > 2 {
			continue
		}
		p, err := c.Build(s, s.Kernels[0], scenarios.BuildOptions{})
		if err != nil {
			t.Fatal(err)
		}
		try(s.Name, p)
	}
	if hits == 0 {
		t.Error("nothing was ever remembered")
	}
	t.Logf("%d choices remembered", hits)
}
