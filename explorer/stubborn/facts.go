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
	x := &fixpoint{a: a, f: f, now: make([]bitset, n), last: make([]bitset, n), needs: make([]bitset, len(a.ts)), met: make([][]int, n)}
	f.apart = make([][]bool, n)
	for l := range n {
		x.now[l], x.last[l] = a.noVars(), a.noVars()
		f.apart[l], x.met[l] = make([]bool, n), make([]int, n)
	}
	for _, l := range a.start {
		f.at[l] = make([]values, len(a.p.Vars))
		x.reach(l)
		for v := range a.p.Vars {
			if x := &a.p.Vars[v]; tracked(x) {
				f.at[l][v].add(uint64(stored(x, x.Init) - x.Min))
			}
		}
	}
	for i := range a.ts {
		t := &a.ts[i]
		x.needs[i] = a.noVars()
		for _, g := range t.guards {
			for _, v := range a.guardVars[g] {
				x.needs[i].add(int(v))
			}
		}
		for j := range t.effects {
			for _, v := range t.effects[j].vars {
				x.needs[i].add(int(v))
			}
		}
	}
	in := make([]values, len(a.p.Vars))
	for again := true; again; {
		again = false
		x.round++
		for i := range a.ts {
			x.apply(i, in)
		}
		x.now, x.last = x.last, x.now
		for l := range n {
			again = again || x.last[l].some()
			clear(x.now[l])
		}
	}
	for l := range n {
		for m := range n {
			if l == m {
				f.apart[l][m] = !f.reached[l]
			} else {
				f.apart[l][m] = a.owner[l] == a.owner[m] || !x.meet(l, m)
			}
		}
	}
	return f
}

// fixpoint is the state of the computation of facts. Facts only ever get weaker: that two locations can be
// occupied together is found out once, and a transition need be looked at again only if a variable that its
// guards or effects refer to can be more than it could.
type fixpoint struct {
	a         *analysis
	f         *facts
	now, last []bitset // per location, the variables whose facts changed in this round, and in the one before
	needs     []bitset // per transition, the variables that it refers to
	met       [][]int  // per two locations of different threads, the round in which they were found to go together, ^v if v keeps them apart, or 0
	round     int
}

func (a *analysis) noVars() bitset { return make(bitset, (len(a.p.Vars)+63)/64) }

// reach notes that a location is reached, with which all about it is new.
func (x *fixpoint) reach(l int) {
	x.f.reached[l] = true
	for v := range x.a.p.Vars {
		x.now[l].add(v)
	}
}

// apply takes transition i where it leads, and where it disturbs.
func (x *fixpoint) apply(i int, in []values) {
	a, f := x.a, x.f
	t := &a.ts[i]
	if !f.reached[t.at] || !t.feasible {
		return
	}
	if x.now[t.at].some() || x.last[t.at].some() {
		copy(in, f.at[t.at])
		if a.restrict(in, t.guards) {
			x.move(t, in)
		}
	}
	if len(t.effects) == 0 {
		return
	}
	for l, u := range a.owner {
		if u == t.Thread || !f.reached[l] || !x.news(t.at, l, x.needs[i]) || !x.meet(l, t.at) {
			continue
		}
		x.needs[i].each(func(v int) { in[v] = f.at[l][v].and(&f.at[t.at][v]) })
		if a.restrict(in, t.guards) {
			x.disturb(l, t, in)
		}
	}
}

// news tells whether a variable of needs changed at one of two locations, or whether it was open until lately
// if they can be occupied together, or still is.
func (x *fixpoint) news(l, m int, needs bitset) bool {
	if r := x.met[l][m]; r <= 0 || r >= x.round-1 {
		return true
	}
	for i, w := range needs {
		if w&(x.now[l][i]|x.last[l][i]|x.now[m][i]|x.last[m][i]) != 0 {
			return true
		}
	}
	return false
}

