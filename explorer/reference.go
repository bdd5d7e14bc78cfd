package explorer

import (
	"fmt"
	"slices"
	"time"

	"hpmc/model"
)

// Run explores all states of p breadth-first with one thread, storing every state exactly. It is the
// reference: it evaluates the program as model defines it and does nothing clever.
func Run(p *model.Program, o Options) *Result {
	r := newRun(p, o)
	r.search()
	return r.finish()
}

// run is a search under way. State i of the visited set is states[i*Words : (i+1)*Words].
type run struct {
	p      *model.Program
	o      Options
	start  time.Time
	index  map[string]int32
	states []uint64
	parent []int32 // the state from which it was first reached; -1 for the initial one
	via    []int32 // the transition that reached it
	res    *Result
	stop   string
	key    []byte
}

func newRun(p *model.Program, o Options) *run {
	r := &run{p: p, o: o, start: time.Now(), index: map[string]int32{}, key: make([]byte, 8*p.Words)}
	r.res = &Result{Fired: make([]bool, len(p.Transitions)), Props: make([]PropResult, len(p.Props))}
	for i := range r.res.Props {
		r.res.Props[i] = PropResult{Prop: i, Check: -1}
	}
	return r
}

func (r *run) state(i int) model.State { return r.states[i*r.p.Words : (i+1)*r.p.Words] }

// visit adds a state to the visited set if it is new, and checks it.
func (r *run) visit(s model.State, parent, via int32) {
	for i, w := range s {
		for j := range 8 {
			r.key[8*i+j] = byte(w >> (8 * j))
		}
	}
	if _, seen := r.index[string(r.key)]; seen {
		return
	}
	id := int32(len(r.parent))
	r.index[string(r.key)] = id
	r.states = append(r.states, s...)
	r.parent = append(r.parent, parent)
	r.via = append(r.via, via)
	for i := range r.p.Props {
		pr := &r.p.Props[i]
		switch pr.Kind {
		case model.Always:
			if r.undecided(i) && r.p.Eval(s, pr.Cond) == 0 {
				r.decide(i, Violated, int(id), -1, -1)
			}
		case model.Reachable:
			if r.undecided(i) && r.p.Eval(s, pr.Cond) != 0 {
				r.decide(i, Holds, int(id), -1, -1)
			}
		}
	}
}

func (r *run) undecided(prop int) bool { return r.res.Props[prop].Verdict == Inconclusive }

// decide records the first, and so the shortest, way to an outcome: to state id, then by transition last
// unless that is negative.
func (r *run) decide(prop int, v Verdict, id, last, check int) {
	if !r.undecided(prop) {
		return
	}
	pr := &r.res.Props[prop]
	pr.Verdict, pr.Check, pr.Path = v, check, r.path(id)
	if last >= 0 {
		pr.Path = append(pr.Path, last)
	}
}

// path returns the way by which a state was first reached.
func (r *run) path(id int) (path []int) {
	for i := int32(id); r.parent[i] >= 0; i = r.parent[i] {
		path = append(path, int(r.via[i]))
	}
	slices.Reverse(path)
	return path
}

// runTo returns a shortest run that ends in one of some transitions, of which one can be taken.
func (r *run) runTo(ends []int) []int {
	for i := range r.parent {
		for _, id := range ends {
			if r.p.Enabled(r.state(i), &r.p.Transitions[id]) {
				return append(r.path(i), id)
			}
		}
	}
	return nil
}

func (r *run) search() {
	next := make(model.State, r.p.Words)
	r.visit(r.p.Initial(), -1, -1)
	levelEnd := 1
	for i := 0; i < len(r.parent); i++ {
		if i == levelEnd {
			levelEnd = len(r.parent)
			r.res.Depth++
		}
		if (i&1023 == 0 || r.o.MaxStates > 0 && len(r.parent) >= r.o.MaxStates) && r.bounded(i) {
			r.res.Frontier = len(r.parent) - i
			return
		}
		r.expand(i, next)
	}
}

// bounded reports progress, and tells whether a bound stops the search.
func (r *run) bounded(expanded int) bool {
	elapsed := time.Since(r.start)
	if r.o.Progress != nil {
		r.o.Progress(Progress{States: len(r.parent), Transitions: r.res.Transitions, Depth: r.res.Depth, Frontier: len(r.parent) - expanded, Elapsed: elapsed})
	}
	select {
	case <-r.o.Interrupt:
		r.stop = "interrupted"
	default:
	}
	switch {
	case r.o.MaxStates > 0 && len(r.parent) >= r.o.MaxStates:
		r.stop = fmt.Sprintf("%d states reached", r.o.MaxStates)
	case r.o.Timeout > 0 && elapsed > r.o.Timeout:
		r.stop = fmt.Sprintf("%v passed", r.o.Timeout)
	}
	return r.stop != ""
}

// expand takes every enabled transition of state i.
func (r *run) expand(i int, next model.State) {
	p := r.p
	enabled := 0
	for th := range p.Threads {
		loc := p.Loc(r.state(i), th)
		for _, id := range p.Threads[th].Out[loc] {
			t := &p.Transitions[id]
			s := r.state(i) // visit may move the states
			if !p.Enabled(s, t) {
				continue
			}
			enabled++
			r.res.Transitions++
			r.res.Fired[id] = true
			faulty := false
			for c := range t.Checks {
				ch := &t.Checks[c]
				if p.Eval(s, ch.Cond) != 0 {
					continue
				}
				r.decide(ch.Prop, Violated, i, id, c)
				faulty = faulty || p.Props[ch.Prop].Fault
			}
			if faulty {
				continue // the model means nothing beyond a fault of its own
			}
			p.Apply(next, s, t)
			r.visit(next, int32(i), int32(id))
		}
	}
	if enabled > 0 {
		return
	}
	s := r.state(i)
	rest := p.AtRest(s)
	if !rest {
		r.res.Deadlocks++
	}
	for j := range p.Props {
		switch pr := &p.Props[j]; pr.Kind {
		case model.Deadlock:
			if !rest {
				r.decide(j, Violated, i, -1, -1)
			}
		case model.Final:
			if rest && p.Eval(s, pr.Cond) == 0 {
				r.decide(j, Violated, i, -1, -1)
			}
		}
	}
}

// finish turns what the search found into verdicts.
func (r *run) finish() *Result {
	res := r.res
	res.States = len(r.parent)
	res.Elapsed = time.Since(r.start)
	res.Reason = r.stop
	complete := r.stop == ""
	res.Verdict = Inconclusive
	if complete {
		res.Verdict = Holds
	}
	circle := lockOrder(r.p, res.Fired)
	for i := range res.Props {
		pr := &res.Props[i]
		if r.p.Props[i].Kind == model.LockOrder {
			pr.order(circle, complete)
			for _, d := range pr.Circle {
				pr.Runs = append(pr.Runs, r.runTo(d.Ends))
			}
			if pr.Circle != nil {
				pr.turn()
			}
		} else if pr.Verdict == Inconclusive && complete {
			pr.Verdict = Holds
			if r.p.Props[i].Kind == model.Reachable {
				pr.Verdict = Violated
			}
		}
		if pr.Verdict == Violated {
			res.Verdict = Violated
		}
	}
	return res
}
