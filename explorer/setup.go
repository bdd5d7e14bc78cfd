package explorer

import (
	"runtime"
	"slices"
	"time"

	"hpmc/explorer/offheap"
	"hpmc/explorer/packed"
	"hpmc/explorer/sieve"
	"hpmc/explorer/stubborn"
	"hpmc/model"
)

func newSearch(p *model.Program, o Options) (*search, error) {
	start := time.Now()
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	var ahead <-chan *stubborn.Set
	if o.Workers > 1 && !o.Full && len(p.Transitions) >= analyseFrom {
		ahead = analyse(p)
	}
	l := packed.NewLayout(p)
	code, err := packed.New(l)
	if err != nil {
		return nil, err
	}
	if o.MaxMem <= 0 {
		o.MaxMem = offheap.DefaultLimit()
	}
	s := &search{p: p, o: o, start: start, layout: l, code: code, sieved: sieve.Fits(code), ahead: ahead,
		mem: offheap.New(o.MaxMem), last: -1}
	if o.ReduceFrom == 0 {
		s.o.ReduceFrom = reduceFrom
	}
	s.reduce = !o.Full && (o.ReduceFrom < 0 || o.Resume != "")
	if err := s.begin(o.Store); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// begin makes an empty visited set and an empty first level.
func (s *search) begin(store Store) error {
	s.pool = &pool{mem: s.mem, chunk: chunkWords, limit: 1 << 62}
	if s.reduce {
		s.pool.chunk = reducedWords
	}
	if s.o.MaxMem > 0 {
		s.pool.limit = s.o.MaxMem / frontierShare
	}
	var err error
	if store == Bitstate {
		s.table, err = newBits(s.mem, s.layout.Words, s.o.MaxMem)
	} else {
		reserve := s.o.Workers * (batch + s.code.Most())
		s.table, err = newTable(s.mem, s.layout, store, firstRoom, reserve)
	}
	if err != nil {
		return err
	}
	s.limit = int64(s.table.room()) * loadLimit / 100
	if s.reduce {
		s.reducer = newReducer(s)
	}
	s.labels = s.code.NoLabels()
	switch {
	case s.reducer != nil && s.runs():
		s.expand = expandRuns
	case s.reducer != nil:
		s.expand = expandReduced
	case s.sieved:
		if !s.retain { // paths take states of levels that are kept as they are
			s.labels = s.code.Labels()
		}
		s.expand = expandSieved
	default:
		s.expand = expanderN(s.code)
	}
	decided := slices.Contains(s.open, false)
	s.open = make([]bool, len(s.p.Props))
	s.found = make([]int, len(s.p.Props))
	for i := range s.open {
		s.open[i], s.found[i] = true, -1
	}
	s.fired = make([]bool, len(s.p.Transitions))
	before := s.workers
	s.workers = nil
	for i := range s.o.Workers {
		w := newWorker(s, i)
		switch {
		case !s.sieved || s.reducer != nil && !s.runs():
			if len(before) > 0 {
				before[i].release()
			}
		case s.reducer != nil && len(before) > 0: // it makes states without labels, whatever labels its sieve has
			if w.sieve = before[i].sieve; decided {
				w.sieve.Rewatch()
			}
		default:
			w.sieve = sieve.New(s.code, s.labels, s.mem, func(prop int) bool { return s.open[prop] })
		}
		if w.sieve != nil && s.reducer != nil {
			w.sieve.Reduce((*sieve.Alone)(s.reducer.alone))
		}
		s.workers = append(s.workers, w)
	}
	s.level, s.following = newLayer(s.pool, s.layout.Words, s.o.SpillDir), newLayer(s.pool, s.layout.Words, s.o.SpillDir)
	if err := s.first(); err != nil || !s.reduce && !s.o.Full || s.retain || s.o.Checkpoint == "" && s.o.Resume == "" {
		return err
	}
	return s.keep() // a search that may begin again is too small for checkpoints
}

// runs tells whether threads that are alone run on in a reduced search.
func (s *search) runs() bool { return s.sieved && s.reducer.set.Acyclic() }

// first puts the initial state into the set and the first level, and looks at it.
func (s *search) first() error {
	st := make([]uint64, s.layout.Words)
	s.layout.Pack(st, s.p.Initial())
	s.table.insert(st)
	s.states.Store(1)
	c, err := s.pool.get()
	if err != nil {
		return err
	}
	if err := s.level.add(append(c, st...)); err != nil {
		return err
	}
	for i := range s.p.Props {
		pr := &s.p.Props[i]
		if k := pr.Kind; (k == model.Always || k == model.Reachable) && (s.p.Eval(s.p.Initial(), pr.Cond) != 0) == (k == model.Reachable) {
			s.found[i] = 0
		}
	}
	s.settle()
	return nil
}

// close gives up everything that the search holds.
func (s *search) close() {
	s.free()
	_ = s.keeper.finish(false)
}

// free gives up the memory of the search and its files for what did not fit.
func (s *search) free() {
	s.clear()
	for _, w := range s.workers {
		w.release()
	}
}

// clear gives up the states, and keeps the workers.
func (s *search) clear() {
	for _, l := range append(s.layers, s.level, s.following) {
		if l != nil {
			l.drop(false)
		}
	}
	if s.queue != nil {
		s.queue.drop()
	}
	if s.table != nil {
		s.table.free()
		s.table = nil
	}
	if s.pool != nil {
		s.pool.close()
	}
}
