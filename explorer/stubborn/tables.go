package stubborn

import (
	"encoding/binary"
	"sort"
)

// A row says what a set must contain besides the thing the row belongs to: for each thread whose steps matter,
// and each location of it, groups, each of which must be satisfied.
type row struct {
	free    span // groups whatever the locations
	threads []rowThread
}

type rowThread struct {
	thread int32
	at     []span // per location
}

// span is a range of Set.tails.
type span struct{ start, end uint32 }

// group stands for transitions or conditions that can only happen after one of the steps in mask, and only
// after each of the gates was true: it is satisfied by the steps, or by what can make a gate true that is
// false.
type group struct {
	mask  uint32 // of places at the thread's location
	only  bool   // there are no such steps: a gate, or nothing if none is false
	prop  int32  // the property that asks for it, or -1
	gates []gate
}

// gate is a guard and the row of what can make it true.
type gate struct{ guard, nes int32 }

// alpha is what a set with a transition must contain.
type alpha struct {
	siblings uint32 // transitions of the same location that it excludes
	row      row    // if it is enabled
	guards   []gate // one of the false ones of these, if it is not
}

// wideFrom is the number of transitions from which a location is wide: they share two places, one for those
// that are enabled and one for the others, instead of having one each.
const wideFrom = 9

const (
	wideEnabled  = 1 << 0
	wideDisabled = 1 << 1
)

// maxGates bounds how many gates a group with steps has; the ones that fewest transitions can open are kept.
const maxGates = 8

// builder makes the tables of a Set.
type builder struct {
	a        *analysis
	s        *Set
	bads     []bad
	into     [][]int // per location, the feasible transitions that lead to it
	guardsOf []bitset
	ways     map[[2]int]*ways
	opens    [][]int        // per guard, the transitions that can make it true
	nesIndex map[[2]int]int // of guard and still location
	nesKeys  [][2]int
	tailKeys map[string]span
	rowKeys  map[string][]span
	key      []byte // scratch

	bars    map[[2]int]bar // of transition and still location
	guarded []bool         // per transition, whether something can stand in its way
	gated   []bool         // per location, whether all that leaves it has a guard
	writers []uint64       // per guard, the threads that write what it reads
	in      []values       // scratch
}

func (a *analysis) tables(s *Set, o Options) {
	b := &builder{a: a, s: s, into: make([][]int, len(a.owner)), guardsOf: make([]bitset, len(a.ts)),
		ways: map[[2]int]*ways{}, nesIndex: map[[2]int]int{}, tailKeys: map[string]span{}, rowKeys: map[string][]span{}}
	if !o.DeadlocksOnly {
		b.bads = a.bads()
	}
	b.findBars()
	s.slot = make([]uint8, len(a.ts))
	s.thread = make([]uint8, len(a.ts))
	for l := range a.owner {
		for i, id := range a.out(l) {
			s.thread[id] = uint8(a.owner[l])
			if len(a.out(l)) < wideFrom {
				s.slot[id] = uint8(i)
			}
			if t := &a.ts[id]; t.feasible {
				b.into[a.to(t)] = append(b.into[a.to(t)], id)
			}
		}
	}
	for i := range a.ts {
		b.guardsOf[i] = b.none()
		for _, g := range a.ts[i].guards {
			b.guardsOf[i].add(g)
		}
	}
	b.opens = make([][]int, len(a.guards))
	for g := range a.guards {
		for i := range a.ts {
			if a.canMake(&a.ts[i], g, false, nil, -1) {
				b.opens[g] = append(b.opens[g], i)
			}
		}
	}
	s.alpha = make([]alpha, len(a.ts))
	for i := range a.ts {
		if a.ts[i].feasible {
			s.alpha[i] = b.alpha(&a.ts[i])
		}
	}
	b.places()
	for i := 0; i < len(b.nesKeys); i++ { // grows
		k := b.nesKeys[i]
		s.nes = append(s.nes, b.row(b.opens[k[0]], nil, k[1]))
	}
}

// place returns the places that stand for a transition at its location.
func (b *builder) place(id int) uint32 {
	if len(b.a.out(b.a.ts[id].at)) >= wideFrom {
		return wideEnabled | wideDisabled
	}
	return 1 << b.s.slot[id]
}

