package stubborn_test

import (
	"fmt"
	"testing"

	"hpmc/explorer/internal/randprog"
	"hpmc/explorer/stubborn"
	"hpmc/model"
)

// TestAlone tries, on the states of random programs and of small rungs, what is said of transitions that are alone: nothing
// else is enabled where their thread stands, and whatever the other threads do, in any number of steps, the transition can
// come before it as well as behind it, and what it would have decided stays so.
func TestAlone(t *testing.T) {
	programs := map[string]*model.Program{}
	for seed := range 1500 {
		programs[fmt.Sprint("random ", seed)] = randprog.Programs.Example(seed)
	}
	for _, name := range []string{"pins-2", "smt-suspend-4"} {
		programs[name] = rung(t, name)
	}
	tried := 0
	for name, p := range programs {
		n, err := tryAlone(p)
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, text(p))
		}
		tried += n
	}
	t.Logf("%d transitions alone", tried)
	if tried < 1000 {
		t.Errorf("only %d transitions are alone", tried)
	}
}

// tryAlone returns in how many states an enabled transition is alone.
func tryAlone(p *model.Program) (tried int, err error) {
	set := stubborn.New(p, stubborn.Options{})
	if !set.Reduces() {
		return 0, nil
	}
	alone := set.Alone()
	seen := map[string]bool{key(p.Initial()): true}
	for work := []model.State{p.Initial()}; len(work) > 0 && len(seen) < 600; work = work[1:] {
		s := work[0]
		locs := make([]uint16, len(p.Threads))
		for t := range locs {
			locs[t] = uint16(p.Loc(s, t))
		}
		barred := alone.Barred(locs)
		enabled, _ := candidates(p, s, func(int) {})
		for _, a := range enabled {
			d := make(model.State, p.Words)
			p.Apply(d, s, &p.Transitions[a])
			if !seen[key(d)] {
				seen[key(d)] = true
				work = append(work, d)
			}
			if alone.Class[a]&^barred == 0 {
				continue
			}
			tried++
			for _, b := range enabled {
				if b != a && p.Transitions[b].Thread == p.Transitions[a].Thread {
					return tried, fmt.Errorf("%d is alone, and %d of the same thread is enabled", a, b)
				}
			}
			if err := others(p, s, a); err != nil {
				return tried, fmt.Errorf("%d is alone in %v: %v", a, s, err)
			}
		}
	}
	return tried, nil
}

// others lets all threads but that of transition a go on from a state.
func others(p *model.Program, s model.State, a int32) error {
	t := &p.Transitions[a]
	seen := map[string]bool{key(s): true}
	for work := []model.State{s}; len(work) > 0 && len(seen) < 60; work = work[1:] {
		s := work[0]
		before, after := make([]bool, len(p.Props)), make([]bool, len(p.Props))
		enabled, _ := candidates(p, s, func(prop int) { before[prop] = true })
		sa := make(model.State, p.Words)
		p.Apply(sa, s, t)
		candidates(p, sa, func(prop int) { after[prop] = true })
		alone := false
		for _, b := range enabled {
			alone = alone || b == a
		}
		if !alone {
			return fmt.Errorf("it is not enabled in %v", s)
		}
		for i := range p.Props {
			own := false // a check of the transition itself is made where it is taken
			for _, ch := range t.Checks {
				own = own || ch.Prop == i
			}
			violated := func(s model.State) bool {
				k := p.Props[i].Kind
				return (k == model.Always || k == model.Reachable) && (p.Eval(s, p.Props[i].Cond) == 0) == (k == model.Always)
			}
			if !own && before[i] && !after[i] || violated(s) && !violated(sa) {
				return fmt.Errorf("it ends what decides property %d in %v", i, s)
			}
		}
		for _, b := range enabled {
			u := &p.Transitions[b]
			if u.Thread == t.Thread {
				continue
			}
			sb, sab, sba := make(model.State, p.Words), make(model.State, p.Words), make(model.State, p.Words)
			p.Apply(sb, s, u)
			p.Apply(sba, sb, t)
			p.Apply(sab, sa, u)
			if !p.Enabled(sa, u) || key(sab) != key(sba) {
				return fmt.Errorf("it does not accord with %d in %v", b, s)
			}
			if !seen[key(sb)] {
				seen[key(sb)] = true
				work = append(work, sb)
			}
		}
	}
	return nil
}
