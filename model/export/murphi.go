package export

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"hpmc/model"
)

// The words that Murphi takes for itself, whatever their case, and those that the export defines.
const (
	murphiWords = `alias array assert assume begin boolean by case clear const cover do else elsif end endalias endexists endfor
	endforall endfunction endif endprocedure endrecord endrule endruleset endstartstate endswitch endwhile enum error exists
	false for forall function if invariant isundefined liveness of procedure put real record return rule ruleset scalarset
	startstate switch then to true type undefine union var while`
	murphiOwn = `can_step`
)

// murphi is a program on its way to Murphi.
type murphi struct {
	*sorted
	*printer
	o     Options
	ids   *names
	name  []string               // per variable and location; "" if it never changes
	saved map[model.VarID]string // while assignments are written: values that were saved
}

// Murphi writes p for Rumur, which has operations on bits that other checkers of the language lack. Rumur finds exactly p's states,
// and fires a rule for each of its transitions. A program that computes with more than 32 bits is an error.
func Murphi(w io.Writer, p *model.Program, o Options) error {
	q, err := prepare(p, o)
	if err != nil {
		return err
	}
	g := &murphi{printer: newPrinter(w), o: o}
	g.sorted = &sorted{program: q, ref: g.ref,
		number: func(op model.Op, a []string, in []interval) string {
			return arithmetic(op, a, in, murphiChoice)
		},
		relations: map[model.Op]string{model.Eq: "(%s = %s)", model.Ne: "(%s != %s)", model.Lt: "(%s < %s)", model.Le: "(%s <= %s)"},
		and:       "(%s & %s)",
		or:        "(%s | %s)",
		not:       "!",
		choice:    murphiChoice,
		truths:    [2]string{"false", "true"},
	}
	if err := g.cuts(31); err != nil {
		return err
	}
	g.nameAll()
	if !slices.ContainsFunc(g.name, func(s string) bool { return s != "" }) {
		return fmt.Errorf("%s has one state: there is nothing to explore", p.Name)
	}
	g.heading()
	g.state()
	for th := range g.Threads {
		g.thread(th)
	}
	g.properties()
	return g.w.Flush()
}

const murphiChoice = "(%s ? %s : %s)"

func (g *murphi) nameAll() {
	words := map[string]bool{}
	for _, w := range strings.Fields(murphiWords + " " + murphiOwn) {
		words[w] = true
	}
	g.ids = newNames("", func(s string) bool { return words[strings.ToLower(s)] || numbered(s, "tmp") })
	g.name = make([]string, len(g.Vars))
	for i := range g.Vars {
		v := &g.Vars[i]
		r := g.bounds.variable(model.VarID(i))
		switch {
		case r.lo == r.hi:
		case v.Kind == model.PC:
			g.name[i] = g.ids.get("at_", v.Display())
		default:
			g.name[i] = g.ids.get("", v.Display())
		}
	}
}

// MurphiValues is the type that Rumur has to compute with: at the least, its own choice is one that holds the variables' values.
const MurphiValues = "int32_t"

func (g *murphi) heading() {
	if g.o.Origin != "" {
		g.line("-- %s", comment(g.o.Origin))
		g.line("--")
	}
	g.line("-- rumur --value-type %s --deadlock-detection off --output model.c FILE", MurphiValues)
	g.line("-- gcc -O3 -march=native -mcx16 -w -o model model.c -lpthread && ./model")
	g.line("--")
	g.line("-- It stops at the first violation. To go on, for states and rules fired that are to be")
	g.line("-- compared with the states and transitions of hpmc verify --por off: also with rumur")
	g.line("-- --max-errors 1000000000 --counterexample-trace off. Rumur's own deadlock is any state")
	g.line("-- without a step; the rule for deadlocks allows for rest.")
	g.line("")
}

