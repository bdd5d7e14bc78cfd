package export

import (
	"fmt"
	"math"
	"math/bits"

	"hpmc/model"
)

// interval is a range of values that holds all those of an expression.
type interval struct{ lo, hi int64 }

// bounds finds intervals. The other checkers compute with 32 bits where a program has 64, so that every part of an
// expression must be known to fit.
type bounds struct {
	p       *model.Program
	written []bool // per variable: does a transition assign to it
	memo    map[*model.Expr]interval
}

func newBounds(p *model.Program) *bounds {
	b := &bounds{p: p, written: make([]bool, len(p.Vars)), memo: map[*model.Expr]interval{}}
	for i := range p.Transitions {
		for _, a := range p.Transitions[i].Effect {
			b.written[a.Var] = true
		}
	}
	for i := range p.Threads {
		if pc := p.Threads[i].PC; pc >= 0 {
			b.written[pc] = true
		}
	}
	return b
}

// of returns an interval for e, or an error if a value of e, or of a part of it, may not fit.
func (b *bounds) of(e *model.Expr) (interval, error) {
	if r, ok := b.memo[e]; ok {
		return r, nil
	}
	args := make([]interval, len(e.Args))
	for i, a := range e.Args {
		r, err := b.of(a)
		if err != nil {
			return r, err
		}
		args[i] = r
	}
	r, ok := b.apply(e, args)
	if !ok || r.lo <= math.MinInt32 || r.hi > math.MaxInt32 {
		return r, fmt.Errorf("a value of %s may not fit into the 32 bits that the other checkers compute with", b.p.Format(e))
	}
	b.memo[e] = r
	return r, nil
}

func (b *bounds) apply(e *model.Expr, a []interval) (interval, bool) {
	switch e.Op {
	case model.Const:
		return interval{e.Val, e.Val}, true
	case model.Ref:
		return b.variable(e.Var), true
	case model.Eq, model.Ne, model.Lt, model.Le, model.LAnd, model.LOr, model.Not:
		return interval{0, 1}, true
	case model.Ite:
		return hull(a[1].lo, a[1].hi, a[2].lo, a[2].hi), true
	case model.Count:
		return interval{0, int64(bits.Len64(uint64(a[0].hi)))}, a[0].lo >= 0
	case model.Add:
		return interval{a[0].lo + a[1].lo, a[0].hi + a[1].hi}, true
	case model.Sub:
		return interval{a[0].lo - a[1].hi, a[0].hi - a[1].lo}, true
	case model.Mul:
		return hull(a[0].lo*a[1].lo, a[0].lo*a[1].hi, a[0].hi*a[1].lo, a[0].hi*a[1].hi), true
	case model.Div:
		return hull(a[0].lo, a[0].hi, -a[0].lo, -a[0].hi, 0), true
	case model.Rem:
		m := max(-a[0].lo, a[0].hi, 0)
		if n := max(-a[1].lo, a[1].hi) - 1; n < m {
			m = max(n, 0)
		}
		return hull(0, max(a[0].lo, -m), min(a[0].hi, m)), true
	case model.Shl:
		if a[0] == (interval{}) {
			return interval{}, true
		}
		n := min(a[1].hi, 63)
		if n < 0 {
			return interval{}, true
		}
		return hull(a[0].lo<<min(n, 32), a[0].hi<<min(n, 32), a[0].lo, a[0].hi, 0), n < 32
	case model.Shr:
		return interval{0, max(a[0].hi, 0)}, a[0].lo >= 0
	case model.And:
		switch {
		case a[0].lo >= 0 && a[1].lo >= 0:
			return interval{0, min(a[0].hi, a[1].hi)}, true
		case a[0].lo >= 0:
			return interval{0, a[0].hi}, true
		case a[1].lo >= 0:
			return interval{0, a[1].hi}, true
		}
	case model.AndNot:
		if a[0].lo >= 0 {
			return interval{0, a[0].hi}, true
		}
	}
	// Or, Xor, And and AndNot of what may be negative: as many bits as the wider operand has.
	n := max(width(a[0]), width(a[1]))
	r := interval{-1 << n, 1<<n - 1}
	if a[0].lo >= 0 && (a[1].lo >= 0 || e.Op == model.AndNot) {
		r.lo = 0
	}
	return r, true
}

// isTrue tells whether e is known to be true in every state.
func (b *bounds) isTrue(e *model.Expr) bool {
	r, ok := b.memo[e]
	return ok && r.lo == r.hi && r.lo != 0
}

// variable returns the values that a variable can have: those that its bits can hold if it is ever written.
func (b *bounds) variable(id model.VarID) interval {
	v := &b.p.Vars[id]
	if v.Bits == 0 {
		return interval{v.Min, v.Min}
	}
	if !b.written[id] {
		return interval{v.Init, v.Init}
	}
	return interval{v.Min, v.Min + 1<<v.Bits - 1}
}

// fits tells whether the values of e, which has been found to have bounds, are within those of a variable.
func (b *bounds) fits(e *model.Expr, id model.VarID) bool {
	r, v := b.memo[e], b.variable(id)
	return v.lo <= r.lo && r.hi <= v.hi
}

// width returns the number of bits, without the sign, of an interval's values.
func width(r interval) int {
	return max(bits.Len64(uint64(max(r.hi, 0))), bits.Len64(uint64(-min(r.lo+1, 0))))
}

func hull(vals ...int64) interval {
	r := interval{vals[0], vals[0]}
	for _, v := range vals {
		r.lo, r.hi = min(r.lo, v), max(r.hi, v)
	}
	return r
}
