package explorer

import "hpmc/explorer/sieve"

// expandSieved expands states of a few words, with labels in the frontier's states.
func expandSieved(w *worker, chunk []uint64) []uint64 {
	words := len(w.next)
	n, full := w.n*words, batch*words
	for {
		var why int
		chunk, n, why = w.sieve.Expand(chunk, w.states, n, full)
		idle := why == sieve.Look && w.sieve.Idle()
		for i := range w.sieve.Laters() {
			before := w.transitions
			n = w.later(i, n)
			if w.transitions > before && idle && w.sieve.Last(i, chunk) {
				idle = false
			}
		}
		if why == sieve.Look {
			w.look(idle)
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

// later looks at slow transition i that the sieve has left. n is the end of the batch in words, before and after.
func (w *worker) later(i, n int) int {
	id, label := w.sieve.Later(i, w.cur)
	t := &w.s.code.Trans[id]
	next := w.states[n : n+len(w.next)]
	copy(next, t.Or)
	w.rang = false
	how := w.more(t, next)
	switch {
	case how == disabled:
		w.sieve.Disabled(i, w.cur)
		return n
	case !w.rang:
		w.sieve.Enabled(i, w.cur, next)
	}
	w.transitions++
	if how == faulty || w.s.labels.Skip[id]>>label&1 != 0 {
		return n
	}
	for i := range next {
		next[i] |= w.cur[i] & t.Keep[i]
	}
	next[len(next)-1] |= w.s.labels.Of[id]
	return n + len(next)
}

// look looks at alarms in the state that was expanded last, and at the state itself if nothing is enabled in it.
func (w *worker) look(idle bool) {
	st, derived := w.sieve.State()
	words := copy(w.cur, st)
	w.cur[words] = derived
	for _, id := range w.sieve.IDs() {
		w.watch(w.s.code.Trans[sieve.ID(id)].Watches)
	}
	if idle {
		w.terminal(w.cur[:words], w.sieve.Rest())
	}
}
