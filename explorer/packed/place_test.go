package packed

import (
	"testing"

	"pgregory.net/rapid"

	"hpmc/model"
)

// TestPlace packs program counters and variables of any size: no bit is used twice, and of several words the last one
// has bits free at the top.
func TestPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &model.Program{}
		for i, n := range rapid.SliceOfN(rapid.IntRange(1, 16), 1, 12).Draw(t, "counters") {
			p.Vars = append(p.Vars, model.Var{Kind: model.PC, Bits: n})
			p.Threads = append(p.Threads, model.Thread{PC: model.VarID(i)})
		}
		var spread []Run
		for _, n := range rapid.SliceOfN(rapid.IntRange(1, 32), 0, 12).Draw(t, "variables") {
			spread = append(spread, Run{N: n, Word: len(p.Vars)})
			p.Vars = append(p.Vars, model.Var{Bits: n})
		}
		l := &Layout{Program: p, Places: make([]Place, len(p.Vars)), pcs: make([]Run, len(p.Threads))}
		l.place(spread)
		used, bits := make([]uint64, l.Words), 0
		for i := range l.Places {
			stored := 0
			for _, r := range l.Places[i].Stored {
				m := (uint64(1)<<r.N - 1) << r.Shift
				if r.Shift < 0 || r.Shift+r.N > 64 || used[r.Word]&m != 0 {
					t.Fatalf("variable %d: %d bits at %d of word %d, where %x is used", i, r.N, r.Shift, r.Word, used[r.Word])
				}
				used[r.Word] |= m
				stored += r.N
			}
			if stored != p.Vars[i].Bits {
				t.Fatalf("variable %d: %d bits of %d are stored", i, stored, p.Vars[i].Bits)
			}
			bits += stored
		}
		if l.Words > 1 && used[l.Words-1]>>(64-marks) != 0 {
			t.Fatalf("%x is used of the last word", used[l.Words-1])
		}
		if l.Bits != bits {
			t.Fatalf("%d bits, not %d", l.Bits, bits)
		}
	})
}
