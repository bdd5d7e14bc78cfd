package stubborn

import (
	"math/bits"
	"slices"
	"sync/atomic"

	"hpmc/explorer/internal/bitset"
)

// A location has places: one for each transition that leaves it, and one for each condition that decides a property there. If
// there are too many, some share one. What is at a place is enabled, or waits.

// alpha is what a set with a transition must contain.
type alpha struct {
	siblings uint8 // places of the same location that it excludes
	row      row   // if it is enabled
}

// wait is a transition that is not enabled, or a condition that decides a property and does not hold: one of its guards is
// false.
type wait []gate

// gate is a guard, and how to make it true.
type gate struct {
	nes   int32 // the necessary enabling set
	holds uint8 // the guard is true if something is enabled at one of these places of the location,
	fails uint8 // and false if nothing is at one of these
}

// mostPlaces is how many places a location has at most. Conditions that find no place share the last one. wideFrom is the number
// of transitions from which on a location is wide: they share two places, one for those that are enabled and one for the others.
const (
	mostPlaces = 8
	wideFrom   = mostPlaces
)

const (
	wideEnabled  = 1 << 0
	wideDisabled = 1 << 1
)

// builder makes the tables of a Set.
type builder struct {
	a        *analysis
	s        *Set
	bads     []bad
	badPlace []uint8        // per bad
	into     [][]int        // per location, the feasible transitions that lead to it
	local    [][]int        // per thread, its transitions
	nth      []int          // per transition, its position among these
	places   []uint8        // per transition, those that stand for it at its location
	opened   [][]int        // per guard, the transitions that can make it true; nil: not known yet
	nesIndex map[[2]int]int // of guard and still location
	nesKeys  [][2]int

	writing, reading []bitset.Set    // per bit of a footprint, the feasible transitions that do
	conflicts        []bitset.Set    // per transition, those of other threads that it does not accord with
	uneven           map[[2]int]bool // pairs of which only one does not

	standing [][]*stand // per thread and 1 + the location at which another one stands still
	stands   store[*stand]
	leads    []bool // scratch of waysTo

	shared store[[]uint8]
	rows   store[[]uint8]

	// Scratch of row and what it calls.
	key, rowKey     []uint64
	targets, badsAt [][]int // per thread

	guarded []bool   // per transition, whether something can stand in its way
	gated   []bool   // per location, whether all that leaves it has a guard
	writers []uint64 // per guard, the threads that write what it reads
	in      []uint64 // scratch of bar
}

func (a *analysis) tables(s *Set, o Options) {
	b := &builder{a: a, s: s}
	s.b = b
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
	b.wait()
	s.nes = make([]atomic.Pointer[row], len(b.nesKeys))
}

