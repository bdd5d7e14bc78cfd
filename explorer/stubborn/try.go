package stubborn

import (
	"slices"

	"hpmc/model"
)

// try tries every valuation in which the known guards hold, until an answer is no.
func (q *asker) try(x question) bool {
	vars := q.a.p.Vars
	q.axes = q.axes[:0]
	q.each(func(v model.VarID, d *domain) {
		n := len(q.axes)
		q.axes = slices.Grow(q.axes, 1)[:n+1]
		y := &q.axes[n]
		y.v, y.vals = v, y.vals[:0]
		if tracked(&vars[v]) {
			d.vals.each(func(o uint64) { y.vals = append(y.vals, int64(o)+vars[v].Min) })
			return
		}
		for o := uint64(0); ; {
			y.vals = append(y.vals, int64(o)+vars[v].Min)
			if o = (o - d.mask) & d.mask; o == 0 {
				break
			}
		}
	})
	for len(q.at) <= len(q.axes) {
		q.at = append(q.at, nil)
	}
	for i := range q.at {
		q.at[i] = q.at[i][:0]
	}
	for _, g := range q.known {
		depth := 0
		for i := range q.axes {
			if slices.Contains(q.a.guards[g].vars, q.axes[i].v) {
				depth = i + 1
			}
		}
		q.at[depth] = append(q.at[depth], g)
	}
	yes := q.deeper(0, x)
	for i := range q.axes {
		v := q.axes[i].v
		for _, e := range []env{q.now, q.next, q.one, q.two, q.oneTwo, q.twoOne} {
			e[v] = vars[v].Min
		}
	}
	return yes
}

// deeper tries the values of the axes from depth on.
func (q *asker) deeper(depth int, x question) bool {
	for _, g := range q.at[depth] {
		if q.a.guards[g].eval(q.now) == 0 {
			return true
		}
	}
	if depth == len(q.axes) {
		return q.answer(x)
	}
	y := &q.axes[depth]
	for _, val := range y.vals {
		q.now[y.v] = val
		if !q.deeper(depth+1, x) {
			return false
		}
	}
	return true
}

// answer answers a question for one valuation.
func (q *asker) answer(x question) bool {
	guards := q.a.guards
	switch x.kind {
	case askKeeps:
		if (guards[x.of].eval(q.now) != 0) != x.before {
			return true
		}
		q.after(q.next, q.now, 0)
		return (guards[x.of].eval(q.next) != 0) == x.before
	case askShuts:
		q.after(q.next, q.now, 0)
		return guards[x.of].eval(q.next) == 0
	case askAccord:
		q.after(q.one, q.now, 0)
		for _, g := range q.touched[1] {
			if guards[g].eval(q.one) == 0 {
				return false
			}
		}
		q.after(q.two, q.now, 1)
		for _, g := range q.touched[0] {
			if guards[g].eval(q.two) == 0 {
				return false
			}
		}
		q.after(q.oneTwo, q.one, 1)
		q.after(q.twoOne, q.two, 0)
		for i := range q.axes {
			if v := q.axes[i].v; q.oneTwo[v] != q.twoOne[v] {
				return false
			}
		}
		return true
	case askSame:
		q.after(q.one, q.now, 0)
		q.after(q.two, q.now, 1)
		q.after(q.oneTwo, q.one, 1)
		q.after(q.twoOne, q.two, 0)
		return q.oneTwo[x.of] == q.twoOne[x.of]
	}
	return false
}

// after writes to dst the valuation after the effects of an actor.
func (q *asker) after(dst, src env, actor int) {
	for i := range q.axes {
		v := q.axes[i].v
		dst[v] = src[v]
	}
	for _, e := range q.effects[actor] {
		dst[e.v] = stored(&q.a.p.Vars[e.v], e.eval(src))
	}
}
