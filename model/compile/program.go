package compile

import (
	"fmt"
	"math/bits"
	"slices"
	"sort"

	"hpmc/model"
)

// linker gives the variables of an execution their final places and makes the program.
type linker struct {
	c     *compiler
	p     *model.Program
	id    map[model.VarID]model.VarID // of shared variables
	ghost map[model.VarID]bool        // ghosts that something depends on
}

func (c *compiler) program(xs []*exec) *model.Program {
	lk := &linker{c: c, p: &model.Program{Name: c.cfg.Name, Props: c.props, Stats: c.stats}, id: map[model.VarID]model.VarID{}, ghost: map[model.VarID]bool{}}
	p := lk.p
	lk.neededGhosts(xs)
	for i := range c.vars {
		v, id := &c.vars[i], model.VarID(i)
		switch {
		case v.Kind == model.Local, v.param, v.Kind == model.Ghost && !lk.ghost[id]:
			continue
		case v.varying == 0:
			p.Stats.Constants++
			continue
		}
		lk.id[id] = lk.addVar(v.Var)
	}
	for i := range p.Props {
		pr := &p.Props[i]
		if pr.Cond == nil {
			continue
		}
		pr.Cond = lk.expr(xs[0], pr.Cond, nil)
		for j := range pr.Clauses {
			pr.Clauses[j].Cond = lk.expr(xs[0], pr.Clauses[j].Cond, nil)
		}
	}
	for i, x := range xs {
		lk.thread(i, x)
	}
	layOut(p)
	p.SetFootprints()
	return p
}

func (lk *linker) addVar(v model.Var) model.VarID {
	lk.p.Vars = append(lk.p.Vars, v)
	return model.VarID(len(lk.p.Vars) - 1)
}

// neededGhosts finds the ghosts on which a check, a condition or another needed ghost depends.
func (lk *linker) neededGhosts(xs []*exec) {
	grown := true
	var need func(e *model.Expr)
	need = func(e *model.Expr) {
		if e.Op == model.Ref && lk.c.vars[e.Var].Kind == model.Ghost && !lk.ghost[e.Var] {
			lk.ghost[e.Var], grown = true, true
		}
		for _, a := range e.Args {
			need(a)
		}
	}
	for _, p := range lk.p.Props {
		if p.Cond != nil {
			need(p.Cond)
		}
	}
	for grown {
		grown = false
		for _, x := range xs {
			for _, s := range x.steps {
				for _, g := range s.guard {
					need(g)
				}
				for _, ch := range s.checks {
					need(ch.Cond)
				}
				for v, e := range s.sets {
					if lk.c.vars[v].Kind != model.Ghost || lk.ghost[v] {
						need(e)
					}
				}
			}
		}
	}
}

// expr maps an expression to the program's variables; local says where the locals it may read lie.
func (lk *linker) expr(x *exec, e *model.Expr, local map[model.VarID]model.VarID) *model.Expr {
	if e == nil {
		return nil
	}
	c := lk.c
	// First fold what never changes, then rename: the builder's knowledge is by the compiler's own names.
	e = x.rewrite(e, map[*model.Expr]*model.Expr{}, func(r *model.Expr) *model.Expr {
		if k := c.constant(r.Var); k != nil {
			return k
		}
		return r
	}, nil)
	return lk.rename(e, local, map[*model.Expr]*model.Expr{})
}

func (lk *linker) rename(e *model.Expr, local map[model.VarID]model.VarID, memo map[*model.Expr]*model.Expr) *model.Expr {
	if e.Op == model.Const {
		return e
	}
	if r, ok := memo[e]; ok {
		return r
	}
	var r *model.Expr
	if e.Op == model.Ref {
		id, ok := lk.id[e.Var]
		if !ok {
			id, ok = local[e.Var]
		}
		if ok {
			r = &model.Expr{Op: model.Ref, Var: id}
		}
		memo[e] = r
		return r
	}
	r = &model.Expr{Op: e.Op, Args: make([]*model.Expr, len(e.Args))}
	for i, a := range e.Args {
		if r.Args[i] = lk.rename(a, local, memo); r.Args[i] == nil {
			r = nil
			break
		}
	}
	memo[e] = r
	return r
}

