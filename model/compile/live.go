package compile

import "hpmc/model"

// liveness computes, for every node of a thread, the locals whose value is still needed there.
func (c *compiler) liveness(t *thread) {
	if c.cfg.NoReset {
		all := map[model.VarID]bool{}
		for _, v := range t.locals {
			all[v] = true
		}
		for _, n := range t.nodes {
			n.live = all
		}
		return
	}
	preds := make([][]*node, len(t.nodes))
	for _, n := range t.nodes {
		n.live = map[model.VarID]bool{}
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
	for len(work) > 0 {
		n := work[0]
		work = work[1:]
		queued[n.id] = false
		live := map[model.VarID]bool{}
		for _, m := range []*node{n.next, n.alt} {
			if m != nil {
				for v := range m.live {
					live[v] = true
				}
			}
		}
		c.transfer(n, live)
		if len(live) == len(n.live) {
			continue // it only grows
		}
		n.live = live
		for _, m := range preds[n.id] {
			if !queued[m.id] {
				queued[m.id] = true
				work = append(work, m)
			}
		}
	}
}

// transfer turns what is live behind a node into what is live before it.
func (c *compiler) transfer(n *node, live map[model.VarID]bool) {
	switch n.kind {
	case nAssign:
		var needed []*model.Expr
		for _, s := range n.sets {
			if c.vars[s.v].Kind != model.Local || live[s.v] {
				needed = append(needed, s.e)
			}
		}
		for _, s := range n.sets {
			delete(live, s.v)
		}
		for _, e := range needed {
			c.localsOf(e, live)
		}
	case nChoose:
		delete(live, n.target)
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

func (c *compiler) localsOf(e *model.Expr, into map[model.VarID]bool) {
	if e.Op == model.Ref && c.vars[e.Var].Kind == model.Local {
		into[e.Var] = true
	}
	for _, a := range e.Args {
		c.localsOf(a, into)
	}
}
