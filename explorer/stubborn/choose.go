package stubborn

import (
	"math/bits"

	"hpmc/explorer/packed"
)

// Chooser chooses for one worker. It is not safe for concurrent use.
type Chooser struct {
	s      *Set
	memory *memory // nil: nothing is remembered

	// The state. A thread behind the last stands for conditions without a location.
	locs [maxThreads + 1]uint16
	list []int32    // the enabled transitions
	bits [64]uint64 // and their candidates

	// Candidates, as in Set, or, if they are not numbered there, of where the threads stand.
	first   [maxThreads + 1]uint8
	owner   [64]uint8
	enabled uint64     // candidates at which something is enabled
	known   uint64     // those of which it is known
	needs   [64]uint64 // what comes in with them
}

// Chooser returns a new chooser. It remembers choices in states of a layout, unless that is nil.
func (s *Set) Chooser(l *packed.Layout) *Chooser {
	return &Chooser{s: s, memory: s.newMemory(l), first: s.first, owner: s.owner}
}

// Choose returns which of the enabled transitions to take in a state, as a mask over their list, of which the
// first 64 count: all of a longer one must be taken. locs are the locations of the threads. A transition with a
// failing check of a Fault property counts as not enabled. The choice depends on nothing else.
//
// All checks of transitions whose guard holds must be made in every state reached, whether the transition is
// taken or not.
func (c *Chooser) Choose(locs []uint16, enabled []int32) (take uint64) {
	all := uint64(1)<<len(enabled) - 1
	if len(enabled) < 2 || len(enabled) > 64 || c.s.off || !c.number(locs) {
		return all
	}
	// Seeds come first whose thread has come least far. Of sets of equal size the first is taken, and this order led to the
	// fewest states of those that were measured.
	var seeds [64]uint32
	n := 0
	c.list, c.enabled, c.known = enabled, 0, 0
	for i, id := range enabled {
		bit := c.bit(id)
		c.bits[i] = bit
		if c.enabled&bit != 0 {
			continue // another one that the candidate stands for
		}
		c.enabled |= bit
		rank := c.s.ranks[id]<<6 | uint32(i)
		k := n
		for n++; k > 0 && seeds[k-1] > rank; k-- {
			seeds[k] = seeds[k-1]
		}
		seeds[k] = rank
	}
	take = c.taken(c.smallest(seeds[:n]))
	if c.memory != nil {
		c.memory.keep(take, len(enabled))
	}
	return take
}

// smallest returns the enabled candidates of the smallest of the sets around seeds. Mostly one of a single candidate will do; that
// another seed needs more is soon seen.
func (c *Chooser) smallest(seeds []uint32) (best uint64) {
	for _, x := range seeds {
		if set := c.closure(c.bits[x&63], 2); set != 0 {
			return set
		}
	}
	best, count := c.enabled, len(seeds)
	for _, x := range seeds {
		if count == 2 {
			break
		}
		if set := c.closure(c.bits[x&63], count); set != 0 {
			best, count = set, bits.OnesCount64(set)
		}
	}
	return best
}

// number numbers the candidates, and tells whether that is possible.
func (c *Chooser) number(locs []uint16) bool {
	copy(c.locs[:], locs)
	if c.s.numbered {
		return true
	}
	c.locs[len(locs)] = 0
	n := 0
	for t, places := range c.s.places {
		c.first[t] = uint8(n)
		for range places[c.locs[t]] {
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
	if c.s.numbered {
		return c.s.bits[id]
	}
	return 1 << ((c.first[c.s.thread[id]] + c.s.place[id]) & 63)
}

// taken returns the enabled transitions that candidates stand for, as a mask over the list.
func (c *Chooser) taken(set uint64) (take uint64) {
	for i := range c.list {
		if set&c.bits[i] != 0 {
			take |= 1 << i
		}
	}
	return take
}

// closure returns the enabled candidates of the set around one of them, or none if they are as many as limit.
func (c *Chooser) closure(seed uint64, limit int) uint64 {
	set := seed
	for work := seed; work != 0; {
		i := bits.TrailingZeros64(work)
		work &= work - 1
		if c.known>>i&1 == 0 {
			c.known |= 1 << i
			c.needs[i] = c.find(i)
		}
		more := c.needs[i] &^ set
		set |= more
		work |= more
		if bits.OnesCount64(set&c.enabled) >= limit {
			return 0
		}
	}
	return set & c.enabled
}

// find returns what comes in with a candidate.
func (c *Chooser) find(i int) (in uint64) {
	t := c.owner[i]
	first := c.first[t] & 63
	if c.enabled>>i&1 == 0 {
		for _, w := range c.s.waits[t][c.locs[t]][i-int(first)] {
			in |= c.gates(w, uint8(c.enabled>>first))
		}
		return in
	}
	for k, id := range c.list {
		if c.bits[k] != 1<<i {
			continue
		}
		al := &c.s.alpha[id]
		in |= uint64(al.siblings)<<first | c.row(al.row)
	}
	return in
}

// gates returns a necessary enabling set of a guard that is false, or, if it is not known which one is, of all that may be. on is
// the places of the location where something is enabled.
func (c *Chooser) gates(list wait, on uint8) (in uint64) {
	for k := range list {
		if g := &list[k]; g.fails&^on != 0 {
			return c.row(c.s.enabling(g.nes))
		}
	}
	for k := range list {
		if g := &list[k]; g.holds&on == 0 {
			in |= c.row(c.s.enabling(g.nes))
		}
	}
	return in
}

// row returns what a row asks for.
func (c *Chooser) row(r row) (in uint64) {
	for k := range r {
		x := &r[k]
		in |= uint64(x.at[c.locs[x.thread]]) << (c.first[x.thread] & 63)
	}
	return in
}
