package compile

import "fmt"

// stmt writes one statement.
func (g *diffGen) stmt() {
	blocking := !g.atomic && !g.plain
	if g.focus != focusNone && g.n(3) == 0 {
		if g.focus == focusFault {
			g.line("if hp.Fault(\"boom\") {\n\tk.N = (k.N + 1) %% 4\n}")
			return
		}
		if blocking {
			g.syncStmt()
			return
		}
	}
	switch g.n(30) {
	case 0, 1, 2:
		l, typ := g.lvalue()
		g.line("%s = %s", l, g.expr(typ, 2))
	case 3:
		typ := diffTypes[g.n(len(diffTypes))]
		v := g.expr(typ, 2)
		name := g.newLocal(typ)
		g.line("var %s %s = %s", name, typ, v)
		g.line("_ = %s", name)
	case 4:
		if l := g.local("int"); l != "" {
			g.line("%s = %s", l, g.intExpr(2))
		} else if l := g.local("hp.CPUMask"); l != "" {
			g.line("%s %s %s", l, []string{"=", "|=", "&=", "&^="}[g.n(4)], g.maskExpr(1))
		} else if l := g.local("Pair"); l != "" {
			g.line("%s.X = %s", l, g.intExpr(1))
		} else {
			g.line("k.A = %s", g.boolExpr(2))
		}
	case 5:
		g.opAssign()
	case 6, 7, 8:
		g.ifStmt()
	case 9:
		g.switchStmt()
	case 10, 11, 12:
		g.loop()
	case 13:
		if g.atomic {
			g.line("k.B = !k.B")
			return
		}
		g.atomically()
	case 14, 15:
		g.callStmt()
	case 16:
		if g.loops > 0 {
			g.line("if %s {\n\t%s\n}", g.boolExpr(1), []string{"break", "continue"}[g.n(2)])
		} else {
			g.line("k.B = %s", g.boolExpr(2))
		}
	case 17:
		g.choose()
	case 18:
		g.line("%s, %s = %s, %s", "k.N", []string{"k.I", "k.Arr[0]", "k.P.X"}[g.n(3)], g.intExpr(1), g.intExpr(1))
	case 19:
		g.line("k.%s.%s(%s)", []string{"M", "O"}[g.n(2)], []string{"Set", "Clear"}[g.n(2)], g.cpu(2))
	case 20:
		switch g.n(3) {
		case 0:
			g.line("k.Arr = k.Two")
		case 1:
			g.line("k.Ps[%d].Bump(%s)", g.n(2), g.intExpr(1))
		case 2:
			g.line("k.Arr[%s], k.Arr[%s] = %s, %s", g.index(0), g.index(1), g.intExpr(1), g.intExpr(1))
		}
	case 22:
		g.line("k.R = %s-2", g.intExpr(2))
	case 23:
		g.line("k.Mine[hp.Self()] = %s", g.boolExpr(1))
	case 24:
		if g.atomic || g.result == "none" {
			g.line("k.N = max(k.R-%s, 0)", g.intExpr(1))
			return
		}
		g.line("if %s {\n\treturn %s\n}", g.boolExpr(1), g.returned())
	case 21:
		if blocking {
			g.line("hp.Await(%s)", g.boolExpr(2))
		}
	default:
		if blocking {
			g.syncStmt()
		} else {
			g.line("k.N = %s", g.intExpr(2))
		}
	}
}

// returned writes what a return statement gives back.
func (g *diffGen) returned() string {
	if g.result == "" {
		return ""
	}
	return g.expr(g.result, 1)
}

