package explorer

import (
	"hpmc/explorer/packed"
	"hpmc/explorer/visited"
)

// flat2 is a transition of a program whose states are two words.
type flat2 struct {
	mask0, want0, mask1, want1 uint64
	dmask, dwant               uint64 // the same for the derived word
	keep0, keep1, or0, or1     uint64
	label                      uint64
	id                         uint32
	kind                       uint8 // what masks do not tell of it
}

// expander2 returns the expander for states of two words, with labels in the frontier's states.
func expander2(c *packed.Code, lb *packed.Labels) func(*worker, []uint64) []uint64 {
	trans, extra := make([]flat2, len(c.Trans)), make([]tables, len(c.Trans))
	for i := range c.Trans {
		t := &c.Trans[i]
		g := &t.Guard
		kind, x := tablesOf(t, from2)
		trans[i] = flat2{g.Mask[0], g.Want[0], g.Mask[1], g.Want[1], g.Mask[2], g.Want[2], t.Keep[0], t.Keep[1], t.Or[0], t.Or[1], lb.Of[i], uint32(i), kind}
		extra[i] = x
	}
	groups, list, derived0 := c.Groups, c.List, c.Derived0
	bare := uint64(1)<<lb.Shift - 1
	return func(w *worker, chunk []uint64) []uint64 {
		var spots [maxGroups]*packed.Spot
		states, keys, homes, labels := w.states, w.keys, w.homes, w.labels
		n, taken := w.n, 0
		table, pause := w.s.table, &w.s.pause
		for i := 0; i+1 < len(chunk); i += 2 {
			s0, s1 := chunk[i], chunk[i+1]
			skip := lb.Skip[int(s1>>lb.Shift)*lb.Row:]
			s1 &= bare
			d := derived0
			for g := range groups {
				gr := &groups[g]
				v := s0
				if gr.Word != 0 {
					v = s1
				}
				sp := &gr.At[v>>(gr.Shift&63)&gr.Mask]
				d += sp.Derived
				spots[g&(maxGroups-1)] = sp
			}
			before := taken
			for _, sp := range spots[:len(groups)] {
				for _, id := range list[sp.First : sp.First+sp.N] {
					t := &trans[id]
					if (s0&t.mask0)^t.want0|(s1&t.mask1)^t.want1|(d&t.dmask)^t.dwant != 0 {
						continue
					}
					x0, x1 := s0&t.keep0|t.or0, s1&t.keep1|t.or1
					switch {
					case t.kind == 0:
					case t.kind&slow != 0:
						w.cur[0], w.cur[1], w.cur[2] = s0, s1, d
						w.next[0], w.next[1] = x0, x1
						switch w.more(&c.Trans[id]) {
						case disabled:
							continue
						case faulty:
							taken++
							continue
						}
						x0, x1 = w.next[0], w.next[1]
					default:
						e := &extra[id]
						if t.kind&tested != 0 && !e.holds2(s0, s1, d) {
							continue
						}
						if t.kind&stored != 0 {
							if v := e.stores2(s0, s1, d); e.word == 0 {
								x0 |= v
							} else {
								x1 |= v
							}
						}
					}
					taken++
					w.fired[id] = true
					if skip[id>>6]>>(id&63)&1 != 0 {
						continue
					}
					h := visited.Hash2(x0, x1)
					at := table.home(h)
					table.touch(at)
					states[2*n], states[2*n+1] = x0, x1
					keys[n], homes[n], labels[n] = h, at, t.label
					n++
				}
			}
			if taken == before {
				rest := true
				for _, sp := range spots[:len(groups)] {
					rest = rest && sp.Rest
				}
				w.cur[0], w.cur[1] = s0, s1
				w.terminal(w.cur[:2], rest)
			}
			if n >= batch {
				w.n = n
				w.flush()
				n = 0
				if pause.Load() != 0 {
					w.transitions += taken
					return chunk[i+2:]
				}
			}
		}
		w.n = n
		w.transitions += taken
		return nil
	}
}
