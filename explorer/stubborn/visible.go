package stubborn

import "hpmc/model"

// Visibility is what preserving a property does to the reduction: where a transition is taken that can end a violation of
// it, or of what is to be reached, nothing is left out that can begin one. These are their numbers. There are none for
// a property that is checked in states without a step, because all of those are reached anyway.
type Visibility struct{ Begin, End int }

// Visible returns the visibility of the properties of a program.
func Visible(p *model.Program) []Visibility {
	a := newAnalysis(p)
	out := make([]Visibility, len(p.Props))
	if a.refersToPC || len(p.Threads) > maxThreads {
		return out
	}
	bads := a.bads()
	for prop := range out {
		begin, end := make([]bool, len(a.ts)), make([]bool, len(a.ts))
		for i := range bads {
			b := &bads[i]
			if b.prop != prop {
				continue
			}
			for id := range a.ts {
				t := &a.ts[id]
				begin[id] = begin[id] || a.begins(t, b)
				end[id] = end[id] || a.repairs(t, b)
			}
		}
		for id := range a.ts {
			if begin[id] {
				out[prop].Begin++
			}
			if end[id] {
				out[prop].End++
			}
		}
	}
	return out
}

// begins tells whether a transition can make b true.
func (a *analysis) begins(t *transition, b *bad) bool {
	if !t.feasible {
		return false
	}
	if b.loc >= 0 && t.to == b.loc && t.at != b.loc {
		return true
	}
	for _, g := range b.guards {
		if a.canMake(t, g, false, nil, -1) {
			return true
		}
	}
	return false
}
