package stubborn

import "math/bits"

// Chooser chooses for one worker. It is not safe for concurrent use.
type Chooser struct {
	s       *Set
	out     [][][]int // per thread and location
	off     []uint8   // per thread, the position of its first candidate
	owner   [64]uint8
	list    []int32 // the enabled transitions
	enabled uint64  // the candidates that are, or one of which is, enabled
	locs    []uint16
	truth   func(int) bool
	decided []bool // per property

	known, value bitset // truth of guards, as far as asked in this state

	set     uint64 // candidates in the set under construction
	work    uint64 // those of them whose needs are not in yet
	limit   int    // give up when this many enabled ones are in
	has     bitset // rows of necessary enabling sets that are in
	nesWork []int32
	later   []pending

	memo memo
}

// pending is a group that can be satisfied in several ways.
type pending struct {
	g   *group
	off uint8
}

// Chooser returns a new chooser.
func (s *Set) Chooser() *Chooser {
	c := &Chooser{s: s, off: make([]uint8, len(s.p.Threads)), decided: make([]bool, len(s.p.Props)),
		known: make(bitset, (len(s.guards)+63)/64), value: make(bitset, (len(s.guards)+63)/64), has: make(bitset, (len(s.nes)+63)/64), memo: newMemo(s)}
	for t := range s.p.Threads {
		c.out = append(c.out, s.p.Threads[t].Out)
	}
	return c
}

// Account lets take be asked for the memory with which choices are remembered, in bytes. What it refuses is done without.
func (c *Chooser) Account(take func(bytes int64) bool) { c.memo.take = take }

// Decided tells that a property's verdict no longer depends on the rest of the search: it is violated, or was to
// be reached and was. What comes after need not preserve it.
func (c *Chooser) Decided(prop int) {
	if !c.decided[prop] {
		c.decided[prop] = true
		c.memo.reset()
	}
}

// Choose returns which of the enabled transitions to take in a state, as a mask over their list, of which the
// first 64 count: all of a longer one must be taken. locs are the locations of the threads. A transition with a
// failing check of a Fault property counts as not enabled. truth is asked for the truth of conditions of Guards,
// by index, in the state.
//
// All checks of transitions whose guard holds must be made in every state reached, whether the transition is
// taken or not.
func (c *Chooser) Choose(locs []uint16, enabled []int32, truth func(guard int) bool) (take uint64) {
	all := uint64(1)<<len(enabled) - 1
	if len(enabled) < 2 || len(enabled) > 64 || c.s.off {
		return all
	}
	n, wide := 0, false
	for t, l := range locs {
		c.off[t] = uint8(n)
		n += int(c.s.slots[t][l])
		wide = wide || c.s.wide[t][l] != nil
	}
	if n > 64 {
		return all
	}
	c.locs, c.list, c.truth = locs, enabled, truth
	c.enabled = 0
	for _, id := range enabled {
		c.enabled |= 1 << c.place(id)
	}
	var chosen uint64
	if c.memo.place == nil || wide {
		chosen = c.smallest()
	} else {
		k := c.memo.key(locs, c.enabled)
		if chosen = c.memo.find(k, truth); chosen == 0 {
			chosen = c.smallest()
			c.memo.keep(k, chosen)
		}
	}
	for i, id := range enabled {
		take |= chosen >> c.place(id) & 1 << i
	}
	return take
}

// smallest returns the enabled candidates of the smallest set.
func (c *Chooser) smallest() (best uint64) {
	clear(c.known)
	c.memo.asked = c.memo.asked[:0]
	for t, l := range c.locs {
		for i := range c.s.slots[t][l] {
			c.owner[c.off[t]+i] = uint8(t)
		}
	}
	best = c.enabled
	// Mostly a single transition will do. That another seed needs more is soon seen if nothing more is asked.
	for limit, count := 2, c.count(best); count > 1; limit = count {
		for seeds := c.enabled; seeds != 0 && count > 1; {
			seed := c.hindmost(seeds)
			seeds &^= seed
			if c.limit = min(limit, count); c.close(seed) {
				if n := c.count(c.set); n < count {
					best, count = c.set&c.enabled, n
				}
			}
		}
		if limit >= count {
			break
		}
	}
	return best
}

// count returns how many enabled transitions some candidates stand for.
func (c *Chooser) count(set uint64) (n int) {
	for _, id := range c.list {
		n += int(set >> c.place(id) & 1)
	}
	return n
}

// hindmost returns the seed whose thread has come least far. Of sets of equal size the first is taken, and this order
// led to the fewest states of those that were measured.
func (c *Chooser) hindmost(seeds uint64) (seed uint64) {
	least := uint16(1<<16 - 1)
	for ; seeds != 0; seeds &= seeds - 1 {
		t := c.owner[bits.TrailingZeros64(seeds)]
		if p := c.s.progress[t][c.locs[t]]; seed == 0 || p < least {
			seed, least = seeds&-seeds, p
		}
	}
	return seed
}

// place returns the candidate that a transition is, or is one of.
func (c *Chooser) place(id int32) uint8 { return c.off[c.s.thread[id]] + c.s.slot[id] }

