package explorer

import (
	"math/bits"

	"hpmc/explorer/packed"
)

// What masks do not tell of a transition.
const (
	tested = 1 << iota // the guard has a table
	stored             // the effect has one, or a move
	slow               // there is more: everything is left to worker.more
)

// pick is part of the index of a table: a word rotated left by rot, & mask.
type pick struct {
	mask uint64
	rot  int
}

func (p *pick) of(w uint64) uint64 { return bits.RotateLeft64(w, p.rot) & p.mask }

// tables is what masks do not tell of a transition whose states are one or two words, if it can be told with little:
// a guard's table, and an effect's table or a move of bits, for one word. Indexes are picked from the words in from.
type tables struct {
	test, store       [5]pick
	testBits, entries []uint64
	word              int // that is stored to
	move              bool
}

// from is the words that tables pick from; the derived word comes last.
var from1, from2 = []int{0, 0, -1, -1, 1}, []int{0, 0, 1, 1, 2}

// tablesOf returns what kind of transition t is, and its tables.
func tablesOf(t *packed.Trans, from []int) (kind uint8, x tables) {
	if t.Plain() {
		return 0, x
	}
	if len(t.Guard.Code) > 0 || len(t.Watches) > 0 || len(t.Luts)+len(t.Effect) > 1 {
		return slow, x
	}
	if l := t.Guard.Lut; l != nil {
		if !spread(l.Gathers, from, &x.test) {
			return slow, x
		}
		kind, x.testBits = kind|tested, l.Table
	}
	for _, s := range t.Luts {
		if !spread(s.Lut.Gathers, from, &x.store) {
			return slow, x
		}
		kind, x.entries, x.word = kind|stored, s.Lut.Table, s.Word
	}
	for i := range t.Effect {
		g, to, ok := t.Effect[i].Move()
		if !ok || !spread([]packed.Gather{g}, from, &x.store) {
			return slow, x
		}
		kind, x.move, x.word = kind|stored, true, to
	}
	return kind, x
}

// spread gives the gathers of a table to picks; it fails if there are too many from one word.
func spread(gs []packed.Gather, from []int, picks *[5]pick) bool {
	taken := [5]bool{}
gathers:
	for _, g := range gs {
		for i, w := range from {
			if !taken[i] && w == g.Word {
				taken[i], picks[i] = true, pick{g.Mask, g.Rot}
				continue gathers
			}
		}
		return false
	}
	return true
}

// holds1 looks up the guard's table for a state of one word.
func (x *tables) holds1(s, d uint64) bool {
	p := &x.test
	i := p[0].of(s) | p[1].of(s) | p[4].of(d)
	return x.testBits[i>>6]>>(i&63)&1 != 0
}

// stores1 returns what the effect stores.
func (x *tables) stores1(s, d uint64) uint64 {
	p := &x.store
	i := p[0].of(s) | p[1].of(s) | p[4].of(d)
	if x.move {
		return i
	}
	return x.entries[i]
}

// holds2 looks up the guard's table for a state of two words.
func (x *tables) holds2(s0, s1, d uint64) bool {
	p := &x.test
	i := p[0].of(s0) | p[1].of(s0) | p[2].of(s1) | p[3].of(s1) | p[4].of(d)
	return x.testBits[i>>6]>>(i&63)&1 != 0
}

// stores2 returns what the effect stores in its word.
func (x *tables) stores2(s0, s1, d uint64) uint64 {
	p := &x.store
	i := p[0].of(s0) | p[1].of(s0) | p[2].of(s1) | p[3].of(s1) | p[4].of(d)
	if x.move {
		return i
	}
	return x.entries[i]
}
