package packed

import (
	"fmt"

	"hpmc/model"
)

// Code is a program over packed states.
type Code struct {
	Layout *Layout
	Trans  []Trans // as in the program
	Groups []Group
	List   []uint32 // of transitions, by index in Trans: what the spots of groups point into
	// Derived0 and the groups' parts add up to the derived word.
	Derived0 uint64
	states   map[int][]*Test
}

// States tests states of the given property: it returns a disjunction that holds in a state, with its derived word,
// if an Always property is violated in it, or a Reachable one holds.
func (c *Code) States(prop int) []*Test { return c.states[prop] }

// Trans is a transition. It is enabled if the thread stands at its location and Guard holds; it leads from w to
// w&Keep | Or, together with what Luts and Effect make.
type Trans struct {
	ID       int
	Never    bool // the guard cannot hold
	Guard    Test
	Keep, Or []uint64
	Luts     []Store
	Effect   []Instr
	Watches  []Watch
}

// Store is bits to be ORed into a word of the next state, by a table.
type Store struct {
	Word int
	Lut  *Lut
}

// Finish adds to next, made by Keep and Or from w, a state with its derived word, what masks cannot.
func (t *Trans) Finish(w, next []uint64, r *[MaxRegs]uint64) {
	for i := range t.Luts {
		l := &t.Luts[i]
		next[l.Word] |= l.Lut.Table[l.Lut.index(w)]
	}
	if len(t.Effect) > 0 {
		Exec(t.Effect, w, next, r)
	}
}

// Watch is what the search looks for at a transition: one of Any holds in the state before it.
type Watch struct {
	Prop  int
	Check int  // index in the transition's Checks; -1: the condition is about the state after it
	Fault bool // the transition is not taken then
	Any   []*Test
}

// Group is some threads whose locations are stored side by side, and are looked up together.
type Group struct {
	Word, Shift int
	Mask        uint64
	Threads     []int
	At          []Spot // by what is stored
}

// Spot is where the threads of a group stand.
type Spot struct {
	Derived  uint64   // part of the derived word
	Locs     []uint16 // the location of each thread
	First, N uint32   // transitions that leave: List[First:First+N]
	Rest     bool     // all of the threads may stay
}

// maxGroupBits bounds the size of a group's table; a single thread with more locations is a group of its own.
const maxGroupBits = 9

type coder struct {
	l     *Layout
	f     *folder
	p     *model.Program
	known []bitsKnown // at a location of a thread
	at    [2]int

	values []int64 // per variable, for each
}

func newCoder(l *Layout) *coder {
	return &coder{l, &folder{p: l.Program, varying: l.varying}, l.Program, make([]bitsKnown, len(l.Program.Vars)), [2]int{-1, -1}, make([]int64, len(l.Program.Vars))}
}

// New compiles a program for a layout. It fails if an expression is too large.
func New(l *Layout) (c *Code, err error) {
	defer func() {
		if r := recover(); r != nil {
			e, ok := r.(tooLarge)
			if !ok {
				panic(r)
			}
			c, err = nil, e
		}
	}()
	cd := newCoder(l)
	c = &Code{Layout: l, Derived0: l.derived0, Trans: make([]Trans, len(l.Program.Transitions))}
	for i := range c.Trans {
		c.Trans[i] = cd.transition(&l.Program.Transitions[i])
	}
	c.group()
	c.states = cd.states()
	return c, nil
}

type tooLarge struct{ where string }

func (e tooLarge) Error() string { return "an expression is too large to explore: " + e.where }

func (c *coder) assembler() *assembler {
	return &assembler{l: c.l, f: c.f, where: map[*model.Expr]uint16{}}
}

func (c *coder) finish(as *assembler) []Instr {
	if as.regs > MaxRegs {
		panic(tooLarge{fmt.Sprintf("%d operations in one condition of %s", as.regs, c.p.Name)})
	}
	return as.code
}

func (c *coder) transition(t *model.Transition) Trans {
	c.f.known = c.known
	defer func() { c.f.known = nil }()
	if at := [2]int{t.Thread, t.From}; at != c.at {
		c.l.knownAt(c.known, t.Thread, t.From)
		c.at = at
	}
	r := Trans{ID: t.ID, Keep: make([]uint64, c.l.Words), Or: make([]uint64, c.l.Words)}
	guard := make([]part, len(t.Guard))
	for i, g := range t.Guard {
		guard[i] = part{g, true}
	}
	g := c.test(guard)
	if g == nil {
		r.Never = true
		g = &Test{Mask: make([]uint64, c.l.Words+1), Want: make([]uint64, c.l.Words+1)}
	}
	r.Guard = *g
	for i := range r.Keep {
		r.Keep[i] = ^uint64(0)
	}
	as := c.assembler()
	moves := map[[3]int]uint64{} // from word, to word, rotation: bits
	if pc := c.p.Threads[t.Thread].PC; pc >= 0 {
		c.setConst(&r, pc, uint64(t.To))
	}
	var puts []put
	for _, a := range t.Effect {
		puts = append(puts, c.assign(&r, moves, a)...)
	}
	for _, k := range sortedMoves(moves) {
		as.code = append(as.code, Instr{opMove, uint16(k[1]), uint16(k[0]), uint16(k[2]), moves[k]})
	}
	c.store(&r, as, puts)
	r.Effect = c.finish(as)
	for i, ch := range t.Checks {
		if any := c.any(disjuncts(ch.Cond, false)); len(any) > 0 {
			r.Watches = append(r.Watches, Watch{ch.Prop, i, c.p.Props[ch.Prop].Fault, any})
		}
	}
	c.watchStates(&r, t)
	return r
}

