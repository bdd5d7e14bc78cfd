package stubborn_test

import (
	"math/rand/v2"
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
			st := make([]uint64, layout.Words)
			layout.Pack(st, s)
			on := uint64(0)
			for _, id := range enabled {
				on |= bit[id]
			}
			if on == 0 {
				return want
			}
			take, known := good.Recall(st[0], on)
			if known {
				recalled++
			} else {
				take = good.Choose(locs, enabled)
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

// TestMemoKeys asks for choices that differ in a single bit of where the threads stand or of what is enabled, and fall on few slots.
func TestMemoKeys(t *testing.T) {
	for _, n := range []struct{ where, enabled int }{{1, 63}, {29, 30}, {60, 52}, {63, 49}} {
		rnd := rand.New(rand.NewPCG(uint64(n.where), 1))
		c := stubborn.NewMemory(n.where)
		word, enabled := rnd.Uint64(), rnd.Uint64()>>(64-n.enabled)
		recalled := 0
		for range 100_000 {
			w, on := word, enabled
			if i := rnd.IntN(n.where + n.enabled + 1); i < n.where {
				w ^= 1 << i
			} else if i < n.where+n.enabled {
				on ^= 1 << (i - n.where)
			}
			want := (w<<(64-n.where)*3 ^ on*0x9e3779b97f4a7c15) >> 48
			take, known := c.Recall(w^rnd.Uint64()<<n.where, on)
			if !known {
				c.Keep(want, 16-rnd.IntN(2))
				continue
			}
			if recalled++; take != want {
				t.Fatalf("%d and %d bits: %b instead of %b", n.where, n.enabled, take, want)
			}
		}
		if recalled < 1000 {
			t.Errorf("%d and %d bits: only %d choices recalled", n.where, n.enabled, recalled)
		}
		c.Recall(0, 1<<n.enabled-1)
		c.Keep(1, 17)
		if _, known := c.Recall(0, 1<<n.enabled-1); known {
			t.Error("a choice among more than there is room for is recalled")
		}
	}
}
