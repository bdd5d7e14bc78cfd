package explorer

import "hpmc/explorer/sieve"

// Under reduction most states have a single transition that has to be taken, often by where the threads stand alone. Then the
// thread runs on without a look at what the others could do, and the states on its way are not stored. That loses nothing where
// there are no cycles; where there may be some, every state is stored.

// expandRuns takes in each state the transition that is alone, or else those of a stubborn set, and lets its thread run on.
func expandRuns(w *worker, chunk []uint64) []uint64 {
	words := len(w.next)
	for len(chunk) > 0 {
		for i := range w.sieve.Scan(chunk) {
			w.begin(i)
			chunk = chunk[words:]
			if w.n < batch && w.sieve.Running() <= sieve.Block {
				continue
			}
			w.follow()
			if w.s.pause.Load() != 0 {
				return chunk
			}
			if w.sieve.Forgotten() {
				break
			}
		}
	}
	w.follow()
	return chunk
}

// begin begins the runs from state i of those that the sieve looked up.
func (w *worker) begin(i int) {
	sv := w.sieve
	state, lanes, barred, look := sv.Read(i)
	if look {
		lanes = w.lookReduced(state, lanes)
	}
	take := ^uint64(0)
	if k, enabled := sv.Lone(lanes, barred); k >= 0 {
		take = 1 << k
	} else if len(lanes) > 1 {
		take = w.choose(state, lanes, enabled)
	}
	n := w.n * len(w.next)
	for k, l := range lanes {
		if k >= 64 || take>>k&1 != 0 {
			w.transitions++
			n = sv.Start(state, barred, l, w.states, n)
		}
	}
	w.n = n / len(w.next)
}

// choose returns which of the lanes of a state are to be taken.
func (w *worker) choose(state []uint64, lanes []uint32, enabled uint64) (take uint64) {
	c, chooser := w.choice, w.chooser()
	if take, known := chooser.Recall(state[0], enabled); known {
		return take
	}
	w.s.layout.Locate(state, c.locs)
	c.enabled = c.enabled[:0]
	for _, l := range lanes {
		c.enabled = append(c.enabled, int32(w.sieve.ID(l)))
	}
	return chooser.Choose(c.locs, c.enabled)
}

// follow follows the runs to their ends, and looks these up.
func (w *worker) follow() {
	w.n = w.sieve.Follow(w.states, w.n*len(w.next)) / len(w.next)
	if w.n >= batch {
		w.flush()
	}
}

// lookReduced looks at a state, with its derived word, in which alarms ring or nothing is enabled. It returns the lanes that are
// enabled and no faults of the model.
func (w *worker) lookReduced(state []uint64, lanes []uint32) []uint32 {
	c := w.choice
	copy(w.cur, state)
	c.lanes = c.lanes[:0]
	for _, l := range lanes {
		id := w.sieve.ID(l)
		if w.watch(w.s.code.Trans[id].Watches) {
			w.transitions++
			continue
		}
		c.lanes = append(c.lanes, l)
	}
	if len(lanes) == 0 {
		w.terminal(w.cur[:len(w.next)], w.sieve.Rest(state))
	}
	return c.lanes
}
