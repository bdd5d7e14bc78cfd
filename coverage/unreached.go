package coverage

import (
	"go/ast"
	"go/token"
)

// unreached finds the statements that no program has a step of because they stand behind conditions that never went
// that way: a parameter that no scenario sets, a fault that none has. They are not taken, and would not be missed.
func (f *File) unreached() {
	f.dead = map[int]bool{}
	for _, fd := range f.bodies {
		f.block(fd.Body.List, true)
	}
}

// block goes through statements that are reached if live is true, and tells whether what follows them is.
func (f *File) block(list []ast.Stmt, live bool) bool {
	for _, s := range list {
		live = f.stmt(s, live)
	}
	return live
}

func (f *File) stmt(s ast.Stmt, live bool) bool {
	line := f.fset.Position(s.Pos()).Line
	if _, block := s.(*ast.BlockStmt); !live && !block && f.Lines[line] == nil {
		f.dead[line] = true
	}
	switch s := s.(type) {
	case *ast.BlockStmt:
		return f.block(s.List, live)
	case *ast.IfStmt:
		yes, no := f.ways(s.Cond.Pos())
		after := f.block(s.Body.List, live && yes)
		if s.Else != nil {
			return f.stmt(s.Else, live && no) || after
		}
		return after || live && no
	case *ast.SwitchStmt:
		for _, c := range s.Body.List {
			cc := c.(*ast.CaseClause)
			yes := true
			if cc.List != nil {
				yes, _ = f.ways(cc.Pos())
			}
			f.block(cc.Body, live && yes)
		}
	case *ast.ForStmt:
		f.block(s.Body.List, live)
	case *ast.RangeStmt:
		f.block(s.Body.List, live)
	case *ast.ExprStmt:
		if call, ok := s.X.(*ast.CallExpr); ok && len(call.Args) == 1 {
			if fn, ok := call.Args[0].(*ast.FuncLit); ok { // hp.Atomic
				f.block(fn.Body.List, live)
			}
		}
	case *ast.ReturnStmt, *ast.BranchStmt:
		return false
	}
	return live
}

// ways tells which ways a condition went, and both if that is not known.
func (f *File) ways(pos token.Pos) (yes, no bool) {
	l := f.Lines[f.fset.Position(pos).Line]
	if l == nil || !l.condition() || !l.True.Taken && !l.False.Taken {
		return true, true
	}
	return l.True.Taken, l.False.Taken
}
