package export

import (
	"fmt"
	"slices"
	"strings"

	"hpmc/model"
)

// next writes the specification, and what properties need of it: whether a step can be taken, and whether all may rest.
func (g *tla) next() {
	g.line("")
	g.line("Next ==")
	g.all(func(s *step) { g.line("  \\/ T%d", s.ID) })
	g.line("")
	g.line("Spec == Init /\\ [][Next]_vars")
	g.line("")
	g.line("CanStep ==")
	g.all(func(s *step) { g.line("  \\/ G%d", s.ID) })
	g.line("")
	g.line("(* Every thread has finished, or waits where it may wait for ever. *)")
	g.line("AtRest ==")
	for th := range g.Threads {
		g.line("  /\\ %s", g.restsAt(th))
	}
}

// restsAt writes the condition that a thread may stay where it is.
func (g *tla) restsAt(th int) string {
	at, everywhere := g.rests(th)
	switch {
	case everywhere:
		return "TRUE"
	case len(at) == 0:
		return "FALSE"
	}
	var list []string
	for _, l := range at {
		list = append(list, fmt.Sprint(l))
	}
	return g.name[g.Threads[th].PC] + " \\in {" + strings.Join(list, ", ") + "}"
}

// properties writes an invariant for each.
func (g *tla) properties() {
	for _, i := range g.props {
		pr := &g.Props[i]
		g.line("")
		g.line("(* %s (%s) *)", comment(pr.Name), pr.Kind)
		switch pr.Kind {
		case model.Always:
			g.line("%s == %s", g.inv[i], strip(g.everywhere(pr.Cond, g.truth(pr.Cond))))
		case model.Reachable:
			g.line("%s == %s", g.inv[i], g.everywhere(&model.Expr{Op: model.Not, Args: []*model.Expr{pr.Cond}}, "~"+g.truth(pr.Cond)))
		case model.Final:
			g.line("%s == CanStep \\/ ~AtRest \\/ %s", g.inv[i], g.truth(pr.Cond))
		case model.Deadlock:
			g.line("Deadlock == CanStep \\/ AtRest")
		case model.AtEvent:
			g.line("%s ==", g.inv[i])
			none := true
			g.all(func(s *step) {
				for _, c := range s.checks {
					if c.Prop == i {
						none = false
						g.line("  /\\ G%d => %s", s.ID, g.everywhere(c.Cond, g.truth(c.Cond)))
					}
				}
			})
			if none {
				g.line("  TRUE")
			}
		}
	}
}

// everywhere returns how a condition is written, or, of one that is false and in which no variable is written, one that says so with
// a variable: TLC takes no invariant that is FALSE whatever the state.
func (g *tla) everywhere(e *model.Expr, written string) string {
	if g.depends(e) || g.Eval(g.Initial(), e) != 0 {
		return written
	}
	v := g.stored()[0]
	return fmt.Sprintf("(%s # %s)", v, v)
}

// depends tells whether a variable is written in an expression.
func (g *tla) depends(e *model.Expr) bool {
	if r, err := g.bounds.of(e); err == nil && r.lo == r.hi {
		return false
	}
	return e.Op == model.Ref || slices.ContainsFunc(e.Args, g.depends)
}

// config writes a configuration for TLC.
func (g *tla) config() {
	g.line("\\* TLC's own deadlock is any state without a step; the invariant Deadlock allows for rest.")
	g.line("\\* To count states although a property is violated, take the invariants out, or run TLC with")
	g.line("\\* -continue. TLC then names in each state the first invariant that is false: one that it")
	g.line("\\* never names may be false, too, where one before it is. To be sure of one, leave it alone.")
	g.line("\\* An invariant Never_... is violated if what it names is reached.")
	g.line("SPECIFICATION Spec")
	g.line("CHECK_DEADLOCK FALSE")
	if len(g.props) > 0 {
		g.line("INVARIANTS")
	}
	for _, i := range g.props {
		g.line("  %s", g.inv[i])
	}
}
