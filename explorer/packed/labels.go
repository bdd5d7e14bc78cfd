package packed

import (
	"math/bits"
	"sort"

	"hpmc/model"
)

// Labels tells a breadth-first search which successors need no lookup because another state of the same level has
// them too. If a state was first reached by transition t, u comes before t in the order of transitions, and the two
// are independent, then u can be taken before t as well, and the state in between is one of the same level: what u
// leads to is a successor of that one, by t. Of all the transitions that lead to a state from the level before it,
// the last one in the order is never left out, so no state is, and each is found at its own level. This is the idea
// of sleep sets (Godefroid 1996, chapter 5) without the sets: an order and the last transition are enough when
// states are explored level by level.
//
// The label of a transition is kept in bits of a frontier state that the layout leaves unused.
type Labels struct {
	Shift int      // the lowest bit of a state's label in its last word; 64 if there is no room
	Of    []uint64 // per transition: its label, below 64, shifted to its place; label 0 skips nothing
	Skip  []uint64 // per transition: as bits, the labels of states in which its successor needs no lookup
}

// NoLabels returns labels that skip nothing and need no room.
func (c *Code) NoLabels() *Labels {
	return &Labels{64, make([]uint64, len(c.Trans)), make([]uint64, len(c.Trans))}
}

// labelBits is the width of a label, where there is room.
const labelBits = 6

// Labels finds the labels of a program. If the layout has no room for them, every label is 0.
func (c *Code) Labels() *Labels {
	lb := c.NoLabels()
	top := max(c.Layout.Top(), 1)
	most := 1 << min(64-top, labelBits)
	if most < 2 {
		return lb
	}
	lb.Shift = top
	type class struct {
		skips []int // transitions before it that need not be taken after it
		of    []int
	}
	classes := map[string]*class{}
	var order []*class
	prints := c.footprints()
	for t := range c.Trans {
		k := &class{}
		key := make([]byte, len(c.Trans))
		for u := range t {
			if !c.Trans[t].Never && !c.Trans[u].Never && independent(&prints[t], &prints[u]) {
				k.skips = append(k.skips, u)
				key[u] = 1
			}
		}
		if len(k.skips) == 0 {
			continue
		}
		if have := classes[string(key)]; have != nil {
			have.of = append(have.of, t)
			continue
		}
		k.of = []int{t}
		classes[string(key)] = k
		order = append(order, k)
	}
	sort.SliceStable(order, func(i, j int) bool {
		return len(order[i].skips)*len(order[i].of) > len(order[j].skips)*len(order[j].of)
	})
	for i, k := range order[:min(len(order), most-1)] {
		for _, u := range k.skips {
			lb.Skip[u] |= 1 << (i + 1)
		}
		for _, t := range k.of {
			lb.Of[t] = uint64(i+1) << lb.Shift
		}
	}
	return lb
}

// Top returns the number of the lowest bit of the last word from which on nothing is stored.
func (l *Layout) Top() int {
	used := uint64(0)
	for i := range l.Places {
		for _, r := range l.Places[i].Stored {
			if r.Word == l.Words-1 {
				used |= (1<<r.N - 1) << r.Shift
			}
		}
	}
	return bits.Len64(used)
}

// footprint is what a transition reads and writes, its thread's location included.
type footprint struct {
	thread        int
	reads, writes model.Footprint
}

func (c *Code) footprints() []footprint {
	p := c.Layout.Program
	out := make([]footprint, len(p.Transitions))
	for i := range p.Transitions {
		t := &p.Transitions[i]
		f := footprint{t.Thread, t.Reads, model.Footprint{}}
		for v, b := range t.Writes {
			f.writes.Add(v, b&c.Layout.varying[v])
		}
		if pc := p.Threads[t.Thread].PC; pc >= 0 {
			f.writes.Add(pc, ^uint64(0))
		}
		out[i] = f
	}
	return out
}

// independent tells whether two transitions of different threads neither write what the other reads nor both write
// the same bit: wherever one can be taken after the other, they can be taken in either order, with the same result.
func independent(a, b *footprint) bool {
	if a.reads == nil || b.reads == nil { // nobody computed them
		return false
	}
	return a.thread != b.thread && !a.writes.Overlaps(b.reads) && !b.writes.Overlaps(a.reads) && !a.writes.Overlaps(b.writes)
}