// setConst makes a transition store a constant offset.
func (c *coder) setConst(r *Trans, v model.VarID, off uint64) {
	for _, run := range c.l.Places[v].Stored {
		m := (uint64(1)<<run.N - 1) << run.Shift
		r.Keep[run.Word] &^= m
		r.Or[run.Word] |= off >> run.From << run.Shift & m
	}
}

// assign makes a transition store a variable's new value as far as masks and moves can, and returns the rest.
func (c *coder) assign(r *Trans, moves map[[3]int]uint64, a model.Assign) (rest []put) {
	v := &c.p.Vars[a.Var]
	if a.Val.Op == model.Const {
		c.setConst(r, a.Var, uint64(a.Val.Val-v.Min))
		return nil
	}
	if isRef(a.Val, a.Var) {
		return nil
	}
	for _, run := range c.l.Places[a.Var].Stored {
		unknown := uint64(0)
		for i := range run.N {
			from, bit := run.From+i, run.Shift+i
			m := uint64(1) << bit
			s := symbolic{}
			if v.Min == 0 {
				s = c.f.bitOf(a.Val, from)
			}
			if s.kind == bitVar && s.v == a.Var && int(s.bit) == from {
				continue
			}
			r.Keep[run.Word] &^= m
			switch s.kind {
			case bitConst:
				r.Or[run.Word] |= uint64(s.val) << bit
			case bitVar:
				w, b, ok := c.l.at(s.v, int(s.bit))
				if !ok {
					panic("packed: a bit that varies has no place")
				}
				moves[[3]int{w, run.Word, (bit - b) & 63}] |= m
			default:
				unknown |= m
			}
		}
		if unknown != 0 {
			rest = append(rest, put{a.Val, v.Min, run, unknown})
		}
	}
	return rest
}

// store makes a transition store what assign left: by a table for each word, or else by code.
func (c *coder) store(r *Trans, as *assembler, puts []put) {
	for word := range c.l.Words {
		var here []put
		for _, p := range puts {
			if p.run.Word == word {
				here = append(here, p)
			}
		}
		if len(here) == 0 {
			continue
		}
		if t := c.assignment(here); t != nil {
			r.Luts = append(r.Luts, Store{word, t})
			continue
		}
		for _, p := range here {
			if t := c.assignment([]put{p}); t != nil {
				r.Luts = append(r.Luts, Store{word, t})
				continue
			}
			e := p.e
			if p.min != 0 {
				e = &model.Expr{Op: model.Sub, Args: []*model.Expr{e, {Op: model.Const, Val: p.min}}}
			}
			reg := as.value(e)
			as.code = append(as.code, Instr{opStore, uint16(word), reg, uint16((p.run.Shift - p.run.From) & 63), p.mask})
		}
	}
}

// watchStates adds the watches for properties of states that the transition can change.
func (c *coder) watchStates(r *Trans, t *model.Transition) {
	for i := range c.p.Props {
		pr := &c.p.Props[i]
		if pr.Kind != model.Always && pr.Kind != model.Reachable || !touches(pr.Cond, t, c.p) {
			continue
		}
		after := c.after(pr.Cond, t, map[*model.Expr]*model.Expr{})
		if any := c.any(disjuncts(after, pr.Kind == model.Reachable)); len(any) > 0 {
			r.Watches = append(r.Watches, Watch{i, -1, false, any})
		}
	}
}

func (c *coder) states() map[int][]*Test {
	m := map[int][]*Test{}
	for i := range c.p.Props {
		if pr := &c.p.Props[i]; pr.Kind == model.Always || pr.Kind == model.Reachable {
			m[i] = c.any(disjuncts(pr.Cond, pr.Kind == model.Reachable))
		}
	}
	return m
}

// touches tells whether t writes a variable that e reads.
func touches(e *model.Expr, t *model.Transition, p *model.Program) bool {
	if e.Op == model.Ref {
		return t.Writes[e.Var] != 0 || e.Var == p.Threads[t.Thread].PC
	}
	for _, a := range e.Args {
		if touches(a, t, p) {
			return true
		}
	}
	return false
}

// after returns e in the state after t as an expression over the state before.
func (c *coder) after(e *model.Expr, t *model.Transition, memo map[*model.Expr]*model.Expr) *model.Expr {
	switch {
	case e.Op == model.Const:
		return e
	case e.Op == model.Ref && e.Var == c.p.Threads[t.Thread].PC:
		return &model.Expr{Op: model.Const, Val: int64(t.To)}
	case e.Op == model.Ref:
		for _, a := range t.Effect {
			if a.Var == e.Var {
				return a.Val
			}
		}
		return e
	}
	if r := memo[e]; r != nil {
		return r
	}
	r := &model.Expr{Op: e.Op, Args: make([]*model.Expr, len(e.Args))}
	for i, a := range e.Args {
		r.Args[i] = c.after(a, t, memo)
	}
	memo[e] = r
	return r
}
