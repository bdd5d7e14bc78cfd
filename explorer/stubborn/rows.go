package stubborn

// A row is what a set must contain besides the thing the row belongs to: for each thread whose steps matter, and each location
// of it, some places.
type row []rowThread

// rowThread is a thread's part of a row. Conditions that no location belongs to are places of a thread behind the last.
type rowThread struct {
	thread int
	at     []uint8 // per location of the thread; shared by rows
}

// row returns what a set must contain so that none of some transitions can happen, and none of some bads become
// true, before something in the set happens, as long as a thread stands at still.
func (b *builder) row(targets, bads []int, still int) (r row) {
	a := b.a
	for t := range b.targets {
		b.targets[t], b.badsAt[t] = b.targets[t][:0], b.badsAt[t][:0]
	}
	for _, id := range targets {
		t := a.ts[id].Thread
		b.targets[t] = append(b.targets[t], id)
	}
	free := uint8(0)
	for _, i := range bads {
		if x := &b.bads[i]; x.loc < 0 {
			free |= b.badPlace[i]
		} else {
			t := a.owner[x.loc]
			b.badsAt[t] = append(b.badsAt[t], i)
		}
	}
	for t := range b.targets {
		if len(b.targets[t])+len(b.badsAt[t]) == 0 {
			continue
		}
		if at := b.placesOf(t, b.targets[t], b.badsAt[t], still); at != nil {
			r = append(r, rowThread{t, at})
		}
	}
	if free != 0 {
		r = append(r, rowThread{len(b.targets), []uint8{free}})
	}
	return r
}

// placesOf returns the places of a thread, at each of its locations, of what can come first on a way to one of some transitions
// or bads of it, or nil if there are none.
func (b *builder) placesOf(t int, targets, bads []int, still int) []uint8 {
	a := b.a
	stays := still >= 0 && a.owner[still] == t
	var st *stand
	k := append(b.rowKey[:0], uint64(t))
	if stays {
		k, targets = append(k, ^uint64(still)), nil
	} else {
		st = b.stand(t, still)
		k = append(k, uint64(st.id))
	}
	k = append(k, uint64(len(targets)))
	for _, list := range [...][]int{targets, bads} {
		for _, i := range list {
			k = append(k, uint64(i))
		}
	}
	b.rowKey = k
	n, known := b.rows.find(k)
	if known {
		return b.rows.items[n]
	}
	first := a.first[t]
	at := make([]uint8, len(a.p.Threads[t].Locs))
	if stays {
		for _, i := range bads {
			if b.bads[i].loc == still {
				at[still-first] |= b.badPlace[i]
			}
		}
	} else {
		add := func(loc int, places uint8) {
			for l, m := range b.waysTo(loc, st) {
				at[l] |= m
			}
			at[loc-first] |= places
		}
		for _, id := range targets {
			add(a.ts[id].at, b.places[id])
		}
		for _, i := range bads {
			add(b.bads[i].loc, b.badPlace[i])
		}
	}
	for l := range at {
		if !a.facts.reached[first+l] || !stays && !st.open.Has(l) {
			at[l] = 0
		}
	}
	b.rows.items[n] = b.share(at)
	return b.rows.items[n]
}

// share stores the places of a thread's locations once, and returns nil if there are none.
func (b *builder) share(at []uint8) []uint8 {
	some := false
	k := append(b.key[:0], uint64(len(at)))
	for i, m := range at {
		some = some || m != 0
		if i%8 == 0 {
			k = append(k, 0)
		}
		k[len(k)-1] |= uint64(m) << (i % 8 * 8)
	}
	b.key = k
	if !some {
		return nil
	}
	n, known := b.shared.find(k)
	if !known {
		b.shared.items[n] = at
	}
	return b.shared.items[n]
}
