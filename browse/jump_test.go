package browse_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"hpmc/browse"
	"hpmc/model"
)

// TestNearest jumps from places all over a program, and compares with a search by the plain interpreter: the way is
// as short, can be taken, and ends where the expression is true, or where something is violated.
func TestNearest(t *testing.T) {
	for _, c := range []struct{ scenario, kernel, expr string }{
		{"online-uevent", "v5.12", "k.Top.EffectiveCPUs.Has(1)"},
		{"online-uevent", "wait-under-lock", "k.CPUActiveMask.Has(1)"},
		{"off-on-second-writer", "tglx", "!k.CPUOnlineMask.Has(1)"},
	} {
		s := session(t, c.scenario, c.kernel)
		with, err := s.Until(c.expr)
		if err != nil {
			t.Fatal(err)
		}
		goal := with.Props[len(with.Props)-1].Cond
		reached := func(_ model.State, _ *model.Transition, after model.State) bool { return with.Eval(after, goal) != 0 }
		p := s.Program
		broken := func(before model.State, tr *model.Transition, after model.State) bool {
			for _, ch := range tr.Checks {
				if p.Eval(before, ch.Cond) == 0 {
					return true
				}
			}
			stuck := true
			for i := range p.Transitions {
				stuck = stuck && !p.Enabled(after, &p.Transitions[i])
			}
			for i := range p.Props {
				switch pr := &p.Props[i]; {
				case pr.Kind == model.Always && p.Eval(after, pr.Cond) == 0,
					pr.Kind == model.Deadlock && stuck && !p.AtRest(after),
					pr.Kind == model.Final && stuck && p.AtRest(after) && p.Eval(after, pr.Cond) == 0:
					return true
				}
			}
			return false
		}
		far := 0
		for _, path := range paths(p, 60) {
			for name, x := range map[string]struct {
				goal func(model.State, *model.Transition, model.State) bool
				jump func() ([]int, error)
			}{
				"jump":      {reached, func() ([]int, error) { return s.Jump(context.Background(), path, c.expr) }},
				"violation": {broken, func() ([]int, error) { return s.Violation(context.Background(), path) }},
			} {
				want := distance(p, path, x.goal)
				got, err := x.jump()
				if want < 0 {
					if !errors.Is(err, browse.ErrNowhere) {
						t.Fatalf("%s on %s, %s from %v: %v, %v", c.scenario, c.kernel, name, path, got, err)
					}
					continue
				}
				if err != nil || len(got) != len(path)+want {
					t.Fatalf("%s on %s, %s from %v: %v, %v; want %d more", c.scenario, c.kernel, name, path, got, err, want)
				}
				at, before := follow(p, got), follow(p, got[:len(got)-1])
				if !x.goal(before, &p.Transitions[got[len(got)-1]], at) {
					t.Fatalf("%s on %s, %s from %v ends elsewhere", c.scenario, c.kernel, name, path)
				}
				far = max(far, want)
			}
		}
		if far < 5 {
			t.Errorf("%s: no jump goes further than %d steps", c.scenario, far)
		}
	}
}

// paths returns paths to states all over a program.
func paths(p *model.Program, n int) (out [][]int) {
	for i := range n {
		var path []int
		s := p.Initial()
		for len(path) < i%20 {
			var can []int
			for id := range p.Transitions {
				if p.Enabled(s, &p.Transitions[id]) {
					can = append(can, id)
				}
			}
			if can == nil {
				break
			}
			path = append(path, can[(i*7+len(path)*3)%len(can)])
			s = follow(p, path)
		}
		out = append(out, path)
	}
	return out
}

func follow(p *model.Program, path []int) model.State {
	s := p.Initial()
	for _, id := range path {
		next := make(model.State, p.Words)
		p.Apply(next, s, &p.Transitions[id])
		s = next
	}
	return s
}

// distance returns how many steps it is to one that goal accepts, breadth first; -1 if there is none.
func distance(p *model.Program, path []int, goal func(model.State, *model.Transition, model.State) bool) int {
	level := []model.State{follow(p, path)}
	seen := map[string]bool{fmt.Sprint(level[0]): true}
	for n := 1; len(level) > 0; n++ {
		var following []model.State
		for _, s := range level {
			for id := range p.Transitions {
				t := &p.Transitions[id]
				if !p.Enabled(s, t) {
					continue
				}
				next := make(model.State, p.Words)
				p.Apply(next, s, t)
				if goal(s, t, next) {
					return n
				}
				if k := fmt.Sprint(next); !seen[k] {
					seen[k] = true
					following = append(following, next)
				}
			}
		}
		level = following
	}
	return -1
}
