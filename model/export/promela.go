package export

import (
	"fmt"
	"io"
	"strings"

	"hpmc/model"
)

// The words that Promela, C, or a macro that pan.c sees take for themselves.
const promelaReserved = `active assert atomic bit bool break byte c_code c_decl c_expr c_state c_track chan d_step do
	D_proctype else empty enabled eval false fi full get_priority goto hidden if in init inline int len local ltl mtype
	nempty never nfull notrace np_ od of pc_value pid print printf printm priority proctype provided return run scanf
	select set_priority short show skip STDIN timeout trace true typedef unless unsigned xr xs always eventually until
	release weakuntil next implies equivalent stronguntil now
	auto case char const continue default double enum extern float for long register signed sizeof static struct switch
	union void volatile while restrict asm typeof linux unix errno stdin stdout stderr uchar ulong ushort uint
	st_atime st_mtime st_ctime STEP NOCHECK EOF NULL BUFSIZ SAFETY`

// promela is a program on its way to Promela.
type promela struct {
	*program
	*printer
	o     Options
	ids   *names
	name  []string // per variable; "" if it is not stored
	local []int    // per variable: the thread that alone uses it, or -1
	proc  []string // per thread
	flag  []string // per property: set when a violation was reported, or a condition reached
	check []string // per property: the macro that tests and reports
	inv   []string // per property: the macro that tests its condition in the present state
	tmps  int
	saved map[model.VarID]string // while assignments are written: values that were saved
}

// Promela writes p for SPIN. pan, compiled with -DNOREDUCE, stores exactly p's states and takes exactly its
// transitions. The heading says how to run it. A program that computes with more than 32 bits is an error.
func Promela(w io.Writer, p *model.Program, o Options) error {
	q, err := prepare(p, o)
	if err != nil {
		return err
	}
	g := &promela{program: q, printer: newPrinter(w), o: o}
	g.ids = newNames(promelaReserved, func(s string) bool {
		return numbered(s, "L") || numbered(s, "end_L") || numbered(s, "tmp")
	})
	g.nameAll()
	body := g.threads()
	g.heading()
	g.declare()
	g.macros()
	for _, l := range body {
		g.line("%s", l)
	}
	g.monitor()
	return g.w.Flush()
}

func (g *promela) nameAll() {
	g.name = make([]string, len(g.Vars))
	g.local = g.owners()
	for i := range g.Vars {
		v := &g.Vars[i]
		r := g.bounds.variable(model.VarID(i))
		switch {
		case r.lo == r.hi:
		case v.Kind != model.PC:
			g.name[i] = g.ids.get("", v.Display())
		case g.mirror[i]:
			g.name[i] = g.ids.get("at_", v.Display())
		}
	}
	for i := range g.Threads {
		g.proc = append(g.proc, g.ids.get("", g.Threads[i].Name))
	}
	g.flag, g.check, g.inv = make([]string, len(g.Props)), make([]string, len(g.Props)), make([]string, len(g.Props))
	for _, i := range g.props {
		pr := &g.Props[i]
		name, flag := short(pr.Name), "violated_"
		switch pr.Kind {
		case model.Deadlock:
			continue
		case model.Reachable:
			name, flag = short(strings.TrimPrefix(pr.Name, "reach: ")), "reached_"
		}
		g.flag[i], g.check[i] = g.ids.get(flag, name), g.ids.get("check_", name)
		if pr.Cond != nil && (pr.Kind == model.Reachable || !g.bounds.isTrue(pr.Cond)) {
			g.inv[i] = g.ids.get("holds_", name)
		}
	}
}

// short cuts a name that is an expression down to the length of an identifier.
func short(name string) string {
	if id := identifier(name); len(id) > 60 {
		return id[:60]
	}
	return name
}

