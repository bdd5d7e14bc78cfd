package packed

import "hpmc/model"

// bitKind tells what is known of one bit of a value.
type bitKind uint8

const (
	bitUnknown bitKind = iota
	bitConst           // val
	bitVar             // bit bit of variable v's offset from its minimum
)

// symbolic is one bit of a value in terms of the state.
type symbolic struct {
	kind bitKind
	val  uint8
	bit  uint8
	v    model.VarID
}

func constBit(b uint64) symbolic { return symbolic{kind: bitConst, val: uint8(b & 1)} }

// value is a value bit by bit, as a two's complement word.
type value [64]symbolic

// literal is the demand that one bit of a variable's offset have a value.
type literal struct {
	v   model.VarID
	bit uint8
	val uint8
}

// folder breaks expressions down to bits. Bits of variables' offsets outside varying count as constants, of the
// initial value; nil means that all bits vary.
type folder struct {
	p       *model.Program
	varying []uint64
	known   []bitsKnown // per variable: more bits that count as constants; nil: none
}

// bit returns bit i of a variable's offset from its minimum.
func (f *folder) bit(id model.VarID, i int) symbolic {
	v := &f.p.Vars[id]
	if f.varying != nil && f.varying[id]>>i&1 == 0 {
		return constBit(uint64(v.Init-v.Min) >> i)
	}
	if f.known != nil && f.known[id].mask>>i&1 != 0 {
		return constBit(f.known[id].val >> i)
	}
	return symbolic{kind: bitVar, v: id, bit: uint8(i)}
}

// bits returns the bits of e's value.
func (f *folder) bits(e *model.Expr) *value {
	var r value
	switch e.Op {
	case model.Const:
		for i := range r {
			r[i] = constBit(uint64(e.Val) >> i)
		}
	case model.Ref:
		v := &f.p.Vars[e.Var]
		if v.Min != 0 {
			break
		}
		for i := range r {
			r[i] = constBit(0)
			if i < v.Bits {
				r[i] = f.bit(e.Var, i)
			}
		}
	case model.And, model.Or, model.Xor, model.AndNot:
		a, b := f.bits(e.Args[0]), f.bits(e.Args[1])
		for i := range r {
			r[i] = combine(e.Op, a[i], b[i])
		}
	case model.Shl, model.Shr:
		k := e.Args[1]
		if k.Op != model.Const || k.Val < 0 || k.Val > 63 {
			break
		}
		a, n := f.bits(e.Args[0]), int(k.Val)
		for i := range r {
			from := i - n
			if e.Op == model.Shr {
				from = i + n
			}
			r[i] = constBit(0)
			if from >= 0 && from < 64 {
				r[i] = a[from]
			}
		}
	case model.Eq, model.Ne, model.Lt, model.Le, model.LAnd, model.LOr, model.Not:
		for i := 1; i < 64; i++ {
			r[i] = constBit(0)
		}
		if ls, ok := f.literals(e, true); ok && len(ls) == 1 && ls[0].val == 1 {
			r[0] = symbolic{kind: bitVar, v: ls[0].v, bit: ls[0].bit}
		} else if ok && len(ls) == 0 {
			r[0] = constBit(1)
		}
	case model.Ite:
		a, b := f.bits(e.Args[1]), f.bits(e.Args[2])
		for i := range r {
			if a[i].kind != bitUnknown && a[i] == b[i] {
				r[i] = a[i]
			}
		}
	}
	return &r
}

func combine(op model.Op, a, b symbolic) symbolic {
	if op == model.AndNot {
		if b.kind == bitConst {
			b.val ^= 1
			op = model.And
		} else {
			if a.kind == bitConst && a.val == 0 || a.kind == bitVar && a == b {
				return constBit(0)
			}
			return symbolic{}
		}
	}
	if a.kind == bitConst {
		a, b = b, a
	}
	if b.kind != bitConst {
		if a == b && a.kind == bitVar {
			if op == model.Xor {
				return constBit(0)
			}
			return a
		}
		return symbolic{}
	}
	switch {
	case op == model.And && b.val == 0:
		return constBit(0)
	case op == model.Or && b.val == 1:
		return constBit(1)
	case op == model.Xor && b.val == 1:
		if a.kind == bitConst {
			return constBit(uint64(a.val ^ 1))
		}
		return symbolic{}
	}
	return a
}

// literals tells whether e's truth being want is a conjunction of literals, and returns them.
func (f *folder) literals(e *model.Expr, want bool) ([]literal, bool) {
	switch e.Op {
	case model.Not:
		return f.literals(e.Args[0], !want)
	case model.LAnd, model.LOr:
		if (e.Op == model.LAnd) != want {
			break
		}
		a, ok := f.literals(e.Args[0], want)
		if !ok {
			return nil, false
		}
		b, ok := f.literals(e.Args[1], want)
		return append(a[:len(a):len(a)], b...), ok
	case model.Lt, model.Le:
		return nil, false
	case model.Eq, model.Ne:
		return f.equal(e.Args[0], e.Args[1], want == (e.Op == model.Eq))
	default:
		return f.equal(e, &model.Expr{Op: model.Const}, !want)
	}
	return nil, false
}

// equal is literals for a == b, or for a != b.
func (f *folder) equal(a, b *model.Expr, want bool) ([]literal, bool) {
	if a.Op == model.Const {
		a, b = b, a
	}
	if b.Op != model.Const {
		return nil, false
	}
	// A comparison of a truth value with 0 or 1.
	switch a.Op {
	case model.Eq, model.Ne, model.Lt, model.Le, model.LAnd, model.LOr, model.Not:
		if b.Val == 0 || b.Val == 1 {
			return f.literals(a, want == (b.Val == 1))
		}
	}
	k := b.Val
	var bits *value
	if a.Op == model.Ref && f.p.Vars[a.Var].Min != 0 {
		v := &f.p.Vars[a.Var]
		k -= v.Min
		if k < 0 || k >= 1<<v.Bits {
			return nil, false
		}
		bits = &value{}
		for i := range bits {
			bits[i] = constBit(0)
			if i < v.Bits {
				bits[i] = f.bit(a.Var, i)
			}
		}
	} else {
		bits = f.bits(a)
	}
	var ls []literal
	for i, s := range bits {
		c := uint8(uint64(k) >> i & 1)
		switch {
		case s.kind == bitUnknown:
			return nil, false
		case s.kind == bitVar:
			ls = append(ls, literal{s.v, s.bit, c})
		case s.val != c:
			return nil, false // never equal: leave it to the general code
		}
	}
	if want {
		return ls, true
	}
	if len(ls) == 1 {
		ls[0].val ^= 1
		return ls, true
	}
	return nil, false
}
