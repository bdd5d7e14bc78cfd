package export

import (
	"fmt"
	"strings"

	"hpmc/model"
)

// threads writes a process for each thread.
func (g *promela) threads() []string {
	var out []string
	for th := range g.Threads {
		if g.idle(th) {
			g.proc[th] = ""
			continue
		}
		out = append(out, "", "active proctype "+g.proc[th]+"()", "{")
		for i := range g.Vars {
			if g.name[i] != "" && g.local[i] == th {
				out = append(out, "\t"+g.declaration(i))
			}
		}
		out = append(out, g.location(th, g.start[th])...)
		for l, live := range g.live[th] {
			if live && l != g.start[th] {
				out = append(out, g.location(th, l)...)
			}
		}
		out = append(out, "}")
	}
	return out
}

// label is a location's label. Where the thread may rest it tells SPIN so: such an end state is valid.
func (g *promela) label(th, loc int) string {
	if g.Threads[th].Locs[loc].Rest {
		return fmt.Sprintf("end_L%d", loc)
	}
	return fmt.Sprintf("L%d", loc)
}

func (g *promela) location(th, loc int) []string {
	steps := g.steps[th][loc]
	if len(steps) == 0 {
		// A process that ended would leave the state: it stays, and cannot go on.
		return []string{g.label(th, loc) + ":", "\tfalse;"}
	}
	out := []string{g.label(th, loc) + ":", "\tif"}
	for _, s := range steps {
		out = append(out, "\t/* "+about(s.Transition)+" */")
		out = append(out, g.option(s))
		if len(s.whole) > 0 {
			out = append(out, g.fault(s))
		}
	}
	return append(out, "\tfi;")
}

// option writes a step, as an atomic block that SPIN merges into one transition, or, with something to check in it,
// as a d_step.
func (g *promela) option(s *step) string {
	guard := g.guard(append(append([]*model.Expr(nil), s.guard...), s.whole...))
	tests := g.before(s, false)
	body := g.assign(s.effect)
	if pc := g.Threads[s.Thread].PC; pc >= 0 && g.name[pc] != "" && s.From != s.To {
		body = append(body, fmt.Sprintf("%s = %d", g.name[pc], s.To))
	}
	after := g.after(s)
	if guard == "true" && s.From == s.To {
		guard = "_pid >= 0" // pan refuses to go round on true
	}
	goTo := "goto " + g.label(s.Thread, s.To)
	if len(tests)+len(after) == 0 {
		switch {
		case len(body) == 0:
			return "\t:: " + guard + " -> " + goTo
		case guard == "true" && len(body) == 1:
			return "\t:: " + body[0] + "; " + goTo
		case guard == "true":
			return "\t:: atomic { " + strings.Join(body, "; ") + " }; " + goTo
		}
		return "\t:: atomic { " + guard + " -> " + strings.Join(body, "; ") + " }; " + goTo
	}
	var b strings.Builder
	b.WriteString("\t:: STEP { " + guard + " -> ")
	for _, t := range tests {
		b.WriteString(t + " ")
	}
	for _, a := range body {
		b.WriteString(a + "; ")
	}
	for _, t := range after {
		b.WriteString(t + " ")
	}
	b.WriteString("}; " + goTo)
	return b.String()
}

// fault writes what stands for a step that would be a fault of the model: one that stays where it is.
func (g *promela) fault(s *step) string {
	bad := &model.Expr{Op: model.Not, Args: []*model.Expr{conjunction(s.whole)}}
	guard := g.guard(append(append([]*model.Expr(nil), s.guard...), bad))
	tests := g.before(s, true)
	goTo := "goto " + g.label(s.Thread, s.From)
	if len(tests) == 0 {
		return "\t:: " + guard + " -> " + goTo
	}
	return "\t:: STEP { " + guard + " -> " + strings.Join(tests, " ") + " }; " + goTo
}

func (g *promela) guard(conds []*model.Expr) string {
	if len(conds) == 0 {
		return "true"
	}
	parts := make([]string, len(conds))
	for i, c := range conds {
		parts[i] = g.expr(c)
	}
	if len(parts) == 1 {
		return strip(parts[0])
	}
	return strings.Join(parts, " && ")
}

// before writes the tests of a step before it happens: its own, and, as the step may be the first one, those of the
// initial state.
func (g *promela) before(s *step, faulty bool) []string {
	var out []string
	for _, c := range s.checks {
		if faulty || !g.Props[c.Prop].Fault {
			out = append(out, g.check[c.Prop]+"("+strip(g.expr(c.Cond))+")")
		}
	}
	if s.From == g.start[s.Thread] {
		for _, i := range g.props {
			if k := g.Props[i].Kind; g.inv[i] != "" && (k == model.Always || k == model.Reachable) {
				out = append(out, g.inv[i])
			}
		}
	}
	return out
}

// after writes the tests of the state that a step leads to, as far as the step has a say in them.
func (g *promela) after(s *step) []string {
	var out []string
	for _, i := range g.props {
		if k := g.Props[i].Kind; g.inv[i] == "" || k != model.Always && k != model.Reachable {
			continue
		}
		touched := false
		for _, a := range s.effect {
			touched = touched || g.reads[i][a.Var]
		}
		if pc := g.Threads[s.Thread].PC; pc >= 0 {
			touched = touched || g.reads[i][pc]
		}
		if touched {
			out = append(out, g.inv[i])
		}
	}
	return out
}

// monitor writes a process that tests the properties of states in which everything rests. It stays where it is.
func (g *promela) monitor() {
	var finals []int
	for _, i := range g.props {
		if g.Props[i].Kind == model.Final && g.inv[i] != "" {
			finals = append(finals, i)
		}
	}
	rest := g.rest()
	if len(finals) == 0 || rest == "false" {
		return
	}
	g.line("")
	g.line("#ifndef NOCHECK")
	g.line("active proctype %s()", g.ids.get("", "at_rest"))
	g.line("{")
	g.line("end_L0:")
	g.line("\tif")
	for _, i := range finals {
		bad := g.expr(&model.Expr{Op: model.Not, Args: []*model.Expr{g.Props[i].Cond}})
		g.line("\t:: atomic { timeout && !%s && %s && %s -> d_step { %s } }; goto end_L0", g.flag[i], bad, rest, g.inv[i])
	}
	g.line("\tfi")
	g.line("}")
	g.line("#endif")
}

// rest writes the condition that every thread may stay where it is.
func (g *promela) rest() string {
	var all []string
	for th := range g.Threads {
		if g.proc[th] == "" {
			continue
		}
		locs, everywhere := g.rests(th)
		at := make([]string, len(locs))
		for i, l := range locs {
			at[i] = fmt.Sprintf("%s@end_L%d", g.proc[th], l)
		}
		switch {
		case len(at) == 0:
			return "false"
		case !everywhere:
			all = append(all, "("+strings.Join(at, " || ")+")")
		}
	}
	if len(all) == 0 {
		return "true"
	}
	return strings.Join(all, " && ")
}
