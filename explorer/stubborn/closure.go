package stubborn

import (
	"math/bits"

	"hpmc/explorer/internal/bitset"
)

// closure is a set under construction, around a seed.
type closure struct {
	set   uint64     // candidates in it
	work  uint64     // those of them whose needs are not in it yet
	has   bitset.Set // necessary enabling sets that are in
	marks uint64     // of these
	later []call     // asks that may not be satisfied yet
}

// start begins the set around a seed.
func (c *Chooser) start(s *seed) {
	s.bit = c.bit(s.id)
	x := &s.closure
	x.set, x.work, x.marks, x.later = s.bit, 0, 0, x.later[:0]
	clear(x.has)
	c.addEnabled(x, s.id)
	s.reach = x.set & c.enabled
}

// close builds a set further, and tells whether it is whole, with fewer enabled candidates than limit.
func (c *Chooser) close(x *closure, limit int) bool {
	for bits.OnesCount64(x.set&c.enabled) < limit {
		switch {
		case x.work != 0:
			i := bits.TrailingZeros64(x.work)
			x.work &= x.work - 1
			c.addNeeds(x, i)
		case len(x.later) > 0:
			k := x.later[len(x.later)-1]
			x.later = x.later[:len(x.later)-1]
			c.satisfy(x, k)
		default:
			return true
		}
	}
	return false
}

// addNeeds adds what the transitions that a candidate stands for ask for.
func (c *Chooser) addNeeds(x *closure, i int) {
	p, t := c.plan, c.owner[i]
	at := &c.at[t&(maxThreads-1)]
	slot := i - int(at.off)
	if c.enabled>>i&1 != 0 {
		for _, id := range c.list {
			if c.bit(id) == 1<<i {
				c.addEnabled(x, id)
				return
			}
		}
	}
	if p.wide && c.s.wide[t][at.loc] != nil {
		if 1<<slot == wideDisabled {
			for _, g := range c.s.wide[t][at.loc] {
				if !c.holds(g.guard) {
					c.addNES(x, g.nes)
				}
			}
		}
		return
	}
	r := p.guards[p.ids[int(p.outs[p.places[t]+uint32(at.loc)])+slot]]
	c.open(x, p.gates[r.start:r.end])
}

// addEnabled adds what an enabled transition, or those that share its candidate, ask for.
func (c *Chooser) addEnabled(x *closure, id int32) {
	p, t := c.plan, c.s.thread[id]
	if !p.wide || c.s.wide[t][c.at[t&(maxThreads-1)].loc] == nil {
		c.addTransition(x, id)
		return
	}
	for _, other := range c.list {
		if c.s.thread[other] == t {
			c.addTransition(x, other)
		}
	}
}

func (c *Chooser) addTransition(x *closure, id int32) {
	p, t := c.plan, c.s.thread[id]
	x.put(uint64(p.must[id]) << (c.at[t&(maxThreads-1)].off & 63))
	c.addAsks(x, p.frees[id].asks, 0)
	c.addRow(x, p.rows[id])
}

// addRow adds what a row asks for in this state.
func (c *Chooser) addRow(x *closure, r span) {
	p := c.plan
	scans := p.scans[r.start:r.end]
	for i := range scans {
		t := scans[i].thread
		if st := &p.stops[scans[i].stops+uint32(c.at[t&(maxThreads-1)].loc)]; st.some {
			x.put(uint64(st.must) << (c.at[t&(maxThreads-1)].off & 63))
			c.addAsks(x, st.asks, t)
		}
	}
}

// addAsks adds asks that are not satisfied yet.
func (c *Chooser) addAsks(x *closure, asks span, t uint32) {
	for i := asks.start; i < asks.end; i++ {
		a := &c.plan.asks[i]
		if a.prop >= 0 && c.decided[a.prop] {
			continue
		}
		if a.only || uint64(a.mask)<<(c.at[t&(maxThreads-1)].off&63)&^x.set != 0 {
			x.later = append(x.later, call(i<<callShift|t))
		}
	}
}

