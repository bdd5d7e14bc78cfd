package stubborn

import (
	"fmt"
	"strings"

	"hpmc/model"
)

// transition is a transition as it is taken: a check of a fault of the model stops it, and so is a guard.
type transition struct {
	*model.Transition
	at       int   // global number of From
	guards   []int // indices of analysis.guards
	effects  []effect
	reads    model.Footprint // of guards and effects
	writes   model.Footprint
	feasible bool // may be enabled in some state
}

type effect struct {
	v      model.VarID
	val    *model.Expr
	vars   []model.VarID // that val refers to
	reads  model.Footprint
	writes model.Footprint
}

// analysis is a program's facts under construction.
type analysis struct {
	p          *model.Program
	refersToPC bool

	guards     []*model.Expr // distinct conditions
	guardIndex map[string]int
	guardVars  [][]model.VarID
	guardReads []model.Footprint

	ts     []transition
	proven [][]bool
	first  []int // per thread, global number of its first location
	owner  []int // per global location, its thread
	start  []int // per thread, global number of the location it starts at

	facts *facts
	env   env
	memo  map[string]bool

	restricted map[restriction]restricted
	images     map[assigned]values
}

func newAnalysis(p *model.Program) *analysis {
	a := &analysis{p: p, guardIndex: map[string]int{}, env: make(env, len(p.Vars)), memo: map[string]bool{}, restricted: map[restriction]restricted{}, images: map[assigned]values{}}
	for t := range p.Threads {
		th := &p.Threads[t]
		a.first = append(a.first, len(a.owner))
		at := 0
		if th.PC >= 0 {
			at = int(p.Vars[th.PC].Init)
		}
		a.start = append(a.start, len(a.owner)+at)
		for range th.Locs {
			a.owner = append(a.owner, t)
		}
	}
	a.ts = make([]transition, len(p.Transitions))
	a.proven = make([][]bool, len(p.Transitions))
	for i := range p.Transitions {
		a.proven[i] = make([]bool, len(p.Transitions[i].Checks))
		a.ts[i] = transition{Transition: &p.Transitions[i], feasible: true}
		a.ts[i].at = a.first[a.ts[i].Thread] + a.ts[i].From
	}
	a.setGuards()
	for i := range p.Transitions {
		for _, ch := range p.Transitions[i].Checks {
			a.checkPC(ch.Cond)
		}
	}
	for i := range p.Props {
		if c := p.Props[i].Cond; c != nil {
			a.checkPC(c)
		}
	}
	if a.refersToPC {
		return a
	}
	// With each pass, checks and transitions that were decided make the next one sharper.
	for range 2 {
		a.facts = a.findFacts()
		a.useFacts()
		a.setGuards()
	}
	return a
}

// setGuards computes guards, effects and footprints anew: checks shown to hold are no guards.
func (a *analysis) setGuards() {
	for i := range a.ts {
		t := &a.ts[i]
		t.guards = t.guards[:0]
		for _, g := range t.Guard {
			t.guards = a.addGuard(t.guards, g)
		}
		for c, ch := range t.Checks {
			if a.p.Props[ch.Prop].Fault && !a.proven[i][c] {
				t.guards = a.addGuard(t.guards, ch.Cond)
			}
		}
		t.effects = t.effects[:0]
		t.reads, t.writes = model.Footprint{}, model.Footprint{}
		for _, g := range t.guards {
			join(t.reads, a.guardReads[g])
		}
		for _, as := range t.Effect {
			f := a.footprints(model.Transition{Effect: []model.Assign{as}})
			t.effects = append(t.effects, effect{as.Var, as.Val, exprVars(nil, as.Val), f.Reads, f.Writes})
			a.checkPC(as.Val)
			join(t.reads, f.Reads)
			join(t.writes, f.Writes)
		}
	}
}

// addGuard appends the conjuncts of a condition, each numbered once, to a list without repetition.
func (a *analysis) addGuard(list []int, e *model.Expr) []int {
	if e.Op == model.LAnd {
		return a.addGuard(a.addGuard(list, e.Args[0]), e.Args[1])
	}
	key := exprKey(e)
	g, known := a.guardIndex[key]
	if !known {
		g = len(a.guards)
		a.guardIndex[key] = g
		a.guards = append(a.guards, e)
		a.guardVars = append(a.guardVars, exprVars(nil, e))
		a.guardReads = append(a.guardReads, a.footprints(model.Transition{Guard: []*model.Expr{e}}).Reads)
		a.checkPC(e)
	}
	for _, h := range list {
		if h == g {
			return list
		}
	}
	return append(list, g)
}

// exprKey returns a text that only equal expressions share.
func exprKey(e *model.Expr) string {
	var b strings.Builder
	writeKey(&b, e)
	return b.String()
}

func writeKey(b *strings.Builder, e *model.Expr) {
	fmt.Fprintf(b, "%d(%d,%d", e.Op, e.Val, e.Var)
	for _, x := range e.Args {
		writeKey(b, x)
	}
	b.WriteByte(')')
}

// checkPC notes that an expression refers to a thread's location, which the analysis does not follow.
func (a *analysis) checkPC(e *model.Expr) {
	for _, id := range exprVars(nil, e) {
		if a.p.Vars[id].Kind == model.PC {
			a.refersToPC = true
		}
	}
}

// footprints computes the footprints of a transition that is not part of the program.
func (a *analysis) footprints(t model.Transition) model.Transition {
	q := model.Program{Vars: a.p.Vars, Transitions: []model.Transition{t}}
	q.SetFootprints()
	return q.Transitions[0]
}

func join(f, g model.Footprint) {
	for id, b := range g {
		f.Add(id, b)
	}
}

// out returns the transitions that leave a location, by its global number.
func (a *analysis) out(loc int) []int {
	t := a.owner[loc]
	return a.p.Threads[t].Out[loc-a.first[t]]
}

// to returns the global number of the location that a transition leads to.
func (a *analysis) to(t *transition) int { return a.first[t.Thread] + t.To }
