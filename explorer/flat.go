package explorer

import (
	"hpmc/explorer/packed"
	"hpmc/explorer/sieve"
)

// flat is a program as the expanders for one and two words need it.
type flat struct {
	code   *packed.Code
	labels *packed.Labels
	kind   []uint8 // of transitions, as of package sieve
	makes  []maker
}

// bare returns the bits of the last word of a frontier's state that are not its label.
func (f *flat) bare() uint64 { return 1<<f.labels.Shift - 1 }

// maker makes the state behind a transition that the sieve let through.
type maker struct {
	keep, or [2]uint64
	label    uint64
	kind     uint8
	move     bool // what is stored is the index itself
	word     uint8
	store    sieve.Index
	entries  []uint64
}

// newFlat returns nil if the program's states have more than two words.
func newFlat(c *packed.Code, lb *packed.Labels) *flat {
	if c.Layout.Words > 2 {
		return nil
	}
	f := &flat{c, lb, make([]uint8, len(c.Trans)), make([]maker, len(c.Trans))}
	for i := range c.Trans {
		t, m := &c.Trans[i], &f.makes[i]
		copy(m.keep[:], t.Keep)
		copy(m.or[:], t.Or)
		m.label = lb.Of[i]
		if !m.quick(t, c.Layout.Words) {
			m.kind = sieve.Slow
		}
		f.kind[i] = m.kind
	}
	return f
}

// quick prepares for a transition that masks and at most one table for its guard and one for its effect tell all of,
// or that moves bits within one word. It fails if there is more.
func (m *maker) quick(t *packed.Trans, words int) (ok bool) {
	if len(t.Guard.Code) > 0 || len(t.Watches) > 0 || len(t.Luts)+len(t.Effect) > 1 {
		return false
	}
	if l := t.Guard.Lut; l != nil {
		if _, ok := sieve.NewIndex(l.Gathers, words); !ok {
			return false
		}
		m.kind |= sieve.Tested
	}
	var from []packed.Gather
	for _, s := range t.Luts {
		from, m.entries, m.word = s.Lut.Gathers, s.Lut.Table, uint8(s.Word)
	}
	for i := range t.Effect {
		g, to, ok := t.Effect[i].Move()
		if !ok {
			return false
		}
		from, m.move, m.word = []packed.Gather{g}, true, uint8(to)
	}
	if len(t.Luts)+len(t.Effect) > 0 {
		m.kind |= sieve.Stored
		m.store, ok = sieve.NewIndex(from, words)
		return ok
	}
	return true
}

// stores returns what the effect adds to its word.
func (m *maker) stores(st *sieve.State) uint64 {
	i := m.store.Of(st)
	if m.move {
		return i
	}
	return m.entries[i]
}
