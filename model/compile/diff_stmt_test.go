package compile

import (
	"go/ast"
	"go/token"
	"go/types"
)

// micro does the next thing that the thread has to do.
func (x *diffExec) micro() {
	it := x.pop()
	switch it.kind {
	case kSeq:
		if len(it.list) == 0 {
			return
		}
		s := it.list[0]
		it.list = it.list[1:]
		x.push(it)
		x.stmt(s)
	case kCall:
		x.leave(it, x.namedResult(it.node.(*ast.FuncDecl)))
	case kResult:
		v := x.thread().ret
		x.thread().ret = nil
		if it.lhs != nil {
			x.store(it.lhs, v)
		}
	case kReturn:
		v := x.thread().ret
		x.thread().ret = nil
		x.ret(v)
	case kCond:
		x.branch(it.node.(*ast.IfStmt))
	case kFor:
		x.loop(it)
	case kRange:
		x.turn(it)
	case kCase:
		x.caseOf(it)
	case kDrain:
		if x.c.shared[it.off+1] != 0 {
			panic(diffBlocked{})
		}
	case kFlush:
		if it.i != forNothing {
			panic(diffBlocked{})
		}
	}
}

// block runs statements later.
func (x *diffExec) block(list []ast.Stmt) { x.push(diffItem{kind: kSeq, list: list}) }

func (x *diffExec) stmt(s ast.Stmt) {
	w := x.w
	switch s := s.(type) {
	case *ast.BlockStmt:
		x.block(s.List)
	case *ast.ExprStmt:
		x.exprStmt(s.X.(*ast.CallExpr))
	case *ast.AssignStmt:
		x.assign(s)
	case *ast.IncDecStmt:
		d := int64(1)
		if s.Tok == token.DEC {
			d = -1
		}
		x.store(s.X, []int64{x.num(s.X) + d})
	case *ast.DeclStmt:
		for _, sp := range s.Decl.(*ast.GenDecl).Specs {
			vs := sp.(*ast.ValueSpec)
			for i, id := range vs.Names {
				v := make([]int64, diffSize(w.info.Defs[id].Type()))
				if i < len(vs.Values) {
					v = x.eval(vs.Values[i])
				}
				x.define(w.info.Defs[id], v)
			}
		}
	case *ast.IfStmt:
		if s.Init == nil {
			x.branch(s)
			return
		}
		x.push(diffItem{kind: kCond, node: s})
		x.block([]ast.Stmt{s.Init})
	case *ast.SwitchStmt:
		x.push(diffItem{kind: kSwitch})
		if s.Tag == nil {
			x.push(diffItem{kind: kCase, node: s})
			return
		}
		x.tagged(s, x.num(s.Tag))
	case *ast.ForStmt:
		x.push(diffItem{kind: kFor, node: s})
		if s.Init != nil {
			x.block([]ast.Stmt{s.Init})
		}
	case *ast.RangeStmt:
		x.push(diffItem{kind: kRange, node: s})
	case *ast.ReturnStmt:
		if len(s.Results) == 0 {
			x.ret(x.namedResult(x.function()))
			return
		}
		if call := w.effect(s.Results[0]); call != nil {
			x.push(diffItem{kind: kReturn})
			x.call(call)
			return
		}
		x.ret(x.eval(s.Results[0]))
	case *ast.BranchStmt:
		for {
			it := x.pop()
			if it.kind == kFor || it.kind == kRange || it.kind == kSwitch && s.Tok == token.BREAK {
				if s.Tok == token.CONTINUE {
					x.push(it)
				}
				return
			}
		}
	default:
		panic("statement")
	}
}

func (x *diffExec) assign(s *ast.AssignStmt) {
	if op, ok := assignOpsDiff[s.Tok]; ok {
		x.store(s.Lhs[0], []int64{x.binary(op, x.num(s.Lhs[0]), x.num(s.Rhs[0]))})
		return
	}
	if len(s.Lhs) == 1 {
		if call := x.w.effect(s.Rhs[0]); call != nil {
			x.push(diffItem{kind: kResult, lhs: s.Lhs[0]})
			x.call(call)
			return
		}
	}
	// As Go has it: operands of indices first, then assignments from left to right.
	var to []diffPlace
	for _, l := range s.Lhs {
		to = append(to, x.target(l))
	}
	var vals [][]int64
	for _, r := range s.Rhs {
		vals = append(vals, append([]int64(nil), x.eval(r)...))
	}
	for i := range to {
		x.put(to[i], vals[i])
	}
}

func (x *diffExec) branch(s *ast.IfStmt) {
	if x.num(s.Cond) != 0 {
		x.block(s.Body.List)
	} else if s.Else != nil {
		x.block([]ast.Stmt{s.Else})
	}
}

func (x *diffExec) tagged(s *ast.SwitchStmt, tag int64) {
	var def []ast.Stmt
	for _, cl := range s.Body.List {
		cc := cl.(*ast.CaseClause)
		if cc.List == nil {
			def = cc.Body
		}
		for _, e := range cc.List {
			if x.num(e) == tag {
				x.block(cc.Body)
				return
			}
		}
	}
	x.block(def)
}

