package explorer

import (
	"sync"
	"sync/atomic"

	"hpmc/explorer/spill"
)

// A reduced search in which threads run on has no levels worth keeping: they are runs, not steps, and whatever the order, the same
// states are found. So its workers need not wait for each other at the end of each.

// queue is the frontier of such a search: chunks of states that were found and are still to be expanded, some of them in a file,
// perhaps. Each worker has a list of those that it put in, and takes from others only when that is empty: what it found is like what it
// knows choices for. A worker that finds none at all waits until another one puts some in or leaves, or until all wait: then it is
// over.
type queue struct {
	pool  *pool
	words int    // of a state
	dir   string // where to spill

	waiting atomic.Int32
	mu      sync.Mutex
	more    sync.Cond
	over    bool   // nobody is to wait any longer
	lists   []list // of each worker
	file    *spill.File
	read    int // chunks of the file
	states  int
}

// list is chunks, of which the first are taken first.
type list struct {
	chunks [][]uint64
	taken  int
}

func (l *list) size() int { return len(l.chunks) - l.taken }

func (l *list) take() (c []uint64) {
	c = l.chunks[l.taken]
	l.chunks[l.taken] = nil
	if l.taken++; 2*l.taken > len(l.chunks) && l.taken >= 1024 {
		l.chunks = append(l.chunks[:0], l.chunks[l.taken:]...)
		l.taken = 0
	}
	return c
}

func newQueue(p *pool, words, workers int, dir string) *queue {
	q := &queue{pool: p, words: words, dir: dir, lists: make([]list, workers)}
	q.more.L = &q.mu
	return q
}

// begin lets workers take chunks.
func (q *queue) begin() { q.over = false }

// add puts a chunk of states in that a worker found. The queue keeps it.
func (q *queue) add(worker int, c []uint64) error {
	short := q.pool.short()
	q.mu.Lock()
	defer q.mu.Unlock()
	if short {
		if err := q.pool.spill(&q.file, q.dir, c); err != nil {
			return err
		}
	} else {
		l := &q.lists[worker]
		l.chunks = append(l.chunks, c)
	}
	q.states += len(c) / q.words
	q.more.Signal()
	return nil
}

// takeOwn takes out a chunk that a worker put in, if there is one.
func (q *queue) takeOwn(worker int) (c []uint64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if l := &q.lists[worker]; !q.over && l.size() > 0 {
		c = l.take()
		q.states -= len(c) / q.words
	}
	return c
}

// take takes out a chunk for a worker: its own, or one of whoever has most, or one from the file. If there is none it waits for one. It
// returns nil if it is over.
func (q *queue) take(worker int) (c []uint64, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for !q.over && q.states == 0 {
		if int(q.waiting.Load()) == len(q.lists)-1 {
			q.over = true
			q.more.Broadcast()
			break
		}
		q.waiting.Add(1)
		q.more.Wait()
		q.waiting.Add(-1)
	}
	if q.over {
		return nil, nil
	}
	from := &q.lists[worker]
	if from.size() == 0 {
		for i := range q.lists {
			if l := &q.lists[i]; l.size() > from.size() {
				from = l
			}
		}
	}
	if from.size() > 0 {
		c = from.take()
	} else if c, err = q.unspill(); err != nil {
		return nil, err
	}
	q.states -= len(c) / q.words
	return c, nil
}

// unspill reads the next chunk of the file.
func (q *queue) unspill() ([]uint64, error) {
	buf, err := q.pool.get()
	if err != nil {
		return nil, err
	}
	if buf, err = q.file.Read(q.read, buf); err != nil {
		return nil, err
	}
	if q.read++; q.read == q.file.Chunks() {
		q.read = 0
		err = q.file.Reset()
	}
	return buf, err
}

// leave makes it over for all workers.
func (q *queue) leave() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.over = true
	q.more.Broadcast()
}

// left returns the number of states in the queue.
func (q *queue) left() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.states
}

// drop gives up the queue's file.
func (q *queue) drop() {
	if q.file != nil {
		_ = q.file.Close()
		q.file = nil
	}
}

// queued tells whether the search has a queue. Where it may have to stop, or to write a checkpoint, between levels, it goes level by level.
func (s *search) queued() bool {
	return s.reducer != nil && s.runs() && s.o.MaxStates == 0 && s.keeper == nil
}

// runQueue expands all states.
func (s *search) runQueue() error {
	s.queue = newQueue(s.pool, s.layout.Words, len(s.workers), s.o.SpillDir)
	c, _, err := s.level.take() // the initial state
	if err == nil {
		err = s.queue.add(0, c)
	}
	if err != nil {
		return err
	}
	s.shared = len(s.workers) > 1
	for goOn := true; goOn; {
		s.queue.begin()
		s.together(s.workers, (*worker).drain)
		if goOn, err = s.paused(s.workers); err != nil {
			return err
		}
		if err = s.collect(s.workers); err != nil {
			return err
		}
	}
	return nil
}

// drain expands chunks of the queue until there are none or the search pauses.
func (w *worker) drain() {
	s := w.s
	for w.outer == nil && s.pause.Load() == 0 {
		if w.chunk == nil {
			if w.chunk = w.fetch(); w.chunk == nil {
				break
			}
			w.rest = w.chunk
		}
		before := len(w.rest)
		w.rest = s.expand(w, w.rest)
		w.expanded += (before - len(w.rest)) / s.layout.Words
		if len(w.rest) == 0 {
			s.pool.put(w.chunk)
			w.chunk = nil
		}
	}
	w.flush()
	if w.outer != nil {
		s.pause.Store(pauseStop) // the others must not go on without this one
	}
	s.queue.leave()
}

// fetch returns a chunk that the worker put into the queue, or else what it found since, or else what somebody else has found or
// will have found. It returns nil if the search pauses or is over.
func (w *worker) fetch() (c []uint64) {
	q := w.s.queue
	if c = q.takeOwn(w.id); c != nil {
		return c
	}
	if w.flush(); w.outer != nil || w.s.pause.Load() != 0 {
		return nil
	}
	if c, w.out = w.out, nil; len(c) > 0 {
		return c
	}
	c, w.outer = q.take(w.id)
	return c
}

// handFrom is the number of states that a worker hands over to another one that has none.
const handFrom = 64

// hand hands over what was found, if somebody waits for that.
func (w *worker) hand() {
	if q := w.s.queue; q != nil && q.waiting.Load() > 0 && len(w.out) >= handFrom*w.s.layout.Words {
		w.turn()
	}
}
