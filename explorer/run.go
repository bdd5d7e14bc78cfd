package explorer

import "hpmc/explorer/packed"

// Under reduction most states have a single transition that has to be taken, often by where the threads stand alone. Then the
// thread runs on without a look at what the others could do, and the states on its way are not stored. That loses nothing where
// there are no cycles; where there may be some, every state is stored.

// after is what may follow a transition on a run.
type after struct {
	group *packed.Group // of the thread
	next  []int         // transitions of the location that it leads to
}

// newAfter returns what may follow each transition: nothing where a transition is watched: it could be a fault, which is to be
// found and not taken.
func newAfter(s *search) []after {
	groups := make([]*packed.Group, len(s.p.Threads))
	for i := range s.code.Groups {
		g := &s.code.Groups[i]
		for _, t := range g.Threads {
			groups[t] = g
		}
	}
	out := make([]after, len(s.p.Transitions))
	for i := range s.p.Transitions {
		t := &s.p.Transitions[i]
		out[i].group = groups[t.Thread]
		for _, id := range s.p.Threads[t.Thread].Out[t.To] {
			if len(s.code.Trans[id].Watches) > 0 {
				out[i].next = nil
				break
			}
			if !s.code.Trans[id].Never {
				out[i].next = append(out[i].next, id)
			}
		}
	}
	return out
}

// run goes on with the thread of a transition from the current state, whose successor is in next, as long as what it does
// is a stubborn set by itself by where the others stand.
func (w *worker) run(id int) {
	c := w.choice
	for from := w.cur; id >= 0; from = c.way {
		x := &w.s.reducer.after[id]
		id = -1
		followed := false
		for _, n := range x.next {
			if !c.chooser.Alone(n) {
				continue
			}
			if !followed {
				w.follow(from, x.group)
				followed = true
			}
			if t := &w.s.code.Trans[n]; t.Guard.Holds(c.way, &w.regs) {
				w.fired[n] = true
				w.step(c.way, t)
				id = n
				break
			}
		}
	}
}

// follow puts the state in next, with its derived word, in way. It differs from the one in from by where a thread of a
// group stands.
func (w *worker) follow(from []uint64, g *packed.Group) {
	words := len(w.next)
	d := from[words]
	if g != nil {
		d += g.Spot(w.next).Derived - g.Spot(from).Derived
	}
	copy(w.choice.way, w.next)
	w.choice.way[words] = d
}
