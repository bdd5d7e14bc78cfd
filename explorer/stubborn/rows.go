package stubborn

import (
	"math/bits"

	"hpmc/explorer/internal/bitset"
)

// need is a group under construction.
type need struct {
	mask  uint32
	only  bool
	prop  int32
	gates int // number of its gateset
}

// gateset is a set of gates of guards, with no thread standing still.
type gateset struct {
	ranks bitset.Set
	gates []gate
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
	free := b.list[:0]
	for _, i := range bads {
		if x := &b.bads[i]; x.loc < 0 {
			free = b.addNeed(free, need{only: true, prop: int32(x.prop), gates: b.gates(nil, x.guards, len(x.guards))})
		} else {
			t := a.owner[x.loc]
			b.badsAt[t] = append(b.badsAt[t], i)
		}
	}
	r.free, b.list = b.tail(free), free
	for t := range b.targets {
		if len(b.targets[t])+len(b.badsAt[t]) == 0 {
			continue
		}
		if at := b.spansOf(t, b.targets[t], b.badsAt[t], still); at != nil {
			r.threads = append(r.threads, rowThread{thread: int32(t), at: at})
		}
	}
	return r
}

// spansOf returns what transitions and bads of a thread ask for at each of its locations, or nil if that is nothing.
func (b *builder) spansOf(t int, targets, bads []int, still int) []span {
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
	at := make([]span, len(a.p.Threads[t].Locs))
	if stays {
		if l := still - a.first[t]; a.facts.reached[still] {
			at[l] = b.tail(b.needs(still, targets, bads, nil))
		}
	} else {
		st.open.Each(func(l int) {
			if a.facts.reached[a.first[t]+l] {
				at[l] = b.tail(b.needs(a.first[t]+l, targets, bads, st))
			}
		})
	}
	b.rows.items[n] = b.share(at)
	return b.rows.items[n]
}

// needs returns what transitions and bads of a thread ask for when it stands at a location, from where it moves while
// another one stands still, or, if st is nil, does not.
func (b *builder) needs(at int, targets, bads []int, st *stand) (list []need) {
	a := b.a
	l := at - a.first[a.owner[at]]
	list = b.list[:0]
	for _, id := range targets {
		t := &a.ts[id]
		if t.at == at {
			list = b.addNeed(list, need{mask: b.place[id], prop: -1})
		} else if w := b.waysTo(t.at, st); w.mask[l] != 0 {
			list = b.addNeed(list, need{mask: w.mask[l], prop: -1, gates: b.gates(w.guards(l), t.guards, maxGates)})
		}
	}
	for _, i := range bads {
		x := &b.bads[i]
		if x.loc == at {
			list = b.addNeed(list, need{only: true, prop: int32(x.prop), gates: b.gates(nil, x.guards, len(x.guards))})
		} else if st != nil {
			if w := b.waysTo(x.loc, st); w.mask[l] != 0 {
				list = b.addNeed(list, need{mask: w.mask[l], prop: int32(x.prop), gates: b.gates(w.guards(l), x.guards, maxGates)})
			}
		}
	}
	b.list = list
	return list
}

// gates returns the number of the set of at most limit gates for guards that hold on the way, or at its end: those that
// fewest transitions can make true.
func (b *builder) gates(way bitset.Set, end []int, limit int) int {
	all := b.ranks
	clear(all)
	copy(all, way)
	for _, g := range end {
		all.Add(b.rank[g])
	}
	for i, w := range all {
		n := bits.OnesCount64(w)
		for ; n > limit; n-- {
			w &^= 1 << (63 - bits.LeadingZeros64(w))
		}
		limit -= n
		all[i] = w
	}
	n, known := b.gatesets.find(all)
	if !known {
		s := gateset{ranks: append(bitset.Set(nil), all...)}
		s.ranks.Each(func(r int) { s.gates = append(s.gates, gate{int32(b.ranked[r]), b.nes(b.ranked[r], -1)}) })
		b.gatesets.items[n] = s
	}
	return n
}

// addNeed adds a need unless one in the list implies it, and drops those that it implies.
func (b *builder) addNeed(list []need, n need) []need {
	implies := func(x, y *need) bool { // x satisfied makes y so
		if x.prop >= 0 && x.prop != y.prop || x.only != y.only || x.mask&y.mask != y.mask {
			return false
		}
		return x.gates == y.gates || b.gatesets.items[x.gates].ranks.Within(b.gatesets.items[y.gates].ranks)
	}
	for i := range list {
		if implies(&list[i], &n) {
			return list
		}
	}
	kept := list[:0]
	for i := range list {
		if !implies(&n, &list[i]) {
			kept = append(kept, list[i])
		}
	}
	return append(kept, n)
}

// tail stores groups, once.
func (b *builder) tail(list []need) span {
	if len(list) == 0 {
		return span{}
	}
	k := b.key[:0]
	for i := range list {
		n := &list[i]
		only := uint64(0)
		if n.only {
			only = 1
		}
		k = append(k, uint64(n.mask)<<32|uint64(uint32(n.prop)), uint64(n.gates)<<1|only)
	}
	b.key = k
	n, known := b.tails.find(k)
	if !known {
		var sp span
		sp.start = uint32(len(b.s.tails))
		for _, n := range list {
			b.s.tails = append(b.s.tails, group{mask: n.mask, only: n.only, prop: n.prop, gates: b.gatesets.items[n.gates].gates})
		}
		sp.end = uint32(len(b.s.tails))
		b.tails.items[n] = sp
	}
	return b.tails.items[n]
}

// share stores the spans of a thread's locations once, and returns nil if there is nothing in them.
func (b *builder) share(at []span) []span {
	some := false
	k := b.key[:0]
	for _, sp := range at {
		some = some || sp.end > sp.start
		k = append(k, uint64(sp.start)<<32|uint64(sp.end))
	}
	b.key = k
	if !some {
		return nil
	}
	n, known := b.spans.find(k)
	if !known {
		b.spans.items[n] = at
	}
	return b.spans.items[n]
}
