package stubborn

import (
	"fmt"
	"slices"

	"hpmc/model"
)

// Plain compares what the analysis of a program finds with what its definitions say, taken as they stand: everything
// tried again and again, one variable at a time, nothing remembered, nothing shared.
func Plain(p *model.Program) error {
	a := newAnalysis(p)
	if a.refersToPC || len(p.Threads) > maxThreads {
		return nil
	}
	if err := plainFacts(a); err != nil {
		return err
	}
	s := &Set{p: p}
	b := &builder{a: a, s: s, bads: a.bads()}
	b.prepare()
	for i := range a.ts {
		t := &a.ts[i]
		if !t.feasible {
			continue
		}
		b.findConflicts(t)
		for j := range a.ts {
			if u := &a.ts[j]; u.Thread != t.Thread && plainAccord(a, t, u) == b.conflicts[i].Has(j) {
				return fmt.Errorf("transitions %d and %d accord: %v", i, j, b.conflicts[i].Has(j))
			}
		}
		for g := range a.guards {
			if plainMakes(a, t, g) != slices.Contains(b.opens(g), i) {
				return fmt.Errorf("transition %d makes %s true: %v", i, p.Format(a.guards[g].e), slices.Contains(b.opens(g), i))
			}
		}
	}
	return plainWays(b)
}

// plainFacts computes facts once more, in both ways.
func plainFacts(a *analysis) error {
	pl := a.findSums()
	if err := plainSums(a, pl); err != nil {
		return err
	}
	at := make([][]values, len(a.owner))
	for _, l := range a.start {
		at[l] = make([]values, len(a.p.Vars))
		for v := range a.p.Vars {
			if x := &a.p.Vars[v]; tracked(x) {
				at[l][v].add(uint64(stored(x, x.Init) - x.Min))
			}
		}
	}
	meet := func(l, m int) bool {
		if at[l] == nil || at[m] == nil || a.owner[l] == a.owner[m] || pl.apart[l].Has(m) {
			return false
		}
		for v := range a.p.Vars {
			if both := at[l][v].and(&at[m][v]); tracked(&a.p.Vars[v]) && both.empty() {
				return false
			}
		}
		return true
	}
	for again := true; again; {
		again = false
		join := func(l, v int, s values) {
			bound := a.fields.get(pl.bound(l), model.VarID(v))
			old := at[l][v]
			s = s.and(&bound)
			at[l][v].join(&s)
			again = again || at[l][v] != old
		}
		for i := range a.ts {
			t := &a.ts[i]
			if !t.feasible || at[t.at] == nil {
				continue
			}
			if in := slices.Clone(at[t.at]); plainRestrict(a, in, t.guards) {
				if at[t.to] == nil {
					at[t.to], again = make([]values, len(in)), true
				}
				after := slices.Clone(in)
				for _, e := range t.effects {
					after[e.v] = plainImage(a, in, e)
				}
				for v := range after {
					join(t.to, v, after[v])
				}
			}
			for l := range a.owner {
				if !meet(l, t.at) {
					continue
				}
				in := slices.Clone(at[l])
				for v := range in {
					in[v] = in[v].and(&at[t.at][v])
				}
				if plainRestrict(a, in, t.guards) {
					for _, e := range t.effects {
						join(l, int(e.v), plainImage(a, in, e))
					}
				}
			}
		}
	}
	a.findFacts(pl)
	for l := range a.owner {
		if a.facts.reached[l] != (at[l] != nil) {
			return fmt.Errorf("location %d reached: %v", l, a.facts.reached[l])
		}
		for v := range at[l] {
			if found := a.fields.get(a.facts.at(l), model.VarID(v)); tracked(&a.p.Vars[v]) && found != at[l][v] {
				return fmt.Errorf("at location %d %s is one of %x, not %x", l, a.p.Vars[v].Name, found, at[l][v])
			}
		}
		for m := range a.owner {
			if together := l == m && at[l] != nil || meet(l, m); together == a.facts.apart[l].Has(m) {
				return fmt.Errorf("locations %d and %d go together: %v", l, m, !together)
			}
		}
	}
	return nil
}

// plainSums tries, for each sum and two locations, whether what the other threads can add leaves the variable something.
func plainSums(a *analysis, pl *sums) error {
	var sums []*varSum
	for v := range a.p.Vars {
		var writers []*transition
		for i := range a.ts {
			if t := &a.ts[i]; t.feasible && slices.ContainsFunc(t.effects, func(e *effect) bool { return int(e.v) == v }) {
				writers = append(writers, t)
			}
		}
		if s := a.sum(model.VarID(v), writers); s != nil {
			sums = append(sums, s)
		}
	}
	for l, t := range a.owner {
		for m, u := range a.owner {
			apart := false
			for _, s := range sums {
				low, high := s.at[l]+s.at[m]+stored(s.v, s.v.Init), s.at[l]+s.at[m]+stored(s.v, s.v.Init)
				for w := range a.start {
					if w != t && w != u {
						low, high = low+s.low[w], high+s.high[w]
					}
				}
				apart = apart || low > s.v.Min+1<<s.v.Bits-1 || high < s.v.Min
			}
			if t != u && apart != pl.apart[l].Has(m) {
				return fmt.Errorf("sums keep locations %d and %d apart: %v", l, m, pl.apart[l].Has(m))
			}
		}
	}
	return nil
}

func plainRestrict(a *analysis, in []values, guards []int) bool {
	for _, g := range guards {
		some := false
		kept := map[model.VarID]values{}
		if !plainEach(a, in, a.guards[g].vars, func(get func(model.VarID) int64) {
			if a.guards[g].e.Eval(get) == 0 {
				return
			}
			some = true
			for _, v := range a.guards[g].vars {
				s := kept[v]
				s.add(uint64(get(v) - a.p.Vars[v].Min))
				kept[v] = s
			}
		}) || len(a.guards[g].vars) > 8 {
			continue
		}
		if !some {
			return false
		}
		for v, s := range kept {
			in[v] = s
		}
	}
	return true
}

func plainImage(a *analysis, in []values, e *effect) (s values) {
	x := &a.p.Vars[e.v]
	if !tracked(x) {
		return s
	}
	if !plainEach(a, in, e.vars, func(get func(model.VarID) int64) { s.add(uint64(stored(x, e.e.Eval(get)) - x.Min)) }) {
		return full(x)
	}
	return s
}

// plainEach calls f with all valuations of variables, and tells whether they are few.
func plainEach(a *analysis, in []values, ids []model.VarID, f func(func(model.VarID) int64)) bool {
	n := 1
	for _, v := range ids {
		if n *= in[v].len(); !tracked(&a.p.Vars[v]) || n > maxTuples {
			return false
		}
	}
	val := map[model.VarID]int64{}
	var next func(int)
	next = func(i int) {
		if i == len(ids) {
			f(func(v model.VarID) int64 { return val[v] })
			return
		}
		in[ids[i]].each(func(o uint64) {
			val[ids[i]] = int64(o) + a.p.Vars[ids[i]].Min
			next(i + 1)
		})
	}
	next(0)
	return true
}
