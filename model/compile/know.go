package compile

import "hpmc/model"

// assume adds a conjunct to the guard, and tells whether it can hold.
func (x *exec) assume(p *pathState, cond *model.Expr) bool {
	c := x.c
	if cond = c.truth(x.fact(p, cond)); isConst(cond) {
		return cond.Val != 0
	}
	if cond.Op == model.LAnd {
		return x.assume(p, cond.Args[0]) && x.assume(p, cond.Args[1])
	}
	p.guard = append(p.guard, cond)
	p.facts[cond], p.facts[c.not(cond)] = true, false
	switch {
	case cond.Op == model.Ref:
		p.values[cond.Var] = 1
	case cond.Op == model.Not && cond.Args[0].Op == model.Ref:
		p.values[cond.Args[0].Var] = 0
	case cond.Op == model.Eq && cond.Args[0].Op == model.Ref && isConst(cond.Args[1]):
		p.values[cond.Args[0].Var] = cond.Args[1].Val
	}
	return true
}

// fact rewrites an expression over the state before the step by what the guard tells of that state.
func (x *exec) fact(p *pathState, e *model.Expr) *model.Expr {
	if len(p.facts) == 0 {
		return e
	}
	return x.rewrite(e, map[*model.Expr]*model.Expr{}, func(r *model.Expr) *model.Expr {
		if k, ok := p.values[r.Var]; ok {
			return x.c.konst(k)
		}
		return r
	}, p.facts)
}

// subst returns the value of an expression at the point of the path, over the state before the step.
func (x *exec) subst(p *pathState, e *model.Expr) *model.Expr {
	return x.rewrite(e, map[*model.Expr]*model.Expr{}, func(r *model.Expr) *model.Expr {
		if v := p.env[r.Var]; v != nil {
			return x.fact(p, v)
		}
		if k := x.c.constant(r.Var); k != nil {
			return k
		}
		if k, ok := p.values[r.Var]; ok {
			return x.c.konst(k)
		}
		return r
	}, p.facts)
}

// constant returns the value of a shared variable that never changes, or nil.
func (c *compiler) constant(id model.VarID) *model.Expr {
	v := &c.vars[id]
	if (v.Kind == model.Shared || v.Kind == model.Ghost) && v.varying == 0 {
		return c.konst(v.Init)
	}
	return nil
}

func (x *exec) rewrite(e *model.Expr, memo map[*model.Expr]*model.Expr, ref func(*model.Expr) *model.Expr, facts map[*model.Expr]bool) *model.Expr {
	switch e.Op {
	case model.Const:
		return e
	case model.Ref:
		return ref(e)
	}
	if r := memo[e]; r != nil {
		return r
	}
	var buf [3]*model.Expr
	args := buf[:len(e.Args)]
	for i, a := range e.Args {
		args[i] = x.rewrite(a, memo, ref, facts)
		if i == 0 && isConst(args[0]) { // the rest may not matter, and may not make sense
			switch {
			case e.Op == model.LAnd && args[0].Val == 0, e.Op == model.LOr && args[0].Val != 0:
				return args[0]
			case e.Op == model.Ite && args[0].Val != 0:
				return x.rewrite(e.Args[1], memo, ref, facts)
			case e.Op == model.Ite:
				return x.rewrite(e.Args[2], memo, ref, facts)
			}
		}
	}
	r := x.c.remake(e, args)
	if b, ok := facts[r]; ok {
		r = x.c.konst(0)
		if b {
			r = x.c.konst(1)
		}
	}
	memo[e] = r
	return r
}

// guarded returns bounds of an expression's value in the states that the guard of the path lets through.
func (x *exec) guarded(p *pathState, e *model.Expr) (lo, hi int64) {
	vars := x.c.vars
	old := map[model.VarID][2]int64{}
	for _, g := range p.guard {
		if g.Op != model.Lt && g.Op != model.Le {
			continue
		}
		strict := int64(0)
		if g.Op == model.Lt {
			strict = 1
		}
		a, b := g.Args[0], g.Args[1]
		r := a
		if isConst(a) {
			r = b
		}
		if r.Op != model.Ref || !isConst(a) && !isConst(b) {
			continue
		}
		v := &vars[r.Var]
		if v.ranged && !v.known {
			continue
		}
		if _, saved := old[r.Var]; !saved {
			old[r.Var] = [2]int64{v.Min, v.Max}
		}
		if isConst(a) {
			v.Min = min(v.Max, max(v.Min, a.Val+strict))
		} else {
			v.Max = max(v.Min, min(v.Max, b.Val-strict))
		}
	}
	lo, hi = x.c.interval(e)
	for id, o := range old {
		vars[id].Min, vars[id].Max = o[0], o[1]
	}
	return lo, hi
}

// widen extends the inferred range of a stored local.
func (x *exec) widen(id model.VarID, e *model.Expr, n *node, p *pathState) {
	v := &x.c.vars[id]
	if !v.ranged {
		return
	}
	lo, hi := x.guarded(p, e)
	if v.known && lo >= v.Min && hi <= v.Max {
		return
	}
	if !v.known {
		v.Min, v.Max, v.known = lo, hi, true
	}
	v.Min, v.Max = min(v.Min, lo), max(v.Max, hi)
	x.grown = true
	if v.widened++; v.widened > maxWidenings || v.Min < -1<<20 || v.Max > 1<<20 {
		x.c.fatalf(n.pos, "the range of %s cannot be told: give it a type with constants, or take it from a field with a range", v.Name)
	}
}
