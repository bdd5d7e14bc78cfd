package browse

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"hpmc/explorer"
	"hpmc/model"
)

// The bounds of a jump.
const (
	jumpTime   = 5 * time.Second
	jumpMemory = 1 << 30 // bytes
)

// ErrNowhere is that no state looked for can be reached from a position.
var ErrNowhere = errors.New("no run from here leads there")

// Jump returns the shortest continuation of a path to a state in which an expression is true, at least one step away.
func (s *Session) Jump(ctx context.Context, path []int, expr string) ([]int, error) {
	with, err := s.Until(expr)
	if err != nil {
		return nil, err
	}
	if fingerprint(with) != s.hash {
		return nil, errors.New("with this expression the program has other steps: it speaks of what was left out of it")
	}
	return s.search(ctx, with, path, []int{len(with.Props) - 1})
}

// Violation returns the shortest continuation of a path, by one step or more, to a violation of any property that a run
// can violate.
func (s *Session) Violation(ctx context.Context, path []int) ([]int, error) {
	var props []int
	for i := range s.Program.Props {
		if k := s.Program.Props[i].Kind; k != model.Reachable && k != model.LockOrder {
			props = append(props, i)
		}
	}
	return s.search(ctx, s.Program, path, props)
}

// search returns the shortest continuation of a path, by one step or more, to where any of some properties of p is violated,
// or reached. Transitions of p have the numbers of the session's program.
func (s *Session) search(ctx context.Context, p *model.Program, path []int, props []int) ([]int, error) {
	states, err := (&Session{Program: p}).follow(path)
	if err != nil {
		return nil, err
	}
	at := states[len(states)-1]
	ctx, cancel := context.WithTimeout(ctx, jumpTime)
	defer cancel()
	if !holds(p, at, props) && slices.ContainsFunc(p.Transitions, func(t model.Transition) bool { return p.Enabled(at, &t) }) {
		way, err := nearest(ctx, p, at, props)
		return append(append([]int{}, path...), way...), err
	}
	// It is so already, or the end: look beyond each step that there is.
	var best []int
	for id := range p.Transitions {
		t := &p.Transitions[id]
		if !p.Enabled(at, t) {
			continue
		}
		next := make(model.State, p.Words)
		p.Apply(next, at, t)
		way := []int{}
		if !fails(p, at, t, props) {
			if way, err = nearest(ctx, p, next, props); errors.Is(err, ErrNowhere) {
				continue
			} else if err != nil {
				return nil, err
			}
		}
		if way = append([]int{id}, way...); best == nil || len(way) < len(best) {
			best = way
		}
	}
	if best == nil {
		return nil, ErrNowhere
	}
	return append(append([]int{}, path...), best...), nil
}

// nearest returns the shortest way from a state to where one of some properties is violated, or reached.
func nearest(ctx context.Context, p *model.Program, at model.State, props []int) ([]int, error) {
	way, err := explorer.Nearest(p, at, props, explorer.Options{Interrupt: ctx.Done(), MaxMem: jumpMemory})
	switch {
	case err != nil:
		return nil, err
	case way.Reason != "":
		return nil, fmt.Errorf("gave up after %d states; hpmc trace --until searches further", way.States)
	case way.Prop < 0:
		return nil, ErrNowhere
	}
	return way.Path, nil
}

// holds tells whether one of some properties of states is violated, or reached, in a state.
func holds(p *model.Program, s model.State, props []int) bool {
	for _, i := range props {
		switch pr := &p.Props[i]; pr.Kind {
		case model.Always:
			if p.Eval(s, pr.Cond) == 0 {
				return true
			}
		case model.Reachable:
			if p.Eval(s, pr.Cond) != 0 {
				return true
			}
		}
	}
	return false
}

// fails tells whether a transition from a state violates one of some properties that are checked at events.
func fails(p *model.Program, s model.State, t *model.Transition, props []int) bool {
	for _, ch := range t.Checks {
		for _, i := range props {
			if ch.Prop == i && p.Eval(s, ch.Cond) == 0 {
				return true
			}
		}
	}
	return false
}
