package packed

import (
	"slices"

	"hpmc/model"
)

// quantity is what a place invariant speaks of: a whole variable, or one bit of it.
type quantity struct {
	v   model.VarID
	bit int // -1: the whole variable
}

// placeInvariant says that a quantity's offset from the variable's minimum is, in every reachable state, its initial
// value plus phi[t][l] for each thread t at location l. A mutex that is held exactly while its owner stands between
// lock and unlock is one, a count of readers is another.
type placeInvariant struct {
	quantity
	phi         [][]int64
	least, most []int64 // of each thread's phi
	lo, hi      int64   // the initial value and what all threads may take off it or add
}

// change is what a transition does to a quantity.
type change struct {
	known bool
	delta int64 // if known
	set   bool  // if not known: whether to is what it becomes
	to    int64
}

// flow is a program's control flow, with the transitions that write each variable.
type flow struct {
	p       *model.Program
	writers [][]int // per variable: transitions, ascending
	changes []change
}

func newFlow(p *model.Program) *flow {
	f := &flow{p, make([][]int, len(p.Vars)), make([]change, len(p.Transitions))}
	for i := range p.Transitions {
		for _, a := range p.Transitions[i].Effect {
			if w := f.writers[a.Var]; len(w) == 0 || w[len(w)-1] != i {
				f.writers[a.Var] = append(w, i)
			}
		}
	}
	return f
}

// findInvariant looks for the invariant of a quantity by following each thread's control flow with the
// differences that transitions make. Every transition is accounted for, so what it returns holds by induction over
// the length of a run; it returns nil if there is none of this form.
func (f *flow) findInvariant(q quantity) *placeInvariant {
	p := f.p
	for i := range f.changes {
		f.changes[i] = change{known: true}
	}
	writer := -1
	moved := make([]bool, len(p.Threads)) // threads that make a difference
	for _, i := range f.writers[q.v] {
		t := &p.Transitions[i]
		c := changeOf(p, t, q)
		f.changes[i] = c
		if !c.known || c.delta != 0 {
			moved[t.Thread] = true
			if writer == -1 || writer == t.Thread {
				writer = t.Thread
			} else {
				writer = -2
			}
		}
	}
	n := len(p.Threads)
	inv := &placeInvariant{quantity: q, phi: make([][]int64, n), least: make([]int64, n), most: make([]int64, n)}
	inv.lo = initialOf(p, q)
	inv.hi = inv.lo
	for th := range p.Threads {
		if !moved[th] {
			inv.phi[th] = make([]int64, len(p.Threads[th].Locs))
			continue
		}
		init := int64(0)
		if writer == th {
			init = initialOf(p, q)
		}
		phi, ok := followThread(p, th, f.changes, init, writer == th)
		if !ok {
			return nil
		}
		inv.phi[th], inv.least[th], inv.most[th] = phi, slices.Min(phi), slices.Max(phi)
		inv.lo, inv.hi = inv.lo+inv.least[th], inv.hi+inv.most[th]
	}
	return inv
}

func initialOf(p *model.Program, q quantity) int64 {
	v := &p.Vars[q.v]
	off := v.Init - v.Min
	if q.bit >= 0 {
		off = off >> q.bit & 1
	}
	return off
}

// followThread gives every location of a thread the sum of the differences on the way to it, and fails if two ways
// disagree. A transition that sets the quantity without looking at it makes a known difference only if no other
// thread changes it (alone), so that the sum so far is its value.
func followThread(p *model.Program, th int, changes []change, init int64, alone bool) ([]int64, bool) {
	t := &p.Threads[th]
	phi := make([]int64, len(t.Locs))
	seen := make([]bool, len(t.Locs))
	from := 0
	if t.PC >= 0 {
		from = int(p.Vars[t.PC].Init)
	}
	seen[from] = true
	for todo := []int{from}; len(todo) > 0; {
		l := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, id := range t.Out[l] {
			c, to := changes[id], p.Transitions[id].To
			d := c.delta
			if !c.known {
				if !c.set || !alone {
					return nil, false
				}
				d = c.to - (init + phi[l])
			}
			switch {
			case !seen[to]:
				seen[to], phi[to] = true, phi[l]+d
				todo = append(todo, to)
			case phi[to] != phi[l]+d:
				return nil, false
			}
		}
	}
	return phi, true
}

// changeOf tells what a transition does to a quantity, knowing that its guard held and that no check of the model
// itself failed.
func changeOf(p *model.Program, t *model.Transition, q quantity) change {
	v := &p.Vars[q.v]
	var val *model.Expr
	for _, a := range t.Effect {
		if a.Var == q.v {
			val = a.Val
		}
	}
	if val == nil {
		return change{known: true}
	}
	if q.bit < 0 {
		switch {
		case val.Op == model.Add && isRef(val.Args[0], q.v) && val.Args[1].Op == model.Const:
			return change{known: true, delta: val.Args[1].Val}
		case val.Op == model.Add && isRef(val.Args[1], q.v) && val.Args[0].Op == model.Const:
			return change{known: true, delta: val.Args[0].Val}
		case val.Op == model.Sub && isRef(val.Args[0], q.v) && val.Args[1].Op == model.Const:
			return change{known: true, delta: -val.Args[1].Val}
		case val.Op != model.Const:
			return change{}
		}
		c := change{set: true, to: val.Val - v.Min}
		if before, ok := knownValue(p, t, q.v); ok {
			c.known, c.delta = true, val.Val-before
		}
		return c
	}
	f := &folder{p: p}
	b := f.bitOf(val, q.bit)
	switch {
	case b.kind == bitVar && b.v == q.v && b.bit == uint8(q.bit):
		return change{known: true}
	case b.kind != bitConst:
		return change{}
	}
	c := change{set: true, to: int64(b.val)}
	var facts []literal
	for _, g := range assumptions(p, t) {
		if ls, ok := f.literals(g, true); ok {
			facts = append(facts, ls...)
		}
	}
	for _, l := range facts {
		if l.v == q.v && int(l.bit) == q.bit {
			c.known, c.delta = true, int64(b.val)-int64(l.val)
		}
	}
	return c
}

// assumptions returns what holds in every state in which t happens.
func assumptions(p *model.Program, t *model.Transition) []*model.Expr {
	out := t.Guard
	for _, c := range t.Checks {
		if p.Props[c.Prop].Fault {
			out = append(out[:len(out):len(out)], c.Cond)
		}
	}
	return out
}

// knownValue returns the value that a variable must have for t to happen, if there is only one.
func knownValue(p *model.Program, t *model.Transition, v model.VarID) (int64, bool) {
	f := &folder{p: p}
	w := &p.Vars[v]
	have, val := uint64(0), uint64(0)
	for _, g := range assumptions(p, t) {
		ls, ok := f.literals(g, true)
		if !ok {
			continue
		}
		for _, l := range ls {
			if l.v == v {
				have |= 1 << l.bit
				val |= uint64(l.val) << l.bit
			}
		}
	}
	return int64(val) + w.Min, w.Bits > 0 && have == 1<<w.Bits-1
}

func isRef(e *model.Expr, v model.VarID) bool { return e.Op == model.Ref && e.Var == v }
