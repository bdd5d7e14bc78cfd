package compile

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"
)

// diffGen writes a random program. Whatever it writes compiles: numbers are kept within 0..3, except where
// a fault of the model is wanted.
type diffGen struct {
	t       *rapid.T
	b       strings.Builder
	indent  int
	locals  []diffLocal
	names   int
	left    int // statements that may still be written
	loops   int // loops around, inside the atomic block at hand if there is one
	atomic  bool
	plain   bool   // a helper that atomic blocks can call: nothing blocks
	result  string // type of the function's result
	helpers []diffHelper
	worker  bool
	wild    bool // faults of the model are welcome
	focus   int  // what many statements are about: an index in the cases of syncStmt, or one of the below
}

// Values of focus beyond the cases of syncStmt.
const (
	focusNone = iota + 11
	focusFault
	focusEnd
)

type diffLocal struct{ name, typ string }

type diffHelper struct {
	name, param, result string
	plain               bool
}

const diffKernel = `package linux

import "hpmc/model/hp"

type Mode int

const (
	M0 Mode = iota
	M1
	M2
)

type Pair struct {
	X int ` + "`range:\"0..3\"`" + `
	Y bool
}

func (p *Pair) Bump(d int) {
	p.X = (p.X + d) % 4
	p.Y = !p.Y
}

func (p *Pair) Big(d int) bool { return p.Y || p.X > d }

type Kernel struct {
	A, B     bool
	N        int    ` + "`range:\"0..3\"`" + `
	I        int    ` + "`range:\"0..3\"`" + `
	Arr      [2]int ` + "`range:\"0..3\"`" + `
	Two      [2]int ` + "`range:\"0..3\"`" + `
	E        Mode
	M, O     hp.CPUMask
	P        Pair
	Ps       [2]Pair
	L1, L2   hp.Mutex
	S        hp.RWSem
	C        hp.Completion
	W        hp.Work
	Q        hp.Queue[Pair]
	R        int    ` + "`range:\"-2..1\"`" + `
	Mine     [hp.MaxTasks]bool
}

func (k *Kernel) pureInt(x int) int { return (x + k.N) % 4 }

func (k *Kernel) pureBool(x int, b bool) bool { return b && k.pureInt(x) > k.I || k.A }
`

func (g *diffGen) n(n int) int { return rapid.IntRange(0, n-1).Draw(g.t, "n") }

func (g *diffGen) line(format string, args ...any) {
	g.b.WriteString(strings.Repeat("\t", g.indent))
	fmt.Fprintf(&g.b, format, args...)
	g.b.WriteByte('\n')
}

func (g *diffGen) local(typ string) string {
	var of []string
	for _, l := range g.locals {
		if l.typ == typ {
			of = append(of, l.name)
		}
	}
	if len(of) == 0 {
		return ""
	}
	return of[g.n(len(of))]
}

func (g *diffGen) newLocal(typ string) string {
	g.names++
	name := fmt.Sprintf("v%d", g.names)
	g.locals = append(g.locals, diffLocal{name, typ})
	return name
}

// scope runs f one level deeper; its locals end with it.
func (g *diffGen) scope(f func()) {
	old := len(g.locals)
	g.indent++
	f()
	g.indent--
	g.locals = g.locals[:old]
}

func (g *diffGen) stmts(most int) {
	for range 1 + g.n(most) {
		if g.left <= 0 {
			return
		}
		g.left--
		g.stmt()
	}
}

// whole writes a program.
func (g *diffGen) whole() *diffProgram {
	p := &diffProgram{cpus: 2 + g.n(5)/4, queue: 1 + g.n(2), budget: g.n(3), readers: g.n(3) == 0}
	for c := range p.cpus {
		if g.n(2) == 0 {
			p.offline = append(p.offline, c)
		}
	}
	g.b.WriteString(diffKernel)
	g.wild = g.n(3) == 0
	g.b.WriteString("\nfunc (k *Kernel) Init() {\n")
	g.indent = 1
	g.line("k.M = hp.AllCPUs() &^ hp.OfflineAtBoot()")
	for range g.n(3) {
		g.line("%s", []string{"k.N = 2", "k.A = true", "k.E = M1", "for c := range k.M.Each() {\n\t\tk.Arr[c%2] = int(c)\n\t}", "k.P.Bump(3)", "k.Ps[1] = Pair{X: 1}"}[g.n(6)])
	}
	g.b.WriteString("}\n")
	g.indent = 0
	for i := range g.n(3) {
		g.helper(fmt.Sprintf("h%d", i))
	}
	g.focus = g.n(focusEnd)
	g.worker = g.n(3) == 0 || g.focus == 6 || g.focus == 7
	threads := 2 + g.n(4)/3
	for i := range threads {
		param, arg := "", ""
		g.locals = nil
		if g.n(2) == 0 {
			g.names++
			param, arg = fmt.Sprintf("v%d int", g.names), fmt.Sprint(g.n(4))
			g.locals = []diffLocal{{fmt.Sprintf("v%d", g.names), "int"}}
		}
		p.calls = append(p.calls, fmt.Sprintf("T%d(%s)", i, arg))
		g.line("\nfunc (k *Kernel) T%d(%s) {", i, param)
		g.left, g.result, g.loops = 12/threads+1, "", 0
		g.scope(func() { g.stmts(6) })
		g.line("}")
	}
	if g.worker {
		g.locals = nil
		g.line("\n//hp:thread kworker\nfunc (k *Kernel) Worker() {\n\tfor {")
		g.left, g.result, g.loops = 2, "none", 0
		g.scope(func() {
			g.indent++
			g.line("k.W.Begin(%s)", []string{"true", "!k.A", "k.B", "k.N < 3"}[g.n(4)])
			g.stmts(2)
			g.line("k.W.End()")
			g.indent--
		})
		g.line("\t}\n}")
	}
	p.text = g.b.String()
	return p
}

func (g *diffGen) helper(name string) {
	h := diffHelper{name: name, plain: g.n(2) == 0, result: []string{"", "int", "bool", "hp.CPUMask", "Pair"}[g.n(5)]}
	h.param = diffTypes[g.n(len(diffTypes))]
	g.locals = nil
	x := g.newLocal(h.param)
	named, sig := "", h.result
	if h.result != "" && g.n(2) == 0 {
		named = g.newLocal(h.result)
		sig = "(" + named + " " + h.result + ")"
	}
	g.line("\nfunc (k *Kernel) %s(%s %s) %s {", name, x, h.param, sig)
	g.plain, g.result, g.left, g.loops = h.plain, h.result, 3, 0
	g.scope(func() {
		g.line("%s = %s", x, g.expr(h.param, 1)) // so that it is no one-return function
		g.stmts(3)
		switch {
		case named != "" && g.n(2) == 0:
			g.line("return")
		case h.result != "":
			g.line("return %s", g.expr(h.result, 2))
		}
	})
	g.line("}")
	g.plain, g.result = false, ""
	g.helpers = append(g.helpers, h)
}
