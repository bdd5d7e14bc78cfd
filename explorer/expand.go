package explorer

// expandSieved expands states of a few words, with labels in the frontier's states.
func expandSieved(w *worker, chunk []uint64) []uint64 {
	words := len(w.next)
	n, full := w.n*words, batch*words
	for {
		chunk, n = w.sieve.Expand(chunk, w.states, n, full)
		for looks := w.sieve.Looks(); len(looks) > 0; looks = looks[words+1:] {
			w.look(looks[:words+1])
		}
		if n < full {
			break // that was all
		}
		w.n = n / words
		w.flush()
		n = 0
		if w.s.pause.Load() != 0 { // with successors pending, perhaps
			break
		}
	}
	w.n = n / words
	w.transitions += w.sieve.Taken()
	return chunk
}

// look looks at a state, with its derived word, in which alarms ring or nothing is enabled.
func (w *worker) look(state []uint64) {
	copy(w.cur, state)
	enabled := false
	w.each(func(id uint32) {
		enabled = true
		w.watch(w.s.code.Trans[id].Watches)
	})
	if !enabled {
		w.terminal(w.cur[:len(w.next)], w.sieve.Rest(state))
	}
}

// each calls f for the transitions that are enabled in the state in cur.
func (w *worker) each(f func(id uint32)) {
	code := w.s.code
	for g := range code.Groups {
		sp := code.Groups[g].Spot(w.cur)
		for _, id := range code.List[sp.First : sp.First+sp.N] {
			if code.Trans[id].Guard.Holds(w.cur, &w.regs) {
				f(id)
			}
		}
	}
}