// meet tells whether no fact known by now keeps two locations of different threads apart.
func (x *fixpoint) meet(l, m int) bool {
	f := x.f
	was := x.met[l][m]
	if was > 0 {
		return true
	}
	if was < 0 && x.differ(l, m, ^was) {
		return false
	}
	if !f.reached[l] || !f.reached[m] || f.places.apart(l, m) {
		return false
	}
	for v := range x.a.p.Vars {
		if y := &x.a.p.Vars[v]; tracked(y) && y.Kind != model.PC && x.differ(l, m, v) {
			x.met[l][m], x.met[m][l] = ^v, ^v
			return false
		}
	}
	x.met[l][m], x.met[m][l] = x.round, x.round
	return true
}

// differ tells whether a variable has no value that it can have at both of two locations.
func (x *fixpoint) differ(l, m, v int) bool {
	both := x.f.at[l][v].and(&x.f.at[m][v])
	return both.empty()
}

// restrict keeps the values with which guards can hold, and tells whether they can.
func (a *analysis) restrict(in []values, guards []int) bool {
	for _, g := range guards {
		if ids := a.guardVars[g]; len(ids) > 2 {
			if !a.filter(in, g) {
				return false
			}
		} else {
			k := restriction{guard: g}
			for i, id := range ids {
				k.in[i] = in[id]
			}
			r, known := a.restricted[k]
			if !known {
				r.some = a.filter(in, g)
				for i, id := range ids {
					r.out[i] = in[id]
				}
				a.restricted[k] = r
			}
			if !r.some {
				return false
			}
			for i, id := range ids {
				in[id] = r.out[i]
			}
		}
	}
	return true
}

// restriction is a guard over at most two variables and what they can be. The same one is asked about again and again.
type restriction struct {
	guard int
	in    [2]values
}

// restricted is what is left of a restriction, if something is.
type restricted struct {
	out  [2]values
	some bool
}

// filter restricts by one guard.
func (a *analysis) filter(in []values, g int) bool {
	axes, ok := a.axes(in, a.guardVars[g])
	var kept [8]values
	if !ok || len(axes) > len(kept) {
		return true
	}
	some := false
	each(a.env, axes, func() bool {
		if a.env.eval(a.guards[g]) != 0 {
			some = true
			for i := range axes {
				kept[i].add(uint64(a.env[axes[i].v] - a.p.Vars[axes[i].v].Min))
			}
		}
		return true
	})
	for i := range axes {
		in[axes[i].v] = kept[i]
	}
	return some
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
	k := assigned{v: e.v, val: e.val}
	if len(e.vars) <= len(k.in) {
		for i, id := range e.vars {
			k.in[i] = in[id]
		}
		if s, known := a.images[k]; known {
			return s
		}
	}
	v := &a.p.Vars[e.v]
	axes, ok := a.axes(in, e.vars)
	if !ok {
		return full(v)
	}
	each(a.env, axes, func() bool {
		s.add(uint64(stored(v, a.env.eval(e.val)) - v.Min))
		return true
	})
	if len(e.vars) <= len(k.in) {
		a.images[k] = s
	}
	return s
}

// assigned is a value given to a variable, and what at most two variables that it refers to can be.
type assigned struct {
	v   model.VarID
	val *model.Expr
	in  [2]values
}

// move takes what is known before a transition of the thread itself to the location it leads to.
func (x *fixpoint) move(t *transition, in []values) {
	a, f := x.a, x.f
	to := a.to(t)
	if !f.reached[to] {
		x.reach(to)
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
		x.join(to, v, after)
	}
}

// disturb adds to what is known at a location what a transition of another thread can do there.
func (x *fixpoint) disturb(l int, t *transition, in []values) {
	for i := range t.effects {
		if e := &t.effects[i]; tracked(&x.a.p.Vars[e.v]) {
			x.join(l, int(e.v), x.a.image(in, e))
		}
	}
}

// join adds values that a variable can have at a location.
func (x *fixpoint) join(l, v int, vals values) {
	vals = vals.and(x.f.places.bound(l, v))
	if x.f.at[l][v].join(&vals) {
		x.now[l].add(v)
	}
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
