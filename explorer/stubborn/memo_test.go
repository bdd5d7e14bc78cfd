package stubborn_test

import (
	"testing"

	"hpmc/explorer/internal/randprog"
	"hpmc/explorer/packed"
	"hpmc/explorer/stubborn"
	"hpmc/model"
	"hpmc/scenarios"
)

// plenty is a Grower that has room.
func plenty(w []uint64, n int) []uint64 {
	if w == nil {
		w = make([]uint64, n, max(n, 1<<18))
	}
	if n > cap(w) {
		return nil
	}
	return w[:n]
}

// TestMemo wants choosers that share a memory, one that has to forget, and one that gets little memory, to choose as one that
// remembers nothing.
func TestMemo(t *testing.T) {
	recalled, splits := 0, 0
	try := func(what string, seed int, p *model.Program) {
		set := stubborn.New(p, stubborn.Options{})
		guards := set.Guards()
		layout := packed.NewLayout(p)
		code, err := packed.New(layout)
		if err != nil {
			t.Fatal(err)
		}
		view := set.View(code)
		left := seed % 5
		some := func(w []uint64, n int) []uint64 {
			if left--; left < 0 {
				return nil
			}
			return plenty(w, n)
		}
		all, few := set.Memory(view, 2, plenty), set.Memory(view, 1, plenty)
		plain, good, other, small, poor := set.Chooser(nil), set.Chooser(all), set.Chooser(all), set.Chooser(few), set.Chooser(set.Memory(view, 1, some))
		choosers := []*stubborn.Chooser{good, small, poor, good, other, small, poor}
		if all != nil {
			all.OneRoot()
			few.Room(40)
		}
		search(p, func(p *model.Program, s model.State, o *outcome, enabled []int32) uint64 {
			locs := make([]uint16, len(p.Threads))
			for t := range locs {
				locs[t] = uint16(p.Loc(s, t))
			}
			for i, d := range o.decided {
				for _, c := range append(choosers, plain) {
					if d {
						c.Decided(i)
					}
				}
			}
			st := pack(code, s)
			truth := func(g int) bool { return p.Eval(s, guards[g]) != 0 }
			want := plain.Choose(nil, locs, enabled, truth)
			for _, c := range choosers {
				got, ok := uint64(0), false
				if st != nil {
					got, ok = c.Recall(st, enabled)
				}
				if ok {
					recalled++
				} else {
					got = c.Choose(st, locs, enabled, truth)
				}
				if got != want {
					t.Fatalf("%s: %b instead of %b, recalled: %v", what, got, want, ok)
				}
			}
			if few != nil {
				if few.Remembered() > 40 {
					t.Fatalf("%s: %d choices remembered", what, few.Remembered())
				}
				few.Tidy()
			}
			return want
		}, !set.Acyclic())
		if all != nil {
			splits += all.Splits()
		}
	}
	for seed := range 1500 {
		try("random", seed, randprog.Programs.Example(seed))
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
		try(s.Name, 3, p)
	}
	if recalled == 0 || splits == 0 {
		t.Errorf("%d choices recalled, %d chains split", recalled, splits)
	}
	t.Logf("%d choices recalled, %d chains split", recalled, splits)
}

// pack returns a packed state with its derived word, or nil if that has too many words.
func pack(c *packed.Code, s model.State) *stubborn.Words {
	n := c.Layout.Words
	if n >= stubborn.MaxWords {
		return nil
	}
	w := &stubborn.Words{}
	c.Layout.Pack(w[:n], s)
	w[n] = c.Derived0
	for i := range c.Groups {
		w[n] += c.Groups[i].Spot(w[:n]).Derived
	}
	return w
}
