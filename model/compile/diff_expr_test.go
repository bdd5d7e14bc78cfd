package compile

import (
	"go/ast"
	"go/token"
	"go/types"
	"math/bits"
)

// diffPlace is where a value lies: in the shared state from off on, or in a local variable.
type diffPlace struct {
	shared bool
	obj    types.Object
	off    int
	typ    types.Type
	none   bool // the blank identifier
}

func (x *diffExec) place(e ast.Expr) diffPlace {
	w := x.w
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		obj := w.info.Uses[e]
		if obj == nil {
			obj = w.info.Defs[e]
		}
		v, ok := x.thread().env[obj]
		if !ok {
			panic("no variable " + e.Name)
		}
		if v.ref {
			return diffPlace{shared: true, off: v.off, typ: v.typ}
		}
		return diffPlace{obj: obj, typ: v.typ}
	case *ast.SelectorExpr:
		p := x.place(e.X)
		off, typ := diffField(p.typ, w.info.Selections[e].Index()[0])
		p.off, p.typ = p.off+off, typ
		return p
	case *ast.IndexExpr:
		p := x.place(e.X)
		a := p.typ.Underlying().(*types.Array)
		i := x.num(e.Index)
		if i < 0 || i >= a.Len() {
			panic(diffFault{})
		}
		p.off, p.typ = p.off+int(i)*diffSize(a.Elem()), a.Elem()
		return p
	}
	panic("place")
}

// receiver returns what a method is called on: a place, or a copy of what lies there.
func (x *diffExec) receiver(fd *ast.FuncDecl, p diffPlace) diffVal {
	if _, ptr := fd.Recv.List[0].Type.(*ast.StarExpr); ptr {
		return diffVal{ref: true, off: p.off, typ: p.typ}
	}
	return diffVal{v: append([]int64(nil), x.get(p)...), typ: p.typ}
}

// target is place for the left side of an assignment, which may declare a variable.
func (x *diffExec) target(e ast.Expr) diffPlace {
	if id, ok := e.(*ast.Ident); ok {
		if id.Name == "_" {
			return diffPlace{none: true}
		}
		if obj := x.w.info.Defs[id]; obj != nil {
			x.define(obj, make([]int64, diffSize(obj.Type())))
		}
	}
	return x.place(e)
}

func (x *diffExec) get(p diffPlace) []int64 {
	n := diffSize(p.typ)
	if p.shared {
		return x.c.shared[p.off : p.off+n]
	}
	return x.thread().env[p.obj].v[p.off : p.off+n]
}

func (x *diffExec) put(p diffPlace, v []int64) {
	if p.none {
		return
	}
	if !p.shared {
		l := x.thread().env[p.obj]
		l.v = append([]int64(nil), l.v...)
		copy(l.v[p.off:], v)
		x.thread().env[p.obj] = l
		return
	}
	for i, n := range v {
		x.write(p.off+i, n)
	}
}

// write writes a scalar of the shared state.
func (x *diffExec) write(off int, n int64) {
	if l := x.w.leaves[off]; n < l.lo || n > l.hi {
		panic(diffFault{})
	}
	x.c.shared[off] = n
}

func (x *diffExec) store(e ast.Expr, v []int64) {
	v = append([]int64(nil), v...)
	x.put(x.target(e), v)
}

func (x *diffExec) num(e ast.Expr) int64 { return x.eval(e)[0] }

func (x *diffExec) eval(e ast.Expr) []int64 {
	w := x.w
	tv := w.info.Types[e]
	if tv.Value != nil {
		return []int64{diffConst(tv.Value)}
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		return x.eval(e.X)
	case *ast.Ident, *ast.SelectorExpr, *ast.IndexExpr:
		return x.get(x.place(e))
	case *ast.UnaryExpr:
		n := x.num(e.X)
		switch e.Op {
		case token.NOT:
			return []int64{1 - n}
		case token.SUB:
			return []int64{-n}
		case token.XOR: // of a mask
			return []int64{(1<<w.p.cpus - 1) &^ n}
		}
	case *ast.BinaryExpr:
		switch e.Op {
		case token.LAND:
			if x.num(e.X) == 0 {
				return []int64{0}
			}
			return x.eval(e.Y)
		case token.LOR:
			if x.num(e.X) != 0 {
				return []int64{1}
			}
			return x.eval(e.Y)
		case token.EQL, token.NEQ:
			a, b, same := x.eval(e.X), x.eval(e.Y), true
			for i := range a {
				same = same && a[i] == b[i]
			}
			return []int64{diffBool(same == (e.Op == token.EQL))}
		}
		return []int64{x.binary(e.Op, x.num(e.X), x.num(e.Y))}
	case *ast.CompositeLit:
		v := make([]int64, diffSize(tv.Type))
		for _, el := range e.Elts {
			kv := el.(*ast.KeyValueExpr)
			st := tv.Type.Underlying().(*types.Struct)
			for i := range st.NumFields() {
				if st.Field(i).Name() == kv.Key.(*ast.Ident).Name {
					off, _ := diffField(tv.Type, i)
					copy(v[off:], x.eval(kv.Value))
				}
			}
		}
		return v
	case *ast.CallExpr:
		return x.callValue(e, tv.Type)
	}
	panic("expression")
}

