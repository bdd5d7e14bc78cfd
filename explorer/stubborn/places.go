package stubborn

import "hpmc/model"

// places are linear invariants. If every transition changes a variable by an amount of its own, and the
// amounts along all ways of a thread to a location have the same sum, then at any time the variable is its
// first value plus the sums of the locations at which the threads stand: a mutex is held by whom it stands in
// the section of, a reader is counted while it reads.
type places struct {
	bounds []map[int]*values // per location, what a variable can be there
	all    []values
	sums   []placeSum
	owner  []int
}

// placeSum is the invariant of one variable.
type placeSum struct {
	v         *model.Var
	at        []int64 // per location
	low, high []int64 // per thread, the extremes of its locations
	min, max  int64   // Init plus the threads' extremes
}

func (a *analysis) findPlaces() *places {
	pl := &places{bounds: make([]map[int]*values, len(a.owner)), owner: a.owner}
	for v := range a.p.Vars {
		pl.all = append(pl.all, full(&a.p.Vars[v]))
	}
	for v := range a.p.Vars {
		if s := a.sum(model.VarID(v)); s != nil {
			pl.sums = append(pl.sums, *s)
			for l, t := range a.owner {
				if pl.bounds[l] == nil {
					pl.bounds[l] = map[int]*values{}
				}
				b := new(values)
				for x := uint64(0); x < 1<<s.v.Bits; x++ {
					if d := int64(x) + s.v.Min - s.at[l]; s.min-s.low[t] <= d && d <= s.max-s.high[t] {
						b.add(x)
					}
				}
				pl.bounds[l][v] = b
			}
		}
	}
	return pl
}

// sum returns the invariant of a variable that some transition changes, or nil.
func (a *analysis) sum(v model.VarID) *placeSum {
	x := &a.p.Vars[v]
	if !tracked(x) || x.Kind == model.PC {
		return nil
	}
	s := &placeSum{v: x, at: make([]int64, len(a.owner)), low: make([]int64, len(a.start)), high: make([]int64, len(a.start)), min: stored(x, x.Init), max: stored(x, x.Init)}
	changes := false
	for t, l := range a.start {
		seen := map[int]bool{l: true}
		for work := []int{l}; len(work) > 0; {
			l := work[len(work)-1]
			work = work[:len(work)-1]
			s.low[t], s.high[t] = min(s.low[t], s.at[l]), max(s.high[t], s.at[l])
			for _, id := range a.out(l) {
				if !a.ts[id].feasible {
					continue
				}
				d, ok := a.delta(&a.ts[id], v)
				to := a.to(&a.ts[id])
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
	for i := range t.effects {
		if t.effects[i].v == v {
			e = &t.effects[i]
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
		can = a.facts.at[t.at][v]
	}
	first := true
	ok = true
	can.each(func(o uint64) {
		a.env[v] = int64(o) + x.Min
		for _, g := range t.guards {
			if len(a.guardVars[g]) == 1 && a.guardVars[g][0] == v && a.env.eval(a.guards[g]) == 0 {
				return
			}
		}
		n := stored(x, a.env.eval(e.val)) - a.env[v]
		ok = ok && (first || n == d)
		d, first = n, false
	})
	return d, ok
}

// bound returns what a variable can be at a location.
func (pl *places) bound(l, v int) *values {
	if b := pl.bounds[l][v]; b != nil {
		return b
	}
	return &pl.all[v]
}

// apart tells whether two locations of different threads would take a variable out of what it can hold.
func (pl *places) apart(l, m int) bool {
	t, u := pl.owner[l], pl.owner[m]
	if t == u {
		return l != m
	}
	for i := range pl.sums {
		s := &pl.sums[i]
		both := s.at[l] + s.at[m]
		if s.min-s.low[t]-s.low[u]+both > s.v.Min+1<<s.v.Bits-1 || s.max-s.high[t]-s.high[u]+both < s.v.Min {
			return true
		}
	}
	return false
}