// state writes the variables and the initial state.
func (g *murphi) state() {
	last := make([]int64, len(g.Vars)) // of locations: the last one that there is
	for i := range g.Threads {
		if pc := g.Threads[i].PC; pc >= 0 {
			last[pc] = int64(len(g.Threads[i].Locs)) - 1
		}
	}
	g.line("var")
	for i := range g.Vars {
		if g.name[i] != "" {
			r := g.bounds.variable(model.VarID(i))
			if g.Vars[i].Kind == model.PC {
				r.hi = last[i]
			}
			g.line("  %s: %d .. %d;", g.name[i], r.lo, r.hi)
		}
	}
	g.line("")
	g.line("startstate begin")
	for i := range g.Vars {
		if g.name[i] != "" {
			g.line("  %s := %d;", g.name[i], g.Vars[i].Init)
		}
	}
	g.line("end;")
}

// thread writes a rule for each transition. One that would be a fault of the model stays where it is.
func (g *murphi) thread(th int) {
	for l, steps := range g.steps[th] {
		if !g.live[th][l] {
			continue
		}
		for _, s := range steps {
			g.line("")
			g.line("rule %s", quoteMurphi(g.Threads[th].Name+": "+about(s.Transition)))
			g.line("  %s ==>", g.guard(s, s.guard))
			g.effect(s)
		}
	}
}

// quoteMurphi makes a string of a text: neither Rumur nor the C that it writes may find an end, an escape or a format in it.
func quoteMurphi(s string) string {
	return `"` + strings.NewReplacer(`"`, "'", `\`, "/", "%", "mod").Replace(s) + `"`
}

// guard writes the condition that a thread stands where a step begins, and others.
func (g *murphi) guard(s *step, conds []*model.Expr) string {
	var parts []string
	if at := g.location(s.Thread); at != "" {
		parts = append(parts, fmt.Sprintf("(%s = %d)", at, s.From))
	}
	for _, c := range conds {
		parts = append(parts, g.truth(c))
	}
	switch len(parts) {
	case 0:
		return "true"
	case 1:
		return strip(parts[0])
	}
	return strings.Join(parts, " & ")
}

// location is the variable that says where a thread stands, or "" if it has but one place to be.
func (g *murphi) location(th int) string {
	if pc := g.Threads[th].PC; pc >= 0 {
		return g.name[pc]
	}
	return ""
}

// effect writes the body of a rule.
func (g *murphi) effect(s *step) {
	var before, body []string
	g.saved = map[model.VarID]string{}
	for _, a := range inOrder(s.effect) {
		if a.saved {
			tmp := fmt.Sprintf("tmp%d", len(g.saved))
			r := g.bounds.variable(a.Var)
			before = append(before, fmt.Sprintf("%s: %d .. %d;", tmp, r.lo, r.hi))
			body = append(body, tmp+" := "+g.ref(a.Var))
			g.saved[a.Var] = tmp
			continue
		}
		body = append(body, g.name[a.Var]+" := "+strip(g.assigned(a.Assign)))
	}
	g.saved = nil
	if at := g.location(s.Thread); at != "" && s.From != s.To {
		body = append(body, fmt.Sprintf("%s := %d", at, s.To))
	}
	if len(before) > 0 {
		g.line("var %s", strings.Join(before, " "))
	}
	g.line("begin")
	indent := "  "
	if len(s.whole) > 0 {
		g.line("  if %s then", strip(g.truth(conjunction(s.whole))))
		indent = "    "
	}
	for _, b := range body {
		g.line("%s%s;", indent, b)
	}
	if len(s.whole) > 0 {
		g.line("  end;")
	}
	g.line("end;")
}

func (g *murphi) ref(id model.VarID) string {
	if tmp := g.saved[id]; tmp != "" {
		return tmp
	}
	return g.name[id]
}

// assigned writes the value that a variable gets: what does not fit into its bits is lost.
func (g *murphi) assigned(a model.Assign) string {
	s := g.value(a.Val)
	v := &g.Vars[a.Var]
	mask := int64(1)<<v.Bits - 1
	switch {
	case g.bounds.fits(a.Val, a.Var):
		return s
	case v.Min != 0:
		return fmt.Sprintf("(((%s - %s) & %d) + %s)", s, number(v.Min), mask, number(v.Min))
	}
	return fmt.Sprintf("(%s & %d)", s, mask)
}
