package explorer

import (
	"hpmc/explorer/packed"
	"hpmc/explorer/sieve"
	"hpmc/explorer/visited"
	"hpmc/model"
)

// batch is how many successors are gathered before they are looked up together, so that cache misses overlap.
const batch = 128

// worker is one goroutine's part of a search.
type worker struct {
	s     *search
	id    int      // its number, from 0 on
	rest  []uint64 // states of the chunk under way that are still to be expanded
	chunk []uint64 // the chunk under way; nil if none
	out   []uint64 // chunk of the next level that is being filled
	outer error    // what went wrong with the frontier or the set
	open  []bool   // per property: still undecided; the search's

	// The batch: n successors, each with its label.
	n       int
	states  []uint64
	bare    uint64 // the bits of a state's last word that are not its label
	scratch visited.Scratch

	// What was seen at this level.
	hit         []bool // per property
	fired       []bool // per transition, but for what the sieve counts
	transitions int
	deadlocks   int
	expanded    int // states

	choice *choice  // of a reduced search
	masks  []uint64 // of the states in rest: what to take, if it was decided beforehand

	sieve *sieve.Sieve // nil if states have too many words

	cur   []uint64 // a state with its derived word, for conditions that masks cannot tell
	next  []uint64
	regs  [packed.MaxRegs]uint64
	model model.State
}

func newWorker(s *search, id int) *worker {
	w := s.layout.Words
	r := &worker{s: s, id: id, open: s.open, states: make([]uint64, (batch+sieve.Block+2*s.code.Most())*w+sieve.Slack), bare: 1<<s.labels.Shift - 1,
		hit: make([]bool, len(s.p.Props)), fired: make([]bool, len(s.p.Transitions)),
		cur: make([]uint64, w+1), next: make([]uint64, w), model: make(model.State, s.p.Words)}
	if s.reducer != nil {
		r.choice = newChoice(s)
	}
	return r
}

// release takes the worker's own memory off the account.
func (w *worker) release() {
	if w.sieve != nil {
		w.sieve.Free()
	}
	if w.choice != nil {
		w.s.mem.Give(w.choice.memory)
		w.choice.memory = 0
	}
}

// work expands chunks of the current level until there are none or the search pauses.
func (w *worker) work() {
	s := w.s
	for w.outer == nil {
		if w.chunk == nil && !w.pending() {
			c, i, err := s.level.take()
			if err != nil || c == nil {
				w.outer = err
				break
			}
			w.chunk, w.rest = c, c
			if s.masks != nil {
				w.masks = s.masks[i]
			}
		}
		before := len(w.rest)
		w.rest = s.expand(w, w.rest)
		w.expanded += (before - len(w.rest)) / s.layout.Words
		if len(w.rest) == 0 && w.chunk != nil {
			s.level.done(w.chunk, s.retain)
			w.chunk = nil
		}
		if s.pause.Load() != 0 {
			break
		}
	}
	w.flush()
}

// pending tells whether successors of states that are no longer in rest are still to be made.
func (w *worker) pending() bool { return w.sieve != nil && w.s.reducer == nil && w.sieve.Pending() }

// decideAll decides for the chunks of the current level what to take of them.
func (w *worker) decideAll() {
	for w.s.pause.Load() == 0 {
		c, i, err := w.s.level.take()
		if err != nil || c == nil {
			w.outer = err
			return
		}
		w.s.masks[i] = w.decide(c)
		w.s.level.done(c, true)
	}
}

// flush looks up the batch, and asks for a pause if the set must grow.
func (w *worker) flush() {
	s := w.s
	if w.outer != nil {
		w.n = 0
		return
	}
	added, ok := w.insert()
	w.n = 0
	if used := s.states.Add(int64(added)); used > s.limit || s.table.crowded() {
		s.pause.CompareAndSwap(0, pauseGrow)
	}
	if !ok {
		w.outer = errFull
	} else if w.sieve != nil {
		w.outer = w.sieve.Err()
	}
	w.hand()
	if w.outer != nil {
		s.pause.Store(pauseStop)
	}
}

// insert looks up the batch, and puts what is new into the next level.
func (w *worker) insert() (added int, ok bool) {
	words := w.s.layout.Words
	for states := w.states[:w.n*words]; len(states) > 0; {
		if len(w.out) == cap(w.out) {
			w.turn()
		}
		out := w.out[len(w.out):cap(w.out)]
		part := states[:min(len(states), len(out), visited.Batch*words)]
		n, ok := w.s.table.insertAll(part, w.bare, w.s.shared, &w.scratch, out)
		w.out = w.out[:len(w.out)+n*words]
		added += n
		if !ok {
			return added, false
		}
		states = states[len(part):]
	}
	return added, true
}

// turn hands a chunk to the next level, or to the queue, and takes an empty one.
func (w *worker) turn() {
	if w.outer == nil && len(w.out) > 0 {
		if q := w.s.queue; q != nil {
			w.outer = q.add(w.id, w.out)
		} else {
			w.outer = w.s.following.add(w.out)
		}
	}
	if w.outer == nil {
		w.out, w.outer = w.s.pool.get()
		w.out = w.out[: 0 : cap(w.out)/w.s.layout.Words*w.s.layout.Words]
	}
	if w.outer != nil { // the search ends: what is found from here on is not kept
		w.out = make([]uint64, 0, chunkWords/w.s.layout.Words*w.s.layout.Words)
	}
}

// watch looks for violations at a transition from the state in cur, and tells whether the transition is a fault of
// the model, and not to be taken.
func (w *worker) watch(ws []packed.Watch) (fault bool) {
	for i := range ws {
		x := &ws[i]
		if fault && x.Check < 0 {
			break // nothing lies behind a fault: the state after it does not count
		}
		if !x.Fault && !w.open[x.Prop] {
			continue
		}
		for _, t := range x.Any {
			if t.Holds(w.cur, &w.regs) {
				w.hit[x.Prop] = true
				fault = fault || x.Fault
				break
			}
		}
	}
	return fault
}

// terminal looks at a state without enabled transitions.
func (w *worker) terminal(st []uint64, rest bool) {
	p := w.s.p
	if !rest {
		w.deadlocks++
	}
	for i := range p.Props {
		if !w.open[i] {
			continue
		}
		switch pr := &p.Props[i]; pr.Kind {
		case model.Deadlock:
			w.hit[i] = w.hit[i] || !rest
		case model.Final:
			if rest && !w.hit[i] {
				w.s.layout.Unpack(w.model, st)
				w.hit[i] = p.Eval(w.model, pr.Cond) == 0
			}
		}
	}
}
