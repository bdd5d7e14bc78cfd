package stubborn

import (
	"slices"

	"hpmc/explorer/internal/bitset"
	"hpmc/model"
)

// sums are linear invariants. If every transition changes a variable by an amount of its own, and the
// amounts along all ways of a thread to a location have the same sum, then at any time the variable is its
// first value plus the sums of the locations at which the threads stand: a mutex is held by whom it stands in
// the section of, a reader is counted while it reads.
type sums struct {
	words  int
	bounds []uint64     // a vector per location: what variables can be there
	apart  []bitset.Set // per location, those of other threads with which a variable would leave what it can hold
}

// varSum is the invariant of one variable.
type varSum struct {
	v         *model.Var
	at        []int64 // per location
	low, high []int64 // per thread, the extremes of its locations
	min, max  int64   // Init plus the threads' extremes
}

func (a *analysis) findSums() *sums {
	n := len(a.owner)
	pl := &sums{words: a.fields.words, bounds: make([]uint64, n*a.fields.words), apart: bitset.Many(n, n)}
	top := make([]uint64, pl.words)
	for v := range a.p.Vars {
		if x := &a.p.Vars[v]; tracked(x) {
			all := full(x)
			a.fields.put(top, model.VarID(v), &all)
		}
	}
	for l := range n {
		copy(pl.bound(l), top)
	}
	writers := make([][]*transition, len(a.p.Vars))
	for i := range a.ts {
		t := &a.ts[i]
		if !t.feasible {
			continue
		}
		for _, e := range t.effects {
			if list := writers[e.v]; len(list) == 0 || list[len(list)-1] != t {
				writers[e.v] = append(list, t)
			}
		}
	}
	for v := range a.p.Vars {
		s := a.sum(model.VarID(v), writers[v])
		if s == nil {
			continue
		}
		for l, t := range a.owner {
			b := between(s.min-s.low[t]+s.at[l]-s.v.Min, s.max-s.high[t]+s.at[l]-s.v.Min, s.v.Bits)
			a.fields.put(pl.bound(l), model.VarID(v), &b)
		}
		a.keepApart(pl, s)
	}
	return pl
}

// sum returns the invariant of a variable that some transition changes, or nil.
func (a *analysis) sum(v model.VarID, writers []*transition) *varSum {
	x := &a.p.Vars[v]
	if !tracked(x) || len(writers) == 0 {
		return nil
	}
	threads := make([]bool, len(a.start)) // that write it
	for _, t := range writers {
		threads[t.Thread] = true
	}
	s := &varSum{v: x, at: make([]int64, len(a.owner)), low: make([]int64, len(a.start)), high: make([]int64, len(a.start)), min: stored(x, x.Init), max: stored(x, x.Init)}
	changes := false
	seen := make([]bool, len(a.owner))
	for t, l := range a.start {
		if !threads[t] {
			continue
		}
		seen[l] = true
		for work := []int{l}; len(work) > 0; {
			l := work[len(work)-1]
			work = work[:len(work)-1]
			s.low[t], s.high[t] = min(s.low[t], s.at[l]), max(s.high[t], s.at[l])
			for _, id := range a.out(l) {
				if !a.ts[id].feasible {
					continue
				}
				d, ok := a.delta(&a.ts[id], v)
				to := a.ts[id].to
				if !ok || seen[to] && s.at[to] != s.at[l]+d {
					return nil
				}
				changes = changes || d != 0
				if !seen[to] {
					seen[to] = true
					s.at[to] = s.at[l] + d
					work = append(work, to)
				}
			}
		}
		s.min += s.low[t]
		s.max += s.high[t]
	}
	if !changes {
		return nil
	}
	return s
}

// delta returns by how much a transition changes a variable, if that is always the same.
func (a *analysis) delta(t *transition, v model.VarID) (d int64, ok bool) {
	var e *effect
	for _, x := range t.effects {
		if x.v == v {
			e = x
		}
	}
	if e == nil {
		return 0, true
	}
	if len(e.vars) > 1 || len(e.vars) == 1 && e.vars[0] != v {
		return 0, false
	}
	x := &a.p.Vars[v]
	can := full(x)
	if a.facts != nil {
		can = a.fields.get(a.facts.at(t.at), v)
	}
	for _, g := range t.guards {
		if g := a.guards[g]; len(g.vars) == 1 && g.vars[0] == v {
			can = can.and(&g.holds)
		}
	}
	first := true
	ok = true
	can.each(func(o uint64) {
		a.env[v] = int64(o) + x.Min
		n := stored(x, e.eval(a.env)) - a.env[v]
		ok = ok && (first || n == d)
		d, first = n, false
	})
	return d, ok
}

// keepApart notes which locations a sum keeps apart.
func (a *analysis) keepApart(pl *sums, s *varSum) {
	// The locations of a thread by what is added there.
	type group struct {
		add  int64
		locs []int
	}
	groups := make([][]group, len(a.start))
	for l, t := range a.owner {
		i := slices.IndexFunc(groups[t], func(g group) bool { return g.add == s.at[l] })
		if i < 0 {
			i = len(groups[t])
			groups[t] = append(groups[t], group{add: s.at[l]})
		}
		groups[t][i].locs = append(groups[t][i].locs, l)
	}
	least, most := s.v.Min, s.v.Min+1<<s.v.Bits-1
	for t := range groups {
		for u := range t {
			for _, x := range groups[t] {
				for _, y := range groups[u] {
					both := x.add + y.add
					if s.min-s.low[t]-s.low[u]+both <= most && s.max-s.high[t]-s.high[u]+both >= least {
						continue
					}
					for _, l := range x.locs {
						for _, m := range y.locs {
							pl.apart[l].Add(m)
							pl.apart[m].Add(l)
						}
					}
				}
			}
		}
	}
}

// bound returns what variables can be at a location.
func (pl *sums) bound(l int) []uint64 { return pl.bounds[l*pl.words : (l+1)*pl.words] }
