package packed

import (
	"math/bits"
	"slices"
)

// Cube is the states in which some bits have given values: w & Mask == Want in every word, the derived one included.
type Cube struct{ Mask, Want []uint64 }

// maxCubeBits is the number of bits up to which what masks cannot tell is tried out.
const maxCubeBits = 12

// Cubes splits a condition into cubes, no two of which have a state in common: its table is cut along the bits that it is
// indexed by, as a decision tree. ok is false if they would be more than most, or if a table does not tell all.
func (t *Test) Cubes(most int) (cubes []Cube, ok bool) {
	if len(t.Code) > 0 {
		return nil, false
	}
	tree := newTree(t)
	if tree == nil {
		return nil, false
	}
	ok = tree.leaves(0, 0, func(c Cube) bool {
		if c.demand(t.Mask, t.Want) {
			cubes = append(cubes, c)
		}
		return len(cubes) <= most
	})
	return cubes, ok
}

// demand adds masks to a cube, and fails if they contradict it.
func (c *Cube) demand(mask, want []uint64) bool {
	for i, m := range mask {
		if (c.Want[i]^want[i])&c.Mask[i]&m != 0 {
			return false
		}
		c.Mask[i] |= m
		c.Want[i] |= want[i]
	}
	return true
}

// tree is the truth of a table for all values of the bits that it is indexed by.
type tree struct {
	words int
	in    []input
	holds []bool // by value
}

// newTree returns the tree of a condition without code, or nil if it is indexed by too many bits.
func newTree(c *Test) *tree {
	t := &tree{words: len(c.Mask)}
	if c.Lut != nil {
		for _, g := range c.Lut.Gathers {
			for m := g.Mask; m != 0; m &= m - 1 {
				b := input{g.Word, (bits.TrailingZeros64(m) - g.Rot) & 63}
				if !slices.Contains(t.in, b) {
					t.in = append(t.in, b)
				}
			}
		}
	}
	if len(t.in) > maxCubeBits {
		return nil
	}
	t.holds = make([]bool, 1<<len(t.in))
	w := make([]uint64, t.words)
	for v := range t.holds {
		clear(w)
		for i, b := range t.in {
			w[b.word] |= uint64(v>>i&1) << b.bit
		}
		t.holds[v] = c.Lut == nil || c.Lut.holds(w)
	}
	return t
}

// leaves calls f for the leaves of a decision tree at which the condition holds, until it returns false. Bits are chosen
// greedily: the one that decides it on most sides.
func (t *tree) leaves(fixed, value int, f func(Cube) bool) bool {
	if some, all := t.truth(fixed, value); !some {
		return true
	} else if all {
		c := Cube{make([]uint64, t.words), make([]uint64, t.words)}
		for i, b := range t.in {
			c.Mask[b.word] |= uint64(fixed>>i&1) << b.bit
			c.Want[b.word] |= uint64(value>>i&1) << b.bit
		}
		return f(c)
	}
	best, most := 0, -1
	for i := range t.in {
		if fixed>>i&1 != 0 {
			continue
		}
		n := 0
		for side := range 2 {
			if some, all := t.truth(fixed|1<<i, value|side<<i); some == all {
				n++
			}
		}
		if n > most {
			best, most = i, n
		}
	}
	return t.leaves(fixed|1<<best, value, f) && t.leaves(fixed|1<<best, value|1<<best, f)
}

// truth tells whether the condition holds for some and for all values of the other bits, where some have given ones.
func (t *tree) truth(fixed, value int) (some, all bool) {
	all = true
	free := (len(t.holds) - 1) &^ fixed
	for sub := free; ; sub = (sub - 1) & free {
		some, all = some || t.holds[value|sub], all && t.holds[value|sub]
		if sub == 0 {
			return some, all
		}
	}
}
