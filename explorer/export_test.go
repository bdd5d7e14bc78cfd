package explorer

import (
	"testing"

	"hpmc/model"
)

// ParallelFrom lets levels of n states and more be expanded by several workers for the rest of a test.
func ParallelFrom(t *testing.T, n int) {
	old := parallelFrom
	parallelFrom = n
	t.Cleanup(func() { parallelFrom = old })
}

// Spill lets every chunk of a frontier go to a file for the rest of a test.
func Spill(t *testing.T) {
	old := frontierShare
	frontierShare = 1 << 40
	t.Cleanup(func() { frontierShare = old })
}

// BrutePrograms are the random programs that the reference is tested with.
var BrutePrograms = brutePrograms

// blind is a visited set that denies having seen a state, so that the proviso accepts every stubborn set.
type blind struct{ table }

func (blind) has([]uint64) bool { return false }

// SearchBlind is a reduced search without its proviso.
func SearchBlind(p *model.Program) (*Result, error) {
	s, err := newSearch(p, Options{ReduceFrom: -1, Workers: 1})
	if err != nil {
		return nil, err
	}
	defer s.close()
	if s.reducer == nil {
		return nil, nil
	}
	s.table = blind{s.table}
	if err := s.run(); err != nil {
		return nil, err
	}
	return s.result(), nil
}

// Expander returns a function that expands a chunk of the largest level among the first 100,000 states, and returns the
// numbers of states and of transitions taken.
func Expander(b *testing.B, p *model.Program, o Options) (func() (states, transitions int), error) {
	o.MaxStates = 100000
	s, err := newSearch(p, o)
	if err != nil {
		return nil, err
	}
	b.Cleanup(s.close)
	s.retain = true
	if err := s.run(); err != nil {
		return nil, err
	}
	most := s.layers[0]
	for _, l := range s.layers {
		if l.states > most.states {
			most = l
		}
	}
	chunk := most.chunks[0]
	if err := s.begin(Exact); err != nil { // an empty set
		return nil, err
	}
	w := s.workers[0]
	return func() (states, transitions int) {
		before := w.transitions
		for rest := chunk; len(rest) > 0; {
			rest = s.expand(w, rest)
		}
		w.flush()
		return len(chunk) / s.layout.Words, w.transitions - before
	}, nil
}

// StopAfter interrupts a search with one worker when it has expanded n states.
func StopAfter(p *model.Program, n int, o Options) (*Result, error) {
	o.Workers = 1
	s, err := newSearch(p, o)
	if err != nil {
		return nil, err
	}
	defer s.close()
	expand, why, words := s.expand, "interrupted", s.layout.Words
	s.expand = func(w *worker, chunk []uint64) []uint64 {
		expand(w, chunk[:words])
		if n--; n == 0 {
			s.why.Store(&why)
			s.pause.Store(pauseStop)
		}
		return chunk[words:]
	}
	if err := s.run(); err != nil {
		return nil, err
	}
	return s.result(), nil
}

// Left returns how many bytes are on the account of a search that has ended, and how many were when it had no paths yet.
func Left(p *model.Program, o Options) (end, before int64, err error) {
	s, err := newSearch(p, o)
	if err != nil {
		return 0, 0, err
	}
	defer s.close()
	if err = s.run(); err == nil && s.again {
		if err = s.reduced(); err == nil {
			err = s.run()
		}
	}
	if err == nil {
		before = s.mem.Used()
		err = s.paths(s.result())
	}
	s.close()
	return s.mem.Used(), before, err
}

// StarveSieves lets sieves of searches have no more memory once they have begun.
func StarveSieves(p *model.Program, o Options) (*Result, error) {
	s, err := newSearch(p, o)
	if err != nil {
		return nil, err
	}
	defer s.close()
	if err := s.mem.Take(s.o.MaxMem - s.mem.Used()); err != nil {
		return nil, err
	}
	if err := s.run(); err != nil {
		return nil, err
	}
	return s.result(), nil
}

// LeastSets returns the sets of a and b that contain no other.
func LeastSets(a, b []uint64) []uint64 { return leastSets(a, b) }