func (x *diffExec) caseOf(it diffItem) {
	cs := it.node.(*ast.SwitchStmt).Body.List
	if it.i == len(cs) {
		for _, cl := range cs {
			if cc := cl.(*ast.CaseClause); cc.List == nil {
				x.block(cc.Body)
			}
		}
		return
	}
	cc := cs[it.i].(*ast.CaseClause)
	if cc.List != nil && x.num(cc.List[0]) != 0 {
		x.block(cc.Body)
		return
	}
	it.i++
	x.push(it)
}

func (x *diffExec) loop(it diffItem) {
	s := it.node.(*ast.ForStmt)
	if it.i == 1 {
		it.i = 0
		x.push(it)
		if s.Post != nil {
			x.block([]ast.Stmt{s.Post})
		}
		return
	}
	if s.Cond != nil && x.num(s.Cond) == 0 {
		return
	}
	it.i = 1
	x.push(it)
	x.block(s.Body.List)
}

// turn is one turn of a range loop: a mask is looked at again in each.
func (x *diffExec) turn(it diffItem) {
	w, s := x.w, it.node.(*ast.RangeStmt)
	i := int64(it.i)
	it.i++
	key := func() {
		if id, ok := s.Key.(*ast.Ident); ok && id.Name != "_" {
			x.define(w.info.Defs[id], []int64{i})
		}
	}
	if call, ok := s.X.(*ast.CallExpr); ok {
		if fn := w.callee(call); fn != nil && fn.Name() == "Each" {
			if i == int64(w.p.cpus) {
				return
			}
			x.push(it)
			if x.num(call.Fun.(*ast.SelectorExpr).X)>>i&1 != 0 {
				key()
				x.block(s.Body.List)
			}
			return
		}
	}
	typ := w.info.Types[s.X].Type
	if a, ok := typ.Underlying().(*types.Array); ok {
		if i == a.Len() {
			return
		}
		x.push(it)
		key()
		if id, ok := s.Value.(*ast.Ident); ok && id.Name != "_" {
			n := diffSize(a.Elem())
			x.define(w.info.Defs[id], x.eval(s.X)[int(i)*n:int(i+1)*n])
		}
		x.block(s.Body.List)
		return
	}
	if i == x.num(s.X) {
		return
	}
	x.push(it)
	key()
	x.block(s.Body.List)
}

// function returns the function that the thread is in.
func (x *diffExec) function() *ast.FuncDecl {
	t := x.thread()
	for i := len(t.stack) - 1; ; i-- {
		if t.stack[i].kind == kCall {
			return t.stack[i].node.(*ast.FuncDecl)
		}
	}
}

func (x *diffExec) namedResult(fd *ast.FuncDecl) []int64 {
	if r := fd.Type.Results; r != nil && len(r.List[0].Names) == 1 {
		return x.thread().env[x.w.info.Defs[r.List[0].Names[0]]].v
	}
	return nil
}

// ret returns from the function at hand.
func (x *diffExec) ret(v []int64) {
	for {
		if it := x.pop(); it.kind == kCall {
			x.leave(it, v)
			return
		}
	}
}

// leave forgets a function's variables.
func (x *diffExec) leave(it diffItem, v []int64) {
	t, fd := x.thread(), it.node.(*ast.FuncDecl)
	for o := range t.env {
		if fd.Pos() <= o.Pos() && o.Pos() < fd.End() {
			delete(t.env, o)
		}
	}
	t.ret = nil
	if it.i == 1 { // someone wants the result
		t.ret = append([]int64(nil), v...)
	}
}

// enter starts a function with the receiver at the start of the shared state.
func (x *diffExec) enter(fd *ast.FuncDecl, args [][]int64) {
	x.enterOn(fd, diffVal{ref: true, typ: x.w.kernel}, args, false)
}

func (x *diffExec) enterOn(fd *ast.FuncDecl, recv diffVal, args [][]int64, wanted bool) {
	w := x.w
	x.push(diffItem{kind: kCall, node: fd, i: int(diffBool(wanted))})
	env := &x.thread().env
	if *env == nil {
		*env = map[types.Object]diffVal{}
	}
	(*env)[w.info.Defs[fd.Recv.List[0].Names[0]]] = recv
	i := 0
	for _, f := range fd.Type.Params.List {
		for _, id := range f.Names {
			x.define(w.info.Defs[id], args[i])
			i++
		}
	}
	if r := fd.Type.Results; r != nil && len(r.List[0].Names) == 1 {
		obj := w.info.Defs[r.List[0].Names[0]]
		x.define(obj, make([]int64, diffSize(obj.Type())))
	}
	x.block(fd.Body.List)
}

func (x *diffExec) define(o types.Object, v []int64) {
	x.thread().env[o] = diffVal{v: append([]int64(nil), v...), typ: o.Type()}
}
