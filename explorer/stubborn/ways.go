package stubborn

import "hpmc/explorer/internal/bitset"

// stand is what a thread that stands still means to another one: the locations that this one can be at, and what
// bars its transitions. Where several locations mean the same they are one.
type stand struct {
	id   int
	open bitset.Set // per location of the thread
	bars []bar      // per transition of it, in the order of builder.local; nil: nothing is barred
	ways []*ways
}

// ways tells how a thread gets to a location.
type ways struct {
	mask  []uint32 // per location of the thread, the places there of transitions that can be first
	must  []uint64 // and the guards that hold at some time on every way, by rank: a bitset.Set after the other
	words int      // of such a set
}

func (w *ways) guards(l int) bitset.Set { return w.must[l*w.words : (l+1)*w.words] }

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
		st.ways = make([]*ways, locs)
		b.stands.items[n] = st
	}
	st = b.stands.items[n]
	*at = st
	return st
}

// waysTo returns the ways of a thread to a location of it while another thread stands still.
func (b *builder) waysTo(target int, st *stand) *ways {
	a := b.a
	t := a.owner[target]
	first := a.first[t]
	at := &st.ways[target-first]
	if *at != nil {
		return *at
	}
	locs := len(a.p.Threads[t].Locs)
	w := &ways{mask: make([]uint32, locs), words: len(b.ranks)}
	*at = w
	if !st.open.Has(target - first) {
		return w
	}
	// Backwards: what leads to the target.
	leads := b.leads[:locs]
	clear(leads)
	used := b.used[:0] // transitions on the ways
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
			w.mask[from-first] |= b.place[id]
			used = append(used, id)
			if !leads[from-first] {
				leads[from-first] = true
				work = append(work, from)
			}
		}
	}
	b.used = used
	// Guards on every way: the greatest fixpoint.
	w.must = make([]uint64, locs*w.words)
	for l := range locs {
		if w.mask[l] != 0 {
			for i := range w.words {
				w.must[l*w.words+i] = ^uint64(0)
			}
		}
	}
	step := b.ranks
	for again := true; again; {
		again = false
		for _, id := range used {
			copy(step, b.guardsOf[id])
			if to := a.ts[id].To; first+to != target {
				step.Or(w.guards(to))
			}
			again = w.guards(a.ts[id].From).And(step) || again
		}
	}
	return w
}
