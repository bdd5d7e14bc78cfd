package stubborn

import "math/bits"

// bitset is a set of guards, locations or transitions.
type bitset []uint64

func newBitset(size int) bitset { return make(bitset, (size+63)/64) }

// bitsets returns n sets of up to size elements.
func bitsets(n, size int) []bitset {
	words := (size + 63) / 64
	all := make([]uint64, n*words)
	sets := make([]bitset, n)
	for i := range sets {
		sets[i] = all[i*words : (i+1)*words : (i+1)*words]
	}
	return sets
}

func (s bitset) has(i int) bool { return s[i>>6]>>(i&63)&1 != 0 }
func (s bitset) add(i int)      { s[i>>6] |= 1 << (i & 63) }

// and intersects and tells whether that changed s.
func (s bitset) and(t bitset) (changed bool) {
	for i, w := range t {
		changed = changed || s[i]&^w != 0
		s[i] &= w
	}
	return changed
}

func (s bitset) or(t bitset) {
	for i, w := range t {
		s[i] |= w
	}
}

// within tells whether t has all elements of s.
func (s bitset) within(t bitset) bool {
	for i, w := range s {
		if w&^t[i] != 0 {
			return false
		}
	}
	return true
}

func (s bitset) each(f func(int)) {
	for i, w := range s {
		for ; w != 0; w &= w - 1 {
			f(i*64 + bits.TrailingZeros64(w))
		}
	}
}
