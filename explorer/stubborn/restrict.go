package stubborn

import (
	"math/bits"

	"hpmc/model"
)

// restrict keeps the values with which guards can hold, and tells whether they can.
func (a *analysis) restrict(in []uint64, guards []int) bool {
	for _, i := range guards {
		g := a.guards[i]
		if len(g.vars) != 1 {
			if !a.filter(in, g, i) {
				return false
			}
			continue
		}
		v := g.vars[0]
		switch f := &a.fields.of[v]; {
		case f.mask != 0:
			keep := in[f.word] & g.keep
			if keep == 0 {
				return false
			}
			in[f.word] = in[f.word]&^f.mask | keep
		case f.words > 0:
			s := a.fields.get(in, v)
			s = s.and(&g.holds)
			a.fields.put(in, v, &s)
			if s.empty() {
				return false
			}
		}
	}
	return true
}

// restriction is a guard or an effect over few variables with narrow fields, and what they can be. The same one is
// asked about again and again.
type restriction struct {
	id int
	in [4]uint64
}

// recall makes a restriction of what variables can be, if it is one.
func (a *analysis) recall(in []uint64, id int, vars []model.VarID) (r restriction, ok bool) {
	if len(vars) > len(r.in) {
		return r, false
	}
	r.id = id
	for i, v := range vars {
		f := &a.fields.of[v]
		if f.mask == 0 {
			return r, false
		}
		r.in[i] = in[f.word] & f.mask
	}
	return r, true
}

// filter restricts by one guard.
func (a *analysis) filter(in []uint64, g *guard, id int) (some bool) {
	if g.pairs != nil {
		return a.filterPairs(in, g)
	}
	r, ok := a.recall(in, id, g.vars)
	if ok {
		if kept, known := a.restricted[r]; known {
			if kept.id == 0 {
				return false
			}
			for i, v := range g.vars {
				f := &a.fields.of[v]
				in[f.word] = in[f.word]&^f.mask | kept.in[i]
			}
			return true
		}
	}
	axes, few := a.axes(in, g.vars)
	var kept [8]values
	if !few || len(axes) > len(kept) {
		return true
	}
	each(a.env, axes, func() bool {
		if g.eval(a.env) != 0 {
			some = true
			for i := range axes {
				v := axes[i].v
				kept[i].add(uint64(a.env[v] - a.p.Vars[v].Min))
			}
		}
		return true
	})
	for i := range axes {
		a.fields.put(in, axes[i].v, &kept[i])
	}
	if ok {
		after := restriction{}
		if some {
			after, _ = a.recall(in, 1, g.vars)
		}
		a.restricted[r] = after
	}
	return some
}

// pairs tells for which values of two tracked variables a guard holds, as far as it was evaluated.
type pairs struct{ known, hold []values } // per value of the first, values of the second

// filterPairs restricts by a guard over two tracked variables.
func (a *analysis) filterPairs(in []uint64, g *guard) bool {
	v, w := g.vars[0], g.vars[1]
	can, with := a.fields.get(in, v), a.fields.get(in, w)
	if can.len()*with.len() > maxTuples {
		return true
	}
	var first, second values
	can.each(func(x uint64) {
		known, hold := &g.pairs.known[x], &g.pairs.hold[x]
		for i := range with {
			ask := with[i] &^ known[i]
			if ask == 0 {
				continue
			}
			known[i] |= ask
			a.env[v] = int64(x) + a.p.Vars[v].Min
			for ; ask != 0; ask &= ask - 1 {
				y := bits.TrailingZeros64(ask)
				if a.env[w] = int64(64*i+y) + a.p.Vars[w].Min; g.eval(a.env) != 0 {
					hold[i] |= 1 << y
				}
			}
		}
		if both := hold.and(&with); !both.empty() {
			first.add(x)
			second.join(&both)
		}
	})
	a.fields.put(in, v, &first)
	a.fields.put(in, w, &second)
	return !first.empty()
}

// axes returns the values that variables have in in, unless they are too many to try.
func (a *analysis) axes(in []uint64, ids []model.VarID) ([]axis, bool) {
	axes := make([]axis, 0, len(ids))
	n := 1
	for _, id := range ids {
		v := &a.p.Vars[id]
		if !tracked(v) {
			return nil, false
		}
		can := a.fields.get(in, id)
		if n *= can.len(); n > maxTuples {
			return nil, false
		}
		x := axis{v: id, vals: make([]int64, 0, can.len())}
		can.each(func(o uint64) { x.vals = append(x.vals, int64(o)+v.Min) })
		axes = append(axes, x)
	}
	return axes, true
}

// image returns the values that an effect can give its variable, which is tracked.
func (a *analysis) image(in []uint64, e *effect) (s values) {
	if len(e.vars) <= 1 {
		return a.simpleImage(in, e)
	}
	r, ok := a.recall(in, e.id, e.vars)
	if ok {
		if s, known := a.images[r]; known {
			return s
		}
	}
	v := &a.p.Vars[e.v]
	axes, few := a.axes(in, e.vars)
	if !few {
		return full(v)
	}
	each(a.env, axes, func() bool {
		s.add(uint64(stored(v, e.eval(a.env)) - v.Min))
		return true
	})
	if ok {
		a.images[r] = s
	}
	return s
}

// simpleImage is image for an effect that refers to one variable at most.
func (a *analysis) simpleImage(in []uint64, e *effect) (s values) {
	v := &a.p.Vars[e.v]
	give := func() uint64 { return uint64(stored(v, e.eval(a.env)) - v.Min) }
	if len(e.vars) == 0 {
		if e.image == nil {
			e.image = []uint8{uint8(give())}
		}
		s.add(uint64(e.image[0]))
		return s
	}
	from := e.vars[0]
	x := &a.p.Vars[from]
	if !tracked(x) {
		return full(v)
	}
	if e.image == nil {
		for o := range int64(1) << x.Bits {
			a.env[from] = o + x.Min
			e.image = append(e.image, uint8(give()))
		}
	}
	can := a.fields.get(in, from)
	if can == e.lastFrom {
		return e.lastTo
	}
	for i, w := range can {
		for ; w != 0; w &= w - 1 {
			s.add(uint64(e.image[64*i+bits.TrailingZeros64(w)]))
		}
	}
	e.lastFrom, e.lastTo = can, s
	return s
}
