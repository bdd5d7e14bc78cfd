package stubborn

import (
	"math/bits"

	"hpmc/explorer/internal/bitset"
)

// closure is a set under construction, around a seed.
type closure struct {
	set     uint64     // candidates in it
	work    uint64     // those of them whose needs are not in yet
	limit   int        // give up when it has so many enabled ones
	failed  bool       // that was so
	has     bitset.Set // rows of necessary enabling sets that are in
	nesWork []int32
	later   []pending
	owner   [64]uint8 // per candidate, its thread

	known, value bitset.Set // truth of guards, as far as asked
}

// pending is a group that can be satisfied in several ways.
type pending struct {
	group  uint32
	thread uint8
}

func newClosure(s *Set) (x closure) {
	x.known, x.value = bitset.New(len(s.guards)), bitset.New(len(s.guards))
	x.has = bitset.New(len(s.nes))
	return x
}

// single tells whether the set around an enabled transition contains nothing else that is enabled, for this and for what
// shares its candidate.
func (c *Chooser) single(id int32) bool {
	t, bit := c.s.thread[id], uint8(1)<<c.s.slot[id]
	c.en[t] &^= bit // which is in the set, and does not matter
	conflict, plain := c.look(id)
	c.en[t] |= bit
	return !conflict && (plain || c.close(id, 2))
}

// look tells whether something enabled comes in with the row of an enabled transition, or with its siblings, and whether
// nothing comes in at all.
func (c *Chooser) look(id int32) (conflict, plain bool) {
	if c.en[c.s.thread[id]]&c.plan.siblings[id] != 0 {
		return true, false
	}
	plain = c.plan.free[id]
	row := c.plan.rows[id]
	for i := row.start; i < row.end; i++ {
		x := &c.plan.scans[i]
		st := x.stops[c.locs[x.thread]]
		if st.must&c.en[x.thread] != 0 {
			return true, false
		}
		plain = plain && !st.some
	}
	return false, plain
}

// whole returns the enabled transitions in the set around one, as a mask over the list, or 0 if they are as many as limit.
func (c *Chooser) whole(id int32, limit int) (take uint64) {
	if !c.close(id, limit) {
		return 0
	}
	for i, id := range c.list {
		take |= c.closure.set >> c.place(id) & 1 << i
	}
	return take
}

// close builds the set around a seed, and tells whether it is whole.
func (c *Chooser) close(id int32, limit int) bool {
	c.prepare()
	x := &c.closure
	x.limit = limit
	seed := uint64(1) << c.place(id)
	x.set, x.work, x.failed = seed, seed, false
	clear(x.has)
	x.nesWork, x.later = x.nesWork[:0], x.later[:0]
	for !x.failed {
		switch {
		case x.work != 0:
			i := bits.TrailingZeros64(x.work)
			x.work &= x.work - 1
			c.addNeeds(i)
		case len(x.nesWork) > 0:
			n := x.nesWork[len(x.nesWork)-1]
			x.nesWork = x.nesWork[:len(x.nesWork)-1]
			c.addRow(&c.s.nes[n])
		case len(x.later) > 0:
			p := x.later[len(x.later)-1]
			x.later = x.later[:len(x.later)-1]
			if g := &c.s.tails[p.group]; !c.satisfied(g, p.thread) {
				c.satisfy(g, p.thread)
			}
		default:
			return true
		}
	}
	return false
}

// addNeeds adds what the transitions that a candidate stands for ask for.
func (c *Chooser) addNeeds(i int) {
	x := &c.closure
	t := x.owner[i]
	loc, slot := c.locs[t], i-int(c.off[t])
	enabled := c.enabled>>i&1 != 0
	guards := c.s.wide[t][loc]
	switch {
	case guards == nil && enabled:
		c.addAlpha(c.s.p.Threads[t].Out[loc][slot], t)
	case guards == nil:
		c.open(c.s.alpha[c.s.p.Threads[t].Out[loc][slot]].guards)
	case enabled:
		for _, id := range c.list {
			if c.s.thread[id] == t {
				c.addAlpha(int(id), t)
			}
		}
	case 1<<slot == wideDisabled:
		for _, g := range guards {
			if !c.holds(g.guard) {
				c.addNES(g.nes)
			}
		}
	}
}

func (c *Chooser) addAlpha(id int, t uint8) {
	al := &c.s.alpha[id]
	c.add(al.siblings, t)
	c.addRow(&al.row)
}

