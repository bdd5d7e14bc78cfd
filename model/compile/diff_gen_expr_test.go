package compile

import "fmt"

// expr writes an expression of a type.
func (g *diffGen) expr(typ string, depth int) string {
	switch typ {
	case "int":
		return g.intExpr(depth)
	case "bool":
		return g.boolExpr(depth)
	case "hp.CPUMask":
		return g.maskExpr(depth)
	case "hp.CPU":
		return g.cpu(depth)
	case "Mode":
		return g.mode(depth)
	}
	switch g.n(5) {
	case 0:
		return "k.P"
	case 1:
		return "k.Ps[" + g.index(depth) + "]"
	case 2:
		if l := g.local("Pair"); l != "" {
			return l
		}
	}
	return fmt.Sprintf("Pair{X: %s, Y: %s}", g.intExpr(depth), g.boolExpr(depth))
}

func (g *diffGen) index(depth int) string {
	if c := g.local("hp.CPU"); c != "" && g.n(3) == 0 {
		return c + "%2"
	}
	switch g.n(4) {
	case 0, 1:
		return fmt.Sprint(g.n(2))
	case 2:
		if g.wild && g.n(4) == 0 {
			return "k.I"
		}
	}
	return "(" + g.intExpr(depth-1) + ")%2"
}

func (g *diffGen) intExpr(depth int) string {
	if depth <= 0 {
		switch g.n(7) {
		case 0, 1:
			if l := g.local("int"); l != "" {
				return l
			}
		case 2:
			return "k.N"
		case 3:
			return "k.I"
		case 4:
			return "k.P.X"
		}
		return fmt.Sprint(g.n(4))
	}
	a := func() string { return g.intExpr(depth - 1) }
	switch g.n(16) {
	case 0:
		return fmt.Sprintf("(%s+%s)%%4", a(), a())
	case 1:
		return fmt.Sprintf("(%s*%s)%%4", a(), a())
	case 2:
		return fmt.Sprintf("(%s%s%s)", a(), []string{"&", "|", "^", "&^"}[g.n(4)], a())
	case 3:
		return fmt.Sprintf("%s(%s, %s)", []string{"min", "max"}[g.n(2)], a(), a())
	case 4:
		return fmt.Sprintf("hp.If(%s, %s, %s)", g.boolExpr(depth-1), a(), a())
	case 5:
		return fmt.Sprintf("k.pureInt(%s)", a())
	case 6:
		return fmt.Sprintf("(%s).Count()", g.maskExpr(depth-1))
	case 7:
		return fmt.Sprintf("(3-%s)", a())
	case 8:
		return []string{"k.Arr[", "k.Two["}[g.n(2)] + g.index(depth) + "]"
	case 9:
		return "k.Ps[" + g.index(depth) + "].X"
	case 10:
		return fmt.Sprintf("(%s>>1)", a())
	case 11:
		return "int(hp.Self())%4"
	case 12:
		return fmt.Sprintf("int(%s)", g.mode(depth-1))
	case 13:
		return fmt.Sprintf("int(%s)", g.cpu(depth-1))
	}
	return g.intExpr(0)
}

