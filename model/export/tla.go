package export

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"hpmc/model"
)

// The words that TLA+ and its module Integers take for themselves, and those that the export defines.
const (
	tlaWords = `ASSUME ASSUMPTION AXIOM BOOLEAN CASE CHOOSE CONSTANT CONSTANTS DOMAIN ELSE ENABLED EXCEPT EXTENDS FALSE
	IF IN INSTANCE LET LOCAL MODULE OTHER STRING SUBSET THEN THEOREM LEMMA PROPOSITION COROLLARY TRUE UNCHANGED UNION
	VARIABLE VARIABLES WITH ACTION BY DEF DEFINE DEFS HAVE HIDE LAMBDA NEW OBVIOUS OMITTED ONLY PICK PROOF PROVE QED
	RECURSIVE STATE SUFFICES TAKE TEMPORAL USE WITNESS Nat Int Integers Naturals`
	tlaOwn = `And Or Xor AndNot Abs Div Rem Shl Shr Count x y Init Next Spec vars CanStep AtRest Deadlock`
)

// tla is a program on its way to TLA+.
type tla struct {
	*sorted
	*printer
	o    Options
	ids  *names
	name []string // per variable and location; "" if it never changes
	inv  []string // per property
}

// TLA writes p as the TLA+ module name to module, and a configuration for TLC to config. TLC finds exactly p's
// states. A program that computes with more than 32 bits is an error, and so is a name that is no identifier.
func TLA(module, config io.Writer, name string, p *model.Program, o Options) error {
	if !ModuleName(name) {
		return fmt.Errorf("%q is no name of a TLA+ module: letters, digits and _, of which one is a letter", name)
	}
	q, err := prepare(p, o)
	if err != nil {
		return err
	}
	g := newTLA(q)
	g.printer, g.o = newPrinter(module), o
	if err := g.cuts(30); err != nil {
		return err
	}
	g.nameAll(name)
	if len(g.stored()) == 0 {
		return fmt.Errorf("%s has one state: there is nothing to explore", p.Name)
	}
	g.heading(name)
	g.operators()
	g.initial()
	for th := range g.Threads {
		g.thread(th)
	}
	g.next()
	g.properties()
	g.line("%s", strings.Repeat("=", 90))
	if err := g.w.Flush(); err != nil {
		return err
	}
	g.printer = newPrinter(config)
	g.config()
	return g.w.Flush()
}

func newTLA(q *program) *tla {
	g := &tla{}
	g.sorted = tlaExprs(q, func(id model.VarID) string { return g.name[id] })
	return g
}

// ModuleName tells whether s can be the name of a TLA+ module.
func ModuleName(s string) bool {
	letters := 0
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
			letters++
		case r != '_' && (r < '0' || r > '9'):
			return false
		}
	}
	if slices.Contains(strings.Fields(tlaWords+" "+tlaOwn), s) {
		return false
	}
	return letters > 0 && !strings.HasPrefix(s, "WF_") && !strings.HasPrefix(s, "SF_")
}

func (g *tla) nameAll(module string) {
	g.ids = newNames(tlaWords+" "+tlaOwn+" "+module, func(s string) bool {
		return numbered(s, "T") || numbered(s, "G") || numbered(s, "F")
	})
	g.name, g.inv = make([]string, len(g.Vars)), make([]string, len(g.Props))
	for i := range g.Vars {
		v := &g.Vars[i]
		r := g.bounds.variable(model.VarID(i))
		switch {
		case r.lo == r.hi:
		case v.Kind == model.PC:
			g.name[i] = g.ids.get("at_", v.Display())
		default:
			g.name[i] = g.ids.get(tlaPrefix(v.Display()), v.Display())
		}
	}
	for _, i := range g.props {
		pr := &g.Props[i]
		switch pr.Kind {
		case model.Deadlock:
			g.inv[i] = "Deadlock"
		case model.Reachable:
			g.inv[i] = g.ids.get("Never_", short(strings.TrimPrefix(pr.Name, "reach: ")))
		default:
			g.inv[i] = g.ids.get("Holds_", short(pr.Name))
		}
	}
}

// tlaPrefix returns what a name needs before it: WF_ and SF_ begin no identifier.
func tlaPrefix(name string) string {
	if id := identifier(name); strings.HasPrefix(id, "WF_") || strings.HasPrefix(id, "SF_") {
		return "v_"
	}
	return ""
}

func (g *tla) heading(name string) {
	g.line("%s MODULE %s %s", strings.Repeat("-", 34), name, strings.Repeat("-", 34))
	if g.o.Origin != "" {
		g.line("(* %s *)", comment(g.o.Origin))
	}
	g.line("(* Run: java -jar tla2tools.jar -workers auto %s *)", name)
	g.line("(* Distinct states are to be compared with those of hpmc verify --por off. *)")
	g.line("EXTENDS Integers")
	g.line("")
}

