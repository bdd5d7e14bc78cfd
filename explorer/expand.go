package explorer

import (
	"hpmc/explorer/packed"
	"hpmc/explorer/visited"
)

// maxGroups is the number of groups of program counters that the expanders for one and two words take.
const maxGroups = 16

// flat1 is a transition of a program whose states are one word.
type flat1 struct {
	mask, want   uint64
	dmask, dwant uint64 // the same for the derived word
	keep, or     uint64
	label        uint64
	id           uint32
	kind         uint8 // what masks do not tell of it
}

// expander1 returns the expander for states of one word.
func expander1(c *packed.Code, lb *packed.Labels) func(*worker, []uint64) []uint64 {
	trans, extra := make([]flat1, len(c.Trans)), make([]tables, len(c.Trans))
	for i := range c.Trans {
		t := &c.Trans[i]
		g := &t.Guard
		kind, x := tablesOf(t, from1)
		trans[i] = flat1{g.Mask[0], g.Want[0], g.Mask[1], g.Want[1], t.Keep[0], t.Or[0], lb.Of[i], uint32(i), kind}
		extra[i] = x
	}
	groups, list, derived0 := c.Groups, c.List, c.Derived0
	bare := uint64(1)<<lb.Shift - 1
	return func(w *worker, chunk []uint64) []uint64 {
		var spots [maxGroups]*packed.Spot
		states, keys, homes := w.states, w.keys, w.homes
		n, taken := w.n, 0
		table, pause := w.s.table.(*wordsTable).Words, &w.s.pause
		for i, s := range chunk {
			skip := lb.Skip[int(s>>lb.Shift)*lb.Row:]
			s &= bare
			d := derived0
			for g := range groups {
				gr := &groups[g]
				sp := &gr.At[s>>(gr.Shift&63)&gr.Mask]
				d += sp.Derived
				spots[g&(maxGroups-1)] = sp
			}
			before := taken
			for _, sp := range spots[:len(groups)] {
				for _, id := range list[sp.First : sp.First+sp.N] {
					t := &trans[id]
					if (s&t.mask)^t.want|(d&t.dmask)^t.dwant != 0 {
						continue
					}
					x := s&t.keep | t.or
					switch {
					case t.kind == 0:
					case t.kind&slow != 0:
						w.cur[0], w.cur[1] = s, d
						w.next[0] = x
						switch w.more(&c.Trans[id]) {
						case disabled:
							continue
						case faulty:
							taken++
							continue
						}
						x = w.next[0]
					default:
						e := &extra[id]
						if t.kind&tested != 0 && !e.holds1(s, d) {
							continue
						}
						if t.kind&stored != 0 {
							x |= e.stores1(s, d)
						}
					}
					taken++
					w.fired[id] = true
					if skip[id>>6]>>(id&63)&1 != 0 {
						continue
					}
					h := visited.Hash1(x)
					at := table.Home(h)
					table.Touch(at)
					states[n], keys[n], homes[n] = x|t.label, h, at
					n++
				}
			}
			if taken == before {
				rest := true
				for _, sp := range spots[:len(groups)] {
					rest = rest && sp.Rest
				}
				w.cur[0] = s
				w.terminal(w.cur[:1], rest)
			}
			if n >= batch {
				w.n = n
				w.flush()
				n = 0
				if pause.Load() != 0 {
					w.transitions += taken
					return chunk[i+1:]
				}
			}
		}
		w.n = n
		w.transitions += taken
		return nil
	}
}