// add adds candidates of a thread.
func (c *Chooser) add(slots uint32, t uint8) {
	x := &c.closure
	m := uint64(slots) << c.off[t] &^ x.set
	if m == 0 {
		return
	}
	if on := m & c.enabled; on != 0 && bits.OnesCount64(x.set&c.enabled|on) >= x.limit {
		x.failed = true
		return
	}
	x.set |= m
	x.work |= m
}

// addNES adds what can make a guard true that is false.
func (c *Chooser) addNES(n int32) {
	x := &c.closure
	if !x.has.Has(int(n)) {
		x.has.Add(int(n))
		x.nesWork = append(x.nesWork, n)
	}
}

// addRow adds what the groups of a row ask for in this state, those that leave a choice later.
func (c *Chooser) addRow(r *row) {
	c.addGroups(r.free, 0)
	for i := range r.threads {
		t := &r.threads[i]
		sp := t.at[c.locs[t.thread]]
		if c.addGroups(sp, uint8(t.thread)); c.closure.failed {
			return
		}
	}
}

func (c *Chooser) addGroups(sp span, t uint8) {
	for i := sp.start; i < sp.end; i++ {
		g := &c.s.tails[i]
		if g.prop >= 0 && c.decided[g.prop] || c.satisfied(g, t) {
			continue
		}
		if len(g.gates) == 0 && !g.only {
			c.add(g.mask, t)
			continue
		}
		c.closure.later = append(c.closure.later, pending{i, t})
	}
}

func (c *Chooser) satisfied(g *group, t uint8) bool {
	return !g.only && uint64(g.mask)<<c.off[t]&^c.closure.set == 0 || c.opened(g.gates)
}

// opened tells whether the set contains what can make one of some guards true. It does only for guards that are false.
func (c *Chooser) opened(gates []gate) bool {
	for _, x := range gates {
		if c.closure.has.Has(int(x.nes)) {
			return true
		}
	}
	return false
}

// satisfy adds what satisfies a group at the least estimated cost.
func (c *Chooser) satisfy(g *group, t uint8) {
	if g.only {
		c.open(g.gates)
		return
	}
	cost, gate := c.cost(g.mask, t), int32(-1)
	for _, x := range g.gates {
		if cost == 0 {
			break
		}
		if !c.holds(x.guard) {
			if k := c.nesCost(x.nes, cost); k < cost {
				cost, gate = k, x.nes
			}
		}
	}
	if gate >= 0 {
		c.addNES(gate)
	} else {
		c.add(g.mask, t)
	}
}

// open adds a necessary enabling set of one of some guards that is false, if one is.
func (c *Chooser) open(guards []gate) {
	if c.opened(guards) {
		return
	}
	cost, best := -1, int32(-1) // the cost is not needed if there is no choice
	for _, x := range guards {
		switch {
		case c.holds(x.guard):
		case best < 0:
			best = x.nes
		default:
			if cost < 0 {
				cost = c.nesCost(best, 1<<30)
			}
			if k := c.nesCost(x.nes, cost); k < cost {
				cost, best = k, x.nes
			}
		}
	}
	if best >= 0 {
		c.addNES(best)
	}
}

// cost estimates what it costs to add candidates of a thread: enabled ones most.
func (c *Chooser) cost(slots uint32, t uint8) int {
	m := uint64(slots) << c.off[t] &^ c.closure.set
	return 8*bits.OnesCount64(m&c.enabled) + bits.OnesCount64(m)
}

// nesCost estimates the cost of a necessary enabling set, if it is below a limit.
func (c *Chooser) nesCost(n int32, limit int) (cost int) {
	r := &c.s.nes[n]
	for i := range r.threads {
		x := &r.threads[i]
		t := uint8(x.thread)
		sp := x.at[c.locs[t]]
		for j := sp.start; j < sp.end; j++ {
			if g := &c.s.tails[j]; !c.satisfied(g, t) {
				if cost += c.cost(g.mask, t); cost >= limit {
					return cost
				}
			}
		}
	}
	return cost
}

// holds returns the truth of a guard in the state, which is asked for once.
func (c *Chooser) holds(g int32) bool {
	i, x := int(g), &c.closure
	if !x.known.Has(i) {
		x.known.Add(i)
		if c.truth(i) {
			x.value.Add(i)
		} else {
			x.value[i>>6] &^= 1 << (i & 63)
		}
		c.needGuard(i, x.value.Has(i))
	}
	return x.value.Has(i)
}
