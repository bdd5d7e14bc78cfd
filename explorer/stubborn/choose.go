package stubborn

import (
	"math/bits"

	"hpmc/explorer/internal/bitset"
)

// Chooser chooses for one worker. It is not safe for concurrent use, but several can share a Memory.
type Chooser struct {
	s       *Set
	plan    *plan
	view    *View
	state   *Words
	list    []int32 // the enabled transitions
	truth   func(int) bool
	decided []bool // per property

	// Candidates are the places of all threads side by side.
	at      [maxThreads]place
	owner   [64]uint8 // per candidate, its thread
	enabled uint64    // those that are enabled, or stand for one that is

	// What is known of the state.
	known []uint8 // per guard, its truth, as far as asked
	epoch uint32
	nes   []needs // per necessary enabling set, of this epoch if it is known
	seeds [64]seed
	costs []int // scratch of cheapest

	memory *Memory // nil: nothing is remembered
	mask   Words   // the bits that the choice depends on
}

// place is where a thread stands.
type place struct {
	loc uint16
	off uint8 // its first candidate
}

// seed is a candidate that is enabled.
type seed struct {
	id      int32 // a transition that it stands for
	bit     uint64
	reach   uint64 // the enabled candidates that come in with it at once
	closure closure
}

// Chooser returns a new chooser, which remembers what is chosen in memory, unless that is nil.
func (s *Set) Chooser(memory *Memory) *Chooser {
	s.finish()
	c := &Chooser{s: s, memory: memory, plan: s.plan, decided: make([]bool, len(s.p.Props)), nes: make([]needs, len(s.nes))}
	for t, n := range s.plan.off {
		c.at[t].off = n
	}
	c.owner, c.known, c.costs = s.plan.owner, make([]uint8, len(s.guards)), make([]int, s.plan.most)
	for i, has := range bitset.Many(len(c.seeds), len(s.nes)) {
		c.seeds[i].closure.has = has
	}
	if memory != nil {
		c.view = memory.view
	}
	return c
}

// Decided tells that a property's verdict no longer depends on the rest of the search: it is violated, or was to
// be reached and was. What comes after need not preserve it. All choosers that share a Memory must be told before one of them
// chooses again.
func (c *Chooser) Decided(prop int) {
	if !c.decided[prop] {
		c.decided[prop] = true
		if c.memory != nil {
			c.memory.forget()
		}
	}
}

// Choose returns which of the enabled transitions to take in a state, as a mask over their list, of which the
// first 64 count: all of a longer one must be taken. locs are the locations of the threads. A transition with a
// failing check of a Fault property counts as not enabled. truth is asked for the truth of conditions of Guards,
// by index, in the state. The state itself, packed and with its derived word, is only needed if choices are
// remembered, and most conditions are then looked up in it; ask Recall first.
//
// All checks of transitions whose guard holds must be made in every state reached, whether the transition is
// taken or not.
func (c *Chooser) Choose(state *Words, locs []uint16, enabled []int32, truth func(guard int) bool) (take uint64) {
	all := uint64(1)<<len(enabled) - 1
	if len(enabled) < 2 || len(enabled) > 64 || c.s.off {
		return all
	}
	c.state, c.list, c.truth = state, enabled, truth
	for t, l := range locs {
		c.at[t&(maxThreads-1)].loc = l
	}
	if !c.plan.small && !c.number(locs) {
		return all
	}
	// Seeds come first whose thread has come least far. Of sets of equal size the first is taken, and this order led to the
	// fewest states of those that were measured.
	var order [64]uint32
	n := 0
	c.enabled = 0
	for i, id := range enabled {
		bit := c.bit(id)
		if c.enabled&bit != 0 {
			continue // another one that the candidate stands for
		}
		c.enabled |= bit
		rank := c.plan.ranks[id] | uint32(i)
		k := n
		for n++; k > 0 && order[k-1] > rank; k-- {
			order[k] = order[k-1]
		}
		order[k] = rank
	}
	if c.memory != nil {
		c.mask = c.view.all
	}
	c.forget()
	for i, x := range order[:n] {
		c.seeds[i].id = enabled[x&(1<<rankShift-1)]
	}
	take = c.smallest(c.seeds[:n])
	if c.memory != nil {
		c.memory.keep(c.enabled, c.state, &c.mask, c.all(take))
	}
	return take
}

