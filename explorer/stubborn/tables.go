package stubborn

import (
	"math/bits"
	"slices"

	"hpmc/explorer/internal/bitset"
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
	into     [][]int        // per location, the feasible transitions that lead to it
	local    [][]int        // per thread, its transitions
	nth      []int          // per transition, its position among these
	place    []uint32       // per transition, the places that stand for it at its location
	opens    [][]int        // per guard, the transitions that can make it true
	ranked   []int          // guards: those that fewer can make true first
	rank     []int          // and the position of each there
	guardsOf []bitset.Set   // per transition, its guards by rank
	nesIndex map[[2]int]int // of guard and still location
	nesKeys  [][2]int

	writing, reading []bitset.Set    // per bit of a footprint, the feasible transitions that do
	conflicts        []bitset.Set    // per transition, those of other threads that it does not accord with
	uneven           map[[2]int]bool // pairs of which only one does not

	standing [][]*stand // per thread and 1 + the location at which another one stands still
	stands   store[*stand]
	leads    []bool // scratch of waysTo
	used     []int

	gatesets store[gateset]
	tails    store[span]
	spans    store[[]span]
	rows     store[[]span]

	// Scratch of row and what it calls.
	key, rowKey     []uint64
	targets, badsAt [][]int // per thread
	list            []need
	ranks           bitset.Set

	guarded []bool   // per transition, whether something can stand in its way
	gated   []bool   // per location, whether all that leaves it has a guard
	writers []uint64 // per guard, the threads that write what it reads
	in      []uint64 // scratch of bar
}

func (a *analysis) tables(s *Set, o Options) {
	b := &builder{a: a, s: s}
	if !o.DeadlocksOnly {
		b.bads = a.bads()
	}
	b.prepare()
	s.alpha = make([]alpha, len(a.ts))
	for i := range a.ts {
		if a.ts[i].feasible {
			s.alpha[i] = b.alpha(&a.ts[i])
		}
	}
	b.places()
	s.rest = func() {
		for i := 0; i < len(b.nesKeys); i++ { // grows
			k := b.nesKeys[i]
			s.nes = append(s.nes, b.row(b.opens[k[0]], nil, k[1]))
		}
	}
}

// prepare indexes transitions and guards.
func (b *builder) prepare() {
	a, s := b.a, b.s
	n := len(a.ts)
	b.nesIndex, b.uneven = map[[2]int]int{}, map[[2]int]bool{}
	b.targets, b.badsAt = make([][]int, len(a.p.Threads)), make([][]int, len(a.p.Threads))
	b.findBars()
	s.slot, s.thread = make([]uint8, n), make([]uint8, n)
	b.place, b.nth = make([]uint32, n), make([]int, n)
	b.into, b.local, b.leads = make([][]int, len(a.owner)), make([][]int, len(a.p.Threads)), make([]bool, len(a.owner))
	for range a.p.Threads {
		b.standing = append(b.standing, make([]*stand, 1+len(a.owner)))
	}
	for l, t := range a.owner {
		for i, id := range a.out(l) {
			s.thread[id] = uint8(t)
			b.place[id] = wideEnabled | wideDisabled
			if len(a.out(l)) < wideFrom {
				s.slot[id] = uint8(i)
				b.place[id] = 1 << i
			}
			b.nth[id] = len(b.local[t])
			b.local[t] = append(b.local[t], id)
			if t := &a.ts[id]; t.feasible {
				b.into[t.to] = append(b.into[t.to], id)
			}
		}
	}
	b.conflicts = bitset.Many(n, n)
	b.writing, b.reading = bitset.Many(64*a.spots.words, n), bitset.Many(64*a.spots.words, n)
	for i := range a.ts {
		if t := &a.ts[i]; t.feasible {
			bitset.Set(t.writes).Each(func(x int) { b.writing[x].Add(i) })
			bitset.Set(t.reads).Each(func(x int) { b.reading[x].Add(i) })
		}
	}
	b.opens = make([][]int, len(a.guards))
	may := bitset.New(n)
	for g, x := range a.guards {
		clear(may)
		bitset.Set(x.reads).Each(func(x int) { may.Or(b.writing[x]) })
		may.Each(func(i int) {
			if a.canMake(&a.ts[i], g, false, nil, -1) {
				b.opens[g] = append(b.opens[g], i)
			}
		})
		b.ranked = append(b.ranked, g)
	}
	slices.SortStableFunc(b.ranked, func(g, h int) int { return len(b.opens[g]) - len(b.opens[h]) })
	b.rank = make([]int, len(a.guards))
	for r, g := range b.ranked {
		b.rank[g] = r
	}
	b.ranks = bitset.New(len(a.guards))
	b.gates(nil, nil, 0) // number 0
	b.guardsOf = bitset.Many(n, len(a.guards))
	for i := range a.ts {
		for _, g := range a.ts[i].guards {
			b.guardsOf[i].Add(b.rank[g])
		}
	}
}

func (b *builder) alpha(t *transition) (al alpha) {
	a := b.a
	b.findConflicts(t)
	for _, i := range a.out(t.at) {
		if u := &a.ts[i]; i != t.ID && u.feasible && a.together(t.at, t.guards, u.guards) {
			al.siblings |= b.place[i]
		}
	}
	var bads []int
	for i := range b.bads {
		if a.repairs(t, &b.bads[i]) {
			bads = append(bads, i)
		}
	}
	var conflicts []int
	b.conflicts[t.ID].Each(func(i int) { conflicts = append(conflicts, i) })
	al.row = b.row(conflicts, bads, t.at)
	for _, g := range t.guards {
		al.guards = append(al.guards, b.own(t.at, g))
	}
	return al
}

// findConflicts finds what a transition does not accord with. Transitions before it have theirs.
func (b *builder) findConflicts(t *transition) {
	a := b.a
	may := bitset.New(len(a.ts))
	bitset.Set(t.writes).Each(func(x int) {
		may.Or(b.writing[x])
		may.Or(b.reading[x])
	})
	bitset.Set(t.reads).Each(func(x int) { may.Or(b.writing[x]) })
	own := b.conflicts[t.ID]
	for w, word := range may {
		for ; word != 0; word &= word - 1 {
			i := 64*w + bits.TrailingZeros64(word)
			u := &a.ts[i]
			if u.Thread == t.Thread {
				continue
			}
			if i < t.ID && !b.uneven[[2]int{i, t.ID}] {
				if b.conflicts[i].Has(t.ID) {
					own.Add(i)
				}
				continue
			}
			accord, either := a.accordEither(t, u)
			if !accord {
				own.Add(i)
			}
			if !either && i > t.ID {
				b.uneven[[2]int{t.ID, i}] = true
			}
		}
	}
}

// own returns the gate for a guard of a transition that leaves a location at which the thread stands. While a
// guard that all ways out share is false, the thread stays there.
func (b *builder) own(at, g int) gate {
	still := at
	for _, id := range b.a.out(at) {
		if b.a.ts[id].feasible && !slices.Contains(b.a.ts[id].guards, g) {
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
			all := bitset.New(len(a.guards))
			for _, id := range out {
				if a.ts[id].feasible {
					for _, g := range a.ts[id].guards {
						all.Add(g)
					}
				}
			}
			wide[l] = []gate{} // wide, though there may be no guard
			all.Each(func(g int) { wide[l] = append(wide[l], b.own(a.first[t]+l, g)) })
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
