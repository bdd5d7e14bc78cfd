package stubborn

import (
	"fmt"

	"hpmc/model"
)

// Claims is what the analysis says of a program, to be tried on its states.
type Claims struct {
	a     *analysis
	bads  []bad
	opens [][]bool
	b     *builder
}

func NewClaims(p *model.Program) *Claims {
	c := &Claims{a: newAnalysis(p)}
	if c.a.refersToPC {
		return nil
	}
	c.bads = c.a.bads()
	c.b = &builder{a: c.a}
	c.b.findBars()
	for g := range c.a.guards {
		open := make([]bool, len(c.a.ts))
		for i := range c.a.ts {
			open[i] = c.a.canMake(&c.a.ts[i], g, false, nil, -1)
		}
		c.opens = append(c.opens, open)
	}
	return c
}

// Accord tells whether two transitions are claimed to accord, or, of one location, to exclude each other.
func (c *Claims) Accord(i, j int) (accord, exclude bool) {
	s, t := &c.a.ts[i], &c.a.ts[j]
	if s.Thread != t.Thread {
		return c.a.accord(s, t), false
	}
	return false, s.at == t.at && !c.a.together(s.at, s.guards, t.guards)
}

// State returns what is wrong with the claims in a reachable state.
func (c *Claims) State(s model.State) error {
	a, p := c.a, c.a.p
	for t := range p.Threads {
		l := a.first[t] + p.Loc(s, t)
		for u := range p.Threads {
			if m := a.first[u] + p.Loc(s, u); u != t && a.facts.apart[l].Has(m) {
				return fmt.Errorf("threads %d and %d were to be apart", t, u)
			}
		}
		for v := range p.Vars {
			x := &p.Vars[v]
			if can := a.fields.get(a.facts.at(l), model.VarID(v)); tracked(x) && !can.has(uint64(p.Get(s, model.VarID(v))-x.Min)) {
				return fmt.Errorf("at %d of thread %d, %s is %d", p.Loc(s, t), t, x.Name, p.Get(s, model.VarID(v)))
			}
		}
	}
	bad := make([]bool, len(p.Props))
	for i := range c.bads {
		bad[c.bads[i].prop] = bad[c.bads[i].prop] || c.bad(s, i)
	}
	want := make([]bool, len(p.Props))
	for i := range p.Props {
		switch pr := &p.Props[i]; pr.Kind {
		case model.Always:
			want[i] = p.Eval(s, pr.Cond) == 0
		case model.Reachable:
			want[i] = p.Eval(s, pr.Cond) != 0
		}
	}
	for i := range p.Transitions {
		t := &p.Transitions[i]
		if !p.Enabled(s, t) {
			continue
		}
		for k, ch := range t.Checks {
			if p.Eval(s, ch.Cond) == 0 {
				want[ch.Prop] = true
				if a.proven[i][k] {
					return fmt.Errorf("check %d of transition %d fails", k, i)
				}
			}
		}
	}
	for i := range want {
		if want[i] != bad[i] {
			return fmt.Errorf("property %d: decided %v, but the conditions say %v", i, want[i], bad[i])
		}
	}
	return nil
}

// Edge returns what is wrong with the claims where transition i leads from s to d.
func (c *Claims) Edge(s model.State, i int, d model.State) error {
	a, p := c.a, c.a.p
	if !a.ts[i].feasible {
		return fmt.Errorf("transition %d was never to be enabled", i)
	}
	for g, x := range a.guards {
		e := x.e
		if p.Eval(s, e) == 0 && p.Eval(d, e) != 0 && !c.opens[g][i] {
			return fmt.Errorf("transition %d makes %s true", i, p.Format(e))
		}
	}
	for b := range c.bads {
		if c.bad(s, b) && !c.bad(d, b) && !a.repairs(&a.ts[i], &c.bads[b]) {
			return fmt.Errorf("transition %d repairs property %d", i, c.bads[b].prop)
		}
	}
	return nil
}