// operators defines those that TLA+ lacks. Integers are read as two's complement: an integer is 2 times its quotient
// plus its remainder, both rounded down, and ends in zeros or ones for ever.
func (g *tla) operators() {
	g.line(`RECURSIVE And(_, _)
And(x, y) == IF x = 0 \/ y = 0 THEN 0
             ELSE IF x = -1 THEN y
             ELSE IF y = -1 THEN x
             ELSE (x %% 2) * (y %% 2) + 2 * And(x \div 2, y \div 2)
Or(x, y) == x + y - And(x, y)
Xor(x, y) == Or(x, y) - And(x, y)
AndNot(x, y) == x - And(x, y)
Abs(x) == IF x < 0 THEN -x ELSE x
Div(x, y) == IF y = 0 THEN 0
             ELSE IF (x < 0) = (y < 0) THEN Abs(x) \div Abs(y) ELSE -(Abs(x) \div Abs(y))
Rem(x, y) == IF y = 0 THEN 0 ELSE x - y * Div(x, y)
Shl(x, y) == IF x = 0 \/ y < 0 \/ y > 63 THEN 0 ELSE x * 2^y
Shr(x, y) == IF y < 0 \/ y > 30 THEN 0 ELSE x \div 2^y
RECURSIVE Count(_)
Count(x) == IF x = 0 THEN 0 ELSE (x %% 2) + Count(x \div 2)`)
	g.line("")
}

// stored returns the names of the variables that a state has.
func (g *tla) stored() []string {
	var list []string
	for i := range g.Vars {
		if g.name[i] != "" {
			list = append(list, g.name[i])
		}
	}
	return list
}

func (g *tla) initial() {
	list := g.stored()
	g.list("VARIABLES ", list, "")
	g.line("")
	g.list("vars == <<", list, ">>")
	g.line("")
	g.line("Init ==")
	for i := range g.Vars {
		if g.name[i] != "" {
			g.line("  /\\ %s = %d", g.name[i], g.Vars[i].Init)
		}
	}
}

// list writes names with commas between them, in lines of at most 100 columns.
func (g *tla) list(before string, list []string, after string) {
	line := before
	for i, s := range list {
		switch {
		case i < len(list)-1:
			s += ","
		default:
			s += after
		}
		if len(line)+len(s) > 98 {
			g.line("%s", strings.TrimRight(line, " "))
			line = strings.Repeat(" ", 2+len(before)-len(strings.TrimLeft(before, " ")))
		}
		line += s + " "
	}
	g.line("%s", strings.TrimRight(line, " "))
}

// thread writes a guard Gn and an action Tn for transition n, and Fn for what is no fault of the model in it.
func (g *tla) thread(th int) {
	for l, steps := range g.steps[th] {
		if !g.live[th][l] {
			continue
		}
		for _, s := range steps {
			g.line("")
			g.line("(* %s: %s *)", comment(g.Threads[th].Name), about(s.Transition))
			g.action(s)
		}
	}
}

func (g *tla) action(s *step) {
	var guard []string
	pc := g.Threads[s.Thread].PC
	moves := pc >= 0 && g.name[pc] != ""
	if moves {
		guard = append(guard, fmt.Sprintf("%s = %d", g.name[pc], s.From))
	}
	for _, c := range s.guard {
		guard = append(guard, strip(g.truth(c)))
	}
	if len(guard) == 0 {
		guard = []string{"TRUE"}
	}
	g.line("G%d ==", s.ID)
	for _, c := range guard {
		g.line("  /\\ %s", c)
	}
	changed := map[string]bool{}
	var next []string
	if moves && s.From != s.To {
		changed[g.name[pc]] = true
		next = append(next, fmt.Sprintf("%s' = %d", g.name[pc], s.To))
	}
	for _, a := range s.effect {
		changed[g.name[a.Var]] = true
		next = append(next, fmt.Sprintf("%s' = %s", g.name[a.Var], strip(g.assigned(a))))
	}
	var same []string
	for _, n := range g.stored() {
		if !changed[n] {
			same = append(same, n)
		}
	}
	indent := "  "
	if len(s.whole) > 0 {
		g.line("F%d == %s", s.ID, strip(g.truth(conjunction(s.whole))))
		g.line("T%d ==", s.ID)
		g.line("  /\\ G%d", s.ID)
		g.line("  /\\ \\/ ~F%d /\\ UNCHANGED vars", s.ID)
		g.line("     \\/ /\\ F%d", s.ID)
		indent = "        "
	} else {
		g.line("T%d ==", s.ID)
		g.line("  /\\ G%d", s.ID)
	}
	for _, n := range next {
		g.line("%s/\\ %s", indent, n)
	}
	if len(same) > 0 {
		g.list(indent+"/\\ UNCHANGED <<", same, ">>")
	}
}
