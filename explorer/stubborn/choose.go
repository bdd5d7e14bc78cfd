package stubborn

import "math/bits"

// Chooser chooses for one worker. It is not safe for concurrent use, but several can share a Memory.
type Chooser struct {
	s       *Set
	plan    *plan
	view    *View
	state   *Words
	locs    []uint16
	list    []int32 // the enabled transitions
	truth   func(int) bool
	decided []bool // per property

	stand []uint64 // the locations at which threads stand

	en [maxThreads]uint8 // per thread, which of its candidates are enabled, or stand for one that is

	// The candidates of all threads side by side, if prepared.
	prepared bool
	off      []uint8 // per thread, the position of its first candidate
	enabled  uint64

	closure closure
	memory  *Memory // nil: nothing is remembered
	mask    Words   // the bits that the choice depends on
}

// Chooser returns a new chooser, which remembers what is chosen in memory, unless that is nil.
func (s *Set) Chooser(memory *Memory) *Chooser {
	c := &Chooser{s: s, memory: memory, plan: s.plan, off: make([]uint8, len(s.p.Threads)), decided: make([]bool, len(s.p.Props)),
		stand: make([]uint64, s.standing.words), closure: newClosure(s)}
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
// remembered; ask Recall first.
//
// All checks of transitions whose guard holds must be made in every state reached, whether the transition is
// taken or not.
func (c *Chooser) Choose(state *Words, locs []uint16, enabled []int32, truth func(guard int) bool) (take uint64) {
	all := uint64(1)<<len(enabled) - 1
	if len(enabled) < 2 || len(enabled) > 64 || c.s.off {
		return all
	}
	if !c.plan.small && !c.fits(locs) {
		return all
	}
	c.state, c.locs, c.list, c.truth, c.prepared = state, locs, enabled, truth, false
	clear(c.en[:len(locs)])
	// Seeds come first whose thread has come least far. Of sets of equal size the first is taken, and this order led to the
	// fewest states of those that were measured.
	var order [64]uint32
	n := 0
	for i, id := range enabled {
		t, bit := c.s.thread[id], uint8(1)<<c.s.slot[id]
		if c.en[t]&bit != 0 {
			continue // another one that the candidate stands for
		}
		c.en[t] |= bit
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
	clear(c.closure.known)
	take = c.smallest(order[:n])
	if c.memory != nil {
		on, set := uint64(0), uint64(0)
		for i, id := range enabled {
			on |= c.plan.bits[id]
			if take>>i&1 != 0 {
				set |= c.plan.bits[id]
			}
		}
		c.memory.keep(on, c.state, &c.mask, set)
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
	c.list = enabled
	return c.taken(x.chosen), true
}

// fits tells whether the candidates can be numbered.
func (c *Chooser) fits(locs []uint16) bool {
	n := 0
	for t, l := range locs {
		n += int(c.s.slots[t][l])
	}
	return n <= 64
}

// smallest returns the enabled transitions of the smallest of the sets around seeds, as a mask over the list.
func (c *Chooser) smallest(seeds []uint32) (best uint64) {
	count := len(c.list)
	best = 1<<count - 1
	// Mostly a single transition will do. That another seed needs more is soon seen if nothing more is asked.
	for _, x := range seeds {
		id := c.list[x&(1<<rankShift-1)]
		if !c.single(id) {
			continue
		}
		if set := c.same(id); bits.OnesCount64(set) < count {
			best, count = set, bits.OnesCount64(set)
		}
		if count == 1 {
			return best
		}
	}
	for _, x := range seeds {
		if count == 2 { // fewer would have been found
			break
		}
		set := c.whole(c.list[x&(1<<rankShift-1)], count)
		if n := bits.OnesCount64(set); n > 0 && n < count {
			best, count = set, n
		}
	}
	return best
}

// same returns the enabled transitions that the candidate of one stands for.
func (c *Chooser) same(id int32) (take uint64) {
	for i, other := range c.list {
		if c.s.thread[other] == c.s.thread[id] && c.s.slot[other] == c.s.slot[id] {
			take |= 1 << i
		}
	}
	return take
}

// taken returns the enabled transitions of a set, given by bits, as a mask over the list.
func (c *Chooser) taken(set uint64) (take uint64) {
	for i, id := range c.list {
		if set&c.plan.bits[id] != 0 {
			take |= 1 << i
		}
	}
	return take
}

// prepare numbers the candidates of all threads.
func (c *Chooser) prepare() {
	if c.prepared {
		return
	}
	c.prepared = true
	n := uint8(0)
	for t, l := range c.locs {
		c.off[t] = n
		for i := range c.s.slots[t][l] {
			c.closure.owner[n+i] = uint8(t)
		}
		n += c.s.slots[t][l]
	}
	c.enabled = 0
	for _, id := range c.list {
		c.enabled |= 1 << c.place(id)
	}
}

// place returns the candidate that a transition is, or is one of.
func (c *Chooser) place(id int32) uint8 { return c.off[c.s.thread[id]] + c.s.slot[id] }
