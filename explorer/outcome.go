package explorer

import (
	"hpmc/model"
	"hpmc/model/lockorder"
)

// order decides the order of locks.
func (pr *PropResult) order(circle []lockorder.Dependency, complete bool) {
	switch {
	case circle != nil:
		pr.Verdict, pr.Circle = Violated, circle
	case complete:
		pr.Verdict = Holds
	}
}

// result turns what the search found into verdicts.
func (s *search) result() *Result {
	r := &Result{Reason: s.reason, States: int(s.states.Load()), Transitions: s.trans, Deadlocks: s.dead, Depth: s.depth,
		Fired: s.fired, Workers: s.o.Workers, Reduced: s.reducer != nil, Words: s.layout.Words, Bits: s.layout.Bits, Resumed: s.resumed, Spilled: s.pool.spilled.Load(), Props: make([]PropResult, len(s.p.Props))}
	if s.reducer != nil {
		r.Acyclic = s.reducer.set.Acyclic()
	}
	complete := s.reason == ""
	if !complete {
		r.Frontier = r.States - s.done
	}
	leveled := s.reducer == nil || !s.runs() // or else levels, if there are any, are runs
	if !leveled && complete {
		r.Depth = 0
	}
	switch s.o.Store {
	case Fingerprint:
		n := float64(r.States)
		if s.layout.Words > 1 {
			r.Omission = n * (n - 1) / (1 << 32) / (1 << 33)
		}
	case Bitstate:
		complete = false
		if r.Reason == "" {
			r.Reason = "bitstate storage may have missed states"
		}
	}
	if complete {
		r.Verdict = Holds
	}
	circle := lockOrder(s.p, s.fired)
	for i := range r.Props {
		pr := &r.Props[i]
		*pr = PropResult{Prop: i, Check: -1, Depth: s.found[i]}
		if !leveled {
			pr.Depth = -1
		}
		if s.p.Props[i].Kind == model.LockOrder {
			pr.order(circle, complete)
			if pr.Verdict == Violated {
				r.Verdict = Violated
			}
			continue
		}
		reach := s.p.Props[i].Kind == model.Reachable
		switch {
		case s.found[i] >= 0 && reach, s.found[i] < 0 && complete && !reach:
			pr.Verdict = Holds
		case s.found[i] >= 0, complete:
			pr.Verdict = Violated
		}
		if pr.Verdict == Violated {
			r.Verdict = Violated
		}
	}
	return r
}
