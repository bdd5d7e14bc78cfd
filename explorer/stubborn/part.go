package stubborn

import (
	"slices"

	"hpmc/model"
)

// Whether transitions accord can be asked part by part: whether each guard that one can change stays true, and whether each variable
// that matters is the same in either order. A part depends on few of the bits, and recurs with other transitions. That one transition
// puts something into a queue of four slots and another takes something out of it has 512 valuations, and its parts 2 to 64.

// partsFrom is the number of valuations from which on it is asked part by part.
var partsFrom = 64

// whole is a question that is asked part by part.
type whole struct {
	bits    footprint
	effects [2][]*effect
	touched [2][]int
	known   []int
}

// accords tells whether the actors accord, as askAccord does.
func (q *asker) accords() bool {
	n := 1
	q.each(func(_ model.VarID, d *domain) { n *= d.n })
	if n < partsFrom {
		return q.ask(question{kind: askAccord})
	}
	if q.ask(question{kind: askNever}) {
		return true // so guards that a part leaves out can hold beside those that it has
	}
	w := &q.whole
	w.bits = append(w.bits[:0], q.bits...)
	w.known = append(w.known[:0], q.known...)
	for i := range w.effects {
		w.effects[i], w.touched[i] = append(w.effects[i][:0], q.effects[i]...), append(w.touched[i][:0], q.touched[i]...)
		q.touched[i] = q.touched[i][:0]
	}
	for i, guards := range w.touched {
		for _, g := range guards {
			q.part()
			q.bits.join(q.a.guards[g].reads)
			q.reach(w.effects[1-i])
			if !q.askPart(question{kind: askKeeps, of: g, before: true}) {
				return false
			}
		}
	}
	yes := true
	q.a.spots.each(w.bits, func(v model.VarID, m uint64) {
		if !yes || !writes(w.effects[0], v) && !writes(w.effects[1], v) {
			return
		}
		q.part()
		x := &q.a.spots.of[v]
		q.bits[x.word] = m << x.shift
		for range 2 { // what gives v its value, and what does so for what that is computed from
			q.reach(w.effects[0], w.effects[1])
		}
		yes = q.askPart(question{kind: askSame, of: int(v)})
	})
	return yes
}

// part begins with a part of the whole.
func (q *asker) part() {
	clear(q.bits)
	q.effects[0], q.effects[1], q.known = q.effects[0][:0], q.effects[1][:0], q.known[:0]
}

// reach takes to the effects those that write bits that matter, and then lets matter what they read.
func (q *asker) reach(of ...[]*effect) {
	var had [2]int
	for i, from := range of {
		had[i] = len(q.effects[i])
		for _, e := range from {
			if e.writes.overlaps(q.bits) && !slices.Contains(q.effects[i], e) {
				q.effects[i] = append(q.effects[i], e)
			}
		}
	}
	for i := range of {
		for _, e := range q.effects[i][had[i]:] {
			q.bits.join(e.reads)
		}
	}
}

func writes(effects []*effect, v model.VarID) bool {
	return slices.ContainsFunc(effects, func(e *effect) bool { return e.v == v })
}

// askPart asks a question with those of the known guards that have to do with the bits that matter.
func (q *asker) askPart(x question) bool {
	for n := -1; n != len(q.known); {
		n = len(q.known)
		for _, g := range q.whole.known {
			if reads := q.a.guards[g].reads; reads.overlaps(q.bits) && !slices.Contains(q.known, g) {
				q.known = append(q.known, g)
				q.bits.join(reads)
			}
		}
	}
	return q.ask(x)
}
