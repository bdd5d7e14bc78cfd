// Package stubborn chooses, in a state, which of the enabled transitions a search may confine itself to
// without changing a verdict: guard-based strong stubborn sets.
//
// The theory is Valmari's; that disabled transitions bring in a necessary enabling set of one false guard, and
// enabled ones those that they do not accord with, follows A. Laarman, E. Pater, J. van de Pol and M. Weber,
// "Guard-based partial-order reduction", SPIN 2013. What this package adds to it, and why all of it is sound,
// is in docs/internals/stubborn.md.
package stubborn

import (
	"sync"

	"hpmc/model"
)

// Options say what a reduction must preserve.
type Options struct {
	// DeadlocksOnly preserves the states without a step, and so the verdicts of properties that are
	// checked there, but not those of the others.
	DeadlocksOnly bool
}

// Set is what is known of a program ahead of the search. It does not change, and may be shared.
//
// The reduced search reaches every state without a step that the full one reaches, at the same depth, and a
// state that violates a property, or reaches what is to be reached, if the full one does, possibly deeper. It
// need not take every transition that the full one takes. A program whose expressions refer to locations is not
// reduced.
type Set struct {
	p       *model.Program
	off     bool // no reduction
	acyclic bool
	guards  []*model.Expr
	proven  [][]bool // per transition and check

	thread   []uint8    // per transition
	slot     []uint8    // per transition, its place among those of its location
	slots    [][]uint8  // per thread and location, the number of places
	wide     [][][]gate // per thread and location, if it is wide, the guards there
	progress [][]uint16 // per thread and location, how far the thread has come
	alpha    []alpha
	nes      []row
	tails    []group // what the rows' entries point to

	// What only Choose needs, made when it is asked for first: many searches get by with Alone.
	once *sync.Once
	rest func()
	plan *plan
}

// Acyclic tells whether the program was shown to have no cycle: no proviso is needed then.
func (s *Set) Acyclic() bool { return s.acyclic }

// Reduces tells whether Choose can ever leave out an enabled transition.
func (s *Set) Reduces() bool { return !s.off }

// Guards returns the conditions whose truth Choose may ask for. They must not be changed.
func (s *Set) Guards() []*model.Expr { return s.guards }

// NeverFails tells whether a check of a transition was shown to hold whenever the transition is enabled.
func (s *Set) NeverFails(transition, check int) bool { return s.proven[transition][check] }

// maxThreads bounds the threads of a program that is reduced: each has a candidate or more.
const maxThreads = 64

// New analyses a program. What it costs grows with the square of the number of locations.
func New(p *model.Program, o Options) *Set {
	a := newAnalysis(p)
	s := &Set{p: p, once: new(sync.Once), proven: a.proven, off: a.refersToPC || len(p.Threads) > maxThreads}
	s.acyclic = !a.refersToPC && a.acyclic()
	if !s.off {
		a.tables(s, o)
	}
	for _, g := range a.guards {
		s.guards = append(s.guards, g.e)
	}
	return s
}

// finish makes what choosers need.
func (s *Set) finish() {
	s.once.Do(func() {
		if s.rest != nil {
			s.rest()
			s.rest = nil
		}
		s.plan = newPlan(s)
	})
}

// rank returns a transition's place among seeds: of two threads the one that has come less far is first.
func (s *Set) rank(id int) uint32 {
	t := &s.p.Transitions[id]
	return uint32(s.progress[t.Thread][t.From])<<12 | uint32(t.Thread)<<6 | uint32(s.slot[id])
}

// free tells whether a transition asks for nothing but of other threads where they stand.
func (s *Set) free(id int) bool {
	t, al := &s.p.Transitions[id], &s.alpha[id]
	return al.siblings == 0 && al.row.free == span{} && s.wide[t.Thread][t.From] == nil
}