// close builds the set around a seed, and tells whether it stayed below the limit.
func (c *Chooser) close(seed uint64) bool {
	c.set, c.work = seed, seed
	clear(c.has)
	c.nesWork, c.later = c.nesWork[:0], c.later[:0]
	for {
		switch {
		case c.work != 0:
			if bits.OnesCount64(c.set&c.enabled) >= c.limit {
				return false
			}
			i := bits.TrailingZeros64(c.work)
			c.work &= c.work - 1
			c.addNeeds(i)
		case len(c.nesWork) > 0:
			n := c.nesWork[len(c.nesWork)-1]
			c.nesWork = c.nesWork[:len(c.nesWork)-1]
			c.addRow(&c.s.nes[n])
		case len(c.later) > 0:
			p := c.later[len(c.later)-1]
			c.later = c.later[:len(c.later)-1]
			if !c.satisfied(p.g, p.off) {
				c.satisfy(p.g, p.off)
			}
		default:
			return bits.OnesCount64(c.set&c.enabled) < c.limit
		}
	}
}

// addNeeds adds what the transitions that a candidate stands for ask for.
func (c *Chooser) addNeeds(i int) {
	t := c.owner[i]
	off, loc := c.off[t], c.locs[t]
	enabled := c.enabled>>i&1 != 0
	wide := c.s.wide[t][loc]
	switch {
	case wide == nil && enabled:
		c.addAlpha(c.out[t][loc][i-int(off)], off)
	case wide == nil:
		c.open(c.s.alpha[c.out[t][loc][i-int(off)]].guards)
	case enabled:
		for _, id := range c.list {
			if c.s.thread[id] == t {
				c.addAlpha(int(id), off)
			}
		}
	case 1<<(i-int(off)) == wideDisabled:
		for _, x := range wide {
			if !c.holds(x.guard) {
				c.addNES(x.nes)
			}
		}
	}
}

func (c *Chooser) addAlpha(id int, off uint8) {
	al := &c.s.alpha[id]
	c.add(uint64(al.siblings) << off)
	c.addRow(&al.row)
}

func (c *Chooser) add(m uint64) {
	m &^= c.set
	c.set |= m
	c.work |= m
}

func (c *Chooser) addNES(n int32) {
	if !c.has.has(int(n)) {
		c.has.add(int(n))
		c.nesWork = append(c.nesWork, n)
	}
}

// addRow adds what the groups of a row ask for in this state, those that leave a choice later.
func (c *Chooser) addRow(r *row) {
	c.addGroups(r.free, 0)
	for i := range r.threads {
		t := &r.threads[i]
		c.addGroups(t.at[c.locs[t.thread]], c.off[t.thread])
	}
}

func (c *Chooser) addGroups(sp span, off uint8) {
	for i := sp.start; i < sp.end; i++ {
		g := &c.s.tails[i]
		if g.prop >= 0 && c.decided[g.prop] || c.satisfied(g, off) {
			continue
		}
		if len(g.gates) == 0 && !g.only {
			c.add(uint64(g.mask) << off)
			continue
		}
		c.later = append(c.later, pending{g, off})
	}
}

func (c *Chooser) satisfied(g *group, off uint8) bool {
	if !g.only && uint64(g.mask)<<off&^c.set == 0 {
		return true
	}
	for _, x := range g.gates {
		if c.has.has(int(x.nes)) {
			return true // rows are only added for guards that are false
		}
	}
	return false
}

// satisfy adds what satisfies a group at the least estimated cost.
func (c *Chooser) satisfy(g *group, off uint8) {
	cost, gate := 1<<30, int32(-1)
	if !g.only {
		cost = c.cost(uint64(g.mask) << off)
	}
	for _, x := range g.gates {
		if cost == 0 {
			break
		}
		if !c.holds(x.guard) {
			if k := c.nesCost(x.nes); k < cost {
				cost, gate = k, x.nes
			}
		}
	}
	switch {
	case gate >= 0:
		c.addNES(gate)
	case !g.only:
		c.add(uint64(g.mask) << off)
	}
}

// open adds a necessary enabling set of one of a disabled transition's false guards.
func (c *Chooser) open(guards []gate) {
	cost, gate := 1<<30, int32(-1)
	for _, x := range guards {
		if c.holds(x.guard) {
			continue
		}
		if c.has.has(int(x.nes)) {
			return
		}
		if k := c.nesCost(x.nes); k < cost {
			cost, gate = k, x.nes
		}
	}
	if gate >= 0 {
		c.addNES(gate)
	}
}

// cost estimates what it costs to add candidates: enabled ones most.
func (c *Chooser) cost(m uint64) int {
	m &^= c.set
	return 8*bits.OnesCount64(m&c.enabled) + bits.OnesCount64(m)
}

func (c *Chooser) nesCost(n int32) (cost int) {
	r := &c.s.nes[n]
	for i := range r.threads {
		t := &r.threads[i]
		sp := t.at[c.locs[t.thread]]
		for j := sp.start; j < sp.end; j++ {
			g := &c.s.tails[j]
			if !c.satisfied(g, c.off[t.thread]) {
				cost += c.cost(uint64(g.mask) << c.off[t.thread])
			}
		}
	}
	return cost
}

// holds returns the truth of a guard in the state, which is asked for once.
func (c *Chooser) holds(g int32) bool {
	i := int(g)
	if !c.known.has(i) {
		c.known.add(i)
		if c.truth(i) {
			c.value.add(i)
		} else {
			c.value[i>>6] &^= 1 << (i & 63)
		}
		c.memo.asked = append(c.memo.asked, answer{g, uint8(c.value[i>>6] >> (i & 63) & 1)})
	}
	return c.value.has(i)
}
