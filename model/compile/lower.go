package compile

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"hpmc/model"
)

func constInt(v constant.Value) (int64, bool) {
	if v.Kind() == constant.Bool {
		if constant.BoolVal(v) {
			return 1, true
		}
		return 0, true
	}
	i := constant.ToInt(v)
	if i.Kind() != constant.Int {
		return 0, false
	}
	if n, exact := constant.Int64Val(i); exact {
		return n, true
	}
	u, exact := constant.Uint64Val(i)
	return int64(u), exact
}

// block lowers statements in order.
func (l *lowerer) block(list []ast.Stmt) {
	for _, s := range list {
		if l.cur == nil {
			return // unreachable
		}
		l.stmt(s)
	}
}

func (l *lowerer) stmt(s ast.Stmt) {
	c := l.c
	switch s := s.(type) {
	case nil, *ast.EmptyStmt:
	case *ast.BlockStmt:
		l.block(s.List)
	case *ast.ExprStmt:
		call, ok := ast.Unparen(s.X).(*ast.CallExpr)
		if !ok {
			c.fatalf(s.Pos(), "an expression alone has no effect")
		}
		l.callStmt(call)
	case *ast.AssignStmt:
		l.assignStmt(s)
	case *ast.IncDecStmt:
		op := model.Add
		if s.Tok == token.DEC {
			op = model.Sub
		}
		end := l.begin(s.Pos(), l.textOf(s))
		to := l.place(s.X)
		old := l.load(to)
		l.assign(s.Pos(), to, &tree{typ: old.typ, e: c.mk(op, old.e, c.konst(1))})
		end()
	case *ast.DeclStmt:
		l.declStmt(s)
	case *ast.IfStmt:
		l.ifStmt(s)
	case *ast.SwitchStmt:
		l.switchStmt(s)
	case *ast.ForStmt:
		l.forStmt(s)
	case *ast.RangeStmt:
		l.rangeStmt(s)
	case *ast.ReturnStmt:
		l.returnStmt(s)
	case *ast.BranchStmt:
		if len(l.f.loops) == 0 {
			c.fatalf(s.Pos(), "%s leads out of hp.Atomic: set a variable and test it after the block", s.Tok)
		}
		lp := l.f.loops[len(l.f.loops)-1]
		if s.Tok == token.BREAK {
			l.jump(lp.brk)
		} else {
			for i := len(l.f.loops) - 1; lp.cont == nil; i-- { // a switch
				lp = l.f.loops[i]
			}
			l.jump(lp.cont)
		}
	default:
		c.fatalf(s.Pos(), "this statement is not part of the model language")
	}
}

// bind gives a new local of the frame a place.
func (l *lowerer) bind(id *ast.Ident, obj types.Object) *tree {
	t := l.newLocal(id.Name, obj.Type(), l.c.pos(id.Pos()))
	l.f.env[obj] = t
	return t
}

func (l *lowerer) newLocal(name string, typ types.Type, where model.Pos) *tree {
	from := len(l.c.vars)
	p := place{kind: model.Local, thread: -1, name: name, disp: name, where: where}
	t := l.c.newPlace(typ, p, l.f.ts)
	for v := from; v < len(l.c.vars); v++ {
		l.t.locals = append(l.t.locals, model.VarID(v))
	}
	return t
}

func (l *lowerer) declStmt(s *ast.DeclStmt) {
	g := s.Decl.(*ast.GenDecl)
	if g.Tok != token.VAR {
		return
	}
	for _, spec := range g.Specs {
		vs := spec.(*ast.ValueSpec)
		for i, id := range vs.Names {
			obj := l.c.info.Defs[id]
			if i < len(vs.Values) {
				l.set(s.Pos(), l.textOf(s), func() []alt { return []alt{{nil, l.bind(id, obj)}} }, vs.Values[i])
				continue
			}
			end := l.beginLocal(s.Pos(), l.textOf(s))
			l.assign(s.Pos(), []alt{{nil, l.bind(id, obj)}}, l.c.zero(obj.Type(), l.f.ts))
			end()
		}
	}
}

// beginLocal starts a statement that touches nothing shared.
func (l *lowerer) beginLocal(pos token.Pos, text phrase) func() {
	end := l.begin(pos, text)
	return end
}

func (l *lowerer) assignStmt(s *ast.AssignStmt) {
	c := l.c
	if len(s.Lhs) != len(s.Rhs) {
		c.fatalf(s.Pos(), "assignment of a call with several results: let it return a struct")
	}
	if len(s.Lhs) > 1 {
		l.parallel(s)
		return
	}
	if op, ok := assignOps[s.Tok]; ok {
		end := l.begin(s.Pos(), l.textOf(s))
		to := l.place(s.Lhs[0])
		old := l.load(to)
		rhs := l.expr(s.Rhs[0])
		l.assign(s.Pos(), to, &tree{typ: old.typ, e: l.arith(s.Pos(), op, old, rhs)})
		end()
		return
	}
	l.set(s.Pos(), l.textOf(s), func() []alt { return l.target(s.Lhs[0]) }, s.Rhs[0])
}