// slots assigns the stored locals of a thread to variables: two that are never stored at the same
// location can share one.
func (lk *linker) slots(i int, x *exec) map[model.VarID]model.VarID {
	c := lk.c
	clash := map[model.VarID]map[model.VarID]bool{}
	for _, loc := range x.list {
		for _, a := range loc.stored {
			if clash[a] == nil {
				clash[a] = map[model.VarID]bool{}
			}
			for _, b := range loc.stored {
				clash[a][b] = true
			}
		}
	}
	var order []model.VarID
	for v := range clash {
		order = append(order, v)
	}
	sort.Slice(order, func(i, j int) bool {
		wi, wj := c.vars[order[i]].Max-c.vars[order[i]].Min, c.vars[order[j]].Max-c.vars[order[j]].Min
		if wi != wj {
			return wi > wj
		}
		return order[i] < order[j]
	})
	place := map[model.VarID]model.VarID{}
	users := map[model.VarID][]model.VarID{}
	var made []model.VarID
	for _, v := range order {
		w := c.vars[v].Var
		at := model.VarID(-1)
		for _, s := range made {
			if c.cfg.NoReset || lk.p.Vars[s].Type != w.Type || slices.ContainsFunc(users[s], func(u model.VarID) bool { return clash[v][u] }) {
				continue
			}
			at = s
			break
		}
		if at < 0 {
			w.Name = c.threads[i].name + "." + w.Name
			w.Kernel, w.Thread = "", i
			w.Min, w.Max, w.Init = min(w.Min, 0), max(w.Max, 0), 0
			at = lk.addVar(w)
			made = append(made, at)
		}
		pv := &lk.p.Vars[at]
		pv.Min, pv.Max = min(pv.Min, w.Min), max(pv.Max, w.Max)
		place[v] = at
		users[at] = append(users[at], v)
	}
	return place
}

func (lk *linker) thread(i int, x *exec) {
	c, p, t := lk.c, lk.p, lk.c.threads[i]
	place := lk.slots(i, x)
	p.Stats.Merged += len(x.merged)

	// Locations are numbered in the order in which they are found; the initial one is the first.
	num := map[*location]int{}
	for _, l := range x.list {
		if l == x.initial {
			num[l] = 0
		}
	}
	for _, l := range x.list {
		if l != x.initial {
			num[l] = len(num)
		}
	}
	th := model.Thread{Name: t.name, Daemon: t.daemon, PC: -1, Locs: make([]model.Location, len(num)), Out: make([][]int, len(num))}
	for l, n := range num {
		th.Locs[n] = c.locationInfo(l)
	}
	if len(num) > 1 {
		th.PC = lk.addVar(model.Var{Name: t.name, Kind: model.PC, Thread: i, Max: int64(len(num) - 1), Type: &model.Type{Name: "location", Kind: model.Int}})
	}
	for _, s := range x.steps {
		tr := lk.transition(x, s, place)
		tr.ID, tr.Thread, tr.From, tr.To = len(p.Transitions), i, num[s.from], num[s.to]
		th.Out[tr.From] = append(th.Out[tr.From], tr.ID)
		p.Transitions = append(p.Transitions, tr)
	}
	p.Stats.Steps += len(x.steps)
	p.Threads = append(p.Threads, th)
}

// stepPos returns where a step stands for its reader: of a lock's own code, where it is called.
func (c *compiler) stepPos(n *node) model.Pos {
	pos := n.pos
	for f := n.frame; f != nil && f.hidden && f.fn != nil && !isSynthetic(f.fn.Name()); f = f.parent {
		pos = f.pos
	}
	return c.pos(pos)
}

func (c *compiler) locationInfo(l *location) model.Location {
	info := model.Location{Rest: l.rest, Held: l.held, Pos: c.stepPos(l.node), Stack: l.node.frame.stack(c)}
	info.Text = l.node.text.render(func(e *model.Expr) *model.Expr {
		if e.Op == model.Ref {
			if k, ok := l.consts[e.Var]; ok {
				return c.konst(k)
			}
		}
		return e
	})
	if l.node.kind == nEnd {
		info.Text = "finished"
		info.Stack = nil
	}
	return info
}

