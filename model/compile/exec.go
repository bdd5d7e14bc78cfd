package compile

import (
	"fmt"
	"maps"
	"slices"

	"hpmc/model"
)

// step is a transition before its variables have their final places.
type step struct {
	from, to *location
	guard    []*model.Expr
	sets     map[model.VarID]*model.Expr // of shared variables, and of the locals stored at to
	checks   []model.Check
	events   []model.Event
	ifs      []model.Branch
	node     *node
}

// pathState is a path of the symbolic execution from one step towards the next.
type pathState struct {
	env    map[model.VarID]*model.Expr // over the state before the step
	guard  []*model.Expr
	facts  map[*model.Expr]bool
	values map[model.VarID]int64 // what the guard tells of the state before
	checks []model.Check
	events []model.Event
	ifs    []model.Branch
	held   []model.Lock
	visits int
}

func (p *pathState) clone() *pathState {
	q := *p
	q.env, q.facts, q.values = maps.Clone(p.env), maps.Clone(p.facts), maps.Clone(p.values)
	q.guard, q.checks = slices.Clip(p.guard), slices.Clip(p.checks)
	q.ifs = slices.Clip(p.ifs)
	q.events, q.held = slices.Clone(p.events), slices.Clone(p.held)
	return &q
}

// exec executes one thread.
type exec struct {
	c       *compiler
	t       *thread
	locs    map[string]*location
	list    []*location
	steps   []*step
	final   bool // the last round: errors count, and what traces show
	grown   bool // a variable turned out to vary, or a range grew
	merged  map[*node]bool
	initial *location
	raw     func(*pathState) // takes finished paths instead of emit
}

const (
	maxLocations = 50000
	maxVisits    = 20000
	maxWidenings = 64 // of one range: one that still grows then has no bound
)

func (c *compiler) execThread(t *thread, final bool) *exec {
	x := &exec{c: c, t: t, locs: map[string]*location{}, final: final, merged: map[*node]bool{}}
	p := &pathState{env: map[model.VarID]*model.Expr{}, facts: map[*model.Expr]bool{}, values: map[model.VarID]int64{}}
	if c.cfg.NoReset {
		for _, v := range t.locals {
			p.env[v] = c.konst(0)
		}
	}
	var start []*step
	x.run(t.root, p, func(s *step) { start = append(start, s) })
	if len(start) == 1 && len(start[0].guard) == 0 && len(start[0].checks) == 0 && x.local(start[0]) {
		x.initial = start[0].to
	} else {
		x.initial = x.location(t.root, p)
	}
	for i := 0; i < len(x.list); i++ {
		loc := x.list[i]
		p := &pathState{env: map[model.VarID]*model.Expr{}, facts: map[*model.Expr]bool{}, values: map[model.VarID]int64{}, held: slices.Clone(loc.held)}
		for v, k := range loc.consts {
			p.env[v] = c.konst(k)
		}
		x.begin(loc, p)
	}
	if x.initial == start0(start) { // what happened before the first step is shown with it
		for _, s := range x.steps {
			if s.from == x.initial {
				s.events = append(slices.Clone(start[0].events), s.events...)
			}
		}
	}
	return x
}

func start0(ss []*step) *location {
	if len(ss) == 1 {
		return ss[0].to
	}
	return nil
}

// local tells whether a step changes nothing but locals that are known.
func (x *exec) local(s *step) bool { return len(s.sets) == 0 }

// begin executes the step that starts at a location.
func (x *exec) begin(loc *location, p *pathState) {
	n := loc.node
	emit := func(s *step) {
		s.from, s.node = loc, n
		x.steps = append(x.steps, s)
	}
	switch n.kind {
	case nEnd:
		return
	case nStep:
		x.stepEvent(n, p, model.Step)
		x.run(n.next, p, emit)
	default: // the start of a thread that begins with a choice
		x.run(n, p, emit)
	}
}

func (x *exec) stepEvent(n *node, p *pathState, kind model.EventKind) {
	if !x.final {
		return
	}
	text := n.text.render(func(e *model.Expr) *model.Expr { return x.subst(p, e) })
	f := n.frame.visible()
	p.events = append(p.events, model.Event{Kind: kind, Text: text, Depth: f.depth, Frame: f.id, Pos: x.c.stepPos(n)})
}

// check makes the check of a node.
func (x *exec) check(n *node, p *pathState, cond *model.Expr) model.Check {
	ch := model.Check{Prop: n.prop, Cond: cond, Pos: x.c.pos(n.pos)}
	if !x.final {
		return ch
	}
	ch.Text = n.text.render(func(e *model.Expr) *model.Expr { return x.subst(p, e) })
	for _, cl := range n.clauses {
		ch.Clauses = append(ch.Clauses, model.Clause{Text: cl.Text, Cond: x.subst(p, cl.Cond)})
	}
	return ch
}

