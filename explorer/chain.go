package explorer

import (
	"math/bits"
	"slices"
)

// Under reduction most states have a single transition that has to be taken. They need not be stored: of a chain of
// them only its end is, a state with more to take, or with none. That loses nothing where there are no cycles; where
// there may be some, every state is stored.
//
// A chain that two states lead into is walked twice unless it is remembered. seen remembers what a worker came
// through lately; whoever comes there again need not go on, because the end has been stored. What it has forgotten
// costs time and changes nothing, so results do not depend on it.

// seenStates is how many states seen has room for, a power of two.
const seenStates = 1 << 14

// seen is a worker's memory of states and of what is to be taken in them: each has one place, where it replaces
// another one.
type seen struct {
	words int
	slots []uint64 // a state's words, and a mask as Choose returns it; 0: not known
}

// newSeen returns nil if there is no memory for it.
func newSeen(words int, take func(bytes int64) bool) *seen {
	n := seenStates * (words + 1)
	if !take(int64(n) * 8) {
		return nil
	}
	return &seen{words, make([]uint64, n)}
}

// at returns the place of a state, and whether it is there.
func (s *seen) at(state []uint64) (slot []uint64, here bool) {
	if s == nil {
		return nil, false
	}
	i := int(hashState(state)>>40) % seenStates * (s.words + 1)
	slot = s.slots[i : i+s.words+1]
	return slot, slot[s.words] != 0 && slices.Equal(slot[:s.words], state)
}

// put puts a state in its place.
func (s *seen) put(slot, state []uint64, take uint64) {
	if s != nil {
		copy(slot, state)
		slot[s.words] = take
	}
}

// forget makes the memory empty: what is to be taken has changed.
func (s *seen) forget() {
	if s != nil {
		clear(s.slots)
	}
}

// choose returns what is to be taken in a state that see has seen, with several transitions enabled.
func (w *worker) choose(state []uint64) uint64 {
	c := w.choice
	if slot, here := c.seen.at(state); here {
		return slot[c.seen.words]
	}
	return w.stubborn()
}

// walk goes on from the state in next as long as there is a single transition to take. It leaves the state where it
// stops in next, and tells whether that is to be stored; it is not if the way there leads through a state seen lately.
func (w *worker) walk() bool {
	c := w.choice
	for {
		slot, here := c.seen.at(w.next)
		if here {
			return false
		}
		faults := w.see(w.next)
		take := uint64(1)
		if len(c.enabled) > 1 {
			take = w.stubborn()
		}
		c.seen.put(slot, w.next, take)
		if faults > 0 || len(c.enabled) == 0 || len(c.enabled) > 64 || bits.OnesCount64(take) != 1 {
			return true
		}
		w.step(&w.s.code.Trans[c.enabled[bits.TrailingZeros64(take)]])
	}
}
