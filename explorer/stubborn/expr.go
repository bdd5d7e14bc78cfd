package stubborn

import "hpmc/model"

// numbering gives expressions numbers: equal ones have the same.
type numbering struct {
	nodes  map[*model.Expr]int32
	shapes map[shape]int32
}

// shape tells an expression from others, if its arguments are numbered.
type shape struct {
	op   model.Op
	v    model.VarID
	val  int64
	args [3]int32
}

func newNumbering() numbering {
	return numbering{map[*model.Expr]int32{}, map[shape]int32{}}
}

func (n *numbering) number(e *model.Expr) int32 {
	if x, known := n.nodes[e]; known {
		return x
	}
	s := shape{op: e.Op, v: e.Var, val: e.Val}
	for i, arg := range e.Args {
		s.args[i] = 1 + n.number(arg)
	}
	x, known := n.shapes[s]
	if !known {
		x = int32(len(n.shapes))
		n.shapes[s] = x
	}
	n.nodes[e] = x
	return x
}

// equal tells whether two expressions are the same.
func equal(x, y *model.Expr) bool {
	if x == y {
		return true
	}
	if x.Op != y.Op || x.Val != y.Val || x.Var != y.Var || len(x.Args) != len(y.Args) {
		return false
	}
	for i := range x.Args {
		if !equal(x.Args[i], y.Args[i]) {
			return false
		}
	}
	return true
}

// formula is an expression in a form that is evaluated fast: operators follow their operands.
type formula struct {
	e    *model.Expr
	vars []model.VarID // that e refers to, each once
	code []instruction // nil: e is too large for it
}

// instruction puts a value on the stack, or applies an operator to those on top.
type instruction struct {
	op    model.Op
	fused bool // the right operand is val
	v     model.VarID
	val   int64
}

// Limits of a formula's code. All of it is evaluated, whatever conditions in it say.
const (
	maxCode  = 48
	maxStack = 12
)

func newFormula(e *model.Expr) formula {
	f := formula{e: e, vars: exprVars(nil, e)}
	var fits bool
	if f.code, fits = appendCode(nil, e, 0); !fits {
		f.code = nil
	}
	return f
}

// appendCode appends the code of e, before which depth values are on the stack, and tells whether it fits.
func appendCode(code []instruction, e *model.Expr, depth int) ([]instruction, bool) {
	if len(code) >= maxCode || depth >= maxStack {
		return nil, false
	}
	args := e.Args
	in := instruction{op: e.Op, v: e.Var, val: e.Val}
	if len(args) == 2 && args[1].Op == model.Const {
		in.fused, in.val = true, args[1].Val
		args = args[:1]
	}
	for i, arg := range args {
		var fits bool
		if code, fits = appendCode(code, arg, depth+i); !fits {
			return nil, false
		}
	}
	return append(code, in), true
}

// eval returns the formula's value.
func (f *formula) eval(e env) int64 {
	if f.code == nil {
		return e.eval(f.e)
	}
	var stack [maxStack]int64
	n := 0 // on the stack
	for i := range f.code {
		in := &f.code[i]
		b := in.val
		switch {
		case in.op == model.Const:
			stack[n] = b
			n++
			continue
		case in.op == model.Ref:
			stack[n] = e[in.v]
			n++
			continue
		case in.op == model.Ite:
			n -= 2
			if stack[n-1] != 0 {
				stack[n-1] = stack[n]
			} else {
				stack[n-1] = stack[n+1]
			}
			continue
		case in.fused || in.op == model.Not || in.op == model.Count:
		default:
			n--
			b = stack[n]
		}
		a := &stack[n-1]
		switch in.op {
		case model.And:
			*a &= b
		case model.Or:
			*a |= b
		case model.AndNot:
			*a &^= b
		default:
			*a = model.Apply(in.op, *a, b)
		}
	}
	return stack[0]
}

// exprVars appends the variables that e refers to and that are not in ids yet.
func exprVars(ids []model.VarID, e *model.Expr) []model.VarID {
	if e.Op == model.Ref {
		for _, id := range ids {
			if id == e.Var {
				return ids
			}
		}
		return append(ids, e.Var)
	}
	for _, a := range e.Args {
		ids = exprVars(ids, a)
	}
	return ids
}