func (g *diffGen) boolExpr(depth int) string {
	if depth <= 0 {
		switch g.n(5) {
		case 0:
			if l := g.local("bool"); l != "" {
				return l
			}
		case 1:
			return "k.B"
		case 2:
			return "k.P.Y"
		case 3:
			return []string{"true", "false"}[g.n(2)]
		}
		return "k.A"
	}
	b := func() string { return g.boolExpr(depth - 1) }
	switch g.n(16) {
	case 0, 1:
		return fmt.Sprintf("(%s && %s)", b(), b())
	case 2:
		return fmt.Sprintf("(%s || %s)", b(), b())
	case 3:
		return "!" + b()
	case 4, 5:
		return fmt.Sprintf("(%s %s %s)", g.intExpr(depth-1), []string{"<", "<=", ">", ">=", "==", "!="}[g.n(6)], g.intExpr(depth-1))
	case 6:
		return fmt.Sprintf("(%s).Has(%s)", g.maskExpr(depth-1), g.cpu(depth-1))
	case 7:
		return fmt.Sprintf("(%s).%s(%s)", g.maskExpr(depth-1), []string{"Subset", "Intersects"}[g.n(2)], g.maskExpr(depth-1))
	case 8:
		return fmt.Sprintf("(%s).Empty()", g.maskExpr(depth-1))
	case 9:
		return fmt.Sprintf("(%s %s %s)", g.mode(depth-1), []string{"==", "!="}[g.n(2)], g.mode(depth-1))
	case 10:
		return []string{"k.L1.Locked()", "k.S.WriteLocked()", "k.W.Pending()", "k.W.Idle()", "k.Q.Empty()", "k.W.Running()"}[g.n(6)]
	case 14:
		return fmt.Sprintf("(%s-%s %s k.R)", g.intExpr(depth-1), g.intExpr(depth-1), []string{"<", "==", ">="}[g.n(3)])
	case 11:
		return fmt.Sprintf("k.pureBool(%s, %s)", g.intExpr(depth-1), b())
	case 12:
		return fmt.Sprintf("k.Ps[%d].Big(%s)", g.n(2), g.intExpr(depth-1))
	case 13:
		return []string{"(k.Arr == k.Two)", "(k.P == k.Ps[0])", "(k.Ps[1] != k.P)"}[g.n(3)]
	}
	return g.boolExpr(0)
}

func (g *diffGen) maskExpr(depth int) string {
	if depth <= 0 {
		switch g.n(5) {
		case 0, 1:
			if l := g.local("hp.CPUMask"); l != "" {
				return l
			}
		case 2:
			return "k.O"
		case 3:
			return []string{"hp.AllCPUs()", "hp.OfflineAtBoot()", "hp.MaskOf(1)"}[g.n(3)]
		}
		return "k.M"
	}
	m := func() string { return g.maskExpr(depth - 1) }
	switch g.n(6) {
	case 0:
		return fmt.Sprintf("(%s %s %s)", m(), []string{"&", "|", "^", "&^"}[g.n(4)], m())
	case 1:
		return "(^" + m() + ")"
	case 2:
		return fmt.Sprintf("(%s).%s(%s)", m(), []string{"With", "Without"}[g.n(2)], g.cpu(depth-1))
	case 3:
		return "hp.MaskOf(" + g.cpu(depth-1) + ")"
	}
	return g.maskExpr(0)
}

func (g *diffGen) cpu(depth int) string {
	if l := g.local("hp.CPU"); l != "" && g.n(2) == 0 {
		return l
	}
	if depth <= 0 || g.n(2) == 0 {
		return fmt.Sprintf("hp.CPU(%d)", g.n(2))
	}
	return fmt.Sprintf("hp.CPU(%s%%2)", g.intExpr(depth-1))
}

func (g *diffGen) mode(depth int) string {
	switch g.n(4) {
	case 0:
		if l := g.local("Mode"); l != "" {
			return l
		}
	case 1:
		return fmt.Sprintf("M%d", g.n(3))
	case 2:
		if depth > 0 {
			return fmt.Sprintf("Mode((%s)%%3)", g.intExpr(depth-1))
		}
	}
	return "k.E"
}

var diffTypes = []string{"int", "int", "bool", "bool", "hp.CPUMask", "hp.CPU", "Mode", "Pair"}

// lvalue returns a place in the shared state and its type.
func (g *diffGen) lvalue() (string, string) {
	switch g.n(14) {
	case 0:
		return "k.A", "bool"
	case 1:
		return "k.B", "bool"
	case 2, 3:
		return "k.N", "int"
	case 4:
		return "k.I", "int"
	case 5:
		return "k.Arr[" + g.index(1) + "]", "int"
	case 6:
		return "k.E", "Mode"
	case 7:
		return "k.M", "hp.CPUMask"
	case 8:
		return "k.O", "hp.CPUMask"
	case 9:
		return "k.P", "Pair"
	case 10:
		return "k.P.Y", "bool"
	case 11:
		return "k.Ps[" + g.index(1) + "]", "Pair"
	case 12:
		return "k.Ps[" + g.index(1) + "].X", "int"
	}
	return "k.Two[" + g.index(1) + "]", "int"
}
