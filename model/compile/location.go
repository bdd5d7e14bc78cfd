package compile

import (
	"fmt"
	"slices"
	"strings"

	"hpmc/model"
)

// location is a point between two steps of a thread: a node, and what is known of the locals live there.
type location struct {
	id     int
	node   *node
	consts map[model.VarID]int64
	stored []model.VarID // live locals whose value is not known, in ascending order
	held   []model.Lock
	rest   bool
}

// location returns the location of a node with what the path knows of its live locals.
func (x *exec) location(n *node, p *pathState) *location {
	c := x.c
	loc := &location{node: n, consts: map[model.VarID]int64{}, held: p.held}
	var key strings.Builder
	fmt.Fprint(&key, n.id)
	for _, v := range n.live.vars() {
		e := p.env[v]
		if e == nil {
			if k, ok := p.values[v]; ok {
				e = c.konst(k)
			}
		} else {
			e = x.fact(p, e)
		}
		if e != nil && isConst(e) {
			loc.consts[v] = e.Val
			fmt.Fprintf(&key, ",%d=%d", v, e.Val)
		} else {
			loc.stored = append(loc.stored, v)
			if e != nil {
				p.env[v] = e
			}
		}
	}
	if old := x.locs[key.String()]; old != nil {
		old.held = slices.DeleteFunc(slices.Clone(old.held), func(l model.Lock) bool {
			return !slices.ContainsFunc(p.held, func(m model.Lock) bool { return m.Name == l.Name })
		})
		return old
	}
	loc.id = len(x.list)
	loc.rest = n.kind == nEnd || n.kind == nStep && n.touch.rest
	x.locs[key.String()] = loc
	x.list = append(x.list, loc)
	if len(x.list) > maxLocations {
		c.fatalf(n.pos, "thread %s has more than %d locations: a local variable that counts without a bound, or too large a topology", x.t.name, maxLocations)
	}
	return loc
}
