package stubborn

import (
	"math/bits"

	"hpmc/model"
)

// footprint is a model.Footprint as a set of bits, those of one variable after those of another, none of them in two words.
type footprint []uint64

// spots says where the bits of variables lie in a footprint.
type spots struct {
	of    []spot        // per variable; those of locations have no bits
	owner []model.VarID // per bit
	words int
}

type spot struct {
	word  int
	shift uint8
	mask  uint64 // of the variable's bits, unshifted
}

func newSpots(vars []model.Var) (s spots) {
	s.of = make([]spot, len(vars))
	n := 0
	for v := range vars {
		b := vars[v].Bits
		if vars[v].Kind == model.PC {
			continue
		}
		if n&63+b > 64 {
			n = (n | 63) + 1
		}
		s.of[v] = spot{n >> 6, uint8(n & 63), 1<<b - 1}
		for len(s.owner) < n {
			s.owner = append(s.owner, -1)
		}
		for range b {
			s.owner = append(s.owner, model.VarID(v))
		}
		n += b
	}
	s.words = (n + 63) >> 6
	return s
}

func (s *spots) footprint(m model.Footprint) footprint {
	f := make(footprint, s.words)
	for v, b := range m {
		if x := &s.of[v]; x.mask != 0 {
			f[x.word] |= b & x.mask << x.shift
		}
	}
	return f
}

// each calls g with the variables that have bits in f, ascending, and these.
func (s *spots) each(f footprint, g func(v model.VarID, mask uint64)) {
	for w, x := range f {
		for x != 0 {
			v := s.owner[64*w+bits.TrailingZeros64(x)]
			p := &s.of[v]
			g(v, x>>p.shift&p.mask)
			x &^= p.mask << p.shift
		}
	}
}

func (f footprint) overlaps(g footprint) bool {
	for w, x := range f {
		if x&g[w] != 0 {
			return true
		}
	}
	return false
}

func (f footprint) covers(g footprint) bool {
	for w, x := range f {
		if g[w]&^x != 0 {
			return false
		}
	}
	return true
}

func (f footprint) join(g footprint) {
	for w, x := range g {
		f[w] |= x
	}
}
