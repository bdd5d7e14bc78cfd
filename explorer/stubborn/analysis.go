package stubborn

import (
	"slices"

	"hpmc/model"
)

// transition is a transition as it is taken: a check of a fault of the model stops it, and so is a guard.
type transition struct {
	*model.Transition
	at       int   // global number of From
	to       int   // and of To
	guards   []int // indices of analysis.guards
	own      []int // those of them that are in Guard
	effects  []*effect
	reads    footprint // of guards and effects
	writes   footprint
	feasible bool // may be enabled in some state
}

// guard is a condition. Equal ones are one.
type guard struct {
	formula
	reads footprint
	holds values // if it is over one tracked variable, the values of that with which it holds
	keep  uint64 // and these in the variable's field, if that is narrow
	pairs *pairs // if it is over two tracked variables
}

// effect gives a variable a value. Equal ones are one.
type effect struct {
	formula
	id            int
	v             model.VarID
	reads, writes footprint

	// If it refers to one tracked variable, the offset that it gives for each offset of that; if it refers to none, the
	// only one. It is nil at first.
	image            []uint8
	lastFrom, lastTo values // what the image was last asked for, and was
}

// analysis is a program's facts under construction.
type analysis struct {
	p          *model.Program
	refersToPC bool
	exprs      numbering
	fields     *fields
	spots      spots

	guards     []*guard // distinct conditions
	guardIndex map[int32]int
	effects    map[assigned]*effect
	checks     map[int32]*formula // conditions of checks

	ts     []transition
	outs   [][]int // per global location, the transitions that leave it
	proven [][]bool
	first  []int // per thread, global number of its first location
	owner  []int // per global location, its thread
	start  []int // per thread, global number of the location it starts at

	facts *facts
	env   env
	asker *asker

	restricted map[restriction]restriction
	images     map[restriction]values
}

// assigned is a variable and the number of the expression that it is given.
type assigned struct {
	v   model.VarID
	val int32
}

func newAnalysis(p *model.Program) *analysis {
	a := &analysis{p: p, exprs: newNumbering(), fields: newFields(p.Vars), spots: newSpots(p.Vars), guardIndex: map[int32]int{},
		effects: map[assigned]*effect{}, checks: map[int32]*formula{}, env: make(env, len(p.Vars)),
		restricted: map[restriction]restriction{}, images: map[restriction]values{}}
	a.asker = newAsker(a)
	for t := range p.Threads {
		th := &p.Threads[t]
		a.first = append(a.first, len(a.owner))
		at := 0
		if th.PC >= 0 {
			at = int(p.Vars[th.PC].Init)
		}
		a.start = append(a.start, len(a.owner)+at)
		for l := range th.Locs {
			a.owner = append(a.owner, t)
			a.outs = append(a.outs, th.Out[l])
		}
	}
	a.ts = make([]transition, len(p.Transitions))
	a.proven = make([][]bool, len(p.Transitions))
	for i := range p.Transitions {
		a.proven[i] = make([]bool, len(p.Transitions[i].Checks))
		a.ts[i] = a.transition(&p.Transitions[i])
	}
	for i := range p.Props {
		if c := p.Props[i].Cond; c != nil {
			a.checkPC(exprVars(nil, c))
		}
	}
	if a.refersToPC {
		return a
	}
	// What the first pass decides makes sums sharper, and so perhaps facts.
	pl := a.findSums()
	for range 2 {
		a.findFacts(pl)
		a.setGuards()
		if pl = a.findSums(); !a.cuts(pl) {
			break
		}
	}
	return a
}

