package stubborn

import (
	"math/bits"
	"slices"

	"hpmc/explorer/internal/bitset"
	"hpmc/model"
)

// asker answers questions about transitions and conditions by trying every valuation of the bits that matter, as far as
// the facts allow it. If they are too many the answer is the cautious one.
type asker struct {
	a       *analysis
	locs    [2]int
	bits    footprint // that matter
	actors  [2]*transition
	effects [2][]*effect // per actor, those that touch bits
	touched [2][]int     // per actor, the guards that the other one can change
	known   []int        // the guards that hold before, and that bits decide
	dropped bool         // there are others
	doms    []domain     // per variable
	wider   footprint
	whole   whole

	answers store[bool]
	key     []uint64
	axes    []axis
	at      [][]int // known guards that the first so many axes decide

	// Valuations, of zeros except at variables of axes.
	now, next, one, two, oneTwo, twoOne env
}

// domain is what the facts let some bits of a variable be.
type domain struct {
	mask uint64 // of the bits
	n    int    // number of values; -1: too many
	vals values // if it is tracked
}

// question is what is asked of each valuation.
type question struct {
	kind   byte
	of     int // a guard, or a variable
	before bool
}

const (
	askNever  = iota // there is none
	askAccord        // both actors leave the touched guards true, and lead to the same in either order
	askKeeps         // if a guard is what is given, so it is after the actor
	askShuts         // after the actor a guard is false
	askSame          // both orders give a variable the same value
)

func newAsker(a *analysis) *asker {
	q := &asker{a: a, doms: make([]domain, len(a.p.Vars))}
	q.bits, q.wider = make(footprint, a.spots.words), make(footprint, a.spots.words)
	for _, e := range []*env{&q.now, &q.next, &q.one, &q.two, &q.oneTwo, &q.twoOne} {
		*e = make(env, len(a.p.Vars))
		for v := range *e {
			(*e)[v] = a.p.Vars[v].Min
		}
	}
	return q
}

// begin begins a question about transitions.
func (q *asker) begin(actors ...*transition) {
	q.actors = [2]*transition{}
	copy(q.actors[:], actors)
	clear(q.bits)
	for i := range q.actors {
		q.effects[i], q.touched[i] = q.effects[i][:0], q.touched[i][:0]
	}
	q.known, q.dropped = q.known[:0], false
}

// close adds the bits from which the actors compute bits that matter.
func (q *asker) close() {
	for again := true; again; {
		again = false
		for i, t := range q.actors {
			if t == nil || len(q.effects[i]) == len(t.effects) {
				continue
			}
			for _, e := range t.effects {
				if e.writes.overlaps(q.bits) && !slices.Contains(q.effects[i], e) {
					q.effects[i] = append(q.effects[i], e)
					q.bits.join(e.reads)
					again = true
				}
			}
		}
	}
}

// domain finds what the bits that matter can be at both of two locations, and tells whether that can be tried.
func (q *asker) domain(l, m int) bool {
	q.locs = [2]int{l, m}
	for v := range q.doms {
		q.doms[v].mask = 0
	}
	return q.fits(q.bits)
}

// fits tells whether the valuations of some bits can be tried.
func (q *asker) fits(f footprint) bool {
	n := 1
	for w, x := range f {
		for x != 0 {
			v := q.a.spots.owner[64*w+bits.TrailingZeros64(x)]
			p := &q.a.spots.of[v]
			d := &q.doms[v]
			if m := x >> p.shift & p.mask; d.mask != m {
				q.find(d, v, m)
			}
			if d.n < 0 {
				return false
			}
			if n *= d.n; n > maxTuples {
				return false
			}
			x &^= p.mask << p.shift
		}
	}
	return true
}

// find finds what some bits of a variable can be.
func (q *asker) find(d *domain, v model.VarID, m uint64) {
	a := q.a
	*d = domain{mask: m}
	if x := &a.p.Vars[v]; !tracked(x) {
		d.n = -1
		if k := bits.OnesCount64(m); k <= 12 {
			d.n = 1 << k
		}
		return
	}
	there := a.fields.get(a.facts.at(q.locs[1]), v)
	can := a.fields.get(a.facts.at(q.locs[0]), v).and(&there)
	if m == a.spots.of[v].mask {
		d.vals = can
	} else {
		can.each(func(o uint64) { d.vals.add(o & m) })
	}
	d.n = d.vals.len()
}

// assume takes guards that hold before to what is known. One whose bits do not matter is left out unless there is room
// for it. It returns true.
func (q *asker) assume(guards []int) bool {
	for _, g := range guards {
		if slices.Contains(q.known, g) {
			continue
		}
		if reads := q.a.guards[g].reads; !q.bits.covers(reads) {
			copy(q.wider, q.bits)
			q.wider.join(reads)
			if !q.fits(q.wider) {
				q.dropped = true
				continue
			}
			q.bits, q.wider = q.wider, q.bits
		}
		q.known = append(q.known, g)
	}
	return true
}

// ask returns whether the answer is yes for every valuation. A question that was asked before, of these valuations,
// guards and effects, is answered as it was then.
func (q *asker) ask(x question) bool {
	k := append(q.key[:0], uint64(x.kind)|uint64(len(q.effects[0]))<<16|uint64(len(q.effects[1]))<<32, uint64(x.of))
	if x.before {
		k[0] |= 1 << 8
	}
	q.each(func(v model.VarID, d *domain) {
		k = append(k, uint64(v))
		if f := &q.a.fields.of[v]; f.words > 0 {
			k = append(k, d.vals[:f.words]...)
		} else {
			k = append(k, d.mask)
		}
	})
	k = append(k, ^uint64(0))
	for _, list := range [...][]int{q.known, q.touched[0], q.touched[1]} {
		n := len(k)
		for range (len(q.a.guards) + 63) / 64 {
			k = append(k, 0)
		}
		for _, g := range list {
			bitset.Set(k[n:]).Add(g)
		}
	}
	for _, list := range q.effects {
		for _, e := range list {
			k = append(k, uint64(e.id))
		}
	}
	q.key = k
	n, known := q.answers.find(k)
	if !known {
		q.answers.items[n] = q.try(x)
	}
	return q.answers.items[n]
}

// each calls f with the variables whose bits matter, and their domains.
func (q *asker) each(f func(model.VarID, *domain)) {
	q.a.spots.each(q.bits, func(v model.VarID, m uint64) {
		d := &q.doms[v]
		if d.mask != m { // a guard was tried that there was no room for
			q.find(d, v, m)
		}
		f(v, d)
	})
}
