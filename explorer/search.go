package explorer

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"hpmc/explorer/offheap"
	"hpmc/explorer/packed"
	"hpmc/explorer/stubborn"
	"hpmc/model"
)

// Search explores the states of p breadth-first, level by level, with several workers. Counts, verdicts and paths do
// not depend on how many there are. It returns an error, and no result, if a checkpoint or the disk fails, or an
// expression of the program is too large for it. The program must not be changed afterwards either: an analysis that turned
// out not to be needed may still be under way.
func Search(p *model.Program, o Options) (*Result, error) {
	s, err := newSearch(p, o)
	if err != nil {
		return nil, err
	}
	defer func() { s.close() }()
	if err := s.run(); err != nil {
		return nil, err
	}
	if s.again {
		if err := s.reduced(); err != nil {
			return nil, err
		}
		if err := s.run(); err != nil {
			return nil, err
		}
	}
	res := s.result()
	if !o.NoPaths {
		if err := s.paths(res); err != nil {
			return nil, err
		}
	}
	if err := s.keeper.finish(res.Reason == "" || s.o.Store == Bitstate && s.reason == ""); err != nil {
		return nil, err
	}
	res.Elapsed = time.Since(s.start)
	res.Bytes = s.mem.Peak()
	return res, nil
}

// reduceFrom is the default of Options.ReduceFrom: what the analysis costs pays from about this size on.
const reduceFrom = 8000

// analyseFrom is the number of transitions from which on several workers begin with the analysis at once, beside making code and the
// unreduced search that comes first, whose small levels leave a processor idle. A search that turns out to be small does not wait
// for it.
const analyseFrom = 64

// analyse begins the analysis of a program.
func analyse(p *model.Program) <-chan *stubborn.Set {
	ahead := make(chan *stubborn.Set, 1)
	go func() { ahead <- stubborn.New(p, stubborn.Options{}) }()
	return ahead
}

// analysis returns the analysis of the program.
func (s *search) analysis() *stubborn.Set {
	if s.ahead == nil {
		s.ahead = analyse(s.p)
	}
	set := <-s.ahead
	s.ahead = nil
	return set
}

// reduced lets the search begin again, reduced.
func (s *search) reduced() error {
	s.clear()
	s.states.Store(0)
	s.depth, s.trans, s.dead, s.done, s.layers, s.reduce, s.again = 0, 0, 0, 0, nil, true, false
	return s.begin(s.o.Store)
}

// Why workers pause.
const (
	pauseGrow = 1 + iota // the visited set is to grow
	pauseStop            // the search ends
)

// loadLimit is the highest load of the visited set, in percent.
const loadLimit = 84

// parallelFrom is the number of states in a level from which on several workers pay, and reducedFrom that for a reduced
// search.
var (
	parallelFrom = 2048
	reducedFrom  = 1024
)

// frontierShare is the part of the memory limit, one in so many, that the frontier may fill before it is spilled.
var frontierShare int64 = 8

// firstRoom is the number of slots of a new visited set. It leaves room at the highest load for what workers
// insert before they notice that it must grow.
const firstRoom = 1 << 14

var errFull = errors.New("visited set: no room although it is not loaded: the states are not mixed")

// search is a search under way.
type search struct {
	p      *model.Program
	o      Options
	start  time.Time
	layout *packed.Layout
	code   *packed.Code
	sieved bool // there is a sieve for it
	mem    *offheap.Memory
	pool   *pool
	table  table
	expand func(*worker, []uint64) []uint64
	labels *packed.Labels

	reduce  bool                 // whether to reduce
	ahead   <-chan *stubborn.Set // the analysis, if it was begun before it was known to be needed
	again   bool                 // the search has grown, and is to begin again reduced
	reducer *reducer             // nil: every interleaving is explored
	masks   [][]uint64           // per chunk of the level, per state: what to take, where a proviso decides it beforehand

	workers          []*worker
	level, following *layer
	queue            *queue   // instead of them; nil: the search goes level by level
	layers           []*layer // those behind level, if retain
	retain           bool     // keep the layers, for paths
	finders          []*finder
	last             int    // the last level to expand; -1: all
	wanted           []bool // per property, if last >= 0: stop when all of these are found
	any              bool   // stop when any of them is
	depth            int    // levels complete
	states           atomic.Int64
	limit            int64 // states from which on the set must grow
	pause            atomic.Int32
	shared           bool // several workers insert

	open    []bool // per property: undecided
	found   []int  // per property: the level at which it was decided; -1
	keeper  *keeper
	resumed int    // the level that a checkpoint was resumed at
	reason  string // why it stopped before the end
	why     atomic.Pointer[string]
	told    time.Time // when progress was last told
	trans   int
	dead    int
	done    int // states expanded
	fired   []bool
}

