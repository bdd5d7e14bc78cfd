package compile

import (
	"go/ast"
	"go/types"
)

// This file tells where the interpreter's steps begin.

// touches tells whether a piece of source reads or writes shared state, or chooses.
func (w *diffWorld) touches(n ast.Node) bool {
	if s, ok := w.shares[n]; ok {
		return s
	}
	found := false
	ast.Inspect(n, func(m ast.Node) bool {
		switch m := m.(type) {
		case *ast.Ident:
			if v, ok := w.info.Uses[m].(*types.Var); ok {
				_, ptr := v.Type().(*types.Pointer)
				found = found || ptr
			}
		case *ast.CallExpr:
			if fn := w.callee(m); fn != nil && fn.Pkg() == w.hp {
				switch fn.Name() {
				case "Await", "Rest", "Atomic", "Choose", "Fault":
					found = true
				}
			}
		}
		return !found
	})
	w.shares[n] = found
	return found
}

// callee returns the function that a call names; nil for conversions and builtins.
func (w *diffWorld) callee(call *ast.CallExpr) *types.Func {
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		fn, _ := w.info.Uses[f].(*types.Func)
		return fn
	case *ast.SelectorExpr:
		fn, _ := w.info.Uses[f.Sel].(*types.Func)
		return fn
	}
	return nil
}

// userCall returns x if it is a call of a function of the program that is more than a return statement.
func (w *diffWorld) userCall(x ast.Expr) *ast.CallExpr {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return nil
	}
	fd := w.decl[w.callee(call)]
	if fd == nil || diffOneReturn(fd) {
		return nil
	}
	return call
}

// effect returns x if it is a call that does something: userCall, or a function of hp that acts.
func (w *diffWorld) effect(x ast.Expr) *ast.CallExpr {
	if call := w.userCall(x); call != nil {
		return call
	}
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return nil
	}
	if fn := w.callee(call); fn != nil && fn.Pkg() == w.hp {
		switch fn.Name() {
		case "Choose", "Fault", "TryLock", "Receive":
			return call
		}
	}
	return nil
}

func diffOneReturn(fd *ast.FuncDecl) bool {
	if len(fd.Body.List) != 1 {
		return false
	}
	_, ok := fd.Body.List[0].(*ast.ReturnStmt)
	return ok
}

// callShares tells whether making a call is a step: evaluating its arguments, or what hp does itself.
func (w *diffWorld) callShares(call *ast.CallExpr) bool {
	if w.userCall(call) == nil {
		return w.touches(call)
	}
	fd := w.decl[w.callee(call)]
	if _, ptr := fd.Recv.List[0].Type.(*ast.StarExpr); !ptr && w.touches(call.Fun) {
		return true // the receiver is copied
	}
	for _, a := range call.Args {
		if w.touches(a) {
			return true
		}
	}
	return false
}

// nextShares tells whether what the thread does next touches shared state.
func (x *diffExec) nextShares() bool {
	w, t := x.w, x.thread()
	it := t.stack[len(t.stack)-1]
	switch it.kind {
	case kDrain, kFlush:
		return true
	case kSeq:
		return len(it.list) > 0 && x.stmtShares(it.list[0])
	case kResult:
		return it.lhs != nil && w.touches(it.lhs)
	case kCond:
		return w.touches(it.node.(*ast.IfStmt).Cond)
	case kFor:
		s := it.node.(*ast.ForStmt)
		return it.i == 0 && s.Cond != nil && w.touches(s.Cond)
	case kRange:
		return w.touches(it.node.(*ast.RangeStmt).X)
	case kCase:
		cs := it.node.(*ast.SwitchStmt).Body.List
		return it.i < len(cs) && cs[it.i].(*ast.CaseClause).List != nil && w.touches(cs[it.i].(*ast.CaseClause).List[0])
	}
	return false
}

func (x *diffExec) stmtShares(s ast.Stmt) bool {
	w := x.w
	switch s := s.(type) {
	case *ast.ExprStmt:
		return w.callShares(s.X.(*ast.CallExpr))
	case *ast.AssignStmt:
		if call := w.effect(s.Rhs[0]); call != nil {
			return w.callShares(call)
		}
		return w.touches(s)
	case *ast.IncDecStmt:
		return w.touches(s)
	case *ast.DeclStmt:
		return w.touches(s)
	case *ast.ReturnStmt:
		if len(s.Results) == 0 {
			return false
		}
		if call := w.effect(s.Results[0]); call != nil {
			return w.callShares(call)
		}
		return w.touches(s.Results[0])
	case *ast.IfStmt:
		return s.Init == nil && w.touches(s.Cond)
	case *ast.SwitchStmt:
		if s.Tag == nil {
			return false
		}
		for _, cl := range s.Body.List {
			for _, e := range cl.(*ast.CaseClause).List {
				if w.touches(e) {
					return true
				}
			}
		}
		return w.touches(s.Tag)
	}
	return false
}

// rests tells whether a thread has finished or stands where it may wait for ever.
func (w *diffWorld) rests(t *diffThread) bool {
	if len(t.stack) == 0 {
		return true
	}
	it := t.stack[len(t.stack)-1]
	if it.kind != kSeq || len(it.list) == 0 {
		return false
	}
	found := false
	look := func(n ast.Node) {
		ast.Inspect(n, func(m ast.Node) bool {
			if call, ok := m.(*ast.CallExpr); ok {
				if fn := w.callee(call); fn != nil && fn.Pkg() == w.hp {
					switch fn.Name() {
					case "Rest", "Receive", "Begin":
						found = true
					}
				}
			}
			return true
		})
	}
	switch s := it.list[0].(type) {
	case *ast.ExprStmt, *ast.AssignStmt, *ast.ReturnStmt:
		look(s)
	}
	return found
}
