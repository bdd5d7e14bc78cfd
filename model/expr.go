package model

import (
	"fmt"
	"math/bits"
	"strings"
)

// Op is the operator of an expression.
type Op uint8

// The operators. Comparisons and logical operators give 0 or 1.
const (
	Const Op = iota
	Ref      // the value of a variable
	Add
	Sub
	Mul
	Div // truncated; by zero gives 0
	Rem
	And
	Or
	Xor
	AndNot
	Shl
	Shr
	Eq
	Ne
	Lt
	Le
	LAnd
	LOr
	Not
	Ite   // Args[0] != 0 ? Args[1] : Args[2]
	Count // number of bits set
)

var opNames = [...]string{"const", "ref", "+", "-", "*", "/", "%", "&", "|", "^", "&^", "<<", ">>", "==", "!=", "<", "<=", "&&", "||", "!", "?:", "count"}

func (o Op) String() string { return opNames[o] }

// Expr is an expression over the state, a node of a shared graph: it must not be changed.
type Expr struct {
	Op   Op
	Args []*Expr
	Val  int64 // of a Const
	Var  VarID // of a Ref
}

// Eval returns the value of e when get returns the values of variables.
func (e *Expr) Eval(get func(VarID) int64) int64 {
	switch e.Op {
	case Const:
		return e.Val
	case Ref:
		return get(e.Var)
	case LAnd:
		return truth(e.Args[0].Eval(get) != 0 && e.Args[1].Eval(get) != 0)
	case LOr:
		return truth(e.Args[0].Eval(get) != 0 || e.Args[1].Eval(get) != 0)
	case Ite:
		if e.Args[0].Eval(get) != 0 {
			return e.Args[1].Eval(get)
		}
		return e.Args[2].Eval(get)
	case Not, Count:
		return Apply(e.Op, e.Args[0].Eval(get), 0)
	}
	return Apply(e.Op, e.Args[0].Eval(get), e.Args[1].Eval(get))
}

// Apply returns the value of a unary or binary operator; a unary one ignores b.
func Apply(op Op, a, b int64) int64 {
	switch op {
	case Add:
		return a + b
	case Sub:
		return a - b
	case Mul:
		return a * b
	case Div:
		if b == 0 {
			return 0
		}
		return a / b
	case Rem:
		if b == 0 {
			return 0
		}
		return a % b
	case And:
		return a & b
	case Or:
		return a | b
	case Xor:
		return a ^ b
	case AndNot:
		return a &^ b
	case Shl:
		if b < 0 || b > 63 {
			return 0
		}
		return a << uint(b)
	case Shr:
		if b < 0 || b > 63 {
			return 0
		}
		return int64(uint64(a) >> uint(b))
	case Eq:
		return truth(a == b)
	case Ne:
		return truth(a != b)
	case Lt:
		return truth(a < b)
	case Le:
		return truth(a <= b)
	case LAnd:
		return truth(a != 0 && b != 0)
	case LOr:
		return truth(a != 0 || b != 0)
	case Not:
		return truth(a == 0)
	case Count:
		return int64(bits.OnesCount64(uint64(a)))
	}
	panic("model: Apply of " + op.String())
}

func truth(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// Format writes e with the display names of p's variables.
func (p *Program) Format(e *Expr) string {
	var b strings.Builder
	p.format(&b, e, 0)
	return b.String()
}

var opPrec = map[Op]int{LOr: 1, LAnd: 2, Eq: 3, Ne: 3, Lt: 3, Le: 3, Add: 4, Sub: 4, Or: 4, Xor: 4,
	Mul: 5, Div: 5, Rem: 5, And: 5, AndNot: 5, Shl: 5, Shr: 5}

func (p *Program) format(b *strings.Builder, e *Expr, prec int) {
	switch e.Op {
	case Const:
		fmt.Fprint(b, e.Val)
	case Ref:
		b.WriteString(p.Vars[e.Var].Display())
	case Not:
		b.WriteByte('!')
		p.format(b, e.Args[0], 6)
	case Count:
		b.WriteString("count(")
		p.format(b, e.Args[0], 0)
		b.WriteByte(')')
	case Ite:
		b.WriteByte('(')
		p.format(b, e.Args[0], 1)
		b.WriteString(" ? ")
		p.format(b, e.Args[1], 1)
		b.WriteString(" : ")
		p.format(b, e.Args[2], 1)
		b.WriteByte(')')
	default:
		q := opPrec[e.Op]
		if q < prec {
			b.WriteByte('(')
		}
		p.format(b, e.Args[0], q)
		b.WriteString(" " + e.Op.String() + " ")
		p.format(b, e.Args[1], q+1)
		if q < prec {
			b.WriteByte(')')
		}
	}
}
