package stubborn_test

import (
	"hpmc/explorer/stubborn"
	"hpmc/model"
	"hpmc/model/lockorder"
)

// outcome is what a search is compared by.
type outcome struct {
	states, taken int
	stuck         map[string]int // states without a step, with their depth
	decided       []bool         // per property: violated, or reached
	depth         []int          // and the level at which that was found
	reduced       int            // states in which something was left out
	fired         []bool         // per transition: taken
}

// chooser chooses among the enabled transitions. full tells it to choose all.
type chooser func(p *model.Program, s model.State, enabled []int32) uint64

// search explores breadth-first, as the engine does. With proviso, a state whose reduced successors were all
// known when its level began is expanded in full.
func search(p *model.Program, choose chooser, proviso bool) *outcome {
	o := &outcome{stuck: map[string]int{}, decided: make([]bool, len(p.Props)), fired: make([]bool, len(p.Transitions)), depth: make([]int, len(p.Props))}
	seen := map[string]int{}
	var level, next []model.State
	depth := 0
	decide := func(prop int) {
		if !o.decided[prop] {
			o.decided[prop], o.depth[prop] = true, depth
		}
	}
	visit := func(s model.State, at int) {
		if _, known := seen[key(s)]; known {
			return
		}
		seen[key(s)] = at
		next = append(next, append(model.State(nil), s...))
	}
	visit(p.Initial(), 0)
	dst := make(model.State, p.Words)
	for ; len(next) > 0; depth++ {
		level, next = next, nil
		for _, s := range level {
			for i := range p.Props {
				switch pr := &p.Props[i]; pr.Kind {
				case model.Always:
					if p.Eval(s, pr.Cond) == 0 {
						decide(i)
					}
				case model.Reachable:
					if p.Eval(s, pr.Cond) != 0 {
						decide(i)
					}
				}
			}
		}
		for _, s := range level {
			enabled, any := candidates(p, s, decide)
			if !any {
				o.stuck[key(s)] = depth
				rest := p.AtRest(s)
				for i := range p.Props {
					switch pr := &p.Props[i]; {
					case pr.Kind == model.Deadlock && !rest, pr.Kind == model.Final && rest && p.Eval(s, pr.Cond) == 0:
						decide(i)
					}
				}
			}
			all := uint64(1)<<len(enabled) - 1
			take := all
			if choose != nil {
				take = choose(p, s, enabled)
			}
			if proviso && take != all {
				fresh := false
				for i, id := range enabled {
					if take>>i&1 != 0 {
						p.Apply(dst, s, &p.Transitions[id])
						at, known := seen[key(dst)]
						fresh = fresh || !known || at > depth
					}
				}
				if !fresh {
					take = all
				}
			}
			if take != all {
				o.reduced++
			}
			for i, id := range enabled {
				if take>>i&1 != 0 {
					o.taken++
					o.fired[id] = true
					p.Apply(dst, s, &p.Transitions[id])
					visit(dst, depth+1)
				}
			}
		}
	}
	o.states = len(seen)
	for i := range p.Props {
		if p.Props[i].Kind == model.LockOrder {
			o.decided[i] = lockorder.Circle(lockorder.Dependencies(p, o.fired)) != nil
		}
	}
	return o
}

// candidates returns the transitions that can be taken in a state, and whether any guard holds. It makes the
// checks.
func candidates(p *model.Program, s model.State, decide func(prop int)) (enabled []int32, any bool) {
	for th := range p.Threads {
		for _, id := range p.Threads[th].Out[p.Loc(s, th)] {
			t := &p.Transitions[id]
			if !p.Enabled(s, t) {
				continue
			}
			any = true
			ok := true
			for _, ch := range t.Checks {
				if p.Eval(s, ch.Cond) == 0 {
					decide(ch.Prop)
					ok = ok && !p.Props[ch.Prop].Fault
				}
			}
			if ok {
				enabled = append(enabled, int32(id))
			}
		}
	}
	return enabled, any
}

func key(s model.State) string {
	b := make([]byte, 0, 16)
	for _, w := range s {
		for j := range 8 {
			b = append(b, byte(w>>(8*j)))
		}
	}
	return string(b)
}

// by chooses with a Set.
func by(set *stubborn.Set) chooser {
	c := set.Chooser(nil)
	return func(p *model.Program, s model.State, enabled []int32) uint64 {
		locs := make([]uint16, len(p.Threads))
		for t := range locs {
			locs[t] = uint16(p.Loc(s, t))
		}
		return c.Choose(locs, enabled)
	}
}
