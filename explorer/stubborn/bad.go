package stubborn

import "hpmc/model"

// bad is a conjunction of conditions whose truth in some state decides a property. It is treated like the
// guard of a transition that changes nothing: a transition that can make it false does not accord with it.
type bad struct {
	prop   int
	loc    int // where some thread must stand, or -1
	guards []int
}

// maxDisjuncts bounds into how many conjunctions a condition is taken apart.
const maxDisjuncts = 64

// bads returns what decides the properties that are not only checked in states without a step.
func (a *analysis) bads() (list []bad) {
	add := func(prop, loc int, and []int, e *model.Expr, negated bool) {
		for _, conj := range disjuncts(e, negated) {
			b := bad{prop: prop, loc: loc, guards: append([]int(nil), and...)}
			for _, c := range conj {
				b.guards = a.addGuard(b.guards, c)
			}
			if a.possible(&b) {
				list = append(list, b)
			}
		}
	}
	for i := range a.p.Props {
		switch pr := &a.p.Props[i]; pr.Kind {
		case model.Always:
			add(i, -1, nil, pr.Cond, true)
		case model.Reachable:
			add(i, -1, nil, pr.Cond, false)
		}
	}
	for i := range a.ts {
		t := &a.ts[i]
		if !t.feasible && len(t.Checks) == 0 {
			continue
		}
		for c, ch := range t.Checks {
			if !a.proven[i][c] && a.facts.reached[t.at] {
				add(ch.Prop, t.at, t.own, ch.Cond, true)
			}
		}
	}
	return list
}

// possible tells whether no fact contradicts b.
func (a *analysis) possible(b *bad) bool {
	in := make([]uint64, a.fields.words)
	holds := func(l int) bool {
		copy(in, a.facts.at(l))
		return a.restrict(in, b.guards) && a.together(l, b.guards)
	}
	if b.loc >= 0 && !holds(b.loc) {
		return false
	}
	for t := range a.p.Threads {
		some := false
		for l := range a.p.Threads[t].Locs {
			l += a.first[t]
			if b.loc >= 0 && a.facts.apart[l].Has(b.loc) {
				continue
			}
			if a.facts.reached[l] && holds(l) {
				some = true
				break
			}
		}
		if !some {
			return false
		}
	}
	return true
}

// repairs tells whether a transition can make b false.
func (a *analysis) repairs(t *transition, b *bad) bool {
	if !t.feasible {
		return false
	}
	also := b.guards
	if b.loc >= 0 && a.owner[b.loc] == t.Thread {
		if t.at != b.loc {
			return false
		}
		if t.To != t.From {
			return a.together(t.at, t.guards, also)
		}
	}
	loc := b.loc
	if loc == t.at {
		loc = -1
	}
	for _, g := range b.guards {
		if a.canMake(t, g, true, also, loc) {
			return true
		}
	}
	return false
}

// disjuncts takes a condition, or its negation, apart into conjunctions of which one must hold.
func disjuncts(e *model.Expr, negated bool) [][]*model.Expr {
	op := e.Op
	switch {
	case op == model.Not:
		return disjuncts(e.Args[0], !negated)
	case op == model.Const:
		if (e.Val != 0) != negated {
			return [][]*model.Expr{nil}
		}
		return nil
	case op == model.LOr && !negated || op == model.LAnd && negated:
		l, r := disjuncts(e.Args[0], negated), disjuncts(e.Args[1], negated)
		if len(l)+len(r) <= maxDisjuncts {
			return append(l, r...)
		}
	case op == model.LAnd || op == model.LOr:
		l, r := disjuncts(e.Args[0], negated), disjuncts(e.Args[1], negated)
		if len(l)*len(r) <= maxDisjuncts {
			var all [][]*model.Expr
			for _, x := range l {
				for _, y := range r {
					all = append(all, append(append([]*model.Expr(nil), x...), y...))
				}
			}
			return all
		}
	}
	if negated {
		e = &model.Expr{Op: model.Not, Args: []*model.Expr{e}}
	}
	return [][]*model.Expr{{e}}
}
