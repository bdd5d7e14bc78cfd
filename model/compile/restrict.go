package compile

import (
	"go/ast"
	"go/token"
	"go/types"
)

// restrict reports every construct of a file that is Go but not the model language.
func (c *compiler) restrict(f *ast.File) {
	for _, d := range f.Decls {
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR {
			for _, s := range g.Specs {
				for _, n := range s.(*ast.ValueSpec).Names {
					if n.Name != "_" && !isSynthetic(n.Name) {
						c.errorf(n.Pos(), "package variable %s: shared state must be a field of Kernel", n.Name)
					}
				}
			}
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			c.errorf(n.Pos(), "go statement: declare the thread in the scenario, or give a method the directive //hp:thread NAME")
		case *ast.DeferStmt:
			c.errorf(n.Pos(), "defer: write the call where the function returns")
		case *ast.SelectStmt:
			c.errorf(n.Pos(), "select: wait with hp.Await on a condition over the shared state")
		case *ast.SendStmt:
			c.errorf(n.Pos(), "channel send: use an hp.Queue and its Send")
		case *ast.ChanType:
			c.errorf(n.Pos(), "channel: use an hp.Queue")
		case *ast.MapType:
			c.errorf(n.Pos(), "map: use an array indexed by hp.CPU or hp.Task, or an hp.CPUMask")
		case *ast.ArrayType:
			if n.Len == nil {
				c.errorf(n.Pos(), "slice: use an array of constant length")
			}
		case *ast.InterfaceType:
			c.errorf(n.Pos(), "interface: use a concrete type")
		case *ast.TypeSwitchStmt, *ast.TypeAssertExpr:
			c.errorf(n.Pos(), "type assertion: use a concrete type")
		case *ast.LabeledStmt:
			c.errorf(n.Pos(), "label: use a boolean variable, or a function with return")
		case *ast.BranchStmt:
			if n.Tok == token.GOTO || n.Tok == token.FALLTHROUGH {
				c.errorf(n.Pos(), "%s: write the branch as if and else", n.Tok)
			}
		case *ast.FuncDecl:
			c.restrictSignature(n)
		case *ast.FuncLit:
			c.errorf(n.Pos(), "function literal: only hp.Atomic takes one")
			return false
		case *ast.CallExpr:
			if c.isAtomic(n) {
				if lit, ok := n.Args[0].(*ast.FuncLit); ok {
					ast.Inspect(lit.Body, func(m ast.Node) bool {
						if r, ok := m.(*ast.ReturnStmt); ok {
							c.errorf(r.Pos(), "return inside hp.Atomic: set a variable and return after the block")
						}
						return true
					})
					c.restrictBody(lit.Body)
					return false
				}
				c.errorf(n.Args[0].Pos(), "hp.Atomic takes a function literal")
			}
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				c.errorf(n.Pos(), "address of a value: pass the value, or make the function a method of its type")
			}
			if n.Op == token.ARROW {
				c.errorf(n.Pos(), "channel receive: use an hp.Queue and its Receive")
			}
		case *ast.BasicLit:
			if n.Kind == token.FLOAT || n.Kind == token.IMAG {
				c.errorf(n.Pos(), "number %s: only integers are part of the language", n.Value)
			}
			if n.Kind == token.STRING {
				return true
			}
		case *ast.SliceExpr:
			c.errorf(n.Pos(), "slice expression: loop over the indices of the array")
		}
		return true
	})
}

// restrictBody checks the body of an hp.Atomic as restrict does a file.
func (c *compiler) restrictBody(b *ast.BlockStmt) {
	c.restrict(&ast.File{Name: ast.NewIdent("_"), Decls: []ast.Decl{&ast.FuncDecl{Name: ast.NewIdent("_"), Type: &ast.FuncType{Params: &ast.FieldList{}}, Body: b}}})
}

func (c *compiler) restrictSignature(fd *ast.FuncDecl) {
	if fd.Type.TypeParams != nil {
		c.errorf(fd.Type.TypeParams.Pos(), "type parameters: only hp.Queue is generic")
	}
	for _, p := range fd.Type.Params.List {
		if _, ok := p.Type.(*ast.Ellipsis); ok {
			c.errorf(p.Type.Pos(), "variadic parameter: give the function a fixed number of parameters")
		}
		if star, ok := p.Type.(*ast.StarExpr); ok && !c.isKernelPtr(star) {
			c.errorf(star.Pos(), "pointer parameter: make the function a method of %s", types.ExprString(star.X))
		}
	}
	if r := fd.Type.Results; r != nil {
		n := 0
		for _, p := range r.List {
			n += max(1, len(p.Names))
			if star, ok := p.Type.(*ast.StarExpr); ok {
				c.errorf(star.Pos(), "pointer result: return the value")
			}
		}
		if n > 1 {
			c.errorf(r.Pos(), "%d results: return one value, a struct if need be", n)
		}
	}
}

// isKernelPtr tells whether e is *Kernel of the kernel's package, which properties take.
func (c *compiler) isKernelPtr(e *ast.StarExpr) bool {
	t, ok := c.info.Types[e.X]
	if !ok {
		return false
	}
	n, ok := t.Type.(*types.Named)
	return ok && n.Obj().Name() == "Kernel"
}

func (c *compiler) isAtomic(call *ast.CallExpr) bool {
	fn := c.callee(call)
	return fn != nil && fn.Pkg() != nil && fn.Pkg().Path() == HPPath && fn.Name() == "Atomic" && len(call.Args) == 1
}

// callee returns the function or method that a call names, or nil for a conversion or a builtin.
func (c *compiler) callee(call *ast.CallExpr) *types.Func {
	var id *ast.Ident
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		id = f
	case *ast.SelectorExpr:
		id = f.Sel
	case *ast.IndexExpr:
		if s, ok := f.X.(*ast.SelectorExpr); ok {
			id = s.Sel
		}
	}
	if id == nil {
		return nil
	}
	fn, _ := c.info.Uses[id].(*types.Func)
	return fn
}
