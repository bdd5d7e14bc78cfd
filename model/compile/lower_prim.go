package compile

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"hpmc/model"
)

func (l *lowerer) await(call *ast.CallExpr, rest bool) {
	verb := "wait until "
	if l.within > 0 && l.wrote {
		l.c.fatalf(call.Pos(), "hp.Await after an assignment inside hp.Atomic: a step cannot block in its middle, so wait first")
	}
	end := l.begin(call.Pos(), l.textWith(verb, call.Args[0]))
	v := l.expr(call.Args[0])
	n := l.emit(nGuard, call.Pos())
	n.cond, n.rest = v.e, rest
	if l.touch != nil {
		l.touch.guards = append(l.touch.guards, v.e)
		l.touch.rest = l.touch.rest || rest
	}
	end()
}

func (l *lowerer) atomic(call *ast.CallExpr) {
	body := call.Args[0].(*ast.FuncLit).Body
	var text phrase
	oldWrote, loops, untold := l.wrote, l.f.loops, l.untold
	if s := l.c.telling(body.List); s != nil {
		text = l.textOf(s)
		if l.within == 0 {
			l.untold = func(pos token.Pos) bool {
				return body.Pos() <= pos && pos < body.End() && (pos < s.Pos() || pos >= s.End())
			}
		}
	}
	end := l.begin(call.Pos(), text)
	if l.within == 0 {
		l.wrote = false
	}
	l.within++
	l.f.loops = nil
	l.block(body.List)
	l.f.loops, l.untold = loops, untold
	l.within--
	l.wrote = l.wrote || oldWrote
	end()
}

// telling returns the statement of an atomic region that says most about it: the lock it takes, else its first
// assignment, else its last statement.
func (c *compiler) telling(list []ast.Stmt) ast.Stmt {
	var best ast.Stmt
	for _, s := range list {
		switch s := s.(type) {
		case *ast.ExprStmt:
			if call, ok := s.X.(*ast.CallExpr); ok {
				if fn := c.callee(call); fn != nil {
					if _, takes := c.dirs[fn.Origin()].hp["acquire"]; takes {
						return s
					}
				}
			}
		case *ast.AssignStmt:
			if best == nil {
				best = s
			}
		}
	}
	if best == nil && len(list) > 0 {
		best = list[len(list)-1]
	}
	return best
}

// condition returns the value of the condition of a branch, in which faults and choices may stand.
func (l *lowerer) condition(x ast.Expr) *model.Expr {
	c := l.c
	switch y := ast.Unparen(x).(type) {
	case *ast.CallExpr:
		if fn := c.callee(y); fn != nil && c.isHP(fn) && fn.Name() == "Fault" {
			return l.choice(fn, y).e
		}
	case *ast.UnaryExpr:
		if y.Op == token.NOT && l.hasFault(y) {
			return c.not(l.condition(y.X))
		}
	case *ast.BinaryExpr:
		if y.Op != token.LAND && y.Op != token.LOR || !l.hasFault(y) {
			break
		}
		t := l.newLocal("cond", types.Typ[types.Bool], c.pos(x.Pos()))
		a := l.condition(y.X)
		n := l.emit(nAssign, x.Pos())
		n.sets = []set{{t.e.Var, a}}
		l.reads(a)
		br := l.emit(nBranch, x.Pos())
		br.cond = t.e
		if y.Op == token.LOR {
			br.cond = c.not(t.e)
		}
		l.cur = l.emit(nNop, x.Pos())
		b := l.condition(y.Y)
		n = l.emit(nAssign, x.Pos())
		n.sets = []set{{t.e.Var, b}}
		l.reads(b)
		join := l.emit(nNop, x.Pos())
		br.alt = join
		return t.e
	}
	return l.expr(x).e
}

func (l *lowerer) hasFault(x ast.Expr) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if fn := l.c.callee(call); fn != nil && l.c.isHP(fn) && fn.Name() == "Fault" {
				found = true
			}
		}
		return !found
	})
	return found
}

// choice lowers hp.Choose and hp.Fault inside the step at hand.
func (l *lowerer) choice(fn *types.Func, call *ast.CallExpr) *tree {
	c := l.c
	arg := c.info.Types[call.Args[0]].Value
	if arg == nil {
		c.fatalf(call.Args[0].Pos(), "the argument of hp.%s must be a constant", fn.Name())
	}
	pos := call.Pos()
	if fn.Name() == "Choose" {
		n, ok := constInt(arg)
		if !ok || n < 1 || n > 64 {
			c.fatalf(call.Args[0].Pos(), "hp.Choose takes a number from 1 to 64")
		}
		t := l.newLocal("choice", types.Typ[types.Int], c.pos(pos))
		ch := l.emit(nChoose, pos)
		ch.target, ch.n = t.e.Var, int(n)
		l.forceStep()
		return t
	}
	b, armed := c.budgets[constant.StringVal(arg)]
	if !armed {
		return &tree{typ: types.Typ[types.Bool], e: c.konst(0)}
	}
	t := l.newLocal("fault", types.Typ[types.Bool], c.pos(pos))
	ch := l.emit(nChoose, pos)
	ch.target, ch.n = t.e.Var, 2
	br := l.emit(nBranch, pos)
	br.cond = t.e
	l.cur = l.emit(nNop, pos)
	g := l.emit(nGuard, pos)
	g.cond = c.mk(model.Lt, c.konst(0), c.ref(b))
	n := l.emit(nAssign, pos)
	n.sets = []set{{b, c.mk(model.Sub, c.ref(b), c.konst(1))}}
	join := l.emit(nNop, pos)
	br.alt = join
	l.forceStep()
	return t
}

func (l *lowerer) forceStep() {
	if l.touch != nil {
		l.touch.force = true
	}
}