// transition prepares a transition. All its checks of faults are guards, for now.
func (a *analysis) transition(x *model.Transition) transition {
	t := transition{Transition: x, at: a.first[x.Thread] + x.From, to: a.first[x.Thread] + x.To, feasible: true}
	for _, g := range x.Guard {
		t.own = a.addGuard(t.own, g)
	}
	t.guards = append(t.guards, t.own...)
	for _, ch := range x.Checks {
		if a.p.Props[ch.Prop].Fault {
			t.guards = a.addGuard(t.guards, ch.Cond)
		}
		a.checkPC(exprVars(nil, ch.Cond))
	}
	for _, as := range x.Effect {
		t.effects = append(t.effects, a.effect(as))
	}
	t.reads, t.writes = make(footprint, a.spots.words), make(footprint, a.spots.words)
	a.setReads(&t)
	for _, e := range t.effects {
		t.writes.join(e.writes)
	}
	return t
}

func (a *analysis) setReads(t *transition) {
	clear(t.reads)
	for _, g := range t.guards {
		t.reads.join(a.guards[g].reads)
	}
	for _, e := range t.effects {
		t.reads.join(e.reads)
	}
}

// setGuards takes the checks shown to hold from the guards.
func (a *analysis) setGuards() {
	for i := range a.ts {
		t := &a.ts[i]
		if len(t.guards) == len(t.own) {
			continue
		}
		n := len(t.guards)
		t.guards = append(t.guards[:0], t.own...)
		for c, ch := range t.Checks {
			if a.p.Props[ch.Prop].Fault && !a.proven[i][c] {
				t.guards = a.addGuard(t.guards, ch.Cond)
			}
		}
		if len(t.guards) < n {
			a.setReads(t)
		}
	}
}

// addGuard appends the conjuncts of a condition, each numbered once, to a list without repetition.
func (a *analysis) addGuard(list []int, e *model.Expr) []int {
	if e.Op == model.LAnd {
		return a.addGuard(a.addGuard(list, e.Args[0]), e.Args[1])
	}
	n := a.exprs.number(e)
	g, known := a.guardIndex[n]
	if !known {
		g = len(a.guards)
		a.guardIndex[n] = g
		a.guards = append(a.guards, a.guard(e))
	}
	if slices.Contains(list, g) {
		return list
	}
	return append(list, g)
}

func (a *analysis) guard(e *model.Expr) *guard {
	g := &guard{formula: newFormula(e), reads: a.spots.footprint(a.footprints(model.Transition{Guard: []*model.Expr{e}}).Reads)}
	a.checkPC(g.vars)
	if len(g.vars) == 2 && tracked(&a.p.Vars[g.vars[0]]) && tracked(&a.p.Vars[g.vars[1]]) {
		n := 1 << a.p.Vars[g.vars[0]].Bits
		g.pairs = &pairs{make([]values, n), make([]values, n)}
	}
	if len(g.vars) == 1 && tracked(&a.p.Vars[g.vars[0]]) {
		v := g.vars[0]
		x := &a.p.Vars[v]
		for o := range uint64(1) << x.Bits {
			if a.env[v] = int64(o) + x.Min; g.eval(a.env) != 0 {
				g.holds.add(o)
			}
		}
		if f := &a.fields.of[v]; f.mask != 0 {
			g.keep = g.holds[0] << f.shift
		}
	}
	return g
}

// effect returns the effect of an assignment.
func (a *analysis) effect(as model.Assign) *effect {
	k := assigned{as.Var, a.exprs.number(as.Val)}
	e := a.effects[k]
	if e == nil {
		t := a.footprints(model.Transition{Effect: []model.Assign{as}})
		e = &effect{formula: newFormula(as.Val), id: len(a.effects), v: as.Var, reads: a.spots.footprint(t.Reads), writes: a.spots.footprint(t.Writes)}
		a.effects[k] = e
		a.checkPC(e.vars)
	}
	return e
}

// checkPC notes that an expression refers to a thread's location, which the analysis does not follow.
func (a *analysis) checkPC(ids []model.VarID) {
	for _, id := range ids {
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

// out returns the transitions that leave a location, by its global number.
func (a *analysis) out(loc int) []int { return a.outs[loc] }