func (x *diffExec) binary(op token.Token, a, b int64) int64 {
	switch op {
	case token.ADD:
		return a + b
	case token.SUB:
		return a - b
	case token.MUL:
		return a * b
	case token.QUO:
		return a / b
	case token.REM:
		return a % b
	case token.AND:
		return a & b
	case token.OR:
		return a | b
	case token.XOR:
		return a ^ b
	case token.AND_NOT:
		return a &^ b
	case token.SHL:
		return a << b
	case token.SHR:
		return a >> b
	case token.LSS:
		return diffBool(a < b)
	case token.LEQ:
		return diffBool(a <= b)
	case token.GTR:
		return diffBool(a > b)
	case token.GEQ:
		return diffBool(a >= b)
	}
	panic("operator")
}

// callValue is a call in an expression: it has no effect but those of faults.
func (x *diffExec) callValue(e *ast.CallExpr, typ types.Type) []int64 {
	w := x.w
	one := func(n int64) []int64 { return []int64{n} }
	if tv := w.info.Types[e.Fun]; tv.IsType() {
		return x.eval(e.Args[0])
	}
	fn := w.callee(e)
	if fn == nil {
		a, b := x.num(e.Args[0]), x.num(e.Args[1])
		if e.Fun.(*ast.Ident).Name == "min" {
			return one(min(a, b))
		}
		return one(max(a, b))
	}
	if fn.Pkg() != w.hp { // one return expression: evaluated where it stands
		fd := w.decl[fn]
		var args [][]int64
		for _, a := range e.Args {
			args = append(args, append([]int64(nil), x.eval(a)...))
		}
		recv := x.place(e.Fun.(*ast.SelectorExpr).X)
		x.enterOn(fd, x.receiver(fd, recv), args, true)
		x.pop() // the body
		v := append([]int64(nil), x.eval(fd.Body.List[0].(*ast.ReturnStmt).Results[0])...)
		x.leave(x.pop(), nil)
		return v
	}
	if fn.Type().(*types.Signature).Recv() == nil {
		switch fn.Name() {
		case "If":
			c, a, b := x.num(e.Args[0]), x.eval(e.Args[1]), x.eval(e.Args[2])
			if c != 0 {
				return a
			}
			return b
		case "Self":
			return one(int64(x.th))
		case "NumCPUs":
			return one(int64(w.p.cpus))
		case "AllCPUs":
			return one(1<<w.p.cpus - 1)
		case "OfflineAtBoot":
			n := int64(0)
			for _, c := range w.p.offline {
				n |= 1 << c
			}
			return one(n)
		case "MaskOf":
			return one(1 << x.num(e.Args[0]))
		case "Choose":
			return one(int64(x.choose(int(x.num(e.Args[0])))))
		case "Fault":
			if x.c.budget > 0 && x.choose(2) == 1 {
				if x.w.mutant != "fault has no budget" {
					x.c.budget--
				}
				return one(1)
			}
			return one(0)
		}
		panic("hp." + fn.Name())
	}
	sel := e.Fun.(*ast.SelectorExpr).X
	if recv := fn.Type().(*types.Signature).Recv().Type(); recv.String() == HPPath+".CPUMask" || recv.String() == HPPath+".TaskMask" {
		m, a := x.num(sel), int64(0)
		if len(e.Args) > 0 {
			a = x.num(e.Args[0])
		}
		switch fn.Name() {
		case "Has":
			return one(m >> a & 1)
		case "With":
			return one(m | 1<<a)
		case "Without":
			return one(m &^ (1 << a))
		case "Empty":
			return one(diffBool(m == 0))
		case "Subset":
			return one(diffBool(m&a == m))
		case "Intersects":
			return one(diffBool(m&a != 0))
		case "Count":
			return one(int64(bits.OnesCount64(uint64(m))))
		}
	}
	return one(x.query(x.place(sel), fn.Name()))
}

// query answers a question about a lock, a work item or a queue.
func (x *diffExec) query(p diffPlace, name string) int64 {
	s := x.c.shared[p.off:]
	switch name {
	case "Locked", "WriteLocked", "Pending":
		return s[0]
	case "Running":
		return s[1]
	case "Idle":
		return diffBool(s[0]+s[1] == 0)
	case "Empty":
		return 1 - s[0]
	}
	panic(name)
}
