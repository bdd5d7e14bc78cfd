package stubborn

import "hpmc/model"

// facts are invariants of the form: while a thread stands at a location, a variable has one of some values;
// and: two locations are never occupied together. They are found by abstract interpretation, thread by thread:
// what a thread knows at a location must survive every step that another one can make at the same time.
type facts struct {
	at      [][]values // per location and variable; nothing at a location that is never reached
	apart   [][]bool   // two locations are never occupied together
	places  *places
	reached []bool
}

// findFacts computes the least fixpoint, within the bounds of what sums over locations tell.
func (a *analysis) findFacts() *facts {
	n := len(a.owner)
	f := &facts{at: make([][]values, n), reached: make([]bool, n), places: a.findPlaces()}
	for _, l := range a.start {
		f.at[l] = make([]values, len(a.p.Vars))
		f.reached[l] = true
		for v := range a.p.Vars {
			if x := &a.p.Vars[v]; tracked(x) {
				f.at[l][v].add(uint64(stored(x, x.Init) - x.Min))
			}
		}
	}
	changed := make([]int, n) // the round that changed a location last
	in := make([]values, len(a.p.Vars))
	for round := 1; ; round++ {
		again := false
		touch := func(l int) { changed[l], again = round, true }
		for i := range a.ts {
			t := &a.ts[i]
			if !f.reached[t.at] || !t.feasible {
				continue
			}
			if changed[t.at] >= round-1 {
				copy(in, f.at[t.at])
				if a.restrict(in, t.guards) && a.move(f, t, in) {
					touch(a.to(t))
				}
			}
			if len(t.effects) == 0 {
				continue
			}
			for l, u := range a.owner {
				if u == t.Thread || !f.reached[l] || changed[l] < round-1 && changed[t.at] < round-1 || f.places.apart(l, t.at) {
					continue
				}
				if a.meet(in, f.at[l], f.at[t.at]) && a.restrict(in, t.guards) && a.disturb(f, l, t, in) {
					touch(l)
				}
			}
		}
		if !again {
			break
		}
	}
	f.apart = make([][]bool, n)
	for l := range f.apart {
		f.apart[l] = make([]bool, n)
		for m := range n {
			f.apart[l][m] = !f.reached[l] || !f.reached[m] || (a.owner[l] == a.owner[m] && l != m) ||
				f.places.apart(l, m) || !a.meet(in, f.at[l], f.at[m])
		}
	}
	return f
}

// meet intersects, and tells whether something is left.
func (a *analysis) meet(dst, x, y []values) bool {
	for v := range dst {
		dst[v] = x[v].and(&y[v])
		if dst[v].empty() && tracked(&a.p.Vars[v]) && a.p.Vars[v].Kind != model.PC {
			return false
		}
	}
	return true
}

// restrict keeps the values with which guards can hold, and tells whether they can.
func (a *analysis) restrict(in []values, guards []int) bool {
	for _, g := range guards {
		axes, ok := a.axes(in, a.guardVars[g])
		if !ok {
			continue
		}
		var kept [8]values
		if len(axes) > len(kept) {
			continue
		}
		each(a.env, axes, func() bool {
			if a.env.eval(a.guards[g]) != 0 {
				for i := range axes {
					kept[i].add(uint64(a.env[axes[i].v] - a.p.Vars[axes[i].v].Min))
				}
			}
			return true
		})
		if len(axes) == 0 && a.env.eval(a.guards[g]) == 0 {
			return false
		}
		for i := range axes {
			if kept[i].empty() {
				return false
			}
			in[axes[i].v] = kept[i]
		}
	}
	return true
}

// axes returns the values that variables have in in, unless they are too many to try.
func (a *analysis) axes(in []values, ids []model.VarID) ([]axis, bool) {
	axes := make([]axis, 0, len(ids))
	n := 1
	for _, id := range ids {
		v := &a.p.Vars[id]
		if n *= in[id].len(); !tracked(v) || n > maxTuples {
			return nil, false
		}
		x := axis{v: id, vals: make([]int64, 0, in[id].len())}
		in[id].each(func(o uint64) { x.vals = append(x.vals, int64(o)+v.Min) })
		axes = append(axes, x)
	}
	return axes, true
}

// image returns the values that an effect can give its variable.
func (a *analysis) image(in []values, e *effect) (s values) {
	v := &a.p.Vars[e.v]
	axes, ok := a.axes(in, e.vars)
	if !ok {
		return full(v)
	}
	each(a.env, axes, func() bool {
		s.add(uint64(stored(v, a.env.eval(e.val)) - v.Min))
		return true
	})
	return s
}

// move takes what is known before a transition of the thread itself to the location it leads to.
func (a *analysis) move(f *facts, t *transition, in []values) (changed bool) {
	to := a.to(t)
	if !f.reached[to] {
		f.reached[to], changed = true, true
		f.at[to] = make([]values, len(a.p.Vars))
	}
	for v := range in {
		if !tracked(&a.p.Vars[v]) {
			continue
		}
		after := in[v]
		for i := range t.effects {
			if e := &t.effects[i]; int(e.v) == v {
				after = a.image(in, e)
			}
		}
		after = after.and(f.places.bound(to, v))
		changed = f.at[to][v].join(&after) || changed
	}
	return changed
}

// disturb adds to what is known at a location what a transition of another thread can do there.
func (a *analysis) disturb(f *facts, l int, t *transition, in []values) (changed bool) {
	for i := range t.effects {
		e := &t.effects[i]
		if !tracked(&a.p.Vars[e.v]) {
			continue
		}
		after := a.image(in, e)
		after = after.and(f.places.bound(l, int(e.v)))
		changed = f.at[l][e.v].join(&after) || changed
	}
	return changed
}

// useFacts decides which transitions can be enabled and which checks cannot fail.
func (a *analysis) useFacts() {
	in := make([]values, len(a.p.Vars))
	for i := range a.ts {
		t := &a.ts[i]
		t.feasible = false
		if !a.facts.reached[t.at] {
			continue
		}
		copy(in, a.facts.at[t.at])
		if t.feasible = a.restrict(in, t.guards); !t.feasible {
			continue
		}
		for c, ch := range t.Checks {
			a.proven[i][c] = a.proven[i][c] || a.holds(t, ch.Cond)
		}
	}
}

// holds tells whether a condition was shown to hold whenever t's own guards do.
func (a *analysis) holds(t *transition, cond *model.Expr) bool {
	in := make([]values, len(a.p.Vars))
	copy(in, a.facts.at[t.at])
	var guards []int
	for _, g := range t.Guard {
		guards = a.addGuard(guards, g)
	}
	if !a.restrict(in, guards) {
		return true
	}
	axes, ok := a.axes(in, exprVars(nil, cond))
	return ok && each(a.env, axes, func() bool { return a.env.eval(cond) != 0 })
}
