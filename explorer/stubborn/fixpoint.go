package stubborn

import (
	"math/bits"
	"slices"

	"hpmc/explorer/internal/bitset"
)

// fixpoint is the state of the computation of facts. Facts only ever get weaker: that two locations can be
// occupied together is found out once, and a transition need be looked at again only if a variable that its
// guards or effects refer to can be more than it could.
//
// Sets of changed variables are words of field.bit.
type fixpoint struct {
	a  *analysis
	f  *facts
	pl *sums

	room    []uint64 // a vector per location: the values that can be found yet
	changed []uint64 // per location, since it was looked at
	seen    []bool   // per location, whether it was
	again   bool     // something changed at a location that was looked at already in this round
	now     int      // the location that is looked at

	meets   []bitset.Set // per location, those of other threads that can be occupied together with it
	between [][]uint8    // per two locations that were seen and cannot, the number of the bit of a variable that tells
	tell    []uint64     // per location, all such variables

	needs []uint64       // per transition, the variables that its guards and effects refer to
	words [][]int        // and their words
	users [64]bitset.Set // per bit of variables, the transitions that need one
	live  bitset.Set     // the transitions that have effects and can be enabled for all that is known at their location
	gives [][]give       // per transition, what it can then make of variables
	in    []uint64       // scratch
	given []give
}

func newFixpoint(a *analysis, f *facts, pl *sums) *fixpoint {
	n := len(a.owner)
	x := &fixpoint{a: a, f: f, pl: pl, changed: make([]uint64, n), seen: make([]bool, n), meets: bitset.Many(n, n), between: make([][]uint8, n),
		tell: make([]uint64, n), needs: make([]uint64, len(a.ts)), words: make([][]int, len(a.ts)), live: bitset.New(len(a.ts)),
		gives: make([][]give, len(a.ts)), room: pl.bounds, in: make([]uint64, f.words)}
	between := make([]uint8, n*n)
	for l := range n {
		x.between[l] = between[l*n : (l+1)*n]
	}
	for i, s := range bitset.Many(len(x.users), len(a.ts)) {
		x.users[i] = s
	}
	for i := range a.ts {
		t := &a.ts[i]
		if !t.feasible {
			continue
		}
		x.gives[i] = a.gives(t)
		if n := len(x.gives[i]); n > len(x.given) {
			x.given = make([]give, n)
		}
		for _, g := range t.guards {
			x.need(i, &a.guards[g].formula)
		}
		for _, e := range t.effects {
			x.need(i, &e.formula)
		}
		if len(t.effects) > 0 {
			for b := x.needs[i]; b != 0; b &= b - 1 {
				x.users[bits.TrailingZeros64(b)].Add(i)
			}
		}
	}
	return x
}

// need notes that a transition refers to the variables of a formula.
func (x *fixpoint) need(i int, f *formula) {
	for _, v := range f.vars {
		y := &x.a.fields.of[v]
		x.needs[i] |= y.bit
		for w := y.word; w < y.word+y.words; w++ {
			if !slices.Contains(x.words[i], w) {
				x.words[i] = append(x.words[i], w)
			}
		}
	}
}

// run looks at locations, in rounds, until nothing changes.
func (x *fixpoint) run() {
	for x.again = true; x.again; {
		x.again = false
		for l := range x.changed {
			if x.changed[l] != 0 {
				x.now = l
				x.look(l)
			}
		}
	}
}

// reach notes that a location is reached, with which all about it is new.
func (x *fixpoint) reach(l int) {
	x.f.reached[l] = true
	x.note(l, ^uint64(0))
}

func (x *fixpoint) note(l int, changed uint64) {
	x.changed[l] |= changed
	x.again = x.again || l <= x.now
}

// look takes what changed at a location wherever that leads.
func (x *fixpoint) look(l int) {
	a := x.a
	changed := x.changed[l]
	x.changed[l] = 0
	for _, id := range a.out(l) {
		if a.ts[id].feasible {
			x.move(id)
		}
	}
	if !x.seen[l] {
		x.see(l)
		return
	}
	for _, id := range a.out(l) {
		if x.live.Has(id) && x.needs[id]&changed != 0 {
			x.meets[l].Each(func(m int) { x.disturb(m, id) })
		}
	}
	meets := x.meets[l]
	for w, live := range x.live {
		users := uint64(0)
		for b := changed; b != 0; b &= b - 1 {
			users |= x.users[bits.TrailingZeros64(b)][w]
		}
		for users &= live; users != 0; users &= users - 1 {
			if id := 64*w + bits.TrailingZeros64(users); meets.Has(a.ts[id].at) {
				x.disturb(l, id)
			}
		}
	}
	if x.tell[l]&changed != 0 {
		for m, b := range x.between[l] {
			if b != 0 && changed>>(b-1)&1 != 0 {
				x.meet(l, m)
			}
		}
	}
}