func (b *builder) none() bitset { return make(bitset, (len(b.a.guards)+63)/64) }

func (b *builder) alpha(t *transition) (al alpha) {
	a := b.a
	var conflicts []int
	for i := range a.ts {
		u := &a.ts[i]
		switch {
		case i == t.ID || !u.feasible:
		case u.Thread != t.Thread:
			if !a.accord(t, u) {
				conflicts = append(conflicts, i)
			}
		case u.From == t.From:
			if a.together(t.at, append(append([]int(nil), t.guards...), u.guards...)) {
				al.siblings |= b.place(i)
			}
		}
	}
	var bads []*bad
	for i := range b.bads {
		if a.repairs(t, &b.bads[i]) {
			bads = append(bads, &b.bads[i])
		}
	}
	al.row = b.row(conflicts, bads, t.at)
	for _, g := range t.guards {
		al.guards = append(al.guards, b.own(t.at, g))
	}
	return al
}

// own returns the gate for a guard of a transition that leaves a location at which the thread stands. While a
// guard that all ways out share is false, the thread stays there.
func (b *builder) own(at, g int) gate {
	still := at
	for _, id := range b.a.out(at) {
		if b.a.ts[id].feasible && !contains(b.a.ts[id].guards, g) {
			still = -1
		}
	}
	return gate{int32(g), b.nes(g, still)}
}

// places counts the places of every location, and lists the guards at wide ones.
func (b *builder) places() {
	a := b.a
	for t := range a.p.Threads {
		th := &a.p.Threads[t]
		slots, wide, progress := make([]uint8, len(th.Out)), make([][]gate, len(th.Out)), make([]uint16, len(th.Out))
		for l, out := range th.Out {
			progress[l] = uint16(1000 * l / len(th.Out))
			slots[l] = uint8(len(out))
			if len(out) < wideFrom {
				continue
			}
			slots[l] = 2
			all := b.none()
			for _, id := range out {
				if a.ts[id].feasible {
					all.or(b.guardsOf[id])
				}
			}
			wide[l] = []gate{} // wide, though there may be no guard
			all.each(func(g int) { wide[l] = append(wide[l], b.own(a.first[t]+l, g)) })
		}
		b.s.slots, b.s.wide = append(b.s.slots, slots), append(b.s.wide, wide)
		b.s.progress = append(b.s.progress, progress)
	}
}

// nes returns the number of the row of what can make a guard true while a thread stands still.
func (b *builder) nes(g, still int) int32 {
	key := [2]int{g, still}
	n, known := b.nesIndex[key]
	if !known {
		n = len(b.nesKeys)
		b.nesIndex[key] = n
		b.nesKeys = append(b.nesKeys, key)
	}
	return int32(n)
}

// row returns what a set must contain so that none of some transitions can happen, and none of some bads become
// true, before something in the set happens, as long as a thread stands at still.
func (b *builder) row(targets []int, bads []*bad, still int) (r row) {
	a := b.a
	byThread := make([][]int, len(a.p.Threads))
	for _, id := range targets {
		t := a.ts[id].Thread
		byThread[t] = append(byThread[t], id)
	}
	badsAt := make([][]*bad, len(a.p.Threads))
	var free []group
	for _, x := range bads {
		if x.loc < 0 {
			free = addGroup(free, group{only: true, prop: int32(x.prop), gates: b.gates(nil, x.guards, len(x.guards))})
		} else {
			t := a.owner[x.loc]
			badsAt[t] = append(badsAt[t], x)
		}
	}
	r.free = b.tail(free)
	for t := range byThread {
		if len(byThread[t])+len(badsAt[t]) == 0 {
			continue
		}
		rt := rowThread{thread: int32(t), at: make([]span, len(a.p.Threads[t].Locs))}
		for l := range rt.at {
			if at := a.first[t] + l; a.facts.reached[at] && (still < 0 || at == still || !a.facts.apart[at][still]) {
				rt.at[l] = b.tail(b.groups(at, byThread[t], badsAt[t], still))
			}
		}
		if rt.at = b.share(rt.at); rt.at != nil {
			r.threads = append(r.threads, rt)
		}
	}
	return r
}

