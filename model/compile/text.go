package compile

import (
	"go/ast"
	"go/token"
	"strings"

	"hpmc/model"
)

// phrase is what a trace shows of a statement. Locals in it show their value where it is known.
type phrase []part

type part struct {
	s   string
	e   *model.Expr // nil for plain text
	typ *model.Type
}

// render writes a phrase with the values that known returns; it returns nil for what is not known.
func (p phrase) render(known func(*model.Expr) *model.Expr) string {
	var b strings.Builder
	for _, x := range p {
		if x.e != nil {
			if v := known(x.e); v != nil && isConst(v) {
				b.WriteString(x.typ.FormatValue(v.Val))
				continue
			}
		}
		b.WriteString(x.s)
	}
	return shortIf(b.String())
}

// shortIf drops what has come to be true or false, and decides nothing, from the beginning of a condition.
func shortIf(text string) string {
	cond, ok := strings.CutPrefix(text, "if ")
	if !ok {
		return text
	}
	for {
		rest, or := strings.CutPrefix(cond, "false || ")
		rest, and := strings.CutPrefix(rest, "true && ")
		if !or && !and {
			return "if " + cond
		}
		cond = rest
	}
}

func (l *lowerer) textWith(before string, n ast.Node) phrase {
	return append(phrase{{s: before}}, l.textOf(n)...)
}

// textOf returns how a statement or expression reads in the kernel's names.
func (l *lowerer) textOf(n ast.Node) phrase {
	w := &textWriter{l: l}
	w.node(n, false)
	return w.p
}

type textWriter struct {
	l *lowerer
	p phrase
}

func (w *textWriter) str(s string) {
	if n := len(w.p); n > 0 && w.p[n-1].e == nil {
		w.p[n-1].s += s
		return
	}
	w.p = append(w.p, part{s: s})
}

func (w *textWriter) list(xs []ast.Expr) {
	for i, x := range xs {
		if i > 0 {
			w.str(", ")
		}
		w.node(x, false)
	}
}

// node writes n; of a target of an assignment the name, never the value, is shown.
func (w *textWriter) node(n ast.Node, target bool) {
	switch n := n.(type) {
	case *ast.Ident:
		w.ident(n, target)
	case *ast.BasicLit:
		w.str(n.Value)
	case *ast.ParenExpr:
		w.str("(")
		w.node(n.X, false)
		w.str(")")
	case *ast.UnaryExpr:
		w.str(n.Op.String())
		w.node(n.X, false)
	case *ast.BinaryExpr:
		w.node(n.X, false)
		w.str(" " + n.Op.String() + " ")
		w.node(n.Y, false)
	case *ast.SelectorExpr:
		w.selector(n)
	case *ast.IndexExpr:
		w.node(n.X, target)
		w.str("[")
		w.node(n.Index, false)
		w.str("]")
	case *ast.CallExpr:
		w.call(n)
	case *ast.CompositeLit:
		w.str("{")
		for i, x := range n.Elts {
			if i > 0 {
				w.str(", ")
			}
			if kv, ok := x.(*ast.KeyValueExpr); ok {
				x = kv.Value
			}
			w.node(x, false)
		}
		w.str("}")
	case *ast.AssignStmt:
		for i, x := range n.Lhs {
			if i > 0 {
				w.str(", ")
			}
			w.node(x, true)
		}
		op := n.Tok.String()
		if n.Tok == token.DEFINE {
			op = "="
		}
		w.str(" " + op + " ")
		w.list(n.Rhs)
	case *ast.ExprStmt:
		w.node(n.X, false)
	case *ast.IncDecStmt:
		w.node(n.X, true)
		w.str(n.Tok.String())
	case *ast.ReturnStmt:
		w.str("return ")
		w.list(n.Results)
	case *ast.DeclStmt:
		for _, s := range n.Decl.(*ast.GenDecl).Specs {
			if vs, ok := s.(*ast.ValueSpec); ok && len(vs.Values) > 0 {
				w.str(vs.Names[0].Name + " = ")
				w.list(vs.Values)
			}
		}
	}
}

func (w *textWriter) ident(id *ast.Ident, target bool) {
	obj := w.l.c.info.Uses[id]
	if obj == nil {
		obj = w.l.c.info.Defs[id]
	}
	t := w.l.f.env[obj]
	switch {
	case t == nil:
		w.str(id.Name)
	case t.e != nil && !target && (isConst(t.e) || w.l.c.vars[t.e.Var].Kind == model.Local):
		w.p = append(w.p, part{s: id.Name, e: t.e, typ: w.l.c.typeOf(t.typ)})
	case t.disp != "" && t.e != nil && t.e.Op == model.Ref && w.l.c.vars[t.e.Var].Kind != model.Local:
		w.str(t.disp)
	default:
		w.str(id.Name)
	}
}

// selector writes the kernel's name of a field, without the way to it if that is only the kernel itself.
func (w *textWriter) selector(s *ast.SelectorExpr) {
	sel := w.l.c.info.Selections[s]
	if sel == nil { // a name of another package
		w.str(s.Sel.Name)
		return
	}
	if id, ok := s.X.(*ast.Ident); ok {
		if t := w.l.f.env[w.l.c.info.Uses[id]]; t != nil && len(t.kids) > 0 {
			if f := w.l.field(t, sel.Index()); f != nil && f.disp != "" {
				w.str(f.disp)
				return
			}
		}
	}
	w.node(s.X, true)
	w.str("." + w.l.c.fieldName(sel))
}

func (w *textWriter) call(n *ast.CallExpr) {
	fn := w.l.c.callee(n)
	if fn == nil { // a conversion
		w.list(n.Args)
		return
	}
	name := w.l.c.funcName(fn)
	if w.l.c.isHP(fn) {
		if s, ok := n.Fun.(*ast.SelectorExpr); ok && w.l.c.info.Selections[s] != nil {
			if verb, has := w.l.c.dirs[fn.Origin()].hp["verb"]; has {
				w.str(verb + "(")
				w.node(s.X, true)
				if len(n.Args) > 0 {
					w.str(", ")
					w.list(n.Args)
				}
				w.str(")")
				return
			}
			w.node(s.X, true)
			name = "." + fn.Name()
		}
	}
	w.str(name + "(")
	w.list(n.Args)
	w.str(")")
}
