package packed

import (
	"math/bits"

	"hpmc/model"
)

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

// bitOf returns bit i of e's value, a two's complement word.
func (f *folder) bitOf(e *model.Expr, i int) symbolic {
	switch e.Op {
	case model.Const:
		return constBit(uint64(e.Val) >> i)
	case model.Ref:
		switch v := &f.p.Vars[e.Var]; {
		case v.Min != 0:
			return symbolic{}
		case i < v.Bits:
			return f.bit(e.Var, i)
		}
		return constBit(0)
	case model.And, model.Or, model.Xor, model.AndNot:
		return combine(e.Op, f.bitOf(e.Args[0], i), f.bitOf(e.Args[1], i))
	case model.Shl, model.Shr:
		k := e.Args[1]
		if k.Op != model.Const || k.Val < 0 || k.Val > 63 {
			return symbolic{}
		}
		from := i - int(k.Val)
		if e.Op == model.Shr {
			from = i + int(k.Val)
		}
		if from >= 0 && from < 64 {
			return f.bitOf(e.Args[0], from)
		}
		return constBit(0)
	case model.Eq, model.Ne, model.Lt, model.Le, model.LAnd, model.LOr, model.Not:
		if i > 0 {
			return constBit(0)
		}
		if ls, ok := f.literals(e, true); ok && len(ls) == 1 && ls[0].val == 1 {
			return symbolic{kind: bitVar, v: ls[0].v, bit: ls[0].bit}
		} else if ok && len(ls) == 0 {
			return constBit(1)
		}
	case model.Ite:
		if a := f.bitOf(e.Args[1], i); a.kind != bitUnknown && a == f.bitOf(e.Args[2], i) {
			return a
		}
	}
	return symbolic{}
}

// width returns a number of bits beyond which e's value has none that are set; 64 if there is no telling.
func (f *folder) width(e *model.Expr) int {
	switch e.Op {
	case model.Const:
		return bits.Len64(uint64(e.Val))
	case model.Ref:
		if v := &f.p.Vars[e.Var]; v.Min == 0 {
			return v.Bits
		}
	case model.And:
		return min(f.width(e.Args[0]), f.width(e.Args[1]))
	case model.Or, model.Xor:
		return max(f.width(e.Args[0]), f.width(e.Args[1]))
	case model.AndNot:
		return f.width(e.Args[0])
	case model.Eq, model.Ne, model.Lt, model.Le, model.LAnd, model.LOr, model.Not:
		return 1
	}
	return 64
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
	k, n := b.Val, 0
	bit := func(i int) symbolic { return f.bitOf(a, i) }
	if a.Op == model.Ref {
		v := &f.p.Vars[a.Var]
		k, n = k-v.Min, v.Bits
		bit = func(i int) symbolic { return f.bit(a.Var, i) }
	} else {
		n = f.width(a)
	}
	if uint64(k)>>n != 0 {
		return nil, false // never equal: leave it to the general code
	}
	var ls []literal
	for i := range n {
		c := uint8(uint64(k) >> i & 1)
		switch s := bit(i); {
		case s.kind == bitUnknown:
			return nil, false
		case s.kind == bitVar:
			ls = append(ls, literal{s.v, s.bit, c})
		case s.val != c:
			return nil, false
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
