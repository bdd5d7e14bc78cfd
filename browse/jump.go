package browse

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"hpmc/model"
)

// The bounds of a jump.
const (
	jumpStates = 200_000
	jumpTime   = 5 * time.Second
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
	cond := with.Props[len(with.Props)-1].Cond
	return s.search(ctx, with, path, func(before model.State, t *model.Transition, after model.State) bool {
		return with.Eval(after, cond) != 0
	})
}

// Violation returns the shortest continuation of a path, by one step or more, to a violation of any property.
func (s *Session) Violation(ctx context.Context, path []int) ([]int, error) {
	p := s.Program
	return s.search(ctx, p, path, func(before model.State, t *model.Transition, after model.State) bool {
		for _, ch := range t.Checks {
			if p.Eval(before, ch.Cond) == 0 {
				return true
			}
		}
		return len(brokenIn(p, after)) > 0
	})
}

// search looks breadth-first from the end of a path for a step that goal accepts. Transitions of p have the numbers of
// the session's program.
func (s *Session) search(ctx context.Context, p *model.Program, path []int, goal func(before model.State, t *model.Transition, after model.State) bool) ([]int, error) {
	start := p.Initial()
	for i, id := range path {
		if id < 0 || id >= len(p.Transitions) || !p.Enabled(start, &p.Transitions[id]) {
			return nil, fmt.Errorf("step %d cannot be taken", i+1)
		}
		next := make(model.State, p.Words)
		p.Apply(next, start, &p.Transitions[id])
		start = next
	}
	type node struct {
		state       model.State
		parent, via int
	}
	nodes := []node{{start, -1, -1}}
	seen := map[string]bool{key(start): true}
	until := time.Now().Add(jumpTime)
	for i := 0; i < len(nodes); i++ {
		if len(nodes) > jumpStates || i%256 == 0 && time.Now().After(until) {
			return nil, fmt.Errorf("gave up after %d states; hpmc trace --until searches further", len(nodes))
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		at := nodes[i].state
		for id := range p.Transitions {
			t := &p.Transitions[id]
			if !p.Enabled(at, t) {
				continue
			}
			next := make(model.State, p.Words)
			p.Apply(next, at, t)
			if goal(at, t, next) {
				tail := []int{id}
				for n := i; nodes[n].parent >= 0; n = nodes[n].parent {
					tail = append(tail, nodes[n].via)
				}
				out := append([]int{}, path...)
				for n := len(tail) - 1; n >= 0; n-- {
					out = append(out, tail[n])
				}
				return out, nil
			}
			if k := key(next); !seen[k] {
				seen[k] = true
				nodes = append(nodes, node{next, i, id})
			}
		}
	}
	return nil, ErrNowhere
}

func key(s model.State) string {
	b := make([]byte, 0, 8*len(s))
	for _, w := range s {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return string(b)
}