// prepare indexes transitions, and gives them and bads their places.
func (b *builder) prepare() {
	a := b.a
	n := len(a.ts)
	b.nesIndex, b.uneven = map[[2]int]int{}, map[[2]int]bool{}
	b.targets, b.badsAt = make([][]int, len(a.p.Threads)), make([][]int, len(a.p.Threads))
	b.opened = make([][]int, len(a.guards))
	b.findBars()
	b.givePlaces()
	b.nth = make([]int, n)
	b.into, b.local, b.leads = make([][]int, len(a.owner)), make([][]int, len(a.p.Threads)), make([]bool, len(a.owner))
	for range a.p.Threads {
		b.standing = append(b.standing, make([]*stand, 1+len(a.owner)))
	}
	for l, t := range a.owner {
		for _, id := range a.out(l) {
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
}

// givePlaces gives transitions and bads their places.
func (b *builder) givePlaces() {
	a, s := b.a, b.s
	s.place, s.thread, s.ranks = make([]uint8, len(a.ts)), make([]uint8, len(a.ts)), make([]uint32, len(a.ts))
	b.places, b.badPlace = make([]uint8, len(a.ts)), make([]uint8, len(b.bads))
	for t := range a.p.Threads {
		th := &a.p.Threads[t]
		count, wide := make([]uint8, len(th.Out)), make([]bool, len(th.Out))
		for l, out := range th.Out {
			count[l], wide[l] = uint8(min(len(out), wideFrom)), len(out) >= wideFrom
			if wide[l] {
				count[l] = 2
			}
			for i, id := range out {
				s.thread[id], b.places[id] = uint8(t), wideEnabled|wideDisabled
				if !wide[l] {
					s.place[id], b.places[id] = uint8(i), 1<<i
				}
				// Of two threads the one that has come less far is first.
				s.ranks[id] = uint32(1000*l/len(th.Out))<<12 | uint32(t)<<6 | uint32(s.place[id])
			}
		}
		s.places, s.wide = append(s.places, count), append(s.wide, wide)
	}
	s.places = append(s.places, []uint8{0}) // of conditions without a location
	for i := range b.bads {
		n := &s.places[len(a.p.Threads)][0]
		if loc := b.bads[i].loc; loc >= 0 {
			t := a.owner[loc]
			n = &s.places[t][loc-a.first[t]]
		}
		*n = min(*n+1, mostPlaces)
		b.badPlace[i] = 1 << (*n - 1)
	}
	s.number()
}

// number numbers the candidates, if that is possible.
func (s *Set) number() {
	s.bits, s.numbered = make([]uint64, len(s.place)), true
	n := 0
	for t, places := range s.places {
		most := int(slices.Max(places))
		if n+most > len(s.owner) || t < len(s.wide) && slices.Contains(s.wide[t], true) {
			s.numbered = false
			return
		}
		s.first[t] = uint8(n)
		for range most {
			s.owner[n] = uint8(t)
			n++
		}
	}
	for id, p := range s.place {
		s.bits[id] = 1 << (s.first[s.thread[id]] + p)
	}
}

func (b *builder) alpha(t *transition) (al alpha) {
	a := b.a
	b.findConflicts(t)
	for _, i := range a.out(t.at) {
		if u := &a.ts[i]; i != t.ID && u.feasible && a.together(t.at, t.guards, u.guards) {
			al.siblings |= b.places[i]
		}
	}
	var conflicts, bads []int
	b.conflicts[t.ID].Each(func(i int) { conflicts = append(conflicts, i) })
	for i := range b.bads {
		if a.repairs(t, &b.bads[i]) {
			bads = append(bads, i)
		}
	}
	al.row = b.row(conflicts, bads, t.at)
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

// wait lists what may wait at which place.
func (b *builder) wait() {
	a, s := b.a, b.s
	for t := range s.places {
		s.waits = append(s.waits, make([][][]wait, len(s.places[t])))
		for l, n := range s.places[t] {
			s.waits[t][l] = make([][]wait, n)
		}
	}
	add := func(t, loc, place int, guards []int) {
		if len(guards) > 0 {
			l := 0
			if loc >= 0 {
				l = loc - a.first[t]
			}
			at := &s.waits[t][l][place]
			*at = append(*at, b.gates(loc, guards))
		}
	}
	for i := range a.ts {
		x := &a.ts[i]
		place := int(s.place[i])
		if s.wide[x.Thread][x.From] {
			place = bits.TrailingZeros8(wideDisabled)
		}
		if x.feasible {
			add(x.Thread, x.at, place, x.guards)
		}
	}
	for i := range b.bads {
		x := &b.bads[i]
		t := len(a.p.Threads)
		if x.loc >= 0 {
			t = a.owner[x.loc]
		}
		add(t, x.loc, bits.TrailingZeros8(b.badPlace[i]), x.guards)
	}
}

// gates returns the gates of some guards at a location, or at none.
func (b *builder) gates(at int, guards []int) (list []gate) {
	a := b.a
	for _, g := range guards {
		still := at
		k := gate{}
		if at >= 0 {
			t := a.owner[at]
			for _, id := range a.out(at) {
				x := &a.ts[id]
				has := slices.Contains(x.guards, g)
				if x.feasible && !has {
					still = -1 // otherwise the thread stays there while the guard is false
				}
				switch {
				case !x.feasible || !has || b.s.wide[t][at-a.first[t]]:
				case len(x.guards) == 1:
					k.fails |= b.places[id]
					fallthrough
				default:
					k.holds |= b.places[id]
				}
			}
		}
		k.nes = b.nes(g, still)
		list = append(list, k)
	}
	return list
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

// opens returns the transitions that can make a guard true.
func (b *builder) opens(g int) []int {
	a := b.a
	if b.opened[g] == nil {
		may := bitset.New(len(a.ts))
		bitset.Set(a.guards[g].reads).Each(func(x int) { may.Or(b.writing[x]) })
		b.opened[g] = []int{}
		may.Each(func(i int) {
			if a.canMake(&a.ts[i], g, false, nil, -1) {
				b.opened[g] = append(b.opened[g], i)
			}
		})
	}
	return b.opened[g]
}
