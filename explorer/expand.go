package explorer

import "hpmc/explorer/sieve"

// expandSieved expands states of a few words, with labels in the frontier's states.
func expandSieved(w *worker, chunk []uint64) []uint64 {
	words := len(w.next)
	n, full := w.n*words, batch*words
	for {
		var why int
		chunk, n, why = w.sieve.Expand(chunk, w.states, n, full)
		if why == sieve.Look {
			n = w.look(n)
		}
		if n >= full {
			w.n = n / words
			w.flush()
			n = 0
			if w.s.pause.Load() != 0 {
				break
			}
		}
		if why == sieve.Done {
			break
		}
	}
	w.n = n / words
	w.transitions += w.sieve.Taken()
	return chunk
}

// look does for the state that was expanded last what the sieve cannot. n is the end of the batch in words, before
// and after.
func (w *worker) look(n int) int {
	st, derived := w.sieve.State()
	words := len(st)
	copy(w.cur, st)
	w.cur[words] = derived
	idle := w.sieve.Idle()
	for _, id := range w.sieve.IDs() {
		t := &w.s.code.Trans[sieve.ID(id)]
		if id&sieve.Alarm != 0 {
			w.watch(t.Watches)
			continue
		}
		for i := range w.next {
			w.next[i] = w.cur[i]&t.Keep[i] | t.Or[i]
		}
		how := w.more(t)
		if how == disabled {
			continue
		}
		idle = false
		w.transitions++
		if how == faulty || w.s.labels.Skip[t.ID]>>w.sieve.Label()&1 != 0 {
			continue
		}
		w.next[words-1] |= w.s.labels.Of[t.ID]
		n += copy(w.states[n:], w.next)
	}
	if idle {
		w.terminal(w.cur[:words], w.sieve.Rest())
	}
	return n
}