// owners returns for each variable the thread whose steps alone read and write it, or -1. Such a variable is local
// to its process, which SPIN's reduction makes use of.
func (g *promela) owners() []int {
	owner := make([]int, len(g.Vars))
	for i := range owner {
		owner[i] = -2 // nobody's yet
	}
	use := func(th int) func(model.VarID) {
		return func(id model.VarID) {
			if owner[id] != -2 && owner[id] != th {
				th = -1
			}
			owner[id] = th
		}
	}
	for i := range g.Transitions {
		t := &g.Transitions[i]
		for _, e := range t.Guard {
			walk(e, use(t.Thread))
		}
		for _, c := range t.Checks {
			walk(c.Cond, use(t.Thread))
		}
		for _, a := range t.Effect {
			use(t.Thread)(a.Var)
			walk(a.Val, use(t.Thread))
		}
	}
	for _, i := range g.props {
		for id, read := range g.reads[i] {
			if read {
				owner[id] = -1
			}
		}
	}
	for id := range owner {
		if owner[id] == -2 || g.Vars[id].Kind == model.PC {
			owner[id] = -1
		}
	}
	return owner
}

func (g *promela) heading() {
	g.line("/*")
	if g.o.Origin != "" {
		g.line(" * %s", comment(g.o.Origin))
		g.line(" *")
	}
	g.line(" * States and transitions, to be compared with those of hpmc verify --por off:")
	g.line(" *   spin -o2 -DNOCHECK -a FILE")
	g.line(" *   gcc -O3 -march=native -DSAFETY -DNOREDUCE -o pan pan.c && ./pan -c0 -m1000000")
	g.line(" * -o2 leaves locals alone; pan counts the initial state as a transition, too. Where it")
	g.line(" * says that the search depth is too small, raise -m.")
	g.line(" *")
	g.line(" * Properties: without -DNOCHECK, and with -c0, which goes on after a violation. States")
	g.line(" * are the same. Each of these lines comes once:")
	deadlock := false
	for _, i := range g.props {
		switch pr := &g.Props[i]; pr.Kind {
		case model.Deadlock:
			deadlock = true
		case model.Reachable:
			g.line(" *   assertion violated  !(%s)", g.flag[i])
			g.line(" *       it was reached, as it should be: %s", comment(pr.Name))
		default:
			g.line(" *   assertion violated  !(%s)", g.flag[i])
			g.line(" *       violated (%s): %s", pr.Kind, comment(pr.Name))
		}
	}
	if deadlock {
		g.line(" *   invalid end state")
		g.line(" *       deadlock; every error beyond these lines is one more such state")
	} else {
		g.line(" * Deadlocks are not asked about: ./pan -E leaves them out.")
	}
	g.line(" */")
}

func (g *promela) declare() {
	g.line("")
	for i := range g.Vars {
		if g.name[i] != "" && g.local[i] < 0 {
			g.line("%s", g.declaration(i))
		}
	}
	for i := range g.tmps {
		g.line("hidden int tmp%d;", i)
	}
}

func (g *promela) declaration(i int) string {
	v := &g.Vars[i]
	typ, width := "unsigned ", fmt.Sprintf(" : %d", v.Bits)
	switch v.Bits {
	case 1:
		typ, width = "bit ", ""
	case 8:
		typ, width = "byte ", ""
	}
	note := ""
	if v.Min != 0 {
		note = fmt.Sprintf(" /* less %d */", v.Min)
	}
	return fmt.Sprintf("%s%s%s = %d;%s", typ, g.name[i], width, v.Init-v.Min, note)
}

// macros writes how a property is tested: a violation is reported once, which a variable outside the state remembers.
func (g *promela) macros() {
	g.line("")
	g.line("#ifdef NOCHECK")
	g.line("#define STEP atomic")
	for _, i := range g.props {
		if g.flag[i] == "" {
			continue
		}
		g.line("#define %s(c)", g.check[i])
		if g.inv[i] != "" {
			g.line("#define %s", g.inv[i])
		}
	}
	g.line("#else")
	g.line("#define STEP d_step")
	for _, i := range g.props {
		if g.flag[i] == "" {
			continue
		}
		f := g.flag[i]
		g.line("hidden byte %s;", f)
		g.line("#define %s(c) if :: !%s && !(c) -> %s = 1; assert(!%s) :: else fi;", g.check[i], f, f, f)
		switch pr := &g.Props[i]; {
		case g.inv[i] == "":
		case pr.Kind != model.Reachable:
			g.line("#define %s %s(%s)", g.inv[i], g.check[i], strip(g.expr(pr.Cond)))
		default:
			g.line("#define %s %s(%s)", g.inv[i], g.check[i], not(g.expr(pr.Cond)))
		}
	}
	g.line("#endif")
}
