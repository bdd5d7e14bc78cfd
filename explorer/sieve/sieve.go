// Package sieve finds the enabled transitions of states of one or two words. It decides by numbers rather than by
// branches, since which transitions are enabled is hard to guess, and on amd64 it is written in assembly: of all that
// a search does to a state this takes the longest.
package sieve

import (
	"math/bits"
	"unsafe"

	"hpmc/explorer/packed"
)

// What masks do not tell of a transition.
const (
	Tested = 1 << iota // the guard has a table
	Stored             // the effect has a table, or moves bits; the sieve does not care
	Slow               // there is more: masks only tell that it may be enabled

	slowBit = 2
)

// Picks is how many parts the index of a table has at most.
const Picks = 4

// gate is the guard of a transition. The assembly knows its shape.
type gate struct {
	mask0, want0, mask1, want1 uint64
	dmask, dwant               uint64  // for the derived word
	table                      *uint64 // of bits
	kind, fired                uint8
	_                          [6]uint8
	index                      Index
	_                          [24]uint8
}

// Index picks the index of a table from a state: part i is byte offset From[i] of the state's words and the derived
// one rotated left by Rot[i], under Mask[i].
type Index struct {
	Mask      [Picks]uint64
	Rot, From [Picks]uint8
}

// NewIndex makes an index of gathers from the first words of a state, or from the derived word, number words; ok is
// false if they are too many.
func NewIndex(gs []packed.Gather, words int) (x Index, ok bool) {
	if len(gs) > Picks {
		return x, false
	}
	for i, g := range gs {
		from := g.Word
		if from == words {
			from = 2
		}
		x.Mask[i], x.Rot[i], x.From[i] = g.Mask, uint8(g.Rot), uint8(from*8)
	}
	return x, true
}

// Of returns the index that a state makes.
func (x *Index) Of(st *State) uint64 {
	i := uint64(0)
	for k := range Picks {
		i |= bits.RotateLeft64(st[x.From[k]/8&3], int(x.Rot[k])) & x.Mask[k]
	}
	return i
}

// State is a state's words, the second one 0 if there is only one, and the derived word.
type State [4]uint64

// group is packed.Group with what is needed of it side by side. The assembly knows its shape, and that of spot.
type group struct {
	at    *spot
	shift uint64
	from  uint64 // byte offset in State
	mask  uint64
}

type spot struct {
	derived uint64
	first   uint32
	n       uint16
	rest    uint16 // 1: all threads may stay
}

// stride is the number of transitions that are copied at a time.
const stride = 4

// Sieve is a program's guards. It is for one goroutine.
type Sieve struct {
	groups   *group
	count    int
	list     *uint32
	gates    *gate
	derived0 uint64

	keep  []gate
	alive [][]spot
	lists []uint32
	gs    []group
}

// New makes a sieve of a program of one or two words. kind says what masks do not tell of each transition; where it
// has Tested, the index of its guard's table comes from NewIndex.
func New(c *packed.Code, kind []uint8) *Sieve {
	s := &Sieve{keep: make([]gate, len(c.Trans)+1), derived0: c.Derived0, count: len(c.Groups),
		lists: append(append([]uint32{}, c.List...), make([]uint32, stride)...), gs: make([]group, len(c.Groups)+1)}
	words := c.Layout.Words
	for i := range c.Trans {
		t, g := &c.Trans[i], &s.keep[i]
		g.mask0, g.want0, g.kind = t.Guard.Mask[0], t.Guard.Want[0], kind[i]
		if words == 2 {
			g.mask1, g.want1 = t.Guard.Mask[1], t.Guard.Want[1]
		}
		g.dmask, g.dwant = t.Guard.Mask[words], t.Guard.Want[words]
		if kind[i]&Tested != 0 {
			g.table = &t.Guard.Lut.Table[0]
			g.index, _ = NewIndex(t.Guard.Lut.Gathers, words)
		}
	}
	for i := range c.Groups {
		g := &c.Groups[i]
		at := make([]spot, len(g.At))
		for k, sp := range g.At {
			at[k] = spot{sp.Derived, sp.First, uint16(sp.N), 0}
			if sp.Rest {
				at[k].rest = 1
			}
		}
		s.alive = append(s.alive, at)
		s.gs[i] = group{&at[0], uint64(g.Shift), uint64(g.Word) * 8, g.Mask}
	}
	s.groups, s.list, s.gates = &s.gs[0], &s.lists[0], &s.keep[0]
	return s
}

// Room returns how many transitions Enabled needs room for.
func Room(c *packed.Code) int {
	most := 0
	for i := range c.Groups {
		n := 0
		for _, sp := range c.Groups[i].At {
			n = max(n, int(sp.N))
		}
		most += n
	}
	return most + stride
}

// Enabled fills in the derived word of st and puts to the front of ids the transitions that are enabled in it and not
// skipped, then counts those and the skipped. A transition that is Slow is put there if masks allow it, skipped or
// not, and is not counted. skip is a row of bits, by transition. rest tells whether all threads may stay.
func (s *Sieve) Enabled(st *State, skip *uint64, ids []uint32) (found []uint32, fired int, rest bool) {
	hits, fired, r := enabled(s, st, skip, &ids[0])
	return ids[:hits], fired, r != 0
}

// Fired tells whether a transition was counted since the sieve was made.
func (s *Sieve) Fired(id int) bool { return s.keep[id].fired != 0 }

// enabledGo is Enabled without assembly.
func enabledGo(s *Sieve, st *State, skip *uint64, to *uint32) (hits, fired, rest int) {
	d, m, r := s.derived0, 0, uint16(1)
	ids := unsafe.Slice(to, 1<<20)
	for i := range s.count {
		g := &s.gs[i]
		k := st[g.from/8] >> g.shift & g.mask
		sp := &s.alive[i][k]
		d += sp.derived
		r &= sp.rest
		m += copy(ids[m:], s.lists[sp.first:sp.first+uint32(sp.n)])
	}
	st[2] = d
	for _, id := range ids[:m] {
		g := &s.keep[id]
		on := 0
		if (st[0]&g.mask0^g.want0)|(st[1]&g.mask1^g.want1)|(d&g.dmask^g.dwant) == 0 {
			on = 1
		}
		if g.kind&Tested != 0 {
			i := g.index.Of(st)
			on &= int(*(*uint64)(unsafe.Add(unsafe.Pointer(g.table), i>>6<<3)) >> (i & 63))
		}
		ids[hits] = id
		quick := on &^ int(g.kind>>slowBit)
		g.fired |= uint8(quick)
		fired += quick
		out := int(*(*uint64)(unsafe.Add(unsafe.Pointer(skip), id>>6<<3)) >> (id & 63))
		hits += on &^ (out & quick)
	}
	return hits, fired, int(r)
}
