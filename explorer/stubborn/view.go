package stubborn

import (
	"hpmc/explorer/packed"
	"hpmc/model"
)

// View tells where in packed states is what a chooser asks for. It does not change, and may be shared.
type View struct {
	all    Words // the bits of all locations
	guards []condition
	wide   bool // states have more words: there are no cubes, and nothing is remembered
}

// Words is a packed state with its derived word, or a mask of some of its bits.
type Words [MaxWords]uint64

// MaxWords is the number of words, with the derived one, that a chooser can remember states by.
const MaxWords = 4

// condition is a guard of a Set. It holds if one of its cubes does, or one of tests.
type condition struct {
	cubes []cube
	tests []*packed.Test
	all   Words // the bits that it depends on
}

// cube is the states in which the bits of mask are as in want.
type cube struct{ mask, want Words }

func (c *cube) has(w *Words) bool {
	return (w[0]&c.mask[0]^c.want[0])|(w[1]&c.mask[1]^c.want[1])|(w[2]&c.mask[2]^c.want[2])|(w[3]&c.mask[3]^c.want[3]) == 0
}

// mostCubes is how many cubes a condition is split into at most.
const mostCubes = 8

// View returns the view of the states of a program's code.
func (s *Set) View(code *packed.Code) *View {
	l := code.Layout
	v := &View{guards: make([]condition, len(s.guards)), wide: l.Words >= MaxWords}
	for t := range s.p.Threads {
		if pc := s.p.Threads[t].PC; pc >= 0 && !v.wide {
			v.all.addVar(l, pc)
		}
	}
	for i, e := range s.guards {
		x := &v.guards[i]
		for _, t := range code.Condition(e) {
			cs, ok := t.Cubes(mostCubes)
			if !ok || v.wide {
				x.tests = append(x.tests, t)
				continue
			}
			for _, c := range cs {
				var k cube
				copy(k.mask[:], c.Mask)
				copy(k.want[:], c.Want)
				x.cubes = append(x.cubes, k)
			}
		}
		if !v.wide {
			x.all.addExpr(l, e)
		}
	}
	return v
}

// Holds tells whether guard number g holds in w, a state with its derived word and room for MaxWords words.
func (v *View) Holds(g int, w []uint64, regs *[packed.MaxRegs]uint64) bool {
	x := &v.guards[g]
	for i := range x.cubes {
		if x.cubes[i].has((*Words)(w[:MaxWords])) {
			return true
		}
	}
	for _, t := range x.tests {
		if t.Holds(w, regs) {
			return true
		}
	}
	return false
}

func (w *Words) add(x *Words) {
	for i := range w {
		w[i] |= x[i]
	}
}

// addExpr adds the bits of the variables that an expression refers to.
func (w *Words) addExpr(l *packed.Layout, e *model.Expr) {
	if e.Op == model.Ref {
		w.addVar(l, e.Var)
	}
	for _, x := range e.Args {
		w.addExpr(l, x)
	}
}

func (w *Words) addVar(l *packed.Layout, v model.VarID) {
	for _, rs := range [][]packed.Run{l.Places[v].Stored, l.Places[v].Derived} {
		for _, r := range rs {
			w[r.Word] |= (1<<r.N - 1) << r.Shift
		}
	}
}
