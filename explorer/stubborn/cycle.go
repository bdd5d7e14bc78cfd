package stubborn

import "hpmc/model"

// acyclic tries to show that the state graph has no cycle, by taking away, until nothing changes, transitions
// that can be part of none: those that no circle of remaining transitions of their thread contains, and those
// whose guard contradicts what must hold all around a cycle with them.
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
	seen := make([]int, len(a.owner)) // 1 + the transition from which a location was last reached
	var work []int
	for i := range a.ts {
		if !left[i] {
			continue
		}
		t := &a.ts[i]
		work = append(work[:0], t.to)
		for len(work) > 0 && seen[t.at] != i+1 {
			l := work[len(work)-1]
			work = work[:len(work)-1]
			if seen[l] == i+1 {
				continue
			}
			seen[l] = i + 1
			for _, id := range a.out(l) {
				if left[id] {
					work = append(work, a.ts[id].to)
				}
			}
		}
		if seen[t.at] != i+1 {
			left[i] = false
			cut++
		}
	}
	return cut
}

// contradicts tells whether a guard of t cannot hold on a cycle of remaining transitions with t in it. Around such
// a cycle a variable that none of them writes does not change, and one that t writes is what t makes it if
// the others make it the same.
func (a *analysis) contradicts(t *transition, left []bool) bool {
	written := make([]bool, len(a.p.Vars))
	for i := range a.ts {
		if left[i] {
			for j := range a.ts[i].effects {
				written[a.ts[i].effects[j].v] = true
			}
		}
	}
	known := map[model.VarID]*model.Expr{}
	for grown := true; grown; {
		grown = false
		for i := range t.effects {
			v := t.effects[i].v
			if known[v] == nil {
				if e := a.fixed(v, known, written, left); e != nil {
					known[v] = e
					grown = true
				}
			}
		}
	}
	for _, g := range t.guards {
		if e := simplify(a.guards[g].e, known); e.Op == model.Const && e.Val == 0 {
			return true
		}
	}
	return false
}

// fixed returns the value that all remaining transitions that write a variable give it, as an expression over
// variables that they do not write, or nil.
func (a *analysis) fixed(v model.VarID, known map[model.VarID]*model.Expr, written, left []bool) (value *model.Expr) {
	for i := range a.ts {
		if !left[i] {
			continue
		}
		for j := range a.ts[i].effects {
			if a.ts[i].effects[j].v != v {
				continue
			}
			e := simplify(a.ts[i].effects[j].e, known)
			x := &a.p.Vars[v]
			switch {
			case e.Op == model.Const:
				e = constant(stored(x, e.Val))
			case x.Min != 0 || a.mayHold(e)&^(1<<x.Bits-1) != 0:
				return nil
			}
			for _, id := range exprVars(nil, e) {
				if written[id] {
					return nil
				}
			}
			if value != nil && !equal(value, e) {
				return nil
			}
			value = e
		}
	}
	return value
}

// mayHold returns the bits that can be set in an expression's value.
func (a *analysis) mayHold(e *model.Expr) uint64 {
	switch e.Op {
	case model.Const:
		return uint64(e.Val)
	case model.Ref:
		if v := &a.p.Vars[e.Var]; v.Min == 0 {
			return 1<<v.Bits - 1
		}
	case model.And:
		return a.mayHold(e.Args[0]) & a.mayHold(e.Args[1])
	case model.AndNot:
		return a.mayHold(e.Args[0])
	case model.Or, model.Xor:
		return a.mayHold(e.Args[0]) | a.mayHold(e.Args[1])
	case model.Ite:
		return a.mayHold(e.Args[1]) | a.mayHold(e.Args[2])
	}
	return ^uint64(0)
}

func constant(v int64) *model.Expr { return &model.Expr{Op: model.Const, Val: v} }

// simplify puts what is known for variables into e, and evaluates what that decides.
func simplify(e *model.Expr, known map[model.VarID]*model.Expr) *model.Expr {
	switch e.Op {
	case model.Const:
		return e
	case model.Ref:
		if k := known[e.Var]; k != nil {
			return k
		}
		return e
	}
	args := make([]*model.Expr, len(e.Args))
	decided := true
	for i, x := range e.Args {
		args[i] = simplify(x, known)
		decided = decided && args[i].Op == model.Const
	}
	is := func(i int, zero bool) bool { return args[i].Op == model.Const && (args[i].Val == 0) == zero }
	if e.Op == model.Ite {
		switch {
		case is(0, false):
			return args[1]
		case is(0, true):
			return args[2]
		case equal(args[1], args[2]):
			return args[1]
		}
	} else if decided {
		b := int64(0)
		if len(args) > 1 {
			b = args[1].Val
		}
		return constant(model.Apply(e.Op, args[0].Val, b))
	}
	switch e.Op {
	case model.LAnd, model.And, model.Mul:
		if is(0, true) || is(1, true) {
			return constant(0)
		}
	case model.LOr:
		if is(0, false) || is(1, false) {
			return constant(1)
		}
	case model.AndNot, model.Xor, model.Sub, model.Ne, model.Lt:
		if equal(args[0], args[1]) {
			return constant(0)
		}
	case model.Eq, model.Le:
		if equal(args[0], args[1]) {
			return constant(1)
		}
	}
	return &model.Expr{Op: e.Op, Args: args}
}
