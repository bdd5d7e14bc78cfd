package stubborn

import "hpmc/model"

// acyclic tries to show that the state graph has no cycle, by taking away, until nothing changes, transitions
// that can be part of none: those that no circle of remaining transitions of their thread contains, and those
// whose guard contradicts what must hold all around a cycle with them. A transition that gives a variable a
// constant, which no remaining transition changes to anything else, makes it that constant all around the
// cycle; and from such constants follow those of what is computed from them.
func (a *analysis) acyclic() bool {
	left := make([]bool, len(a.ts))
	n := 0
	for i := range a.ts {
		if a.ts[i].feasible {
			left[i] = true
			n++
		}
	}
	for n > 0 {
		old := n
		n -= a.cutLines(left)
		for i := range a.ts {
			if left[i] && a.contradicts(&a.ts[i], left) {
				left[i] = false
				n--
			}
		}
		if n == old {
			return false
		}
	}
	return true
}

// cutLines takes away the transitions that lie on no circle of their thread, and returns how many.
func (a *analysis) cutLines(left []bool) (cut int) {
	for i := range a.ts {
		if !left[i] {
			continue
		}
		t := &a.ts[i]
		seen := map[int]bool{}
		work := []int{a.to(t)}
		for len(work) > 0 && !seen[t.at] {
			l := work[len(work)-1]
			work = work[:len(work)-1]
			if seen[l] {
				continue
			}
			seen[l] = true
			for _, id := range a.out(l) {
				if left[id] {
					work = append(work, a.to(&a.ts[id]))
				}
			}
		}
		if !seen[t.at] {
			left[i] = false
			cut++
		}
	}
	return cut
}

// contradicts tells whether a guard of t cannot hold on a cycle of remaining transitions with t in it.
func (a *analysis) contradicts(t *transition, left []bool) bool {
	known := map[model.VarID]int64{}
	for grown := true; grown; {
		grown = false
		for v := range a.p.Vars {
			id := model.VarID(v)
			if _, ok := known[id]; ok {
				continue
			}
			if c, ok := a.constant(t, id, known, left); ok {
				known[id] = c
				grown = true
			}
		}
	}
	for _, g := range t.guards {
		if c, ok := partial(a.guards[g], known); ok && c == 0 {
			return true
		}
	}
	return false
}

// constant returns the value that a variable has all around a cycle with t in it, if it is known: t writes it,
// or nothing but t's like does.
func (a *analysis) constant(t *transition, v model.VarID, known map[model.VarID]int64, left []bool) (c int64, ok bool) {
	writes := func(u *transition) (*effect, bool) {
		for i := range u.effects {
			if u.effects[i].v == v {
				return &u.effects[i], true
			}
		}
		return nil, false
	}
	e, ok := writes(t)
	if !ok {
		return 0, false
	}
	c, ok = partial(e.val, known)
	if !ok {
		return 0, false
	}
	c = stored(&a.p.Vars[v], c)
	for i := range a.ts {
		if !left[i] {
			continue
		}
		if e, ok := writes(&a.ts[i]); ok {
			if d, ok := partial(e.val, known); !ok || stored(&a.p.Vars[v], d) != c {
				return 0, false
			}
		}
	}
	return c, true
}

// partial evaluates e where only some variables are known.
func partial(e *model.Expr, known map[model.VarID]int64) (int64, bool) {
	switch e.Op {
	case model.Const:
		return e.Val, true
	case model.Ref:
		c, ok := known[e.Var]
		return c, ok
	}
	x, xok := partial(e.Args[0], known)
	switch e.Op {
	case model.Ite:
		if !xok {
			y, yok := partial(e.Args[1], known)
			z, zok := partial(e.Args[2], known)
			return y, yok && zok && y == z
		}
		if x != 0 {
			return partial(e.Args[1], known)
		}
		return partial(e.Args[2], known)
	case model.Not, model.Count:
		if !xok {
			return 0, false
		}
		return model.Apply(e.Op, x, 0), true
	}
	y, yok := partial(e.Args[1], known)
	if xok && yok {
		return model.Apply(e.Op, x, y), true
	}
	zero := func(v int64, ok bool) bool { return ok && v == 0 }
	switch e.Op {
	case model.LAnd, model.And, model.Mul:
		if zero(x, xok) || zero(y, yok) {
			return 0, true
		}
	case model.LOr:
		if xok && x != 0 || yok && y != 0 {
			return 1, true
		}
	case model.AndNot, model.Shl, model.Shr:
		if zero(x, xok) {
			return 0, true
		}
	}
	return 0, false
}