// Bar returns what is claimed of transition i in a state where thread u does not move: that it is not enabled, or
// that its thread cannot leave where it leads.
func (c *Claims) Bar(s model.State, i, u int) (disabled, stays bool) {
	if !c.b.guarded[i] || !c.a.ts[i].feasible {
		return false, false
	}
	r := c.b.bar(i, c.a.first[u]+c.a.p.Loc(s, u))
	return r == never, r == deadEnd
}

func (c *Claims) bad(s model.State, i int) bool {
	b := &c.bads[i]
	if b.loc >= 0 && c.a.p.Loc(s, c.a.owner[b.loc]) != b.loc-c.a.first[c.a.owner[b.loc]] {
		return false
	}
	for _, g := range b.guards {
		if c.a.p.Eval(s, c.a.guards[g].e) == 0 {
			return false
		}
	}
	return true
}

// Needs returns how many places of rows there are that ask for something.
func (s *Set) Needs() (n int) {
	s.each(func([]uint8, int) { n++ })
	return n
}

// Drop makes need i of s ask for nothing, until it is restored.
func (s *Set) Drop(i int) (restore func()) {
	s.each(func(at []uint8, l int) {
		if i == 0 {
			had := at[l]
			at[l], restore = 0, func() { at[l] = had }
		}
		i--
	})
	return restore
}

// each calls f for the needs.
func (s *Set) each(f func(at []uint8, l int)) {
	for i := range s.nes {
		s.enabling(int32(i))
	}
	for _, at := range s.b.shared.items {
		for l, places := range at {
			if places != 0 {
				f(at, l)
			}
		}
	}
}

// PartsFrom sets from how many valuations on transitions are asked about part by part, until it is restored.
func PartsFrom(n int) (restore func()) {
	had := partsFrom
	partsFrom = n
	return func() { partsFrom = had }
}

// Shrink leaves a chooser's memory so few slots.
func (c *Chooser) Shrink(log2 int) {
	if c.memory != nil {
		c.memory.shift = uint(64 - log2)
	}
}

// NewMemory returns a chooser that can do nothing but remember, for so many bits of where threads stand, in four slots.
func NewMemory(where int) *Chooser {
	return &Chooser{memory: &memory{slots: make([]choice, 4), shift: 62, where: 1<<where - 1, bits: uint(where)}}
}

// Keep makes a choice among n enabled transitions known, after Recall did not know of it.
func (c *Chooser) Keep(take uint64, n int) { c.memory.keep(take, n) }

// Gates returns what is wrong with what is known of guards, in a state, by what is enabled where threads stand.
func (s *Set) Gates(st model.State, enabled []int32) error {
	a := s.b.a
	for t := range s.places {
		l, on := 0, uint8(0)
		if t < len(s.p.Threads) {
			l = s.p.Loc(st, t)
		}
		for _, id := range enabled {
			if int(s.thread[id]) == t {
				on |= 1 << s.place[id]
			}
		}
		for place, waits := range s.waits[t][l] {
			for _, w := range waits {
				for _, g := range w {
					e := a.guards[s.b.nesKeys[g.nes][0]].e
					if holds := s.p.Eval(st, e) != 0; g.holds&on != 0 && !holds || g.fails&^on != 0 && holds {
						return fmt.Errorf("%s at place %d of thread %d is %v", s.p.Format(e), place, t, holds)
					}
				}
			}
		}
	}
	return nil
}

// Barred returns the classes of which no transition is alone where the threads stand.
func (a *Alone) Barred(locs []uint16) (b uint64) {
	for t, l := range locs {
		b |= a.Bars[t][l]
	}
	return b
}

// Lone returns the place in a list of enabled transitions of the one that is to be taken of those that are alone, or -1.
func (a *Alone) Lone(enabled []int32, barred uint64) (at int) {
	at = -1
	least := ^uint32(0)
	for i, id := range enabled {
		if a.Class[id]&^barred != 0 && a.Rank[id] < least {
			at, least = i, a.Rank[id]
		}
	}
	return at
}
