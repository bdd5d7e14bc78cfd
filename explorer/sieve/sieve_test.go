package sieve

import (
	"math/rand/v2"
	"testing"
	"unsafe"

	"hpmc/explorer/packed"
	"pgregory.net/rapid"
)

// TestShapes holds what the assembly knows of the structs.
func TestShapes(t *testing.T) {
	var g gate
	for _, x := range []struct {
		what      string
		got, want uintptr
	}{
		{"gate", unsafe.Sizeof(g), 128}, {"table", unsafe.Offsetof(g.table), 48}, {"kind", unsafe.Offsetof(g.kind), 56},
		{"fired", unsafe.Offsetof(g.fired), 57}, {"index", unsafe.Offsetof(g.index), 64},
		{"rot", unsafe.Offsetof(g.index.Rot), 32}, {"from", unsafe.Offsetof(g.index.From), 36},
		{"group", unsafe.Sizeof(group{}), 32}, {"spot", unsafe.Sizeof(spot{}), 16},
	} {
		if x.got != x.want {
			t.Errorf("%s: %d, not %d", x.what, x.got, x.want)
		}
	}
}

// TestEnabled compares the assembly with the Go code, on guards, tables and states that mean nothing.
func TestEnabled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.IntRange(1, 2).Draw(t, "words")
		rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		few := func() uint64 { return 3 << rnd.IntN(64) }
		c := &packed.Code{Layout: &packed.Layout{Words: words}, Derived0: rnd.Uint64()}
		n := rapid.IntRange(1, 200).Draw(t, "transitions")
		kind := make([]uint8, n)
		for i := range n {
			tr := packed.Trans{ID: i, Guard: packed.Test{Mask: make([]uint64, words+1), Want: make([]uint64, words+1)}}
			for w := range words + 1 {
				if rnd.IntN(2) == 0 {
					tr.Guard.Mask[w] = few()
					tr.Guard.Want[w] = tr.Guard.Mask[w] & rnd.Uint64()
				}
			}
			if rnd.IntN(2) == 0 {
				kind[i] |= Tested
				tr.Guard.Lut = &packed.Lut{Table: make([]uint64, 16)}
				for k := range tr.Guard.Lut.Table {
					tr.Guard.Lut.Table[k] = rnd.Uint64()
				}
				for range rnd.IntN(Picks + 1) {
					tr.Guard.Lut.Gathers = append(tr.Guard.Lut.Gathers,
						packed.Gather{Word: rnd.IntN(words + 1), Rot: rnd.IntN(64), Mask: rnd.Uint64() & 1023})
				}
			}
			if rnd.IntN(4) == 0 {
				kind[i] = Slow
			}
			c.Trans = append(c.Trans, tr)
		}
		for range rapid.IntRange(0, 5).Draw(t, "groups") {
			g := packed.Group{Word: rnd.IntN(words), Shift: rnd.IntN(60), Mask: 7, At: make([]packed.Spot, 8)}
			for i := range g.At {
				k := rnd.IntN(12)
				g.At[i] = packed.Spot{Derived: rnd.Uint64(), First: uint32(len(c.List)), N: uint32(k), Rest: rnd.IntN(4) > 0}
				for range k {
					c.List = append(c.List, uint32(rnd.IntN(n)))
				}
			}
			c.Groups = append(c.Groups, g)
		}
		a, b := New(c, kind), New(c, kind)
		skip := make([]uint64, n/64+1)
		for i := range skip {
			skip[i] = rnd.Uint64()
		}
		ids := make([]uint32, Room(c))
		other := make([]uint32, 1<<20)
		for range 20 {
			var x State
			x[0] = rnd.Uint64()
			if words == 2 {
				x[1] = rnd.Uint64()
			}
			y := x
			found, fired, rest := a.Enabled(&x, &skip[0], ids)
			h, f, r := enabledGo(b, &y, &skip[0], &other[0])
			if x != y || len(found) != h || fired != f || rest != (r != 0) {
				t.Fatalf("%v %v, %d %d, %d %d, %v %d", x, y, len(found), h, fired, f, rest, r)
			}
			for i, id := range found {
				if other[i] != id {
					t.Fatalf("%v, not %v", found, other[:h])
				}
			}
		}
		for i := range n {
			if a.Fired(i) != b.Fired(i) {
				t.Fatalf("t%d fired: %v", i, a.Fired(i))
			}
		}
	})
}