// runRaw executes code without steps to its end.
func (x *exec) runRaw(n *node, p *pathState, done func(*pathState)) {
	x.raw = done
	x.run(n, p, nil)
}

// run executes from a node to the next step on every path, and emits each as a step.
func (x *exec) run(n *node, p *pathState, emit func(*step)) {
	c := x.c
	for {
		if n == nil {
			return
		}
		if p.visits++; p.visits > maxVisits {
			if x.final {
				c.errorf(n.pos, "a loop without a step in its body: give it one, or a bound that is a constant")
			}
			return
		}
		switch n.kind {
		case nNop:
		case nEnd:
			x.end(n, p, emit)
			return
		case nStep:
			x.varyAll(p) // other threads can see what the statement before has left
			if x.isStep(n, p) {
				x.end(n, p, emit)
				return
			}
			if !n.frame.hidden && !n.touch.local {
				x.merged[n] = true
				x.stepEvent(n, p, model.Merged)
			}
		case nAssign:
			x.assign(n, p)
		case nBranch:
			cond := x.subst(p, n.cond)
			if isConst(cond) {
				x.decided(p, n, cond.Val != 0)
				if cond.Val == 0 {
					n = n.alt
					continue
				}
				break
			}
			x.value(p, n, cond, boolType)
			q := p.clone()
			if x.assume(q, c.not(cond)) {
				x.decided(q, n, false)
				x.run(n.alt, q, emit)
			}
			if !x.assume(p, cond) {
				return
			}
			x.decided(p, n, true)
		case nGuard:
			if !x.assume(p, x.subst(p, n.cond)) {
				return
			}
		case nChoose:
			for i := range n.n {
				q := p.clone()
				q.env[n.target] = c.konst(int64(i))
				x.run(n.next, q, emit)
			}
			return
		case nCheck:
			if cond := x.subst(p, n.cond); !isVal(cond, 1) {
				p.checks = append(p.checks, x.check(n, p, cond))
			}
		case nEvent:
			if n.when != nil { // a trylock: split, so that what is held is known
				if w := x.subst(p, n.when); !isConst(w) {
					q := p.clone()
					if x.assume(q, c.not(w)) {
						x.run(n, q, emit)
					}
					if !x.assume(p, w) {
						return
					}
				}
			}
			x.event(n, p)
		}
		n = n.next
	}
}

var boolType = &model.Type{Name: "bool", Kind: model.Bool}

// value notes a value worth showing with the step at hand.
func (x *exec) value(p *pathState, n *node, e *model.Expr, typ *model.Type) {
	if n.frame.hidden || n.untold || len(p.events) == 0 {
		return
	}
	if ev := &p.events[len(p.events)-1]; ev.Kind == model.Step && ev.Value == nil {
		ev.Value, ev.Type = e, typ
	}
}

// decided notes how a condition of the kernel's source came out.
func (x *exec) decided(p *pathState, n *node, taken bool) {
	if x.final && !n.frame.hidden && !n.loop {
		p.ifs = append(p.ifs, model.Branch{Pos: x.c.pos(n.pos), Taken: taken})
	}
}

func (x *exec) event(n *node, p *pathState) {
	ev := *n.event
	ev.Pos = x.c.pos(n.pos)
	if ev.Flow != model.NoFlow {
		for i := len(p.events) - 1; i >= 0; i-- {
			if e := &p.events[i]; e.Kind == model.Step {
				e.Flow, e.Via = ev.Flow, ev.Via
				break
			}
		}
		return
	}
	if ev.Op == model.NoLock {
		if !x.final {
			return
		}
		ev.Text = n.text.render(func(e *model.Expr) *model.Expr { return x.subst(p, e) })
		if n.value != nil {
			ev.Value = x.subst(p, n.value)
		}
		for _, part := range n.parts {
			ev.Parts = append(ev.Parts, model.Part{Value: x.subst(p, part.e), Type: part.typ})
		}
		p.events = append(p.events, ev)
		return
	}
	if n.when != nil {
		if w := x.subst(p, n.when); isVal(w, 0) {
			return
		}
	}
	for i := len(p.events) - 1; i >= 0; i-- {
		if e := &p.events[i]; e.Kind == model.Step || e.Kind == model.Merged && ev.Mode == model.Annotated {
			e.Lock, e.Op, e.Mode, e.Try = ev.Lock, ev.Op, ev.Mode, ev.Try
			break
		}
	}
	switch ev.Op {
	case model.Acquire:
		p.held = append(p.held, model.Lock{Name: ev.Lock, Mode: ev.Mode, Taken: ev.Pos, Func: funcOf(x.c, n.frame)})
	case model.Release:
		for i := len(p.held) - 1; i >= 0; i-- {
			if p.held[i].Name == ev.Lock {
				p.held = slices.Delete(slices.Clone(p.held), i, i+1)
				break
			}
		}
	}
}