// see looks at a location for the first time.
func (x *fixpoint) see(l int) {
	x.seen[l] = true
	t, apart := x.a.owner[l], x.pl.apart[l]
	for m, seen := range x.seen {
		if seen && x.a.owner[m] != t && !apart.Has(m) {
			x.meet(l, m)
		}
	}
}

// meet finds out whether two locations of different threads can be occupied together, and if so lets what leaves one
// disturb the other.
func (x *fixpoint) meet(l, m int) {
	a, f := x.a, x.f
	if v, apart := a.fields.apart(f.at(l), f.at(m)); apart {
		b := a.fields.of[v].bit
		x.tell[l] |= b
		x.tell[m] |= b
		x.between[l][m] = uint8(bits.TrailingZeros64(b)) + 1
		x.between[m][l] = x.between[l][m]
		return
	}
	x.between[l][m], x.between[m][l] = 0, 0
	x.meets[l].Add(m)
	x.meets[m].Add(l)
	for _, id := range a.out(m) {
		if x.live.Has(id) {
			x.disturb(l, id)
		}
	}
	for _, id := range a.out(l) {
		if x.live.Has(id) {
			x.disturb(m, id)
		}
	}
}

// give is a word of the vector of a location, and bits that can be set in it.
type give struct {
	word int
	vals uint64
}

// gives returns the words in which a transition gives variables values.
func (a *analysis) gives(t *transition) (list []give) {
	for _, e := range t.effects {
		f := &a.fields.of[e.v]
		for w := f.word; w < f.word+f.words; w++ {
			list = append(list, give{word: w})
		}
	}
	return list
}

// setGives sets what a transition can make of variables.
func (a *analysis) setGives(list []give, t *transition, in []uint64) {
	for _, e := range t.effects {
		f := &a.fields.of[e.v]
		if f.words == 0 {
			continue
		}
		if len(e.vars) == 0 && list[0].vals != 0 {
			list = list[f.words:]
			continue // it is always the same
		}
		s := a.image(in, e)
		for i := range f.words {
			list[i].vals = s[i] << f.shift
		}
		list = list[f.words:]
	}
}

// move takes what is known before a transition to the location that it leads to.
func (x *fixpoint) move(id int) {
	a, f := x.a, x.f
	t := &a.ts[id]
	copy(x.in, f.at(t.at))
	if !a.restrict(x.in, t.guards) {
		return
	}
	a.setGives(x.gives[id], t, x.in)
	gives := x.gives[id]
	if len(gives) > 0 {
		x.live.Add(id)
	}
	for _, e := range t.effects {
		f := &a.fields.of[e.v]
		for _, g := range gives[:f.words] {
			if f.mask != 0 {
				x.in[g.word] &^= f.mask
				x.in[g.word] |= g.vals
			} else {
				x.in[g.word] = g.vals
			}
		}
		gives = gives[f.words:]
	}
	if !f.reached[t.to] {
		x.reach(t.to)
	}
	if changed := a.fields.join(f.at(t.to), x.in, x.roomAt(t.to)); changed != 0 {
		x.note(t.to, changed)
	}
}

func (x *fixpoint) roomAt(l int) []uint64 { return x.room[l*x.f.words : (l+1)*x.f.words] }

// disturb adds to what is known at a location what a transition of another thread can do there.
func (x *fixpoint) disturb(l, id int) {
	room := x.roomAt(l)
	for _, g := range x.gives[id] {
		if g.vals&room[g.word] != 0 { // there may be more
			x.add(l, id, room)
			return
		}
	}
}

func (x *fixpoint) add(l, id int, room []uint64) {
	a := x.a
	t := &a.ts[id]
	here, there := x.f.at(l), x.f.at(t.at)
	for _, w := range x.words[id] {
		x.in[w] = here[w] & there[w]
	}
	if !a.restrict(x.in, t.guards) {
		return
	}
	gives := x.given[:len(x.gives[id])]
	copy(gives, x.gives[id])
	a.setGives(gives, t, x.in)
	for _, g := range gives {
		if g.vals&room[g.word] != 0 {
			x.note(l, a.fields.add(here, room, g.word, g.vals))
		}
	}
}
