package stubborn_test

import (
	"testing"

	"hpmc/explorer/internal/randprog"
	"hpmc/explorer/packed"
	"hpmc/explorer/stubborn"
	"hpmc/model"
	"hpmc/scenarios"
)

// TestMemo wants a chooser that remembers what it chose to choose as one that does not.
func TestMemo(t *testing.T) {
	recalled, tried := 0, 0
	try := func(what string, p *model.Program) {
		set := stubborn.New(p, stubborn.Options{})
		layout := packed.NewLayout(p)
		plain, good := set.Chooser(nil), set.Chooser(layout)
		bit := set.Alone().Bit
		if tried++; tried%2 == 0 {
			good.Shrink(2)
		}
		search(p, func(p *model.Program, s model.State, enabled []int32) uint64 {
			locs := make([]uint16, len(p.Threads))
			for t := range locs {
				locs[t] = uint16(p.Loc(s, t))
			}
			want := plain.Choose(locs, enabled)
			st := &stubborn.Words{}
			if layout.Words > len(st) {
				return want
			}
			layout.Pack(st[:layout.Words], s)
			on, take := uint64(0), uint64(0)
			for _, id := range enabled {
				on |= bit[id]
			}
			if on == 0 {
				return want
			}
			if chosen, known := good.Recall(st, on); !known {
				take = good.Choose(locs, enabled)
			} else {
				recalled++
				for i, id := range enabled {
					if chosen&bit[id] != 0 {
						take |= 1 << i
					}
				}
			}
			if take != want {
				t.Fatalf("%s: %b instead of %b", what, take, want)
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
	if recalled < 1000 {
		t.Errorf("only %d choices recalled", recalled)
	}
	t.Logf("%d choices recalled", recalled)
}
