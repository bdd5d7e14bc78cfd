package explorer

import (
	"hpmc/explorer/packed"
	"hpmc/explorer/stubborn"
)

// reducer is what workers share of a reduced search.
type reducer struct {
	set   *stubborn.Set
	alone *stubborn.Alone
}

// newReducer returns nil if nothing can be reduced.
func newReducer(s *search) *reducer {
	set := s.analysis()
	if !set.Reduces() {
		return nil
	}
	return &reducer{set: set, alone: set.Alone()}
}

// choice is a worker's part of a reduced search.
type choice struct {
	chooser *stubborn.Chooser // nil: not needed yet
	memory  int64             // bytes of it that are on the account
	locs    []uint16          // of the current state, as are spots
	enabled []int32
	lanes   []uint32
	spots   []*packed.Spot
}

func newChoice(s *search) *choice {
	return &choice{locs: make([]uint16, len(s.p.Threads)), spots: make([]*packed.Spot, len(s.code.Groups))}
}

// chooser returns the worker's chooser, which is made when it is needed first. Without memory for that it remembers nothing.
func (w *worker) chooser() *stubborn.Chooser {
	c := w.choice
	if c.chooser == nil {
		l := w.s.layout
		if w.s.mem.Take(stubborn.MemoryBytes) == nil {
			c.memory = stubborn.MemoryBytes
		} else {
			l = nil
		}
		c.chooser = w.s.reducer.set.Chooser(l)
	}
	return c.chooser
}

// see makes the state at the front of chunk the worker's current one, and finds the enabled transitions. Those that
// are a fault of the model are counted and left out. Every check is made, for those that will not be taken too.
func (w *worker) see(chunk []uint64) (faults int) {
	c := w.choice
	words := len(w.next)
	c.enabled = c.enabled[:0]
	copy(w.cur, chunk[:words])
	w.cur[words] = w.locate()
	w.each(func(id uint32) { faults += w.enable(&w.s.code.Trans[id]) })
	return faults
}

// locate finds where the threads stand in the current state, and returns its derived word.
func (w *worker) locate() uint64 {
	c, code := w.choice, w.s.code
	d := code.Derived0
	for g := range code.Groups {
		gr := &code.Groups[g]
		sp := gr.Spot(w.cur)
		d += sp.Derived
		c.spots[g] = sp
		for j, t := range gr.Threads {
			c.locs[t] = sp.Locs[j]
		}
	}
	return d
}

// stubborn chooses what is to be taken in the current state.
func (w *worker) stubborn() (take uint64) {
	c := w.choice
	if len(c.enabled) == 1 {
		return 1
	}
	return w.chooser().Choose(c.locs, c.enabled)
}

// enable makes the checks of a transition whose guard holds, and puts it to the enabled ones unless it is a fault; it
// returns the number of those.
func (w *worker) enable(t *packed.Trans) (faults int) {
	w.fired[t.ID] = true
	if len(t.Watches) > 0 && w.watch(t.Watches) {
		return 1
	}
	w.choice.enabled = append(w.choice.enabled, int32(t.ID))
	return 0
}

// step puts the successor of the current state by an enabled transition in next.
func (w *worker) step(t *packed.Trans) {
	for i := range w.next {
		w.next[i] = w.cur[i]&t.Keep[i] | t.Or[i]
	}
	t.Finish(w.cur, w.next, &w.regs)
}

// expandReduced takes in each state only the transitions of a stubborn set.
func expandReduced(w *worker, chunk []uint64) []uint64 {
	words := len(w.next)
	c := w.choice
	for ; len(chunk) > 0; chunk = chunk[words:] {
		faults := w.see(chunk)
		w.transitions += faults
		if len(c.enabled)+faults == 0 {
			w.terminal(chunk[:words], restAt(c.spots))
		}
		take := ^uint64(0)
		switch {
		case w.masks != nil:
			take, w.masks = w.masks[0], w.masks[1:]
		case len(c.enabled) > 0:
			take = w.stubborn()
		}
		for i, id := range c.enabled {
			if i >= 64 || take>>i&1 != 0 {
				w.transitions++
				w.step(&w.s.code.Trans[id])
				w.emit()
			}
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

// decide finds the stubborn sets of a chunk before anything is inserted at this level. A set that leaves something
// out is accepted only if one of its transitions leads to a state that is not in the visited set, and so lies in the
// next level: then nothing is left out round a cycle for ever (Bošnački, Leue, Lluch-Lafuente 2009, on a visited set
// that stands still, so that the outcome does not depend on timing).
func (w *worker) decide(chunk []uint64) []uint64 {
	words := len(w.next)
	masks := make([]uint64, 0, len(chunk)/words)
	for ; len(chunk) > 0; chunk = chunk[words:] {
		w.see(chunk)
		c := w.choice
		take := ^uint64(0)
		if len(c.enabled) > 0 {
			take = w.stubborn()
		}
		if !w.fresh(take) {
			take = ^uint64(0)
		}
		masks = append(masks, take)
	}
	return masks
}

// fresh tells whether one of the enabled transitions that are to be taken leads to a state that was not visited.
func (w *worker) fresh(take uint64) bool {
	for i, id := range w.choice.enabled {
		if i < 64 && take>>i&1 == 0 {
			continue
		}
		if w.step(&w.s.code.Trans[id]); !w.s.table.has(w.next) {
			return true
		}
	}
	return false
}
