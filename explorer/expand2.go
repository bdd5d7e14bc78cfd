package explorer

import "hpmc/explorer/sieve"

// expander2 returns the expander for states of two words, with labels in the frontier's states.
func expander2(f *flat) func(*worker, []uint64) []uint64 {
	lb, makes := f.labels, f.makes
	bare := f.bare()
	return func(w *worker, chunk []uint64) []uint64 {
		states, n, taken := w.states, w.n, 0
		var st sieve.State
		for i := 0; i+1 < len(chunk); i += 2 {
			skip := int(chunk[i+1]>>lb.Shift) * lb.Row
			st[0], st[1] = chunk[i], chunk[i+1]&bare
			found, fired, rest := w.sieve.Enabled(&st, &lb.Skip[skip], w.ids)
			for _, id := range found {
				t := &makes[id]
				x := [2]uint64{st[0]&t.keep[0] | t.or[0], st[1]&t.keep[1] | t.or[1]}
				switch {
				case t.kind&sieve.Stored != 0:
					x[t.word&1] |= t.stores(&st)
				case t.kind&sieve.Slow != 0:
					copy(w.cur, st[:3])
					copy(w.next, x[:])
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
					copy(x[:], w.next)
				}
				states[2*n], states[2*n+1] = x[0], x[1]|t.label
				n++
			}
			taken += fired
			if fired == 0 {
				copy(w.cur, st[:2])
				w.terminal(w.cur[:2], rest)
			}
			if n >= batch {
				w.n = n
				w.flush()
				n = 0
				if w.s.pause.Load() != 0 {
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
