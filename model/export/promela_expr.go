package export

import (
	"fmt"
	"strings"

	"hpmc/model"
)

var promelaOps = map[model.Op]string{model.Eq: "==", model.Ne: "!=", model.Lt: "<", model.Le: "<=", model.LAnd: "&&", model.LOr: "||"}

// expr writes an expression in Promela, in parentheses unless it is one word. Its parts are known to fit into an int.
func (g *promela) expr(e *model.Expr) string {
	if r, err := g.bounds.of(e); err == nil && r.lo == r.hi {
		return number(r.lo)
	}
	if e.Op == model.Ref {
		return g.value(e.Var)
	}
	a := make([]string, len(e.Args))
	in := make([]interval, len(e.Args))
	for i, x := range e.Args {
		a[i] = g.expr(x)
		in[i], _ = g.bounds.of(x)
	}
	if s := arithmetic(e.Op, a, in, "(%s -> %s : %s)"); s != "" {
		return s
	}
	switch e.Op {
	case model.Not:
		return not(a[0])
	case model.Ite:
		return "(" + a[0] + " -> " + a[1] + " : " + a[2] + ")"
	}
	return "(" + a[0] + " " + promelaOps[e.Op] + " " + a[1] + ")"
}

// not negates a condition; !! is an operator of its own in Promela.
func not(s string) string {
	if strings.HasPrefix(s, "!") {
		return "!(" + s + ")"
	}
	return "!" + s
}

func number(v int64) string {
	if v < 0 {
		return fmt.Sprintf("(%d)", v)
	}
	return fmt.Sprint(v)
}

// value writes a variable's value. What is stored is the value less its minimum.
func (g *promela) value(id model.VarID) string {
	switch v := &g.Vars[id]; {
	case g.saved[id] != "":
		return g.saved[id]
	case v.Min < 0:
		return fmt.Sprintf("(%s - %d)", g.name[id], -v.Min)
	case v.Min > 0:
		return fmt.Sprintf("(%s + %d)", g.name[id], v.Min)
	}
	return g.name[id]
}

// assign writes simultaneous assignments one after the other.
func (g *promela) assign(effect []model.Assign) []string {
	var out []string
	g.saved = map[model.VarID]string{}
	for _, a := range inOrder(effect) {
		if a.saved {
			tmp := fmt.Sprintf("tmp%d", len(g.saved))
			out = append(out, tmp+" = "+g.value(a.Var))
			g.saved[a.Var] = tmp
			g.tmps = max(g.tmps, len(g.saved))
			continue
		}
		val := g.expr(a.Val)
		if m := g.Vars[a.Var].Min; m < 0 {
			val = fmt.Sprintf("%s + %d", val, -m)
		} else if m > 0 {
			val = fmt.Sprintf("%s - %d", val, m)
		}
		out = append(out, g.name[a.Var]+" = "+strip(val))
	}
	g.saved = nil
	return out
}

// strip takes away parentheses around the whole of s.
func strip(s string) string {
	if !strings.HasPrefix(s, "(") || !strings.HasSuffix(s, ")") || strings.HasPrefix(s, "(-") {
		return s
	}
	depth := 0
	for i, r := range s {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth == 0 && i < len(s)-1 {
			return s
		}
	}
	inner := s[1 : len(s)-1]
	if strings.Contains(inner, "->") {
		return s // a conditional expression keeps its own
	}
	return inner
}