func (g *diffGen) opAssign() {
	if g.wild && g.n(4) == 0 {
		g.line("%s", []string{"k.N++", "k.I--", "k.N += k.I", "k.Arr[k.I] += 1"}[g.n(4)])
		return
	}
	switch g.n(4) {
	case 0:
		g.line("k.N %s %s", []string{"&=", "|=", "^=", "&^="}[g.n(4)], g.intExpr(1))
	case 1:
		g.line("k.M %s %s", []string{"&=", "|=", "^=", "&^="}[g.n(4)], g.maskExpr(1))
	case 2:
		g.line("k.Two[%s] %%= 2", g.index(1))
	case 3:
		if l := g.local("int"); l != "" {
			g.line("%s %s %s", l, []string{"&=", "|=", "^="}[g.n(3)], g.intExpr(1))
		}
	}
}

func (g *diffGen) block() {
	g.scope(func() { g.stmts(2) })
}

func (g *diffGen) cond() string {
	switch g.n(8) {
	case 0:
		return `hp.Fault("boom")`
	case 1:
		return fmt.Sprintf(`%s && hp.Fault("boom")`, g.boolExpr(1))
	case 2:
		return fmt.Sprintf(`(%s || !hp.Fault("boom")) && %s`, g.boolExpr(1), g.boolExpr(1))
	}
	return g.boolExpr(2)
}

func (g *diffGen) ifStmt() {
	g.line("if %s {", g.cond())
	g.block()
	switch g.n(4) {
	case 0:
		g.line("} else {")
		g.block()
	case 1:
		g.line("} else if %s {", g.cond())
		g.block()
	}
	g.line("}")
}

func (g *diffGen) switchStmt() {
	tag := g.n(3)
	switch tag {
	case 0:
		g.line("switch %s {\ncase M0, M2:", g.mode(1))
	case 1:
		g.line("switch %s {\ncase 1:", g.intExpr(2))
	case 2:
		g.line("switch {\ncase %s:", g.boolExpr(2))
	}
	old := g.loops
	g.loops = 0 // the only break and continue in it are those below
	g.block()
	if g.n(2) == 0 {
		g.line("if %s {\n\tbreak\n}", g.boolExpr(1))
		g.line("k.B = !k.B")
	}
	switch tag {
	case 0:
		g.line("case M1:")
		g.block()
	case 1:
		g.line("case 0, 3:")
		g.block()
	case 2:
		g.line("case %s:", g.boolExpr(1))
		g.block()
	}
	if g.n(2) == 0 {
		g.line("default:")
		g.block()
	}
	if old > 0 && g.n(2) == 0 {
		g.line("\tcontinue")
	}
	g.loops = old
	g.line("}")
}

func (g *diffGen) loop() {
	g.loops++
	old := len(g.locals)
	g.left = min(g.left, 3)
	n := 6
	if g.atomic || g.plain {
		n = 5 // a block that is one step must be seen to end
	}
	switch g.n(n) {
	case 0:
		i := g.newLocal("int")
		g.line("for %s := range 2 {", i)
		g.line("\t_ = %s", i)
	case 1:
		i := g.newLocal("int")
		g.line("for %s := 0; %s < 2; %s++ {", i, i, i)
		g.locals = g.locals[:len(g.locals)-1] // not to be assigned to
		g.line("\tk.Arr[%s] = %s", i, g.intExpr(1))
	case 2, 3:
		m := g.maskExpr(1)
		c := g.newLocal("loop")
		g.line("for %s := range (%s).Each() {", c, m)
		g.line("\t_ = %s", c)
		if g.n(2) == 0 {
			g.line("\tk.O.Set(%s)", c)
		}
		g.names++
		g.line("\tv%d := %s", g.names, c)
		g.locals = append(g.locals, diffLocal{fmt.Sprintf("v%d", g.names), "hp.CPU"})
		g.line("\t_ = v%d", g.names)
	case 4:
		v := g.newLocal("int")
		g.line("for _, %s := range k.Arr {", v)
		g.line("\t_ = %s", v)
	case 5:
		g.line("for k.N > %d {", g.n(3))
		g.line("\tk.N--")
	}
	g.block()
	g.line("}")
	g.loops--
	g.locals = g.locals[:old]
}

