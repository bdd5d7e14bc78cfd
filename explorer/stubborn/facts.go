package stubborn

import (
	"hpmc/explorer/internal/bitset"
	"hpmc/model"
)

// facts are invariants of the form: while a thread stands at a location, a variable has one of some values;
// and: two locations are never occupied together. They are found by abstract interpretation, thread by thread:
// what a thread knows at a location must survive every step that another one can make at the same time.
type facts struct {
	words   int
	vals    []uint64     // a vector per location; nothing in it at a location that is never reached
	apart   []bitset.Set // per location, those that are never occupied together with it
	reached []bool
}

// at returns what variables can be at a location.
func (f *facts) at(l int) []uint64 { return f.vals[l*f.words : (l+1)*f.words] }

// findFacts computes the least fixpoint, within the bounds of what sums over locations tell, which it uses up, and uses it.
func (a *analysis) findFacts(pl *sums) {
	n, words := len(a.owner), a.fields.words
	f := &facts{words: words, vals: make([]uint64, n*words), apart: bitset.Many(n, n), reached: make([]bool, n)}
	x := newFixpoint(a, f, pl)
	for _, l := range a.start {
		x.reach(l)
		for v := range a.p.Vars {
			if y := &a.p.Vars[v]; tracked(y) {
				var init values
				init.add(uint64(stored(y, y.Init) - y.Min))
				a.fields.put(f.at(l), model.VarID(v), &init)
			}
		}
		for w, known := range f.at(l) {
			x.roomAt(l)[w] &^= known
		}
	}
	x.run()
	for l := range n {
		for m := range n {
			if l == m && !f.reached[l] || l != m && !x.meets[l].Has(m) {
				f.apart[l].Add(m)
			}
		}
	}
	a.facts = f
	a.useFacts()
}

// cuts tells whether bounds leave less than the facts. If they do not, they would not have made a difference on the way to these
// either.
func (a *analysis) cuts(pl *sums) bool {
	for i, can := range a.facts.vals {
		if can&^pl.bounds[i] != 0 {
			return true
		}
	}
	for l, apart := range pl.apart {
		if !apart.Within(a.facts.apart[l]) {
			return true
		}
	}
	return false
}

// useFacts decides which transitions can be enabled and which checks cannot fail.
func (a *analysis) useFacts() {
	in := make([]uint64, a.fields.words)
	for i := range a.ts {
		t := &a.ts[i]
		t.feasible = false
		if !a.facts.reached[t.at] {
			continue
		}
		copy(in, a.facts.at(t.at))
		if t.feasible = a.restrict(in, t.guards); !t.feasible {
			continue
		}
		for c, ch := range t.Checks {
			a.proven[i][c] = a.proven[i][c] || a.holds(t, ch.Cond, in)
		}
	}
}

// holds tells whether a condition was shown to hold whenever t's own guards do. in is overwritten.
func (a *analysis) holds(t *transition, cond *model.Expr, in []uint64) bool {
	copy(in, a.facts.at(t.at))
	if !a.restrict(in, t.own) {
		return true
	}
	n := a.exprs.number(cond)
	f := a.checks[n]
	if f == nil {
		f = new(formula)
		*f = newFormula(cond)
		a.checks[n] = f
	}
	axes, ok := a.axes(in, f.vars)
	return ok && each(a.env, axes, func() bool { return f.eval(a.env) != 0 })
}
