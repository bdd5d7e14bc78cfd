package explorer

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"hpmc/explorer/offheap"
	"hpmc/explorer/packed"
	"hpmc/explorer/visited"
	"hpmc/model"
)

// Search explores the states of p breadth-first, level by level, with several workers. Counts, verdicts and paths do
// not depend on how many there are. It returns an error, and no result, if a checkpoint or the disk fails, or an
// expression of the program is too large for it.
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
const reduceFrom = 50000

// reduced lets the search begin again, reduced.
func (s *search) reduced() error {
	s.close()
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
	parallelFrom = 4096
	reducedFrom  = 128
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
	mem    *offheap.Memory
	pool   *pool
	table  table
	expand func(*worker, []uint64) []uint64
	flat   *flat // nil for states of three and more words

	reduce  bool       // whether to reduce
	again   bool       // the search has grown, and is to begin again reduced
	reducer *reducer   // nil: every interleaving is explored
	masks   [][]uint64 // per chunk of the level, per state: what to take, where a proviso decides it beforehand

	workers          []*worker
	level, following *layer
	layers           []*layer // those behind level, if retain
	retain           bool     // keep the layers, for paths
	last             int      // the last level to expand; -1: all
	wanted           []bool   // per property, if last >= 0: stop when all of these are found
	depth            int      // levels complete
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

func newSearch(p *model.Program, o Options) (*search, error) {
	l := packed.NewLayout(p)
	code, err := packed.New(l)
	if err != nil {
		return nil, err
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.MaxMem <= 0 {
		o.MaxMem = offheap.Available() / 100 * 85
	}
	s := &search{p: p, o: o, start: time.Now(), layout: l, code: code, mem: offheap.New(o.MaxMem), last: -1}
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
		s.table, err = newTable(s.mem, s.layout.Words, store, firstRoom)
	}
	if err != nil {
		return err
	}
	s.limit = int64(s.table.room()) * loadLimit / 100
	if s.reduce {
		s.reducer = newReducer(s)
	}
	s.flat = nil
	switch {
	case s.reducer != nil:
		s.flat = newFlat(s.code, s.code.NoLabels())
		s.expand = expandReduced
	case s.layout.Words == 1:
		s.flat = newFlat(s.code, s.labels())
		s.expand = expander1(s.flat)
	case s.layout.Words == 2:
		s.flat = newFlat(s.code, s.labels())
		s.expand = expander2(s.flat)
	default:
		s.expand = expanderN(s.code)
	}
	s.open = make([]bool, len(s.p.Props))
	s.found = make([]int, len(s.p.Props))
	for i := range s.open {
		s.open[i], s.found[i] = true, -1
	}
	s.fired = make([]bool, len(s.p.Transitions))
	s.workers = nil
	for range s.o.Workers {
		s.workers = append(s.workers, newWorker(s))
	}
	s.level, s.following = newLayer(s.pool, s.layout.Words, s.o.SpillDir), newLayer(s.pool, s.layout.Words, s.o.SpillDir)
	if err := s.first(); err != nil || !s.reduce && !s.o.Full || s.retain || s.o.Checkpoint == "" && s.o.Resume == "" {
		return err
	}
	return s.keep() // a search that may begin again is too small for checkpoints
}

// labels returns the labels of the program, or none if levels are kept: paths take their states as they are.
func (s *search) labels() *packed.Labels {
	if s.retain {
		return s.code.NoLabels()
	}
	return s.code.Labels()
}

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
	for _, l := range append(s.layers, s.level, s.following) {
		if l != nil {
			l.drop(false)
		}
	}
	if s.table != nil {
		s.table.free()
		s.table = nil
	}
	for _, w := range s.workers {
		if w.choice != nil {
			s.mem.Give(w.choice.bytes)
			w.choice = nil
		}
	}
	if s.pool != nil {
		s.pool.close()
	}
}

