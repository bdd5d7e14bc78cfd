package export

import (
	"fmt"
	"strings"

	"hpmc/model"
)

var promelaOps = map[model.Op]string{model.Add: "+", model.Sub: "-", model.Mul: "*", model.And: "&", model.Or: "|", model.Xor: "^",
	model.Eq: "==", model.Ne: "!=", model.Lt: "<", model.Le: "<=", model.LAnd: "&&", model.LOr: "||"}

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
	switch e.Op {
	case model.Not:
		return not(a[0])
	case model.Ite:
		return "(" + a[0] + " -> " + a[1] + " : " + a[2] + ")"
	case model.Count:
		return countBits(a[0], in[0])
	case model.AndNot:
		return "(" + a[0] + " & ~" + a[1] + ")"
	case model.Div, model.Rem:
		s := "(" + a[0] + map[model.Op]string{model.Div: " / ", model.Rem: " % "}[e.Op] + a[1] + ")"
		if in[1].lo > 0 || in[1].hi < 0 {
			return s
		}
		return "(" + a[1] + " == 0 -> 0 : " + s + ")"
	case model.Shl:
		s := "(" + a[0] + " << " + a[1] + ")"
		if in[1].lo >= 0 {
			return s
		}
		return "(" + a[1] + " < 0 -> 0 : " + s + ")"
	case model.Shr:
		s := "(" + a[0] + " >> " + a[1] + ")"
		if in[1].lo >= 0 && in[1].hi < 32 {
			return s
		}
		return "(" + a[1] + " < 0 || " + a[1] + " > 31 -> 0 : " + s + ")"
	}
	return "(" + a[0] + " " + promelaOps[e.Op] + " " + a[1] + ")"
}

// countBits counts the bits of a value that is not negative.
func countBits(s string, in interval) string {
	n := width(in)
	if n == 1 {
		return s
	}
	parts := make([]string, n)
	for i := range parts {
		parts[i] = fmt.Sprintf("((%s >> %d) & 1)", s, i)
	}
	return "(" + strings.Join(parts, " + ") + ")"
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

// assign writes simultaneous assignments one after the other: first those to variables that no other one reads any
// more; where they read each other in a ring, a value is saved first.
func (g *promela) assign(effect []model.Assign) []string {
	var out []string
	left := append([]model.Assign(nil), effect...)
	g.saved = map[model.VarID]string{}
	readers := func(i int) int {
		n := 0
		for j, a := range left {
			if j != i && g.saved[left[i].Var] == "" && reads(a.Val, left[i].Var) {
				n++
			}
		}
		return n
	}
	for len(left) > 0 {
		next := -1
		for i := range left {
			if readers(i) == 0 {
				next = i
				break
			}
		}
		if next < 0 {
			next = 0
			id := left[0].Var
			tmp := fmt.Sprintf("tmp%d", len(g.saved))
			g.tmps = max(g.tmps, len(g.saved)+1)
			out = append(out, tmp+" = "+g.value(id))
			g.saved[id] = tmp
		}
		a := left[next]
		val := g.expr(a.Val)
		if m := g.Vars[a.Var].Min; m < 0 {
			val = fmt.Sprintf("%s + %d", val, -m)
		} else if m > 0 {
			val = fmt.Sprintf("%s - %d", val, m)
		}
		out = append(out, g.name[a.Var]+" = "+strip(val))
		left = append(left[:next], left[next+1:]...)
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

func reads(e *model.Expr, id model.VarID) bool {
	found := false
	walk(e, func(v model.VarID) { found = found || v == id })
	return found
}