func (g *diffGen) atomically() {
	old := g.loops
	g.line("hp.Atomic(func() {")
	g.atomic, g.loops = true, 0
	if !g.plain && g.n(3) == 0 {
		g.line("\thp.%s(%s)", []string{"Await", "Await", "Rest"}[g.n(3)], g.boolExpr(2))
	}
	g.left++
	g.scope(func() { g.stmts(3) })
	g.atomic, g.loops = false, old
	g.line("})")
}

func (g *diffGen) callStmt() {
	if len(g.helpers) == 0 {
		g.line("k.P.Bump(%s)", g.intExpr(1))
		return
	}
	h := g.helpers[g.n(len(g.helpers))]
	if (g.atomic || g.plain) && !h.plain {
		g.line("k.E = %s", g.mode(2))
		return
	}
	call := fmt.Sprintf("k.%s(%s)", h.name, g.expr(h.param, 2))
	switch {
	case h.result == "" || g.n(4) == 0:
		g.line("%s", call)
	case h.result == g.result && !g.atomic && g.n(4) == 0:
		g.line("if %s {\n\treturn %s\n}", g.boolExpr(1), call)
	case h.result == "bool" && g.n(3) == 0:
		v := g.newLocal("bool")
		g.line("if %s := %s; %s || %s {", v, call, v, g.boolExpr(1))
		g.block()
		g.line("}")
		g.locals = g.locals[:len(g.locals)-1]
	case h.result == "int" && g.n(2) == 0:
		g.line("%s = %s", []string{"k.N", "k.Arr[" + g.index(1) + "]"}[g.n(2)], call)
	default:
		v := g.newLocal(h.result)
		g.line("%s := %s", v, call)
		g.line("_ = %s", v)
	}
}

func (g *diffGen) choose() {
	switch g.n(4) {
	case 0:
		g.line("k.N = hp.Choose(%d)", 1+g.n(3))
	case 1:
		v := g.newLocal("int")
		g.line("%s := hp.Choose(2)", v)
		g.line("_ = %s", v)
	case 2:
		v := g.newLocal("bool")
		g.line("%s := hp.Fault(\"boom\")", v)
		g.line("_ = %s", v)
	case 3:
		if !g.atomic {
			v := g.newLocal("bool")
			g.line("%s := k.L1.TryLock()", v)
			g.line("if %s {\n\tk.I = %s\n\tk.L1.Unlock()\n}", v, g.intExpr(1))
		}
	}
}

// syncStmt writes something that can block, mostly with what ends it.
func (g *diffGen) syncStmt() {
	pair := func(a, b string) {
		g.line("%s", a)
		g.left++
		old := g.loops
		g.loops = 0 // break would keep it
		g.stmts(2)
		g.loops = old
		if g.n(8) > 0 {
			g.line("%s", b)
		}
	}
	what := g.n(11)
	if g.focus < focusNone && g.n(4) > 0 {
		what = g.focus
		if (what == 3 || what == 4 || what == 6 || what == 7 || what == 8 || what == 9) && g.n(2) == 0 {
			what = map[int]int{3: 4, 4: 3, 6: 7, 7: 6, 8: 9, 9: 8}[what]
		}
	}
	switch what {
	case 0, 1:
		pair("k.L1.Lock()", "k.L1.Unlock()")
	case 2:
		pair("k.L2.Lock()", "k.L2.Unlock()")
	case 3:
		pair("k.S.Lock()", "k.S.Unlock()")
	case 4:
		pair("k.S.RLock()", "k.S.RUnlock()")
	case 5:
		g.line("k.C.%s()", []string{"Complete", "Wait"}[g.n(2)])
	case 6:
		g.line("k.W.Queue()")
	case 7:
		g.line("k.W.Flush()")
	case 8:
		g.line("k.Q.Send(%s)", g.expr("Pair", 1))
	case 9:
		v := g.newLocal("Pair")
		g.line("%s := k.Q.Receive()", v)
		g.line("_ = %s", v)
	case 10:
		g.line("hp.Rest(%s)", g.boolExpr(2))
	}
}