func (lk *linker) transition(x *exec, s *step, place map[model.VarID]model.VarID) model.Transition {
	c := lk.c
	from := map[model.VarID]model.VarID{} // where the locals lie before the step
	owned := map[model.VarID]bool{}
	for _, v := range s.from.stored {
		from[v] = place[v]
		owned[place[v]] = true
	}
	tr := model.Transition{Pos: c.stepPos(s.node), Events: slices.Clone(s.events), Branches: s.ifs}
	if s.node.frame != nil {
		tr.Func = funcOf(c, s.node.frame)
	}
	for i := range tr.Events {
		ev := &tr.Events[i]
		if ev.Value != nil {
			ev.Value = lk.expr(x, ev.Value, from)
		}
		ev.Parts = slices.Clone(ev.Parts)
		for j := range ev.Parts {
			ev.Parts[j].Value = lk.expr(x, ev.Parts[j].Value, from)
		}
		if ev.Kind == model.Step {
			tr.Text = ev.Text
		}
	}
	for _, g := range s.guard {
		tr.Guard = append(tr.Guard, lk.must(x, g, from, s))
	}
	for _, ch := range s.checks {
		ch.Cond = lk.must(x, ch.Cond, from, s)
		ch.Clauses = slices.Clone(ch.Clauses) // paths that part later share them
		for i := range ch.Clauses {
			cl := &ch.Clauses[i]
			if cl.Cond = lk.expr(x, cl.Cond, from); cl.Cond == nil { // what is left of the condition does not need it
				ch.Clauses = nil
				break
			}
		}
		tr.Checks = append(tr.Checks, ch)
	}
	vals, reset := map[model.VarID]*model.Expr{}, map[model.VarID]bool{}
	for v, e := range s.sets {
		if c.vars[v].Kind == model.Local {
			if r := lk.must(x, e, from, s); r.Op != model.Ref || r.Var != place[v] {
				vals[place[v]] = r
			}
			delete(owned, place[v])
		} else if id, ok := lk.id[v]; ok {
			vals[id] = lk.must(x, e, from, s)
		}
	}
	if !c.cfg.NoReset {
		for v := range owned { // a dead local must not tell states apart
			vals[v], reset[v] = c.konst(0), true
			lk.p.Stats.Reset++
		}
	}
	for v, e := range vals {
		tr.Effect = append(tr.Effect, model.Assign{Var: v, Val: e, Reset: reset[v]})
	}
	sort.Slice(tr.Effect, func(i, j int) bool { return tr.Effect[i].Var < tr.Effect[j].Var })
	return tr
}

func (lk *linker) must(x *exec, e *model.Expr, from map[model.VarID]model.VarID, s *step) *model.Expr {
	r := lk.expr(x, e, from)
	if r == nil {
		panic(fmt.Sprintf("compile: at %s a step depends on a variable that is not live there", lk.c.pos(s.node.pos)))
	}
	return r
}

// layOut packs the variables into words: none straddles two, and the widest are placed first.
func layOut(p *model.Program) {
	order := make([]model.VarID, len(p.Vars))
	for i := range order {
		order[i] = model.VarID(i)
		v := &p.Vars[i]
		v.Bits = bits.Len64(uint64(v.Max - v.Min))
	}
	sort.SliceStable(order, func(i, j int) bool { return p.Vars[order[i]].Bits > p.Vars[order[j]].Bits })
	var used []int
	for _, id := range order {
		v := &p.Vars[id]
		if v.Bits == 0 {
			continue
		}
		w := slices.IndexFunc(used, func(u int) bool { return u+v.Bits <= 64 })
		if w < 0 {
			w = len(used)
			used = append(used, 0)
		}
		v.Word, v.Shift = w, used[w]
		used[w] += v.Bits
		p.Bits += v.Bits
	}
	p.Words = max(1, len(used))
}
