package stubborn

// accord tells whether two transitions of different threads, wherever both are enabled, leave each other
// enabled and lead to the same state in either order.
func (a *analysis) accord(s, t *transition) bool {
	yes, _ := a.accordEither(s, t)
	return yes
}

// accordEither is accord, and tells whether the answer is the same with s and t exchanged.
func (a *analysis) accordEither(s, t *transition) (accord, either bool) {
	if !s.feasible || !t.feasible || a.facts.apart[s.at].Has(t.at) {
		return true, true
	}
	if !s.writes.overlaps(t.reads) && !s.writes.overlaps(t.writes) && !t.writes.overlaps(s.reads) {
		return true, true
	}
	q := a.asker
	q.begin(s, t)
	pair := [2]*transition{s, t}
	for i, x := range pair {
		y := pair[1-i]
		for _, g := range x.guards {
			if reads := a.guards[g].reads; reads.overlaps(y.writes) {
				q.touched[i] = append(q.touched[i], g)
				q.bits.join(reads)
			}
		}
		for _, e := range x.effects {
			if e.reads.overlaps(y.writes) || e.writes.overlaps(y.writes) {
				q.bits.join(e.reads)
				q.bits.join(e.writes)
			}
		}
	}
	q.close()
	if !q.domain(s.at, t.at) || !q.assume(s.guards) || !q.assume(t.guards) {
		return false, false
	}
	return q.accords(), !q.dropped
}

// canMake tells whether a transition can make a condition, which is before it, into its opposite. Other
// conditions that hold before may be given, and a location that another thread stands at, or -1.
func (a *analysis) canMake(t *transition, g int, before bool, also []int, loc int) bool {
	if !t.feasible || !t.writes.overlaps(a.guards[g].reads) {
		return false
	}
	if loc < 0 {
		loc = t.at
	} else if a.facts.apart[t.at].Has(loc) {
		return false
	}
	q := a.asker
	q.begin(t)
	q.bits.join(a.guards[g].reads)
	q.close()
	if !q.domain(t.at, loc) || !q.assume(t.guards) || !q.assume(also) {
		return true
	}
	return !q.ask(question{kind: askKeeps, of: g, before: before})
}

// together tells whether some valuation lets conditions hold together at a location.
func (a *analysis) together(loc int, guards ...[]int) bool {
	q := a.asker
	q.begin()
	q.domain(loc, loc)
	for _, list := range guards {
		q.assume(list)
	}
	return !q.ask(question{kind: askNever})
}
