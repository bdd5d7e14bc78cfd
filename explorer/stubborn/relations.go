package stubborn

import (
	"fmt"
	"math/bits"
	"sort"
	"strings"

	"hpmc/model"
)

// A question about two things is decided by trying every valuation of the bits that matter, as far as the facts
// allow it. If they are too many the answer is the cautious one.

// domain returns the valuations of the bits of f that the facts at some locations allow.
func (a *analysis) domain(f model.Footprint, locs ...int) ([]axis, bool) {
	axes := make([]axis, 0, len(f))
	n := 1
	for _, id := range f.Vars() {
		v := &a.p.Vars[id]
		x := axis{v: id}
		m := f[id]
		if tracked(v) {
			can := full(v)
			for _, l := range locs {
				can = can.and(&a.facts.at[l][id])
			}
			var seen values
			can.each(func(o uint64) {
				if !seen.has(o & m) {
					seen.add(o & m)
					x.vals = append(x.vals, int64(o&m)+v.Min)
				}
			})
		} else {
			if bits.OnesCount64(m) > 12 {
				return nil, false
			}
			for o := uint64(0); ; {
				x.vals = append(x.vals, int64(o)+v.Min)
				if o = (o - m) & m; o == 0 {
					break
				}
			}
		}
		if n *= len(x.vals); n > maxTuples {
			return nil, false
		}
		axes = append(axes, x)
	}
	return axes, true
}

// question is about what transitions do to conditions.
type question struct {
	bits    model.Footprint // that matter
	filter  []int           // guards that hold before
	actors  []*transition
	effects [][]*effect // per actor, those that touch bits
}

// close adds the bits from which the actors compute bits that matter.
func (q *question) close() {
	q.effects = make([][]*effect, len(q.actors))
	for again := true; again; {
		again = false
		for i, t := range q.actors {
			for j := range t.effects {
				e := &t.effects[j]
				if !e.writes.Overlaps(q.bits) || contains(q.effects[i], e) {
					continue
				}
				q.effects[i] = append(q.effects[i], e)
				join(q.bits, e.reads)
				again = true
			}
		}
	}
}

func contains[T comparable](list []T, x T) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}

// axes returns the valuations to try, and the guards among the filter that they decide. A guard whose bits do not
// matter is left out unless there is room for it.
func (a *analysis) questionAxes(q *question, locs ...int) ([]axis, []int, bool) {
	axes, ok := a.domain(q.bits, locs...)
	if !ok {
		return nil, nil, false
	}
	var known []int
	for _, g := range q.filter {
		if contains(known, g) {
			continue
		}
		more := model.Footprint{}
		join(more, q.bits)
		join(more, a.guardReads[g])
		if wider, ok := a.domain(more, locs...); ok {
			q.bits, axes = more, wider
			known = append(known, g)
		}
	}
	return axes, known, true
}

// try asks f about every valuation in which the known guards hold, until it answers false. A valuation is given
// to f in a.env. The bits that do not matter are zero.
func (a *analysis) try(axes []axis, known []int, f func() bool) bool {
	for v := range a.env {
		a.env[v] = a.p.Vars[v].Min
	}
	return each(a.env, axes, func() bool {
		for _, g := range known {
			if a.env.eval(a.guards[g]) == 0 {
				return true
			}
		}
		return f()
	})
}

// after writes to dst the valuation after some effects.
func (a *analysis) after(dst, src env, effects []*effect) {
	copy(dst, src)
	for _, e := range effects {
		dst[e.v] = stored(&a.p.Vars[e.v], src.eval(e.val))
	}
}

