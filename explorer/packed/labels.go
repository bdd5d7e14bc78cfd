package packed

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"sort"

	"hpmc/explorer/internal/bitset"
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
		skips bitset.Set // transitions before it that need not be taken after it
		of    []int
	}
	classes := map[string]*class{}
	var order []*class
	free := c.independence()
	key := make([]byte, 0, 8*len(free.live))
	for t := range c.Trans {
		skips := free.before(t)
		if skips.Count() == 0 {
			continue
		}
		key = key[:0]
		for _, w := range skips {
			key = binary.LittleEndian.AppendUint64(key, w)
		}
		if have := classes[string(key)]; have != nil {
			have.of = append(have.of, t)
			continue
		}
		k := &class{slices.Clone(skips), []int{t}}
		classes[string(key)] = k
		order = append(order, k)
	}
	sort.SliceStable(order, func(i, j int) bool {
		return order[i].skips.Count()*len(order[i].of) > order[j].skips.Count()*len(order[j].of)
	})
	for i, k := range order[:min(len(order), most-1)] {
		k.skips.Each(func(u int) { lb.Skip[u] |= 1 << (i + 1) })
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
