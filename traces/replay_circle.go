package traces

import (
	"fmt"

	"hpmc/model"
	"hpmc/model/lockorder"
)

// replayCircle takes the run to each dependency of a circle of locks. All of them must come about as they did.
func (s *Saved) replayCircle(p *model.Program, prop int) *Replayed {
	res := &Replayed{}
	if len(s.Circle) == 0 {
		res.Why = "the trace has no circle of locks"
		return res
	}
	var deps []lockorder.Dependency
	var runs [][]int
	for i, l := range s.Circle {
		run := *s
		if i > 0 {
			run.Steps = l.Run
		}
		d := lockorder.Dependency{Held: l.Held.Lock, Wanted: l.Wanted.Lock}
		where := fmt.Sprintf("on the way to %s with %s held, ", d.Wanted, d.Held)
		r := &replay{saved: &run, p: p, at: p.Initial(), res: &Replayed{}, prop: prop}
		for n := range run.Steps {
			if !r.step(n) {
				res.Outcome, res.Why = r.res.Outcome, where+r.res.Why
				res.Notes = append(res.Notes, r.res.Notes...)
				return res
			}
		}
		for _, n := range r.res.Notes {
			res.Notes = append(res.Notes, where+n)
		}
		made := false
		if n := len(r.path); n > 0 {
			_, _, _, made = d.Made(p, r.path[n-1])
		}
		switch {
		case !made && r.gone > 0:
			res.Why = fmt.Sprintf("%s%s gone, and nobody waits for it at the end", where, isOrAre(r.gone))
			return res
		case !made:
			res.Outcome, res.Why = Impossible, where+"every step can be taken, but nobody waits for it at the end"
			return res
		}
		deps, runs = append(deps, d), append(runs, r.path)
	}
	t, err := NewCircle(p, prop, deps, runs)
	if err != nil { // the file has been changed: its dependencies are no circle
		res.Why = err.Error()
		return res
	}
	res.Outcome, res.Trace = Possible, t
	return res
}