// Recall returns what Choose would, if it is remembered.
func (c *Chooser) Recall(state *Words, enabled []int32) (take uint64, ok bool) {
	if c.memory == nil || len(enabled) < 2 {
		return 0, false
	}
	on := uint64(0)
	for _, id := range enabled {
		on |= c.plan.bits[id]
	}
	x := c.memory.find(on, state)
	if x == nil {
		return 0, false
	}
	for i, id := range enabled {
		if x.chosen&c.plan.bits[id] != 0 {
			take |= 1 << i
		}
	}
	return take, true
}

// number numbers the candidates of all threads, and tells whether that is possible.
func (c *Chooser) number(locs []uint16) bool {
	n := 0
	for t, l := range locs {
		c.at[t].off = uint8(n)
		for range c.s.slots[t][l] {
			if n == len(c.owner) {
				return false
			}
			c.owner[n] = uint8(t)
			n++
		}
	}
	return true
}

// bit returns the candidate that a transition is, or is one of.
func (c *Chooser) bit(id int32) uint64 {
	return 1 << ((c.at[c.s.thread[id]&63].off + c.s.slot[id]) & 63)
}

// all returns the candidates of some of the enabled transitions.
func (c *Chooser) all(take uint64) (set uint64) {
	for i, id := range c.list {
		if take>>i&1 != 0 {
			set |= c.bit(id)
		}
	}
	return set
}

// taken returns the enabled transitions that candidates stand for, as a mask over the list.
func (c *Chooser) taken(set uint64) (take uint64) {
	for i, id := range c.list {
		if set&c.bit(id) != 0 {
			take |= 1 << i
		}
	}
	return take
}

// smallest returns the enabled transitions of the smallest of the sets around seeds, as a mask over the list.
func (c *Chooser) smallest(seeds []seed) (best uint64) {
	count := len(c.list)
	best = 1<<count - 1
	// Mostly a single transition will do. That another seed needs more is soon seen if nothing more is asked.
	for i := range seeds {
		x := &seeds[i]
		c.start(x)
		if !c.close(&x.closure, 2) {
			continue // to be gone on with
		}
		if set := c.taken(x.bit); bits.OnesCount64(set) < count {
			best, count = set, bits.OnesCount64(set)
		}
		if count == 1 {
			return best
		}
	}
	if count == 2 { // fewer would have been found
		return best
	}
	reach(seeds)
	for i := range seeds {
		x := &seeds[i]
		if within(seeds, i) || bits.OnesCount64(x.reach) >= count {
			continue
		}
		if !c.close(&x.closure, count) {
			continue
		}
		set := c.taken(x.closure.set)
		if n := bits.OnesCount64(set); n < count {
			best, count = set, n
		}
		if count == 2 {
			break
		}
	}
	return best
}

// reach adds to what comes in with each seed what comes in with that.
func reach(seeds []seed) {
	for k := range seeds {
		for i := range seeds {
			if seeds[i].reach&seeds[k].bit != 0 {
				seeds[i].reach |= seeds[k].reach
			}
		}
	}
}

// within tells whether another seed comes in with one and is tried instead: of seeds that come in with each other, the first.
func within(seeds []seed, i int) bool {
	x := &seeds[i]
	for j := range seeds {
		if y := &seeds[j]; j != i && x.reach&y.bit != 0 && (j < i || y.reach&x.bit == 0) {
			return true
		}
	}
	return false
}
