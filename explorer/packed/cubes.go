package packed

import (
	"math/bits"
	"slices"
)

// Cube is a transition in those states in which some bits have given values: there masks tell all of it. It is
// enabled where w & Mask == Want in every word, the derived one included, and leads to w & Keep | Or.
type Cube struct {
	Mask, Want []uint64
	Keep, Or   []uint64 // nil in the cubes of conditions
}

// maxCubeBits is the number of bits up to which what masks cannot tell is tried out.
const maxCubeBits = 12

// Cubes splits a transition into cubes, no two of which have a state in common: its tables are cut along the bits that
// they are indexed by, as a decision tree. ok is false if they would be more than most, or if tables do not tell all.
func (t *Trans) Cubes(most int) (cubes []Cube, ok bool) {
	gathers := t.Guard.gathers()
	for i := range t.Luts {
		gathers = append(gathers, t.Luts[i].Lut.Gathers...)
	}
	for i := range t.Effect {
		g, _, ok := t.Effect[i].Move()
		if !ok {
			return nil, false
		}
		gathers = append(gathers, g)
	}
	if len(t.Guard.Code) > 0 {
		return nil, false
	}
	words := len(t.Keep)
	tree := newTree(words, gathers)
	if tree == nil {
		return nil, false
	}
	var stored [][]uint64
	next := make([]uint64, words)
	ok = tree.try(func(w []uint64) int {
		if t.Guard.Lut != nil && !t.Guard.Lut.holds(w) {
			return 0
		}
		clear(next)
		t.Finish(w, next, nil)
		i := slices.IndexFunc(stored, func(s []uint64) bool { return slices.Equal(s, next) })
		if i < 0 {
			stored = append(stored, slices.Clone(next))
			i = len(stored) - 1
		}
		return i + 1
	}, min(most, 62))
	if !ok {
		return nil, false
	}
	ok = tree.leaves(func(mask, want []uint64, out int) bool {
		c := Cube{mask, want, slices.Clone(t.Keep), slices.Clone(t.Or)}
		if !c.demand(t.Guard.Mask, t.Guard.Want) {
			return true
		}
		for i, x := range stored[out-1] {
			c.Or[i] |= x
		}
		cubes = append(cubes, c)
		return len(cubes) <= most
	})
	return cubes, ok
}

// Alarms returns cubes, at most so many, that cover the states in which a transition is enabled and a watch of it
// holds. ok is false if they would be more, or if tables do not tell all.
func (t *Trans) Alarms(x *Watch, most int) (cubes []Cube, ok bool) {
	guard, ok := t.Guard.Cubes(most)
	if !ok {
		return nil, false
	}
	for _, a := range x.Any {
		when, ok := a.Cubes(most)
		if !ok {
			return nil, false
		}
		for _, g := range guard {
			for _, w := range when {
				c := Cube{Mask: slices.Clone(g.Mask), Want: slices.Clone(g.Want)}
				if c.demand(w.Mask, w.Want) {
					cubes = append(cubes, c)
				}
			}
		}
	}
	return cubes, len(cubes) <= most
}

// Cubes splits a condition into cubes, no two of which have a state in common; ok is as of those of a transition.
func (t *Test) Cubes(most int) (cubes []Cube, ok bool) {
	if len(t.Code) > 0 {
		return nil, false
	}
	tree := newTree(len(t.Mask)-1, t.gathers())
	if tree == nil {
		return nil, false
	}
	tree.try(func(w []uint64) int {
		if t.Lut != nil && !t.Lut.holds(w) {
			return 0
		}
		return 1
	}, 1)
	ok = tree.leaves(func(mask, want []uint64, _ int) bool {
		if c := (Cube{Mask: mask, Want: want}); c.demand(t.Mask, t.Want) {
			cubes = append(cubes, c)
		}
		return len(cubes) <= most
	})
	return cubes, ok
}

func (t *Test) gathers() []Gather {
	if t.Lut == nil {
		return nil
	}
	return slices.Clone(t.Lut.Gathers)
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

// tree is the outcomes for all values of some bits of the state.
type tree struct {
	words int
	in    []input
	out   []int // by value, below 64; 0 leads nowhere
}

// newTree returns a tree over the bits that are gathered, or nil if they are too many.
func newTree(words int, gathers []Gather) *tree {
	t := &tree{words: words}
	for _, g := range gathers {
		for m := g.Mask; m != 0; m &= m - 1 {
			b := input{g.Word, (bits.TrailingZeros64(m) - g.Rot) & 63}
			if !slices.Contains(t.in, b) {
				t.in = append(t.in, b)
			}
		}
	}
	if len(t.in) > maxCubeBits {
		return nil
	}
	return t
}

// try fills in the outcomes, and fails when one of them is more than most.
func (t *tree) try(f func(w []uint64) int, most int) bool {
	t.out = make([]int, 1<<len(t.in))
	w := make([]uint64, t.words+1)
	for v := range t.out {
		clear(w)
		for i, b := range t.in {
			w[b.word] |= uint64(v>>i&1) << b.bit
		}
		if t.out[v] = f(w); t.out[v] > most {
			return false
		}
	}
	return true
}

// leaves calls f for the leaves of a decision tree with outcomes other than 0, until it returns false. Bits are chosen
// greedily: the one that leaves the fewest outcomes on both sides.
func (t *tree) leaves(f func(mask, want []uint64, out int) bool) bool { return t.leavesOf(0, 0, f) }

func (t *tree) leavesOf(fixed, value int, f func(mask, want []uint64, out int) bool) bool {
	if n, out := t.outcomes(fixed, value); n == 1 {
		if out == 0 {
			return true
		}
		mask, want := make([]uint64, t.words+1), make([]uint64, t.words+1)
		for i, b := range t.in {
			mask[b.word] |= uint64(fixed>>i&1) << b.bit
			want[b.word] |= uint64(value>>i&1) << b.bit
		}
		return f(mask, want, out)
	}
	best, least := 0, 1<<30
	for i := range t.in {
		if fixed>>i&1 != 0 {
			continue
		}
		n := 0
		for side := range 2 {
			if k, _ := t.outcomes(fixed|1<<i, value|side<<i); k > 1 {
				n += 2 * k
			} else {
				n++
			}
		}
		if n < least {
			best, least = i, n
		}
	}
	return t.leavesOf(fixed|1<<best, value, f) && t.leavesOf(fixed|1<<best, value|1<<best, f)
}

// outcomes counts the outcomes where some bits have given values, and returns one of them.
func (t *tree) outcomes(fixed, value int) (n, some int) {
	seen := uint64(0)
	free := (len(t.out) - 1) &^ fixed
	for sub := free; ; sub = (sub - 1) & free {
		some = t.out[value|sub]
		seen |= 1 << some
		if sub == 0 {
			return bits.OnesCount64(seen), some
		}
	}
}
