package stubborn

import (
	"slices"

	"hpmc/explorer/internal/bitset"
)

// Alone tells where a transition, if it is enabled, is a stubborn set by itself wherever its own thread stands and whatever
// variables hold, because of where the others stand: nothing at all comes in with it. It is then the only transition of its
// location that is enabled. Transitions of which that is said of the same locations are a class.
type Alone struct {
	Class []uint64   // of each transition, a bit; 0: it is never alone
	Bars  [][]uint64 // per thread and location: the classes of which no transition is alone while the thread stands there
	Rank  []uint32   // of each transition: of several the one whose thread has come least far is the first, as in Choose
	Bit   []uint64   // of each transition, its bit in a set of enabled ones; 0 if candidates are not numbered
}

// Alone returns where transitions are alone. There are 64 classes at most; transitions of others are said never to be.
func (s *Set) Alone() *Alone {
	first, n := make([]int, len(s.p.Threads)), 0
	a := &Alone{Bit: s.bits, Rank: s.ranks, Class: make([]uint64, len(s.alpha)), Bars: make([][]uint64, len(s.p.Threads))}
	for t := range s.p.Threads {
		first[t] = n
		n += len(s.p.Threads[t].Locs)
		a.Bars[t] = make([]uint64, len(s.p.Threads[t].Locs))
	}
	type class struct {
		asks bitset.Set // where another thread has something that comes in
		of   []int
	}
	var known store[*class]
	for id := range s.alpha {
		if !s.free(id) {
			continue
		}
		asks := bitset.New(n)
		for _, r := range s.alpha[id].row {
			for l, places := range r.at {
				if places != 0 {
					asks.Add(first[r.thread] + l)
				}
			}
		}
		k, old := known.find(asks)
		if !old {
			known.items[k] = &class{asks: asks}
		}
		known.items[k].of = append(known.items[k].of, id)
	}
	all := known.items
	slices.SortStableFunc(all, func(x, y *class) int { return len(y.of) - len(x.of) })
	for i, c := range all[:min(len(all), 64)] {
		for _, id := range c.of {
			a.Class[id] = 1 << i
		}
		for t := range a.Bars {
			for l := range a.Bars[t] {
				if c.asks.Has(first[t] + l) {
					a.Bars[t][l] |= 1 << i
				}
			}
		}
	}
	return a
}

// free tells whether nothing comes in with a transition but of other threads, by where they stand.
func (s *Set) free(id int) bool {
	t, al := &s.p.Transitions[id], &s.alpha[id]
	n := len(al.row)
	return al.siblings == 0 && !s.wide[t.Thread][t.From] && (n == 0 || al.row[n-1].thread < len(s.p.Threads))
}
