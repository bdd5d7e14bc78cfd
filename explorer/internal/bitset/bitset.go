// Package bitset has sets of small numbers, kept as bits.
package bitset

import "math/bits"

// Set is a set of numbers below the size that it was made for. Sets that are put together have the same size.
type Set []uint64

// New returns an empty set of numbers below size.
func New(size int) Set { return make(Set, (size+63)/64) }

// Many returns n empty sets, side by side in memory.
func Many(n, size int) []Set {
	words := (size + 63) / 64
	all := make([]uint64, n*words)
	sets := make([]Set, n)
	for i := range sets {
		sets[i] = all[i*words : (i+1)*words : (i+1)*words]
	}
	return sets
}

// Has tells whether i is in the set.
func (s Set) Has(i int) bool { return s[i>>6]>>(i&63)&1 != 0 }

// Add puts i into the set.
func (s Set) Add(i int) { s[i>>6] |= 1 << (i & 63) }

// And takes out what is not in t, and tells whether there was any.
func (s Set) And(t Set) (changed bool) {
	for i, w := range t {
		changed = changed || s[i]&^w != 0
		s[i] &= w
	}
	return changed
}

// Or adds what is in t.
func (s Set) Or(t Set) {
	for i, w := range t {
		s[i] |= w
	}
}

// Within tells whether all of the set is in t.
func (s Set) Within(t Set) bool {
	for i, w := range s {
		if w&^t[i] != 0 {
			return false
		}
	}
	return true
}

// Count returns how many numbers are in the set.
func (s Set) Count() (n int) {
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

// Each calls f for the numbers in the set, ascending.
func (s Set) Each(f func(i int)) {
	for i, w := range s {
		for ; w != 0; w &= w - 1 {
			f(i<<6 + bits.TrailingZeros64(w))
		}
	}
}
