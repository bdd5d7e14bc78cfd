package explorer

import (
	"sync"
	"sync/atomic"

	"hpmc/explorer/spill"
)

// A reduced search in which threads run on has no levels worth keeping: they are runs, not steps, and whatever the order, the same
// states are found. So its workers need not wait for each other at the end of each.

// queue is the frontier of such a search: chunks of states that were found and are still to be expanded, some of them in a file,
// perhaps. A worker that finds none waits until another one puts some in or leaves, or until all wait: then it is over.
type queue struct {
	pool  *pool
	words int    // of a state
	dir   string // where to spill

	waiting atomic.Int32
	mu      sync.Mutex
	more    sync.Cond
	workers int
	over    bool       // nobody is to wait any longer
	chunks  [][]uint64 // those from first on are in the queue
	first   int
	file    *spill.File
	read    int // chunks of the file
	states  int
}

func newQueue(p *pool, words int, dir string) *queue {
	q := &queue{pool: p, words: words, dir: dir}
	q.more.L = &q.mu
	return q
}

// begin lets so many workers take chunks.
func (q *queue) begin(workers int) { q.workers, q.over = workers, false }

// add puts a chunk of states in, which the queue keeps.
func (q *queue) add(c []uint64) error {
	short := q.pool.short()
	q.mu.Lock()
	defer q.mu.Unlock()
	if short {
		if err := q.pool.spill(&q.file, q.dir, c); err != nil {
			return err
		}
	} else {
		q.chunks = append(q.chunks, c)
	}
	q.states += len(c) / q.words
	q.more.Signal()
	return nil
}

// take takes out a chunk. If there is none it waits for one, if it may, and otherwise returns nil.
func (q *queue) take(wait bool) (c []uint64, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for !q.over && q.states == 0 {
		if !wait {
			return nil, nil
		}
		if int(q.waiting.Load()) == q.workers-1 {
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
	if q.first < len(q.chunks) {
		c = q.chunks[q.first]
		q.chunks[q.first] = nil
		if q.first++; 2*q.first > len(q.chunks) && q.first >= 1024 {
			q.chunks = append(q.chunks[:0], q.chunks[q.first:]...)
			q.first = 0
		}
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
	s.queue = newQueue(s.pool, s.layout.Words, s.o.SpillDir)
	c, _, err := s.level.take() // the initial state
	if err == nil {
		err = s.queue.add(c)
	}
	if err != nil {
		return err
	}
	s.shared = len(s.workers) > 1
	for goOn := true; goOn; {
		s.queue.begin(len(s.workers))
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

// fetch returns a chunk of the queue, or if that is empty, what the worker found itself, or else what somebody else will have
// found. It returns nil if the search pauses or is over.
func (w *worker) fetch() (c []uint64) {
	q := w.s.queue
	if c, w.outer = q.take(false); c != nil || w.outer != nil {
		return c
	}
	if w.flush(); w.outer != nil || w.s.pause.Load() != 0 {
		return nil
	}
	if c, w.out = w.out, nil; len(c) > 0 {
		return c
	}
	c, w.outer = q.take(true)
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
