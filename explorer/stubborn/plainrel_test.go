package stubborn

import (
	"maps"
	"math/bits"
	"slices"

	"hpmc/model"
)

// plainDomain returns the valuations of bits at two locations, variable by variable, if they are few.
func plainDomain(a *analysis, f model.Footprint, l, m int) (axes []axis, ok bool) {
	n := 1
	for _, v := range f.Vars() {
		x := &a.p.Vars[v]
		y := axis{v: v}
		if tracked(x) {
			can, there := a.fields.get(a.facts.at(l), v), a.fields.get(a.facts.at(m), v)
			for o := range uint64(1) << x.Bits {
				if val := int64(o&f[v]) + x.Min; can.has(o) && there.has(o) && !slices.Contains(y.vals, val) {
					y.vals = append(y.vals, val)
				}
			}
		} else if bits.OnesCount64(f[v]) > 12 {
			return nil, false
		} else {
			for o := f[v]; ; o = (o - 1) & f[v] {
				if y.vals = append(y.vals, int64(o)+x.Min); o == 0 {
					break
				}
			}
		}
		if n *= len(y.vals); n > maxTuples {
			return nil, false
		}
		axes = append(axes, y)
	}
	return axes, true
}

// plainAll tells whether f holds for every valuation of bits, and of those from which actors compute them, in which
// guards hold. It is asked with the axes, a valuation, and, for each actor, what a valuation is after it. ok is false if
// there are too many.
func plainAll(a *analysis, of model.Footprint, guards []int, actors []*transition, m int, f func([]axis, env, func(int, env) env) bool) (all, ok bool) {
	fp := func(t model.Transition) model.Transition { return a.footprints(t) }
	effects := make([][]model.Assign, len(actors))
	for again := true; again; {
		again = false
		for i, t := range actors {
			for _, as := range t.Effect {
				x := fp(model.Transition{Effect: []model.Assign{as}})
				if x.Writes.Overlaps(of) && !slices.Contains(effects[i], as) {
					effects[i], again = append(effects[i], as), true
					for v, b := range x.Reads {
						of.Add(v, b)
					}
				}
			}
		}
	}
	axes, ok := plainDomain(a, of, actors[0].at, m)
	if !ok {
		return false, false
	}
	var known []int
	for _, g := range guards {
		wider := maps.Clone(of)
		for v, b := range fp(model.Transition{Guard: []*model.Expr{a.guards[g].e}}).Reads {
			wider.Add(v, b)
		}
		if more, ok := plainDomain(a, wider, actors[0].at, m); ok {
			of, axes, known = wider, more, append(known, g)
		}
	}
	now := make(env, len(a.p.Vars))
	for v := range now {
		now[v] = a.p.Vars[v].Min
	}
	after := func(actor int, e env) env {
		d := slices.Clone(e)
		for _, as := range effects[actor] {
			d[as.Var] = stored(&a.p.Vars[as.Var], e.eval(as.Val))
		}
		return d
	}
	return each(now, axes, func() bool {
		for _, g := range known {
			if now.eval(a.guards[g].e) == 0 {
				return true
			}
		}
		return f(axes, now, after)
	}), true
}

func plainAccord(a *analysis, s, t *transition) bool {
	if !t.feasible || a.facts.apart[s.at].Has(t.at) {
		return true
	}
	of := model.Footprint{}
	pair := []*transition{s, t}
	whole := make([]model.Transition, 2)
	for i, x := range pair {
		whole[i].Effect = x.Effect
		for _, g := range x.guards {
			whole[i].Guard = append(whole[i].Guard, a.guards[g].e)
		}
		whole[i] = a.footprints(whole[i])
	}
	if x, y := &whole[0], &whole[1]; !x.Writes.Overlaps(y.Reads) && !x.Writes.Overlaps(y.Writes) && !y.Writes.Overlaps(x.Reads) {
		return true
	}
	add := func(x model.Footprint) {
		for v, b := range x {
			of.Add(v, b)
		}
	}
	var touched [2][]*model.Expr
	for i := range pair {
		other := whole[1-i].Writes
		for _, g := range whole[i].Guard {
			if x := a.footprints(model.Transition{Guard: []*model.Expr{g}}); x.Reads.Overlaps(other) {
				touched[i] = append(touched[i], g)
				add(x.Reads)
			}
		}
		for _, as := range whole[i].Effect {
			if x := a.footprints(model.Transition{Effect: []model.Assign{as}}); x.Reads.Overlaps(other) || x.Writes.Overlaps(other) {
				add(x.Reads)
				add(x.Writes)
			}
		}
	}
	all, ok := plainAll(a, of, slices.Concat(s.guards, t.guards), pair, t.at, func(axes []axis, now env, after func(int, env) env) bool {
		one, two := after(0, now), after(1, now)
		for _, g := range touched[1] {
			if one.eval(g) == 0 {
				return false
			}
		}
		for _, g := range touched[0] {
			if two.eval(g) == 0 {
				return false
			}
		}
		x, y := after(1, one), after(0, two)
		return !slices.ContainsFunc(axes, func(d axis) bool { return x[d.v] != y[d.v] })
	})
	return ok && all
}

// plainMakes tells whether a transition can make a guard true.
func plainMakes(a *analysis, t *transition, g int) bool {
	e := a.guards[g].e
	of := a.footprints(model.Transition{Guard: []*model.Expr{e}}).Reads
	if !a.footprints(model.Transition{Effect: t.Effect}).Writes.Overlaps(of) {
		return false
	}
	never, ok := plainAll(a, of, t.guards, []*transition{t}, t.at, func(_ []axis, now env, after func(int, env) env) bool {
		return now.eval(e) != 0 || after(0, now).eval(e) == 0
	})
	return !ok || !never
}