var assignOps = map[token.Token]token.Token{
	token.ADD_ASSIGN: token.ADD, token.SUB_ASSIGN: token.SUB, token.MUL_ASSIGN: token.MUL, token.QUO_ASSIGN: token.QUO,
	token.REM_ASSIGN: token.REM, token.AND_ASSIGN: token.AND, token.OR_ASSIGN: token.OR, token.XOR_ASSIGN: token.XOR,
	token.SHL_ASSIGN: token.SHL, token.SHR_ASSIGN: token.SHR, token.AND_NOT_ASSIGN: token.AND_NOT,
}

// target returns the place on the left of = or :=.
func (l *lowerer) target(x ast.Expr) []alt {
	if id, ok := x.(*ast.Ident); ok {
		if id.Name == "_" {
			return nil
		}
		if obj := l.c.info.Defs[id]; obj != nil {
			return []alt{{nil, l.bind(id, obj)}}
		}
	}
	return l.place(x)
}

func (l *lowerer) parallel(s *ast.AssignStmt) {
	end := l.begin(s.Pos(), l.textOf(s))
	vals := make([]*tree, len(s.Rhs))
	for i, x := range s.Rhs {
		vals[i] = l.expr(x)
	}
	n := l.newNode(nAssign, s.Pos())
	var places [][]alt
	for _, x := range s.Lhs {
		places = append(places, l.target(x))
	}
	l.cur.next, l.cur = n, n
	for i, to := range places {
		for _, a := range to {
			l.assignTree(n, a, a.t, vals[i])
		}
	}
	end()
}

// set lowers the assignment of an expression, or of a call's result, to a place.
func (l *lowerer) set(pos token.Pos, text phrase, to func() []alt, rhs ast.Expr) {
	if call := l.effectCall(rhs); call != nil {
		res := l.call(call)
		if res == nil {
			l.c.fatalf(pos, "this call returns nothing")
		}
		if l.cur == nil {
			return
		}
		end := l.begin(pos, text)
		l.assign(pos, to(), res)
		end()
		return
	}
	end := l.begin(pos, text)
	val := l.expr(rhs)
	l.assign(pos, to(), val)
	end()
}

func (l *lowerer) ifStmt(s *ast.IfStmt) {
	if s.Init != nil {
		l.stmt(s.Init)
	}
	join := l.newNode(nNop, s.End())
	br := l.branch(s.Cond, l.textWith("if ", s.Cond))
	l.block(s.Body.List)
	l.jump(join)
	br.alt = l.newNode(nNop, s.End())
	l.cur = br.alt
	if s.Else != nil {
		l.stmt(s.Else)
	}
	l.jump(join)
	l.cur = join
}

// branch lowers a condition as a step of its own; what follows is taken if it holds.
func (l *lowerer) branch(cond ast.Expr, text phrase) *node {
	end := l.begin(cond.Pos(), text)
	v := l.condition(cond)
	br := l.emit(nBranch, cond.Pos())
	br.cond = v
	l.reads(v)
	end()
	l.cur = l.emit(nNop, cond.Pos())
	return br
}

func (l *lowerer) switchStmt(s *ast.SwitchStmt) {
	if s.Init != nil {
		l.stmt(s.Init)
	}
	c := l.c
	join := l.newNode(nNop, s.End())
	var tag *tree
	if s.Tag != nil {
		tag = l.newLocal("switch", c.info.Types[s.Tag].Type, c.pos(s.Pos()))
		l.set(s.Pos(), l.textWith("switch ", s.Tag), func() []alt { return []alt{{nil, tag}} }, s.Tag)
	}
	var def *ast.CaseClause
	l.f.loops = append(l.f.loops, loop{brk: join})
	for _, cl := range s.Body.List {
		cc := cl.(*ast.CaseClause)
		if cc.List == nil {
			def = cc
			continue
		}
		var br *node
		if tag == nil {
			if len(cc.List) != 1 {
				c.fatalf(cc.Pos(), "a case with several conditions: join them with ||")
			}
			br = l.branch(cc.List[0], l.textWith("case ", cc.List[0]))
		} else {
			end := l.begin(cc.Pos(), l.textWith("case ", cc.List[0]))
			cond := c.konst(0)
			for _, x := range cc.List {
				cond = c.mk(model.LOr, cond, c.mk(model.Eq, tag.e, l.expr(x).e))
			}
			br = l.emit(nBranch, cc.Pos())
			br.cond = cond
			l.reads(cond)
			end()
			l.cur = l.emit(nNop, cc.Pos())
		}
		l.block(cc.Body)
		l.jump(join)
		br.alt = l.newNode(nNop, cc.Pos())
		l.cur = br.alt
	}
	if def != nil {
		l.block(def.Body)
	}
	l.jump(join)
	l.f.loops = l.f.loops[:len(l.f.loops)-1]
	l.cur = join
}

