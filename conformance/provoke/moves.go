package provoke

import (
	"strings"

	"hpmc/model"
)

// move is a part of a transition as a probe at functions sees it.
type move struct {
	kind model.EventKind // Enter, Leave, or Step: something that others can see
	name string          // of the function
}

// movesOf returns the moves of every transition: the calls that begin and return in it, in order, and its step. A call
// begins as soon as the step before it is done, so those with which all ways to go on from a location begin belong to the
// transitions that lead there, or to the start of the thread.
//
// Not every return is an event of a transition; a call has also returned when a later event happens outside of it, or when the
// location that the transition leads to is. Taking a lock may be a call, too.
func movesOf(p *model.Program) (start, moves [][]move) {
	out := make([][]move, len(p.Transitions))
	for i := range p.Transitions {
		tr := &p.Transitions[i]
		locs := p.Threads[tr.Thread].Locs
		var stack []string
		for _, f := range locs[tr.From].Stack {
			stack = append(stack, f.Func)
		}
		var ms []move
		cut := func(depth int) {
			for len(stack) > depth {
				ms = append(ms, move{model.Leave, stack[len(stack)-1]})
				stack = stack[:len(stack)-1]
			}
		}
		stepped := false
		for j := range tr.Events {
			e := &tr.Events[j]
			cut(max(e.Depth, 0))
			switch e.Kind {
			case model.Enter:
				name, _, _ := strings.Cut(e.Text, "(")
				stack = append(stack, name)
				ms = append(ms, move{model.Enter, name})
			case model.Step:
				stepped = true
				if name := lockCall(e); name != "" {
					ms = append(ms, move{model.Enter, name}, move{kind: model.Step}, move{model.Leave, name})
				} else {
					ms = append(ms, move{kind: model.Step})
				}
			}
		}
		cut(len(locs[tr.To].Stack))
		if !stepped {
			ms = append([]move{{kind: model.Step}}, ms...)
		}
		out[i] = ms
	}
	start = make([][]move, len(p.Threads))
	for th := range p.Threads {
		begin := p.Loc(p.Initial(), th)
		for loc, leaving := range p.Threads[th].Out {
			first := commonCalls(out, leaving)
			if len(first) == 0 {
				continue
			}
			for _, id := range leaving {
				out[id] = out[id][len(first):]
			}
			for i := range p.Transitions {
				if tr := &p.Transitions[i]; tr.Thread == th && tr.To == loc {
					out[i] = append(out[i], first...)
				}
			}
			if loc == begin {
				start[th] = first
			}
		}
	}
	return start, out
}

// commonCalls returns the calls with which all of some transitions begin.
func commonCalls(moves [][]move, transitions []int) []move {
	var out []move
	for n := 0; len(transitions) > 0; n++ {
		m := moves[transitions[0]][n]
		for _, id := range transitions {
			if m.kind != model.Enter || moves[id][n] != m {
				return out
			}
		}
		out = append(out, m)
	}
	return out
}