// put puts candidates in.
func (x *closure) put(m uint64) {
	m &^= x.set
	x.set |= m
	x.work |= m
}

// shift returns the candidates that places are.
func (c *Chooser) shift(mask uint8, k call) uint64 {
	return uint64(mask) << (c.at[k&(1<<callShift-1)].off & 63)
}

// addNES adds what can make a guard true that is false.
func (c *Chooser) addNES(x *closure, nes int32) {
	if !x.has.Has(int(nes)) {
		x.has.Add(int(nes))
		x.marks |= mark(nes)
		c.addRow(x, c.plan.nes[nes])
	}
}

// satisfied tells whether an ask is, by the steps or by what opens a gate.
func (c *Chooser) satisfied(x *closure, a *ask, steps uint64) bool {
	return !a.only && steps&^x.set == 0 || a.marks&x.marks != 0 && x.opened(c.plan.gates[a.gates.start:a.gates.end])
}

// opened tells whether the set contains what can make one of some guards true. It does only for guards that are false.
func (x *closure) opened(gates []gate) bool {
	for i := range gates {
		if x.has.Has(int(gates[i].nes)) {
			return true
		}
	}
	return false
}

// satisfy adds what satisfies an ask at the least estimated cost.
func (c *Chooser) satisfy(x *closure, k call) {
	a := &c.plan.asks[k>>callShift]
	steps := c.shift(a.mask, k)
	if c.satisfied(x, a, steps) {
		return
	}
	gates := c.plan.gates[a.gates.start:a.gates.end]
	if a.only {
		c.open(x, gates)
		return
	}
	if nes := c.cheapest(x, gates, c.cost(steps&^x.set)+disabledCost); nes >= 0 {
		c.addNES(x, nes)
	} else {
		x.put(steps)
	}
}

// open adds a necessary enabling set of one of some guards that is false, if one is.
func (c *Chooser) open(x *closure, gates []gate) {
	if x.opened(gates) {
		return
	}
	if len(gates) == 1 {
		if !c.holds(gates[0].guard) {
			c.addNES(x, gates[0].nes)
		}
	} else if nes := c.cheapest(x, gates, noLimit); nes >= 0 {
		c.addNES(x, nes)
	}
}

const noLimit = 1 << 30 // above all costs

// cheapest returns which of the necessary enabling sets of guards that are false costs least, if that is less than limit,
// or else -1. No more guards are asked for than tell.
func (c *Chooser) cheapest(x *closure, gates []gate, limit int) int32 {
	costs := c.costs[:len(gates)]
	for i := range gates {
		g := &gates[i]
		costs[i] = limit
		if c.known[g.guard] == isTrue {
			continue
		}
		n := c.of(g.nes)
		must, may := n.must&^x.set, n.may&^x.set
		if must|may == 0 { // nothing is cheaper
			if !c.holds(g.guard) {
				return g.nes
			}
			continue
		}
		costs[i] = c.cost(must) + mayEnabled*bits.OnesCount64(may&c.enabled) + mayCost*bits.OnesCount64(may)
	}
	for {
		least, at := limit, -1
		for i, k := range costs {
			if k < least {
				least, at = k, i
			}
		}
		if at < 0 {
			return -1
		}
		if !c.holds(gates[at].guard) {
			return gates[at].nes
		}
		costs[at] = limit
	}
}

// The estimated costs of candidates. Enabled ones cost most, because the set is to have few of them. Those that may come in
// hardly count: most of what asks for them is satisfied by something else. A step costs what another disabled candidate does
// besides, because it has needs of its own.
const (
	disabledCost = 8
	enabledCost  = 64 // more
	mayCost      = 1
	mayEnabled   = 4 // more
)

// cost estimates what it costs to add candidates.
func (c *Chooser) cost(m uint64) int {
	return enabledCost*bits.OnesCount64(m&c.enabled) + disabledCost*bits.OnesCount64(m)
}
