package export

import (
	"fmt"
	"slices"
	"strings"

	"hpmc/model"
)

// properties writes a rule for each property that does nothing but report a violation: an invariant of Murphi's would keep Rumur
// from the states that lie behind one that violates it. What should be reached is a cover.
func (g *murphi) properties() {
	if slices.ContainsFunc(g.props, func(i int) bool { return g.Props[i].Kind == model.Deadlock || g.Props[i].Kind == model.Final }) {
		var guards []string
		g.all(func(s *step) { guards = append(guards, g.guard(s, s.guard)) })
		g.function("can_step", guards)
	}
	for _, i := range g.props {
		pr := &g.Props[i]
		if pr.Kind != model.Reachable && pr.Cond != nil && g.bounds.isTrue(pr.Cond) {
			continue // nothing can violate it
		}
		switch pr.Kind {
		case model.Always:
			g.violation(pr, g.isFalse(pr.Cond))
		case model.Reachable:
			g.line("")
			g.line("cover %s", quoteMurphi(comment(pr.Name)))
			g.line("  %s;", strip(g.truth(pr.Cond)))
		case model.Final:
			g.violation(pr, fmt.Sprintf("%s & %s & !can_step()", g.isFalse(pr.Cond), g.atRest()))
		case model.Deadlock:
			g.violation(pr, fmt.Sprintf("!%s & !can_step()", g.atRest()))
		case model.AtEvent:
			var bad []string
			g.all(func(s *step) {
				for _, c := range s.checks {
					if c.Prop == i {
						no := &model.Expr{Op: model.Not, Args: []*model.Expr{c.Cond}}
						bad = append(bad, g.guard(s, append(append([]*model.Expr(nil), s.guard...), no)))
					}
				}
			})
			if len(bad) > 0 {
				name := g.ids.get("violates_", short(pr.Name))
				g.function(name, bad)
				g.violation(pr, name+"()")
			}
		}
	}
}

// isFalse writes that a condition is false.
func (g *murphi) isFalse(e *model.Expr) string {
	return g.truth(&model.Expr{Op: model.Not, Args: []*model.Expr{e}})
}

func (g *murphi) violation(pr *model.Property, cond string) {
	name := quoteMurphi(fmt.Sprintf("violated (%s): %s", pr.Kind, comment(pr.Name)))
	g.line("")
	g.line("rule %s", name)
	g.line("  %s ==>", cond)
	g.line("begin error %s; end;", name)
}

// function writes one that tells whether a condition is true. One expression of them all would take Rumur minutes to read.
func (g *murphi) function(name string, conds []string) {
	g.line("")
	g.line("function %s(): boolean; begin", name)
	for _, c := range conds {
		g.line("  if %s then return true; end;", c)
	}
	g.line("  return false;")
	g.line("end;")
}

// atRest writes the condition that every thread has finished, or waits where it may wait for ever.
func (g *murphi) atRest() string {
	var all []string
	for th := range g.Threads {
		locs, everywhere := g.rests(th)
		switch {
		case everywhere:
			continue
		case len(locs) == 0:
			return "false"
		}
		at := make([]string, len(locs))
		for i, l := range locs {
			at[i] = fmt.Sprintf("(%s = %d)", g.location(th), l)
		}
		all = append(all, "("+strings.Join(at, " | ")+")")
	}
	if len(all) == 0 {
		return "true"
	}
	return "(" + strings.Join(all, " & ") + ")"
}