func funcOf(c *compiler, f *frame) string {
	if f = f.visible(); f.fn != nil {
		return c.funcName(f.fn)
	}
	return ""
}

func (x *exec) assign(n *node, p *pathState) {
	c := x.c
	vals := make([]*model.Expr, len(n.sets))
	for i, s := range n.sets {
		vals[i] = x.subst(p, s.e)
	}
	for i, s := range n.sets {
		v := &c.vars[s.v]
		if lo, hi := x.guarded(p, vals[i]); !v.ranged && (lo < v.Min || hi > v.Max) && !(v.Kind == model.Local && isConst(vals[i])) {
			in := c.mk(model.LAnd, c.mk(model.Le, c.konst(v.Min), vals[i]), c.mk(model.Le, vals[i], c.konst(v.Max)))
			if !isVal(in, 1) {
				p.checks = append(p.checks, model.Check{Prop: propModel, Cond: in, Pos: c.pos(n.pos),
					Text: fmt.Sprintf("%s leaves its range %d..%d", v.Display(), v.Min, v.Max)})
			}
		}
		p.env[s.v] = vals[i]
		if len(n.sets) == 1 && v.Kind == model.Shared {
			x.value(p, n, vals[i], v.Type)
		}
	}
}

// isStep tells whether a statement touches shared state when it is reached with these locals.
func (x *exec) isStep(n *node, p *pathState) bool {
	c, t := x.c, n.touch
	if t.force || c.cfg.NoMerge {
		return true
	}
	for _, v := range t.writes {
		if c.vars[v].varying != 0 {
			return true
		}
	}
	// Only what locals are known to be counts here: other threads can change the rest before the step.
	ref := func(r *model.Expr) *model.Expr {
		if c.vars[r.Var].Kind == model.Local {
			if v := p.env[r.Var]; v != nil && isConst(v) {
				return v
			}
			return r
		}
		if k := c.constant(r.Var); k != nil {
			return k
		}
		return r
	}
	for _, e := range t.guards {
		if !isVal(x.rewrite(e, map[*model.Expr]*model.Expr{}, ref, nil), 1) {
			return true
		}
	}
	for _, e := range t.reads {
		if c.readsShared(x.rewrite(e, map[*model.Expr]*model.Expr{}, ref, nil)) {
			return true
		}
	}
	return false
}

func (c *compiler) readsShared(e *model.Expr) bool {
	if e.Op == model.Ref {
		return c.vars[e.Var].Kind != model.Local
	}
	for _, a := range e.Args {
		if c.readsShared(a) {
			return true
		}
	}
	return false
}

// end ends a path at the node where the next step begins.
func (x *exec) end(n *node, p *pathState, emit func(*step)) {
	c := x.c
	if x.raw != nil {
		x.raw(p)
		return
	}
	to := x.location(n, p)
	s := &step{to: to, guard: p.guard, checks: p.checks, events: p.events, ifs: p.ifs, sets: map[model.VarID]*model.Expr{}}
	x.varyAll(p)
	for v, e := range p.env {
		if c.vars[v].Kind != model.Local && !(e.Op == model.Ref && e.Var == v) && c.constant(v) == nil {
			s.sets[v] = e
		}
	}
	for _, v := range to.stored {
		e := p.env[v]
		if e == nil {
			e = c.ref(v)
		}
		s.sets[v] = e
		x.widen(v, e, n, p)
	}
	emit(s)
}

// varyAll notes what a path has done to the shared variables.
func (x *exec) varyAll(p *pathState) {
	for v, e := range p.env {
		if x.c.vars[v].Kind != model.Local && !(e.Op == model.Ref && e.Var == v) {
			x.vary(v, e)
		}
	}
}

// vary notes which bits of a shared variable an assignment can change.
func (x *exec) vary(id model.VarID, e *model.Expr) {
	v := &x.c.vars[id]
	var bits uint64
	if v.mask {
		known, val := x.c.knownBits(e)
		bits = ^(known &^ (val ^ uint64(v.Init))) & v.width()
	} else if !isVal(e, v.Init) {
		bits = v.width()
	}
	if bits&^v.varying != 0 {
		v.varying |= bits
		x.grown = true
	}
}
