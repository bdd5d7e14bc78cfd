package compile

import (
	"math/bits"
	"slices"

	"hpmc/model"
)

// varSet is a set of a thread's locals. They lie side by side among the variables: those of a thread are made while
// it is lowered.
type varSet struct {
	first model.VarID
	bits  []uint64
}

func (s varSet) add(v model.VarID) { s.bits[(v-s.first)>>6] |= 1 << ((v - s.first) & 63) }

func (s varSet) remove(v model.VarID) {
	if v >= s.first {
		s.bits[(v-s.first)>>6] &^= 1 << ((v - s.first) & 63)
	}
}

func (s varSet) has(v model.VarID) bool { return s.bits[(v-s.first)>>6]>>((v-s.first)&63)&1 != 0 }

// vars returns the members in ascending order.
func (s varSet) vars() []model.VarID {
	var vs []model.VarID
	for i, w := range s.bits {
		for ; w != 0; w &= w - 1 {
			vs = append(vs, s.first+model.VarID(i<<6+bits.TrailingZeros64(w)))
		}
	}
	return vs
}

// liveness computes, for every node of a thread that has just been lowered, the locals whose value is still needed there.
func (c *compiler) liveness(t *thread) {
	first := model.VarID(len(c.vars))
	if len(t.locals) > 0 {
		first = t.locals[0]
	}
	words := (len(c.vars) - int(first) + 63) / 64
	if c.cfg.NoReset {
		all := varSet{first, make([]uint64, words)}
		for _, v := range t.locals {
			all.add(v)
		}
		for _, n := range t.nodes {
			n.live = all
		}
		return
	}
	preds := make([][]*node, len(t.nodes))
	room := make([]uint64, words*len(t.nodes))
	for i, n := range t.nodes {
		n.live = varSet{first, room[i*words : (i+1)*words]}
		for _, m := range []*node{n.next, n.alt} {
			if m != nil {
				preds[m.id] = append(preds[m.id], n)
			}
		}
	}
	work := make([]*node, len(t.nodes))
	queued := make([]bool, len(t.nodes))
	for i, n := range t.nodes {
		work[len(work)-1-i], queued[i] = n, true
	}
	live := varSet{first, make([]uint64, words)}
	for len(work) > 0 {
		n := work[0]
		work = work[1:]
		queued[n.id] = false
		clear(live.bits)
		for _, m := range []*node{n.next, n.alt} {
			if m != nil {
				for i, w := range m.live.bits {
					live.bits[i] |= w
				}
			}
		}
		c.transfer(n, live)
		if slices.Equal(live.bits, n.live.bits) {
			continue
		}
		copy(n.live.bits, live.bits)
		for _, m := range preds[n.id] {
			if !queued[m.id] {
				queued[m.id] = true
				work = append(work, m)
			}
		}
	}
}

// transfer turns what is live behind a node into what is live before it.
func (c *compiler) transfer(n *node, live varSet) {
	switch n.kind {
	case nAssign:
		var needed []*model.Expr
		for _, s := range n.sets {
			if c.vars[s.v].Kind != model.Local || live.has(s.v) {
				needed = append(needed, s.e)
			}
		}
		for _, s := range n.sets {
			live.remove(s.v)
		}
		for _, e := range needed {
			c.localsOf(e, live)
		}
	case nChoose:
		live.remove(n.target)
	case nBranch, nGuard, nCheck:
		c.localsOf(n.cond, live)
	case nEvent:
		if n.when != nil {
			c.localsOf(n.when, live)
		}
		if c.cfg.KeepResults {
			if n.value != nil {
				c.localsOf(n.value, live)
			}
			for _, part := range n.parts {
				c.localsOf(part.e, live)
			}
		}
	}
}

func (c *compiler) localsOf(e *model.Expr, into varSet) {
	if e.Op == model.Ref && c.vars[e.Var].Kind == model.Local {
		into.add(e.Var)
	}
	for _, a := range e.Args {
		c.localsOf(a, into)
	}
}
