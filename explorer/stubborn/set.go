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
	"sync/atomic"

	"hpmc/model"
)

// Options say what a reduction must preserve.
type Options struct {
	// DeadlocksOnly preserves the states without a step, and so the verdicts of properties that are
	// checked there, but not those of the others.
	DeadlocksOnly bool
}

// Set is what is known of a program ahead of the search. Several choosers can share it.
//
// The reduced search reaches every state without a step that the full one reaches, at the same depth, and a
// state that violates a property, or reaches what is to be reached, if the full one does, possibly deeper. It
// need not take every transition that the full one takes. A program whose expressions refer to locations is not
// reduced.
type Set struct {
	p       *model.Program
	off     bool // no reduction
	acyclic bool
	proven  [][]bool // per transition and check

	thread []uint8      // per transition
	place  []uint8      // per transition, its place at its location, or the first of them
	places [][]uint8    // per thread and location, the number of places
	waits  [][][][]wait // per thread, location and place, what may wait there
	wide   [][]bool     // per thread and location
	alpha  []alpha
	ranks  []uint32 // per transition, its place among seeds

	// Candidates are the places of where the threads stand. They are numbered for all locations of all threads, if there are
	// never more than 64 and none stands for several transitions.
	numbered bool
	first    [maxThreads + 1]uint8 // per thread, its first candidate
	owner    [64]uint8             // per candidate, its thread
	bits     []uint64              // per transition, its candidate; 0 if they are not numbered

	// Necessary enabling sets are worked out when they are asked for first: many never are.
	nes []atomic.Pointer[row]
	mu  *sync.Mutex // of b
	b   *builder
}

// Acyclic tells whether the program was shown to have no cycle: no proviso is needed then.
func (s *Set) Acyclic() bool { return s.acyclic }

// Reduces tells whether Choose can ever leave out an enabled transition.
func (s *Set) Reduces() bool { return !s.off }

// NeverFails tells whether a check of a transition was shown to hold whenever the transition is enabled.
func (s *Set) NeverFails(transition, check int) bool { return s.proven[transition][check] }

// maxThreads bounds the threads of a program that is reduced: each has a candidate or more.
const maxThreads = 64

// New analyses a program. What it costs grows with the square of the number of locations.
func New(p *model.Program, o Options) *Set {
	a := newAnalysis(p)
	s := &Set{p: p, mu: new(sync.Mutex), proven: a.proven, off: a.refersToPC || len(p.Threads) > maxThreads}
	s.acyclic = !a.refersToPC && a.acyclic()
	if !s.off {
		a.tables(s, o)
	}
	return s
}

// enabling returns the row of a necessary enabling set.
func (s *Set) enabling(n int32) row {
	if r := s.nes[n].Load(); r != nil {
		return *r
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.nes[n].Load(); r != nil { // another chooser was faster
		return *r
	}
	k := s.b.nesKeys[n]
	r := s.b.row(s.b.opens(k[0]), nil, k[1])
	s.nes[n].Store(&r)
	return r
}