func (l *lowerer) forStmt(s *ast.ForStmt) {
	if s.Init != nil {
		l.stmt(s.Init)
	}
	head := l.emit(nNop, s.Pos())
	exit, cont := l.newNode(nNop, s.End()), l.newNode(nNop, s.Pos())
	if s.Cond != nil {
		br := l.branch(s.Cond, l.textWith("for ", s.Cond))
		br.alt = exit
	}
	l.f.loops = append(l.f.loops, loop{exit, cont})
	l.block(s.Body.List)
	l.jump(cont)
	l.f.loops = l.f.loops[:len(l.f.loops)-1]
	l.cur = cont
	if s.Post != nil {
		l.stmt(s.Post)
	}
	l.jump(head)
	l.cur = exit
}

// rangeStmt unrolls a loop over a number, an array or the CPUs of a mask, so that in its body the index is a
// constant.
func (l *lowerer) rangeStmt(s *ast.RangeStmt) {
	c := l.c
	limit, mask, array := l.rangeOver(s)
	exit := l.newNode(nNop, s.End())
	for i := range limit {
		if l.cur == nil {
			break
		}
		cont := l.newNode(nNop, s.Pos())
		if mask != nil {
			end := l.begin(s.X.Pos(), l.textWith("for_each_cpu ", mask))
			in := l.emit(nBranch, s.X.Pos())
			in.loop = true
			in.cond = c.mk(model.And, c.mk(model.Shr, l.expr(mask).e, c.konst(i)), c.konst(1))
			in.alt = cont
			l.reads(in.cond)
			end()
			l.cur = l.emit(nNop, s.Pos())
		}
		if id, ok := s.Key.(*ast.Ident); ok && id.Name != "_" {
			l.loopVar(s, id, &tree{typ: types.Typ[types.Int], e: c.konst(i)})
		}
		if id, ok := s.Value.(*ast.Ident); ok && id.Name != "_" {
			end := l.begin(s.Pos(), l.textWith("range ", array))
			elem := l.load(l.index(l.place(array), c.konst(i), s.Pos()))
			l.assign(s.Pos(), l.target(id), elem)
			end()
		}
		l.f.loops = append(l.f.loops, loop{exit, cont})
		l.block(s.Body.List)
		l.jump(cont)
		l.f.loops = l.f.loops[:len(l.f.loops)-1]
		l.cur = cont
	}
	l.jump(exit)
	l.cur = exit
}

// rangeOver tells what a loop ranges over: so many numbers, the CPUs of a mask, or the elements of an array.
func (l *lowerer) rangeOver(s *ast.RangeStmt) (limit int64, mask, array ast.Expr) {
	c := l.c
	if m := l.eachOf(s.X); m != nil {
		return int64(c.cfg.CPUs), m, nil
	}
	typ := c.info.Types[s.X].Type
	if a, ok := typ.Underlying().(*types.Array); ok {
		return a.Len(), nil, s.X
	}
	if b, ok := typ.Underlying().(*types.Basic); ok && b.Info()&types.IsInteger != 0 {
		v := l.expr(s.X)
		if !isConst(v.e) {
			c.fatalf(s.X.Pos(), "range over a number that is not a constant: write for i := 0; i < n; i++ with a step in the body")
		}
		return v.e.Val, nil, nil
	}
	c.fatalf(s.X.Pos(), "range over %s: range over a constant, an array, or mask.Each()", typ)
	return 0, nil, nil
}

// loopVar gives the variable of a loop its value: the constant itself if the body leaves it alone.
func (l *lowerer) loopVar(s *ast.RangeStmt, id *ast.Ident, val *tree) {
	obj := l.c.info.Defs[id]
	if obj != nil && !l.c.assignedIn(s.Body, obj) {
		val.typ = obj.Type()
		l.f.env[obj] = val
		return
	}
	l.assign(id.Pos(), l.target(id), val)
}

// eachOf returns the mask of a call mask.Each(), or nil.
func (l *lowerer) eachOf(x ast.Expr) ast.Expr {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return nil
	}
	fn := l.c.callee(call)
	if fn == nil || !l.c.isHP(fn) || fn.Name() != "Each" {
		return nil
	}
	return call.Fun.(*ast.SelectorExpr).X
}

func (l *lowerer) returnStmt(s *ast.ReturnStmt) {
	if len(s.Results) == 1 {
		to := l.f.result
		if call := l.effectCall(s.Results[0]); call != nil {
			res := l.call(call)
			if l.cur == nil {
				return
			}
			if res == nil {
				l.c.fatalf(s.Pos(), "this call returns nothing")
			}
			end := l.beginLocal(s.Pos(), l.textOf(s))
			l.assign(s.Pos(), []alt{{nil, to}}, res)
			end()
		} else {
			end := l.begin(s.Pos(), l.textOf(s))
			val := l.expr(s.Results[0])
			l.assign(s.Pos(), []alt{{nil, to}}, val)
			end()
		}
	}
	l.jump(l.f.exit)
}
