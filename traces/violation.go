package traces

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"hpmc/model"
)

// Value is a variable and what it holds, as users read it.
type Value struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	Was   string `json:"was,omitempty"`  // before the step that broke the property, if that changed it
	Then  string `json:"then,omitempty"` // after it, if the property speaks of before and the step changed it
}

// violation says which conjuncts of the property are false as they are written, what holds instead, and what
// the variables hold that decided it.
func (t *Trace) violation() (clauses, facts []string, values []Value) {
	prop := t.Property()
	var state model.State
	var conds []model.Clause
	switch prop.Kind {
	case model.Always, model.Final:
		state = t.last()
		conds = prop.Clauses
		if len(conds) == 0 {
			conds = split(prop.Cond, nil)
		}
	case model.AtEvent:
		// A check speaks of the state before the step; so do the values shown.
		state = t.States[len(t.States)-2]
		c := t.step(len(t.Steps) - 1).Checks[t.Check]
		conds = c.Clauses
		if !slices.ContainsFunc(conds, func(cl model.Clause) bool { return t.Program.Eval(state, cl.Cond) == 0 }) {
			if conds = split(c.Cond, prop.Clauses); len(conds) == 1 && c.Text != "" {
				conds[0].Text = c.Text
			}
		}
	default:
		return nil, nil, nil
	}
	read := map[model.VarID]bool{}
	for _, c := range conds {
		if c.Cond == nil {
			continue
		}
		seen := map[model.VarID]bool{}
		v := c.Cond.Eval(func(id model.VarID) int64 {
			seen[id] = true
			return t.Program.Get(state, id)
		})
		if v != 0 {
			continue
		}
		if c.Text != "" {
			clauses = append(clauses, c.Text)
		}
		facts = append(facts, t.facts(c.Cond, state, false)...)
		for id := range seen {
			read[id] = true
		}
	}
	return clauses, facts, t.values(read, state)
}

// split returns the conjuncts of e, with the texts of named if there are as many of them.
func split(e *model.Expr, named []model.Clause) []model.Clause {
	var parts []*model.Expr
	var walk func(*model.Expr)
	walk = func(e *model.Expr) {
		if e.Op == model.LAnd {
			walk(e.Args[0])
			walk(e.Args[1])
			return
		}
		parts = append(parts, e)
	}
	walk(e)
	if len(named) > 0 && len(named) != len(parts) {
		parts = []*model.Expr{e}
	}
	out := make([]model.Clause, len(parts))
	for i, e := range parts {
		out[i] = model.Clause{Cond: e}
		if len(named) == len(parts) {
			out[i].Text = named[i].Text
		}
	}
	return out
}

func (t *Trace) values(ids map[model.VarID]bool, s model.State) []Value {
	var out []Value
	for id := range ids {
		v := &t.Program.Vars[id]
		if v.Kind != model.PC {
			x := Value{Name: v.Display(), Value: v.Type.FormatValue(t.Program.Get(s, id))}
			if n := len(t.States); n > 1 && !t.resets(id) {
				if was := t.value(t.States[n-2], id); was != x.Value {
					x.Was = was
				}
				if then := t.value(t.last(), id); then != x.Value {
					x.Then = then
				}
			}
			out = append(out, x)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// resets tells whether the last step resets a variable that nobody uses any more.
func (t *Trace) resets(id model.VarID) bool {
	return slices.ContainsFunc(t.step(len(t.Steps)-1).Effect, func(a model.Assign) bool { return a.Var == id && a.Reset })
}

// doc says what a ghost holds.
func (t *Trace) doc(name string) string {
	for i := range t.Program.Vars {
		if v := &t.Program.Vars[i]; v.Kind == model.Ghost && v.Display() == name {
			return v.Doc
		}
	}
	return ""
}

// maxValues is how many variables a report names; a condition over more says little that way.
const maxValues = 8

// maxFacts is how long a statement of what holds instead may be.
const maxFacts = 3 * Width

// verdict writes what is violated, in paragraphs of at most width columns.
func (t *Trace) verdict(width int) string {
	var b strings.Builder
	prop := t.Property()
	head := prop.Name + " is violated"
	switch {
	case prop.Kind == model.Reachable:
		head = goal(prop) + " is reached"
	case prop.Kind == model.Deadlock:
		head = "deadlock: no thread can take a step, and not all of them may rest"
	case prop.Fault:
		head = "fault of the model, " + prop.Name
	}
	if s := strings.TrimSpace(prop.Summary); s != "" && !strings.HasPrefix(s, prop.Name) && prop.Kind != model.Deadlock && prop.Kind != model.Reachable {
		head += ": " + lower(s)
	}
	para(&b, "", head, width)
	if t.circle != nil {
		b.WriteByte('\n')
	}
	return b.String() + t.reasons(width, true)
}

// reasons writes which clauses are false, if that is asked for, what holds instead, and the values that decide it.
func (t *Trace) reasons(width int, named bool) string {
	if t.circle != nil {
		return t.order(width)
	}
	var b strings.Builder
	clauses, facts, values := t.violation()
	for _, c := range clauses {
		if !named {
			break
		}
		para(&b, "  false: ", c, width)
	}
	facts = slices.DeleteFunc(facts, func(f string) bool { // the values say it
		return len(values) <= maxValues && slices.ContainsFunc(values, func(v Value) bool { return f == v.Name+" = "+v.Value })
	})
	if but := strings.Join(facts, "; "); but != "" && len(but) <= maxFacts {
		para(&b, "  but:   ", but, width)
	}
	if n := len(values); n > 0 && n <= maxValues {
		parts := make([]string, n)
		for i, v := range values {
			if parts[i] = fmt.Sprintf("%s = %s", v.Name, v.Value); v.Was != "" {
				parts[i] += " (was " + v.Was + ")"
			}
			if v.Then != "" {
				parts[i] += " (then " + v.Then + ")"
			}
		}
		para(&b, "  where: ", strings.Join(parts, ", "), width)
		for _, v := range values { // names that no kernel has
			if doc := t.doc(v.Name); doc != "" {
				para(&b, "         ", doc, width)
			}
		}
	}
	return b.String()
}

// goal is the condition that a property says is to be reached.
func goal(p *model.Property) string { return strings.TrimPrefix(p.Name, "reach: ") }

// para writes text after a label, wrapped, with continuation lines aligned.
func para(b *strings.Builder, label, text string, width int) {
	indent := strings.Repeat(" ", len(label))
	for i, l := range wrap(text, width-len(label)) {
		if i == 0 {
			l = label + l
		} else {
			l = indent + l
		}
		b.WriteString(strings.TrimRight(l, " ") + "\n")
	}
}
