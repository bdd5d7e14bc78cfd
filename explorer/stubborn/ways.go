package stubborn

import "hpmc/explorer/internal/bitset"

// stand is what a thread that stands still means to another one: the locations that this one can be at, and what
// bars its transitions. Where several locations mean the same they are one.
type stand struct {
	id   int
	open bitset.Set // per location of the thread
	bars []bar      // per transition of it, in the order of builder.local; nil: nothing is barred
	ways [][]uint8  // per location of the thread, what waysTo returns
}

// stand returns what still means to a thread that is not its own. Nobody stands still at -1.
func (b *builder) stand(thread, still int) *stand {
	at := &b.standing[thread][still+1]
	if *at != nil {
		return *at
	}
	a := b.a
	first, locs := a.first[thread], len(a.p.Threads[thread].Locs)
	st := &stand{open: bitset.New(locs)}
	if still >= 0 {
		st.bars = make([]bar, len(b.local[thread]))
	}
	for l := range locs {
		if still >= 0 && a.facts.apart[first+l].Has(still) {
			continue
		}
		st.open.Add(l)
		if still < 0 {
			continue
		}
		for _, id := range a.out(first + l) {
			if a.ts[id].feasible && b.guarded[id] {
				st.bars[b.nth[id]] = b.bar(id, still)
			}
		}
	}
	k := append(b.key[:0], uint64(thread))
	k = append(k, st.open...)
	for i, r := range st.bars {
		if i%32 == 0 {
			k = append(k, 0)
		}
		k[len(k)-1] |= uint64(r) << (2 * (i % 32))
	}
	b.key = k
	n, known := b.stands.find(k)
	if !known {
		st.id = n
		st.ways = make([][]uint8, locs)
		b.stands.items[n] = st
	}
	st = b.stands.items[n]
	*at = st
	return st
}

// waysTo returns the places, at each location of a thread, of the transitions that can be first on a way of it to a location while
// another thread stands still.
func (b *builder) waysTo(target int, st *stand) []uint8 {
	a := b.a
	t := a.owner[target]
	first := a.first[t]
	at := &st.ways[target-first]
	if *at != nil {
		return *at
	}
	locs := len(a.p.Threads[t].Locs)
	w := make([]uint8, locs)
	*at = w
	if !st.open.Has(target - first) {
		return w
	}
	leads := b.leads[:locs]
	clear(leads)
	leads[target-first] = true
	for work := []int{target}; len(work) > 0; {
		l := work[len(work)-1]
		work = work[:len(work)-1]
		for _, id := range b.into[l] {
			from := a.ts[id].at
			if !st.open.Has(from-first) || from == target {
				continue
			}
			if st.bars != nil {
				if r := st.bars[b.nth[id]]; r == never || r == deadEnd && l != target {
					continue
				}
			}
			w[from-first] |= b.places[id]
			if !leads[from-first] {
				leads[from-first] = true
				work = append(work, from)
			}
		}
	}
	return w
}
