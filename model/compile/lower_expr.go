package compile

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"

	"hpmc/model"
)

// place returns where an expression is stored.
func (l *lowerer) place(x ast.Expr) []alt {
	c := l.c
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		obj := c.info.Uses[x]
		if obj == nil {
			obj = c.info.Defs[x]
		}
		if t := l.f.env[obj]; t != nil {
			return []alt{{nil, t}}
		}
		c.fatalf(x.Pos(), "%s is not a variable of this function", x.Name)
	case *ast.SelectorExpr:
		sel := c.info.Selections[x]
		if sel == nil || sel.Kind() != types.FieldVal {
			c.fatalf(x.Pos(), "%s is not a field", x.Sel.Name)
		}
		base := l.place(x.X)
		out := make([]alt, len(base))
		for i, a := range base {
			out[i] = alt{a.cond, l.field(a.t, sel.Index())}
		}
		return out
	case *ast.IndexExpr:
		return l.index(l.place(x.X), l.expr(x.Index).e, x.Index.Pos())
	case *ast.StarExpr:
		return l.place(x.X)
	}
	c.fatalf(x.Pos(), "this is not a place that can be read or assigned to: use a variable, a field or an element")
	return nil
}

func (l *lowerer) field(t *tree, path []int) *tree {
	for _, i := range path {
		if i >= len(t.kids) {
			return nil
		}
		t = t.kids[i]
	}
	return t
}

// index selects an element. An index that is not known selects among all elements it can mean.
func (l *lowerer) index(base []alt, idx *model.Expr, pos token.Pos) []alt {
	c := l.c
	var out []alt
	for _, a := range base {
		n := int64(len(a.t.kids))
		if isConst(idx) {
			if idx.Val < 0 || idx.Val >= n {
				c.fatalf(pos, "index %d is outside the array of %d elements", idx.Val, n)
			}
			out = append(out, alt{a.cond, a.t.kids[idx.Val]})
			continue
		}
		lo, hi := c.interval(idx)
		for i := max(lo, 0); i <= min(hi, n-1); i++ {
			cond := c.mk(model.Eq, idx, c.konst(i))
			if a.cond != nil {
				cond = c.mk(model.LAnd, a.cond, cond)
			}
			out = append(out, alt{cond, a.t.kids[i]})
		}
		if lo < 0 || hi >= n {
			inside := c.mk(model.LAnd, c.mk(model.Le, c.konst(0), idx), c.mk(model.Lt, idx, c.konst(n)))
			l.require(pos, inside, "index outside the array")
		}
	}
	return out
}

// require emits a check for a fault of the model.
func (l *lowerer) require(pos token.Pos, cond *model.Expr, what string) {
	for _, g := range l.given {
		cond = l.c.mk(model.LOr, l.c.not(g), cond)
	}
	if l.cur == nil || isVal(cond, 1) {
		return
	}
	l.reads(cond)
	n := l.emit(nCheck, pos)
	n.cond, n.prop, n.text = cond, propModel, phrase{{s: what}}
}

// load returns the value of a place.
func (l *lowerer) load(alts []alt) *tree {
	if len(alts) == 0 {
		return &tree{e: l.c.konst(0)}
	}
	v := alts[len(alts)-1].t
	for i := len(alts) - 2; i >= 0; i-- {
		v = l.c.merge(alts[i].cond, alts[i].t, v)
	}
	return v
}

// expr returns the value of an expression.
func (l *lowerer) expr(x ast.Expr) *tree {
	c := l.c
	tv := c.info.Types[x]
	if tv.Value != nil {
		if n, ok := constInt(tv.Value); ok {
			return &tree{typ: tv.Type, e: c.konst(n)}
		}
	}
	typ := l.f.ts.apply(tv.Type)
	switch x := x.(type) {
	case *ast.ParenExpr:
		return l.expr(x.X)
	case *ast.Ident, *ast.SelectorExpr, *ast.IndexExpr, *ast.StarExpr:
		return l.load(l.place(x))
	case *ast.UnaryExpr:
		v := l.expr(x.X)
		switch x.Op {
		case token.NOT:
			return &tree{typ: typ, e: c.not(v.e)}
		case token.SUB:
			return &tree{typ: typ, e: c.mk(model.Sub, c.konst(0), v.e)}
		case token.ADD:
			return v
		case token.XOR:
			all := int64(-1)
			if _, hi, ok := c.typeRange(typ); ok && c.typeOf(typ).Kind == model.Mask {
				all = hi
			}
			return &tree{typ: typ, e: c.mk(model.Xor, v.e, c.konst(all))}
		}
	case *ast.BinaryExpr:
		return l.binary(x, typ)
	case *ast.CallExpr:
		return l.callExpr(x, typ)
	case *ast.CompositeLit:
		return l.composite(x, typ)
	}
	c.fatalf(x.Pos(), "this expression is not part of the model language")
	return nil
}

