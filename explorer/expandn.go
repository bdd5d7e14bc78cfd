package explorer

import "hpmc/explorer/packed"

// The outcomes of more.
const (
	enabled = iota
	disabled
	faulty
)

// more does for a transition, from the state in cur to the one in next, what masks cannot.
func (w *worker) more(t *packed.Trans, next []uint64) int {
	if !t.Guard.Rest(w.cur, &w.regs) {
		return disabled
	}
	if len(t.Watches) > 0 && w.watch(t.Watches) {
		w.fired[t.ID] = true
		return faulty
	}
	w.fired[t.ID] = true
	t.Finish(w.cur, next, &w.regs)
	return enabled
}

// emit puts the state in next into the batch.
func (w *worker) emit() {
	copy(w.states[w.n*len(w.next):], w.next)
	w.n++
}

// expanderN returns the expander for states of any number of words.
func expanderN(c *packed.Code) func(*worker, []uint64) []uint64 {
	words := c.Layout.Words
	return func(w *worker, chunk []uint64) []uint64 {
		spots := make([]*packed.Spot, len(c.Groups))
		for ; len(chunk) > 0; chunk = chunk[words:] {
			d := c.Derived0
			for g := range c.Groups {
				spots[g] = c.Groups[g].Spot(chunk)
				d += spots[g].Derived
			}
			copy(w.cur, chunk[:words])
			w.cur[words] = d
			before := w.transitions
			for _, sp := range spots {
				for _, id := range c.List[sp.First : sp.First+sp.N] {
					w.try(&c.Trans[id])
				}
			}
			if w.transitions == before {
				w.terminal(chunk[:words], restAt(spots))
			}
			if w.n >= batch {
				w.flush()
				if w.s.pause.Load() != 0 {
					return chunk[words:]
				}
			}
		}
		return nil
	}
}

func restAt(spots []*packed.Spot) bool {
	for _, sp := range spots {
		if !sp.Rest {
			return false
		}
	}
	return true
}

// try takes a transition from the state in cur if it is enabled.
func (w *worker) try(t *packed.Trans) {
	for i, m := range t.Guard.Mask {
		if w.cur[i]&m != t.Guard.Want[i] {
			return
		}
	}
	for i := range w.next {
		w.next[i] = w.cur[i]&t.Keep[i] | t.Or[i]
	}
	switch w.more(t, w.next) {
	case disabled:
		return
	case enabled:
		w.emit()
	}
	w.transitions++
	w.fired[t.ID] = true
}