// run searches level by level until no states are left or something stops it.
func (s *search) run() error {
	stop := s.watchdog()
	defer stop()
	for s.level.states > 0 {
		do := s.runLevel
		if s.queued() {
			do = s.runQueue
		}
		if err := do(); err != nil {
			var limit *offheap.LimitError
			if !errors.As(err, &limit) {
				return err
			}
			s.reason = fmt.Sprintf("%s of memory used", size(limit.Limit))
		}
		if s.reason != "" || s.queue != nil {
			return nil
		}
		if s.retain {
			s.layers = append(s.layers, s.level)
		} else {
			s.level.drop(false)
		}
		s.level, s.following = s.following, newLayer(s.pool, s.layout.Words, s.o.SpillDir)
		if s.level.states == 0 || s.last >= 0 && (s.depth >= s.last || s.settled()) {
			break // the depth is that of the deepest state
		}
		s.depth++
		if !s.o.Full && !s.reduce && s.last < 0 && s.states.Load() >= int64(s.o.ReduceFrom) {
			s.again = true
			return nil
		}
		if s.o.MaxStates > 0 && s.states.Load() >= int64(s.o.MaxStates) && s.level.states > 0 {
			s.reason = fmt.Sprintf("%d states reached", s.o.MaxStates)
			return nil
		}
		if err := s.save(); err != nil {
			return err
		}
		s.tell(false)
	}
	return nil
}

// settled tells whether every property that is looked for has been found, or one, if any will do.
func (s *search) settled() bool {
	for i, open := range s.open {
		if s.wanted[i] && open != s.any {
			return s.any
		}
	}
	return !s.any
}

// runLevel expands the current level into the following one.
func (s *search) runLevel() error {
	active := s.workers
	if s.level.states < s.parallelFrom() {
		active = active[:1]
	}
	s.shared = len(active) > 1
	if s.reducer != nil && !s.reducer.set.Acyclic() {
		s.masks = make([][]uint64, s.level.size())
		s.together(active, (*worker).decideAll)
		s.level.rewind()
	}
	for goOn := true; goOn; {
		s.together(active, (*worker).work)
		var err error
		if goOn, err = s.paused(active); err != nil {
			return err
		}
	}
	return s.collect(active)
}

// paused sees to what workers paused for, if they did, and tells whether they are to go on.
func (s *search) paused(active []*worker) (goOn bool, err error) {
	for _, w := range active {
		s.done += w.expanded
		w.expanded = 0
	}
	for _, w := range active {
		if w.outer != nil {
			return false, w.outer
		}
	}
	if why := s.why.Load(); why != nil {
		s.reason = *why
		return false, nil
	}
	if s.states.Load() <= s.limit && !s.table.crowded() {
		return false, nil
	}
	if err := s.grow(); err != nil {
		return false, err
	}
	s.pause.CompareAndSwap(pauseGrow, 0)
	return true, nil
}

func (s *search) parallelFrom() int {
	if s.reducer != nil {
		return min(reducedFrom, parallelFrom)
	}
	return parallelFrom
}

// together lets workers expand until the level is done or there is a reason to pause.
func (s *search) together(active []*worker, do func(*worker)) {
	if s.queue != nil || s.level.states >= s.parallelFrom() {
		defer s.telling()()
	}
	if len(active) == 1 {
		do(active[0])
		return
	}
	var wg sync.WaitGroup
	for _, w := range active {
		wg.Go(func() { do(w) })
	}
	wg.Wait()
}

// collect adds what workers saw at this level to the whole, in a way that does not depend on which of them saw it.
func (s *search) collect(active []*worker) error {
	for _, w := range active {
		if len(w.out) > 0 && s.queue == nil {
			if err := s.following.add(w.out); err != nil {
				return err
			}
			w.out = nil
		}
		s.trans += w.transitions
		s.dead += w.deadlocks
		w.transitions, w.deadlocks = 0, 0
		for i, f := range w.fired {
			s.fired[i] = s.fired[i] || f
		}
		if w.sieve != nil {
			w.sieve.Fired(s.fired)
		}
		for i, hit := range w.hit {
			if !hit || !s.open[i] {
				continue
			}
			s.found[i] = s.depth
			if k := s.p.Props[i].Kind; k == model.Always || k == model.Reachable {
				s.found[i]++
			}
		}
		clear(w.hit)
	}
	s.settle()
	return nil
}

// settle takes the properties that were found from those that are looked for.
func (s *search) settle() {
	for i, at := range s.found {
		if at < 0 || !s.open[i] {
			continue
		}
		s.open[i] = false
		for _, w := range s.workers {
			if w.sieve != nil {
				w.sieve.Rewatch()
			}
		}
	}
}
