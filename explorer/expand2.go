package explorer

import (
	"hpmc/explorer/sieve"
	"hpmc/explorer/visited"
)

// expander2 returns the expander for states of two words, with labels in the frontier's states.
func expander2(f *flat) func(*worker, []uint64) []uint64 {
	lb, makes := f.labels, f.makes
	bare := uint64(1)<<lb.Shift - 1
	return func(w *worker, chunk []uint64) []uint64 {
		states, keys, homes, labels := w.states, w.keys, w.homes, w.labels
		n, taken := w.n, 0
		table := w.s.table
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
				h := visited.Hash2(x[0], x[1])
				at := table.home(h)
				table.touch(at)
				states[2*n], states[2*n+1] = x[0], x[1]
				keys[n], homes[n], labels[n] = h, at, t.label
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
