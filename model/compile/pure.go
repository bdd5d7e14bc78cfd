package compile

import (
	"go/ast"
	"go/token"
	"go/types"

	"hpmc/model"
)

// pureEval evaluates the body of a property in one state. What a branch does is merged into conditional
// values, so a property never splits a transition.
type pureEval struct {
	l    *lowerer
	on   *model.Expr // holds where the statement at hand is reached
	done *model.Expr // holds where the function has returned
	res  *tree
}

// pureBody returns the result of a function of the frame at hand.
func (l *lowerer) pureBody(fd *ast.FuncDecl) *tree {
	c := l.c
	p := &pureEval{l: l, on: c.konst(1), done: c.konst(0), res: &tree{e: c.konst(0)}}
	p.block(fd.Body.List)
	return p.res
}

func (p *pureEval) active() *model.Expr { return p.l.c.mk(model.LAnd, p.on, p.l.c.not(p.done)) }

func (p *pureEval) block(list []ast.Stmt) {
	for _, s := range list {
		p.stmt(s)
	}
}

// under evaluates statements that are reached only if cond holds.
func (p *pureEval) under(cond *model.Expr, f func()) {
	old := p.on
	p.on = p.l.c.mk(model.LAnd, p.on, cond)
	if !isVal(p.on, 0) {
		f()
	}
	p.on = old
}

func (p *pureEval) stmt(s ast.Stmt) {
	l, c := p.l, p.l.c
	switch s := s.(type) {
	case *ast.BlockStmt:
		p.block(s.List)
	case *ast.ReturnStmt:
		v := l.expr(s.Results[0])
		p.res = c.merge(p.active(), v, p.res)
		p.done = c.mk(model.LOr, p.done, p.on)
	case *ast.IfStmt:
		if s.Init != nil {
			p.stmt(s.Init)
		}
		cond := l.expr(s.Cond).e
		p.under(cond, func() { p.block(s.Body.List) })
		if s.Else != nil {
			p.under(c.not(cond), func() { p.stmt(s.Else) })
		}
	case *ast.AssignStmt:
		if len(s.Lhs) != 1 {
			c.fatalf(s.Pos(), "a property assigns one variable at a time")
		}
		v := l.expr(s.Rhs[0])
		if op, ok := assignOps[s.Tok]; ok {
			old := l.expr(s.Lhs[0])
			v = &tree{typ: old.typ, e: l.arith(s.Pos(), op, old, v)}
		}
		p.let(s.Lhs[0], v)
	case *ast.IncDecStmt:
		op := model.Add
		if s.Tok == token.DEC {
			op = model.Sub
		}
		old := l.expr(s.X)
		p.let(s.X, &tree{typ: old.typ, e: c.mk(op, old.e, c.konst(1))})
	case *ast.DeclStmt:
		for _, sp := range s.Decl.(*ast.GenDecl).Specs {
			if vs, ok := sp.(*ast.ValueSpec); ok {
				for i, id := range vs.Names {
					v := c.zero(c.info.Defs[id].Type(), l.f.ts)
					if i < len(vs.Values) {
						v = l.expr(vs.Values[i])
					}
					l.f.env[c.info.Defs[id]] = v
				}
			}
		}
	case *ast.RangeStmt:
		p.rangeStmt(s)
	default:
		c.fatalf(s.Pos(), "a property is made of if, range, return and assignments to locals")
	}
}

// let gives a local a value where the statement is reached.
func (p *pureEval) let(x ast.Expr, v *tree) {
	l, c := p.l, p.l.c
	id, ok := x.(*ast.Ident)
	if !ok {
		c.fatalf(x.Pos(), "a property changes nothing but its own local variables; an observer, which returns nothing, may change g")
	}
	if obj := c.info.Defs[id]; obj != nil {
		l.f.env[obj] = v
		return
	}
	if id.Name == "_" {
		return
	}
	obj := c.info.Uses[id]
	old := l.f.env[obj]
	if old == nil {
		c.fatalf(x.Pos(), "%s is not a variable of this property", id.Name)
	}
	l.f.env[obj] = c.merge(p.active(), v, old)
}

func (p *pureEval) rangeStmt(s *ast.RangeStmt) {
	l, c := p.l, p.l.c
	n, mask := int64(0), (*model.Expr)(nil)
	if m := l.eachOf(s.X); m != nil {
		n, mask = int64(c.cfg.CPUs), l.expr(m).e
	} else if a, ok := c.info.Types[s.X].Type.Underlying().(*types.Array); ok {
		n = a.Len()
	} else if v := l.expr(s.X); isConst(v.e) {
		n = v.e.Val
	} else {
		c.fatalf(s.X.Pos(), "a property ranges over a constant, an array, or mask.Each()")
	}
	for i := range n {
		cond := c.konst(1)
		if mask != nil {
			cond = c.mk(model.And, c.mk(model.Shr, mask, c.konst(i)), c.konst(1))
		}
		p.under(cond, func() {
			if id, ok := s.Key.(*ast.Ident); ok && id.Name != "_" {
				l.f.env[c.info.Defs[id]] = &tree{typ: c.info.Defs[id].Type(), e: c.konst(i)}
			}
			if id, ok := s.Value.(*ast.Ident); ok && id.Name != "_" {
				l.f.env[c.info.Defs[id]] = l.load(l.index(l.place(s.X), c.konst(i), s.Pos()))
			}
			p.block(s.Body.List)
		})
	}
}