// accord tells whether two transitions of different threads, wherever both are enabled, leave each other
// enabled and lead to the same state in either order.
func (a *analysis) accord(s, t *transition) bool {
	if !s.feasible || !t.feasible || a.facts.apart[s.at][t.at] {
		return true
	}
	if !s.writes.Overlaps(t.reads) && !s.writes.Overlaps(t.writes) && !t.writes.Overlaps(s.reads) {
		return true
	}
	q := question{bits: model.Footprint{}, actors: []*transition{s, t}}
	var touched [2][]int // guards of one that the other can change
	pair := [2]*transition{s, t}
	for i, x := range pair {
		y := pair[1-i]
		for _, g := range x.guards {
			q.filter = append(q.filter, g)
			if a.guardReads[g].Overlaps(y.writes) {
				touched[i] = append(touched[i], g)
				join(q.bits, a.guardReads[g])
			}
		}
		for j := range x.effects {
			if e := &x.effects[j]; e.reads.Overlaps(y.writes) || e.writes.Overlaps(y.writes) {
				join(q.bits, e.reads)
				join(q.bits, e.writes)
			}
		}
	}
	q.close()
	axes, known, ok := a.questionAxes(&q, s.at, t.at)
	if !ok {
		return false
	}
	n := len(a.env)
	var one, two, oneTwo, twoOne = make(env, n), make(env, n), make(env, n), make(env, n)
	return a.remember("accord", axes, [][]int{known, touched[0], touched[1]}, q.effects, func() bool {
		return a.try(axes, known, func() bool {
			a.after(one, a.env, q.effects[0])
			a.after(two, a.env, q.effects[1])
			for _, g := range touched[1] {
				if one.eval(a.guards[g]) == 0 {
					return false
				}
			}
			for _, g := range touched[0] {
				if two.eval(a.guards[g]) == 0 {
					return false
				}
			}
			a.after(oneTwo, one, q.effects[1])
			a.after(twoOne, two, q.effects[0])
			for _, x := range axes {
				if oneTwo[x.v] != twoOne[x.v] {
					return false
				}
			}
			return true
		})
	})
}

// canMake tells whether a transition can make a condition, which is before it, into its opposite. Other
// conditions that hold before may be given, and a location that another thread stands at, or -1.
func (a *analysis) canMake(t *transition, g int, before bool, also []int, loc int) bool {
	if !t.feasible || !t.writes.Overlaps(a.guardReads[g]) {
		return false
	}
	locs := []int{t.at}
	if loc >= 0 {
		if a.facts.apart[t.at][loc] {
			return false
		}
		locs = append(locs, loc)
	}
	q := question{bits: model.Footprint{}, actors: []*transition{t}, filter: append(append([]int(nil), t.guards...), also...)}
	join(q.bits, a.guardReads[g])
	q.close()
	axes, known, ok := a.questionAxes(&q, locs...)
	if !ok {
		return true
	}
	next := make(env, len(a.env))
	what := fmt.Sprintf("make %d %v", g, before)
	return !a.remember(what, axes, [][]int{known}, q.effects, func() bool {
		return a.try(axes, known, func() bool {
			if (a.env.eval(a.guards[g]) != 0) != before {
				return true
			}
			a.after(next, a.env, q.effects[0])
			return (next.eval(a.guards[g]) != 0) == before
		})
	})
}

// remember answers a question that was asked before, of these valuations, guards and effects, as it was then.
func (a *analysis) remember(what string, axes []axis, guards [][]int, effects [][]*effect, ask func() bool) bool {
	var b strings.Builder
	b.WriteString(what)
	for _, x := range axes {
		fmt.Fprint(&b, " ", x.v, x.vals)
	}
	for _, g := range guards {
		g = append([]int(nil), g...)
		sort.Ints(g)
		fmt.Fprint(&b, " ", g)
	}
	for _, list := range effects {
		b.WriteString(" /")
		for _, e := range list {
			fmt.Fprintf(&b, " %d=%p", e.v, e.val)
		}
	}
	key := b.String()
	r, known := a.memo[key]
	if !known {
		r = ask()
		a.memo[key] = r
	}
	return r
}

// together tells whether some valuation lets conditions hold together at a location.
func (a *analysis) together(loc int, guards []int) bool {
	q := question{bits: model.Footprint{}, filter: guards}
	axes, known, ok := a.questionAxes(&q, loc)
	return !ok || !a.try(axes, known, func() bool { return false })
}