// run searches level by level until no states are left or something stops it.
func (s *search) run() error {
	stop := s.watchdog()
	defer stop()
	for s.level.states > 0 {
		if err := s.runLevel(); err != nil {
			var limit *offheap.LimitError
			if !errors.As(err, &limit) {
				return err
			}
			s.reason = fmt.Sprintf("%s of memory used", size(limit.Limit))
		}
		if s.reason != "" {
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

// settled tells whether every property that is looked for has been found.
func (s *search) settled() bool {
	for i, open := range s.open {
		if open && s.wanted[i] {
			return false
		}
	}
	return true
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
	for {
		s.together(active, (*worker).work)
		for _, w := range active {
			s.done += w.expanded
			w.expanded = 0
		}
		for _, w := range active {
			if w.outer != nil {
				return w.outer
			}
		}
		if why := s.why.Load(); why != nil {
			s.reason = *why
			s.collect(active)
			return nil
		}
		if s.states.Load() <= s.limit {
			break
		}
		if err := s.grow(); err != nil {
			return err
		}
		s.pause.CompareAndSwap(pauseGrow, 0)
	}
	return s.collect(active)
}

func (s *search) parallelFrom() int {
	if s.reducer != nil {
		return min(reducedFrom, parallelFrom)
	}
	return parallelFrom
}

// together lets workers expand until the level is done or there is a reason to pause.
func (s *search) together(active []*worker, do func(*worker)) {
	if len(active) == 1 && s.level.states < s.parallelFrom() {
		do(active[0])
		return
	}
	var wg sync.WaitGroup
	for _, w := range active {
		wg.Go(func() { do(w) })
	}
	if s.o.Progress == nil {
		wg.Wait()
		return
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	for t := time.NewTicker(100 * time.Millisecond); ; {
		select {
		case <-done:
			t.Stop()
			return
		case <-t.C:
			s.tell(true)
		}
	}
}

// collect adds what workers saw at this level to the whole, in a way that does not depend on which of them saw it.
func (s *search) collect(active []*worker) error {
	for _, w := range active {
		if len(w.out) > 0 {
			if err := s.following.add(w.out); err != nil {
				return err
			}
			w.out = nil
		}
		s.trans += w.transitions
		s.dead += w.deadlocks
		w.transitions, w.deadlocks = 0, 0
		for i, f := range w.fired {
			s.fired[i] = s.fired[i] || f || w.sieve != nil && w.sieve.Fired(i)
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
			if w.choice != nil {
				w.choice.chooser.Decided(i)
				w.choice.seen.forget()
			}
		}
	}
}

// grow gives the visited set more room: much while it is small, by half when it is large. With little memory left
// it takes what there is, and packs the set tighter.
func (s *search) grow() error {
	room := s.table.room()
	factors := []int{150, 125, 112}
	if room < 1<<18 {
		factors = []int{400, 200, 150}
	}
	var err error
	for _, f := range factors {
		if err = s.table.grow(room/100*f, len(s.workers)); err == nil {
			s.limit = int64(s.table.room()) * loadLimit / 100
			return nil
		}
	}
	if tight := int64(room) * 95 / 100; s.limit < tight && room > 1<<18 {
		s.limit = tight
		return nil
	}
	return err
}

// watchdog makes the search pause when time is up or it is interrupted; the function returned ends it.
func (s *search) watchdog() (stop func()) {
	if s.o.Timeout <= 0 && s.o.Interrupt == nil {
		return func() {}
	}
	end := make(chan struct{})
	var late <-chan time.Time
	if s.o.Timeout > 0 {
		t := time.NewTimer(time.Until(s.start.Add(s.o.Timeout)))
		late = t.C
	}
	go func() {
		why := "interrupted"
		select {
		case <-end:
			return
		case <-s.o.Interrupt:
		case <-late:
			why = fmt.Sprintf("%v passed", s.o.Timeout)
		}
		s.why.Store(&why)
		s.pause.Store(pauseStop)
	}()
	return func() { close(end) }
}

// tell reports progress, at most every 100 ms unless now.
func (s *search) tell(now bool) {
	if s.o.Progress == nil || !now && time.Since(s.told) < 100*time.Millisecond {
		return
	}
	s.tellPhase("")
}

// tellPhase reports progress, and what is done that is not searching.
func (s *search) tellPhase(phase string) {
	if s.o.Progress == nil {
		return
	}
	s.told = time.Now()
	s.o.Progress(Progress{Phase: phase, States: int(s.states.Load()), Transitions: s.trans, Depth: s.depth, Frontier: s.level.states,
		Bytes: s.mem.Used(), Elapsed: time.Since(s.start)})
}

func newBits(mem *offheap.Memory, words int, most int64) (table, error) {
	bytes := int64(1) << 30
	if most > 0 {
		bytes = min(bytes, most/2)
	}
	t, err := visited.NewBitstate(mem, bytes)
	return &bitsTable{t, words}, err
}

// size writes a number of bytes shortly.
func size(n int64) string {
	switch {
	case n >= 10<<30:
		return fmt.Sprintf("%d GiB", n>>30)
	case n >= 10<<20:
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d KiB", n>>10)
}

// result turns what the search found into verdicts.
func (s *search) result() *Result {
	r := &Result{Reason: s.reason, States: int(s.states.Load()), Transitions: s.trans, Deadlocks: s.dead, Depth: s.depth,
		Fired: s.fired, Workers: s.o.Workers, Reduced: s.reducer != nil, Words: s.layout.Words, Bits: s.layout.Bits, Resumed: s.resumed, Spilled: s.pool.spilled.Load(), Props: make([]PropResult, len(s.p.Props))}
	if s.reducer != nil {
		r.Acyclic = s.reducer.set.Acyclic()
	}
	complete := s.reason == ""
	if !complete {
		r.Frontier = r.States - s.done
	}
	switch s.o.Store {
	case Fingerprint:
		n := float64(r.States)
		if s.layout.Words > 1 {
			r.Omission = n * (n - 1) / (1 << 32) / (1 << 33)
		}
	case Bitstate:
		complete = false
		if r.Reason == "" {
			r.Reason = "bitstate storage may have missed states"
		}
	}
	if complete {
		r.Verdict = Holds
	}
	for i := range r.Props {
		pr := &r.Props[i]
		*pr = PropResult{Prop: i, Check: -1, Depth: s.found[i]}
		reach := s.p.Props[i].Kind == model.Reachable
		switch {
		case s.found[i] >= 0 && reach, s.found[i] < 0 && complete && !reach:
			pr.Verdict = Holds
		case s.found[i] >= 0, complete:
			pr.Verdict = Violated
		}
		if pr.Verdict == Violated {
			r.Verdict = Violated
		}
	}
	return r
}
