package stubborn

import "math/bits"

// bitset is a set of guards or variables.
type bitset []uint64

func (s bitset) has(i int) bool { return s[i>>6]>>(i&63)&1 != 0 }
func (s bitset) add(i int)      { s[i>>6] |= 1 << (i & 63) }

// some tells whether s is not empty.
func (s bitset) some() bool {
	for _, w := range s {
		if w != 0 {
			return true
		}
	}
	return false
}

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

func (s bitset) each(f func(int)) {
	for i, w := range s {
		for ; w != 0; w &= w - 1 {
			f(i*64 + bits.TrailingZeros64(w))
		}
	}
}

// ways tells how a thread gets to a location.
type ways struct {
	mask []uint32 // per location of the thread, the places there of transitions that can be first
	must []bitset // and the guards that hold at some time on every way
}

// waysTo returns the ways to a location that use no location apart from still, where another thread stands all
// the while; still is -1 if none does.
func (b *builder) waysTo(target, still int) *ways {
	key := [2]int{target, still}
	if w := b.ways[key]; w != nil {
		return w
	}
	a := b.a
	t := a.owner[target]
	locs := len(a.p.Threads[t].Locs)
	first := a.first[t]
	w := &ways{mask: make([]uint32, locs), must: make([]bitset, locs)}
	b.ways[key] = w
	open := func(l int) bool { return still < 0 || !a.facts.apart[l][still] }
	if !open(target) {
		return w
	}
	// Backwards: what leads to the target.
	leads := make([]bool, locs)
	var used []int // transitions on the ways
	leads[target-first] = true
	for work := []int{target}; len(work) > 0; {
		l := work[len(work)-1]
		work = work[:len(work)-1]
		for _, id := range b.into[l] {
			from := a.ts[id].at
			if !open(from) || from == target || still >= 0 && b.barred(id, still, target) {
				continue
			}
			w.mask[from-first] |= b.place(id)
			used = append(used, id)
			if !leads[from-first] {
				leads[from-first] = true
				work = append(work, from)
			}
		}
	}
	// Guards on every way: the greatest fixpoint.
	for l := range locs {
		if w.mask[l] != 0 {
			w.must[l] = b.none()
			for i := range w.must[l] {
				w.must[l][i] = ^uint64(0)
			}
		}
	}
	step := b.none()
	for again := true; again; {
		again = false
		for _, id := range used {
			copy(step, b.guardsOf[id])
			if to := a.ts[id].To; first+to != target {
				step.or(w.must[to])
			}
			again = w.must[a.ts[id].From].and(step) || again
		}
	}
	return w
}
