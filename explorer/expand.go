package explorer

import "hpmc/explorer/sieve"

// expander1 returns the expander for states of one word, with labels in the frontier's states.
func expander1(f *flat) func(*worker, []uint64) []uint64 {
	lb, makes := f.labels, f.makes
	bare := f.bare()
	return func(w *worker, chunk []uint64) []uint64 {
		states, n, taken := w.states, w.n, 0
		var st sieve.State
		for i, s := range chunk {
			skip := int(s>>lb.Shift) * lb.Row
			st[0] = s & bare
			found, fired, rest := w.sieve.Enabled(&st, &lb.Skip[skip], w.ids)
			for _, id := range found {
				t := &makes[id]
				x := st[0]&t.keep[0] | t.or[0]
				switch {
				case t.kind&sieve.Stored != 0:
					x |= t.stores(&st)
				case t.kind&sieve.Slow != 0:
					w.cur[0], w.cur[1], w.next[0] = st[0], st[2], x
					switch w.more(&f.code.Trans[id]) {
					case disabled:
						continue
					case faulty:
						fired++
						continue
					}
					fired++
					if lb.Skip[skip+int(id>>6)]>>(id&63)&1 != 0 {
						continue
					}
					x = w.next[0]
				}
				states[n] = x | t.label
				n++
			}
			taken += fired
			if fired == 0 {
				w.cur[0] = st[0]
				w.terminal(w.cur[:1], rest)
			}
			if n >= batch {
				w.n = n
				w.flush()
				n = 0
				if w.s.pause.Load() != 0 {
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