// binary lowers an operator. The right side of && and || is evaluated only if the left one lets it: what
// it requires of an index is required only then.
func (l *lowerer) binary(x *ast.BinaryExpr, typ types.Type) *tree {
	c := l.c
	a := l.expr(x.X)
	old := l.given
	switch x.Op {
	case token.LAND:
		l.given = append(old[:len(old):len(old)], a.e)
	case token.LOR:
		l.given = append(old[:len(old):len(old)], c.not(a.e))
	}
	b := l.expr(x.Y)
	l.given = old
	return &tree{typ: typ, e: l.arith(x.OpPos, x.Op, a, b)}
}

var binaryOps = map[token.Token]model.Op{
	token.ADD: model.Add, token.SUB: model.Sub, token.MUL: model.Mul, token.QUO: model.Div, token.REM: model.Rem,
	token.AND: model.And, token.OR: model.Or, token.XOR: model.Xor, token.AND_NOT: model.AndNot, token.SHL: model.Shl, token.SHR: model.Shr,
	token.EQL: model.Eq, token.NEQ: model.Ne, token.LSS: model.Lt, token.LEQ: model.Le,
	token.LAND: model.LAnd, token.LOR: model.LOr,
}

func (l *lowerer) arith(pos token.Pos, op token.Token, x, y *tree) *model.Expr {
	c := l.c
	switch op {
	case token.GTR:
		return c.mk(model.Lt, y.e, x.e)
	case token.GEQ:
		return c.mk(model.Le, y.e, x.e)
	case token.EQL, token.NEQ:
		if x.e == nil || y.e == nil { // structs and arrays
			eq := c.konst(1)
			xs, ys := x.leaves(), y.leaves()
			for i := range xs {
				eq = c.mk(model.LAnd, eq, c.mk(model.Eq, xs[i], ys[i]))
			}
			if op == token.NEQ {
				return c.not(eq)
			}
			return eq
		}
	case token.QUO, token.REM:
		if !isConst(y.e) || y.e.Val == 0 {
			c.fatalf(pos, "division by something that is not a constant above 0")
		}
	}
	m, ok := binaryOps[op]
	if !ok {
		c.fatalf(pos, "operator %s is not part of the model language", op)
	}
	return c.mk(m, x.e, y.e)
}

func (l *lowerer) composite(x *ast.CompositeLit, typ types.Type) *tree {
	v := l.c.zero(typ, l.f.ts)
	st, isStruct := typ.Underlying().(*types.Struct)
	for i, el := range x.Elts {
		at := i
		if kv, ok := el.(*ast.KeyValueExpr); ok {
			el = kv.Value
			if isStruct {
				for j := range st.NumFields() {
					if st.Field(j).Name() == kv.Key.(*ast.Ident).Name {
						at = j
					}
				}
			} else {
				k := l.expr(kv.Key)
				at = int(k.e.Val)
			}
		}
		v.kids[at] = l.expr(el)
	}
	return v
}

// callExpr lowers a call inside an expression: a conversion, a constant of the scenario, or a function that
// is one return expression.
func (l *lowerer) callExpr(x *ast.CallExpr, typ types.Type) *tree {
	c := l.c
	fn := c.callee(x)
	if fn == nil {
		if tv, ok := c.info.Types[x.Fun]; ok && tv.IsType() {
			v := l.expr(x.Args[0])
			return &tree{typ: typ, e: v.e}
		}
		return l.builtin(x, typ)
	}
	if c.isHP(fn) {
		if v := l.intrinsic(fn, x, typ); v != nil {
			return v
		}
	}
	if l.effectCall(x) != nil {
		c.fatalf(x.Pos(), "call of %s inside an expression: it has steps of its own, so assign its result to a variable first", fn.Name())
	}
	fd := c.decl[fn.Origin()]
	ret := fd.Body.List[0].(*ast.ReturnStmt)
	f := &frame{fn: fn, parent: l.f, env: map[types.Object]*tree{}, ts: typeArgs(fn), hidden: true}
	l.bindReceiver(f, fd, x)
	for i, p := range paramIdents(fd) {
		arg := l.expr(x.Args[i])
		if p.Name != "_" {
			f.env[c.info.Defs[p]] = arg
		}
	}
	old := l.f
	l.f = f
	v := l.expr(ret.Results[0])
	l.f = old
	return &tree{typ: typ, e: v.e, kids: v.kids}
}