// groups returns what transitions and bads of a thread ask for when it stands at a location.
func (b *builder) groups(at int, targets []int, bads []*bad, still int) (list []group) {
	a := b.a
	l := at - a.first[a.owner[at]]
	if at == still {
		targets = nil // of a thread that stays
	}
	for _, id := range targets {
		t := &a.ts[id]
		if t.at == at {
			list = addGroup(list, group{mask: b.place(id), prop: -1})
		} else if w := b.waysTo(t.at, still); w.mask[l] != 0 {
			list = addGroup(list, group{mask: w.mask[l], prop: -1, gates: b.gates(w.must[l], t.guards, maxGates)})
		}
	}
	for _, x := range bads {
		switch {
		case x.loc == at:
			list = addGroup(list, group{only: true, prop: int32(x.prop), gates: b.gates(nil, x.guards, len(x.guards))})
		case at != still:
			if w := b.waysTo(x.loc, still); w.mask[l] != 0 {
				list = addGroup(list, group{mask: w.mask[l], prop: int32(x.prop), gates: b.gates(w.must[l], x.guards, maxGates)})
			}
		}
	}
	return list
}

// gates returns at most limit gates for guards that hold on the way, or at its end.
func (b *builder) gates(way bitset, end []int, limit int) []gate {
	all := b.none()
	if way != nil {
		copy(all, way)
	}
	for _, g := range end {
		all.add(g)
	}
	var ids []int
	all.each(func(g int) { ids = append(ids, g) })
	sort.SliceStable(ids, func(i, j int) bool { return len(b.opens[ids[i]]) < len(b.opens[ids[j]]) })
	ids = ids[:min(len(ids), limit)]
	gs := make([]gate, len(ids))
	for i, g := range ids {
		gs[i] = gate{int32(g), b.nes(g, -1)}
	}
	return gs
}

// addGroup adds a group unless one in the list implies it, and drops those that it implies.
func addGroup(list []group, g group) []group {
	implies := func(x, y *group) bool { // x satisfied makes y so
		if x.prop >= 0 && x.prop != y.prop || x.only != y.only || x.mask&y.mask != y.mask {
			return false
		}
		for _, gx := range x.gates {
			if !contains(y.gates, gx) {
				return false
			}
		}
		return true
	}
	kept := list[:0]
	for i := range list {
		if implies(&list[i], &g) {
			return list
		}
	}
	for i := range list {
		if !implies(&g, &list[i]) {
			kept = append(kept, list[i])
		}
	}
	return append(kept, g)
}

// tail stores groups, once.
func (b *builder) tail(list []group) span {
	if len(list) == 0 {
		return span{}
	}
	k := b.key[:0]
	for i := range list {
		g := &list[i]
		k = binary.AppendUvarint(k, uint64(g.mask))
		k = binary.AppendVarint(k, int64(g.prop))
		n := uint64(len(g.gates)) << 1
		if g.only {
			n |= 1
		}
		k = binary.AppendUvarint(k, n)
		for _, x := range g.gates {
			k = binary.AppendUvarint(k, uint64(x.nes)) // which tells the guard
		}
	}
	b.key = k
	sp, known := b.tailKeys[string(k)]
	if !known {
		sp = span{uint32(len(b.s.tails)), uint32(len(b.s.tails) + len(list))}
		b.s.tails = append(b.s.tails, list...)
		b.tailKeys[string(k)] = sp
	}
	return sp
}

// share stores the spans of a thread's locations once, and returns nil if there is nothing in them.
func (b *builder) share(at []span) []span {
	some := false
	k := b.key[:0]
	for _, sp := range at {
		some = some || sp.end > sp.start
		k = binary.AppendUvarint(k, uint64(sp.start))
		k = binary.AppendUvarint(k, uint64(sp.end))
	}
	b.key = k
	if !some {
		return nil
	}
	if known := b.rowKeys[string(k)]; known != nil {
		return known
	}
	b.rowKeys[string(k)] = at
	return at
}