func (l *lowerer) builtin(x *ast.CallExpr, typ types.Type) *tree {
	c := l.c
	if id, ok := x.Fun.(*ast.Ident); ok && len(x.Args) == 2 && (id.Name == "min" || id.Name == "max") {
		a, b := l.expr(x.Args[0]), l.expr(x.Args[1])
		less := c.mk(model.Lt, a.e, b.e)
		if id.Name == "max" {
			less = c.not(less)
		}
		return &tree{typ: typ, e: c.ite(less, a.e, b.e)}
	}
	c.fatalf(x.Pos(), "this builtin is not part of the model language")
	return nil
}

// intrinsic returns the value of a function of hp that the compiler knows, or nil.
func (l *lowerer) intrinsic(fn *types.Func, x *ast.CallExpr, typ types.Type) *tree {
	c := l.c
	num := func(n int64) *tree { return &tree{typ: typ, e: c.konst(n)} }
	switch fn.Name() {
	case "If":
		cond, a, b := l.expr(x.Args[0]), l.expr(x.Args[1]), l.expr(x.Args[2])
		return c.merge(cond.e, a, b)
	case "Self":
		for i, t := range c.threads {
			if t == l.t {
				return num(int64(i))
			}
		}
		c.fatalf(x.Pos(), "hp.Self in Init or a property: there is no thread here")
	case "NumCPUs":
		return num(int64(c.cfg.CPUs))
	case "ThreadsPerCore":
		return num(int64(max(1, c.cfg.ThreadsPerCore)))
	case "OfflineAtBoot":
		m := int64(0)
		for _, cpu := range c.cfg.Offline {
			m |= 1 << cpu
		}
		return num(m)
	case "QueueCap":
		return num(int64(c.cfg.QueueCap))
	case "Count":
		v := l.expr(x.Fun.(*ast.SelectorExpr).X)
		return &tree{typ: typ, e: c.una(model.Count, v.e)}
	}
	return nil
}

func typeArgs(fn *types.Func) subst {
	sig := fn.Type().(*types.Signature)
	recv := sig.Recv()
	if recv == nil {
		return nil
	}
	t := recv.Type()
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := t.(*types.Named)
	if !ok || n.TypeArgs() == nil {
		return nil
	}
	params := fn.Origin().Type().(*types.Signature).RecvTypeParams()
	s := subst{}
	for i := range n.TypeArgs().Len() {
		s[params.At(i)] = n.TypeArgs().At(i)
	}
	return s
}

func paramIdents(fd *ast.FuncDecl) []*ast.Ident {
	var ids []*ast.Ident
	for _, p := range fd.Type.Params.List {
		if len(p.Names) == 0 {
			ids = append(ids, ast.NewIdent("_"))
		}
		ids = append(ids, p.Names...)
	}
	return ids
}

// bindReceiver binds a method's receiver to the place, or value, that it is called on.
func (l *lowerer) bindReceiver(f *frame, fd *ast.FuncDecl, call *ast.CallExpr) {
	if fd.Recv == nil {
		return
	}
	s, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		l.c.fatalf(call.Pos(), "call of a method value: call the method directly")
	}
	var v *tree
	if _, ptr := fd.Recv.List[0].Type.(*ast.StarExpr); ptr {
		alts := l.place(s.X)
		if len(alts) != 1 || alts[0].cond != nil {
			l.c.fatalf(s.X.Pos(), "method called on an element whose index is not known: loop over the indices and compare")
		}
		v = alts[0].t
	} else {
		v = l.expr(s.X)
	}
	if sel := l.c.info.Selections[s]; sel != nil && len(sel.Index()) > 1 { // promoted through embedding
		v = l.field(v, sel.Index()[:len(sel.Index())-1])
	}
	if names := fd.Recv.List[0].Names; len(names) == 1 {
		f.env[l.c.info.Defs[names[0]]] = v
	}
}

// fieldName returns the kernel's name of a selected field.
func (c *compiler) fieldName(sel *types.Selection) string {
	t := sel.Recv()
	name := sel.Obj().Name()
	for _, i := range sel.Index() {
		if p, ok := t.Underlying().(*types.Pointer); ok {
			t = p.Elem()
		}
		st, ok := t.Underlying().(*types.Struct)
		if !ok {
			break
		}
		if n := reflect.StructTag(st.Tag(i)).Get("linux"); n != "" {
			name = n
		}
		t = st.Field(i).Type()
	}
	return name
}
