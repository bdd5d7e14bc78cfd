package explorer

import (
	"cmp"
	"math/bits"
	"slices"
)

// The canonical counterexample is, among the shortest, one with the fewest context switches; of those one in which the
// fewest threads act; and of those the first in the order of transitions. It is chosen after the search, on the graph of
// all shortest paths, which has levels: backwards, level by level, it is found for each state and each thread that can
// take the next step how many switches must follow, and which sets of threads can act if no more than that do. Then
// a single pass forwards takes, step by step, the first transition with which the best can still be had.

// crossing is a state on the shortest paths, by the threads that can go on from it.
type crossing []way

// way is what follows if a certain thread takes the next step.
type way struct {
	thread   int
	switches int      // the fewest that must follow the step
	acting   []uint64 // sets of the threads that act from this step on with so few switches; none contains another
}

// stage is the states of one level that lie on the shortest paths.
type stage struct {
	words     int
	states    []uint64
	index     map[uint64]int32 // by hash, or the next number that is free
	crossings []crossing       // nil if this is where the paths end
}

// mostActing bounds the sets of threads that are kept for a way. If there are more, which are kept depends on nothing but
// the program, but the threads that act may be more than the fewest.
const mostActing = 64

func newStage(words int, states []uint64) *stage {
	g := &stage{words: words, states: states, index: make(map[uint64]int32, len(states)/words)}
	for i := range len(states) / words {
		h := hashState(g.state(i))
		for {
			if _, taken := g.index[h]; !taken {
				break
			}
			h++
		}
		g.index[h] = int32(i)
	}
	return g
}

func (g *stage) state(i int) []uint64 { return g.states[i*g.words : (i+1)*g.words] }

// find returns the number of a state, or -1.
func (g *stage) find(s []uint64) int {
	for h := hashState(s); ; h++ {
		i, ok := g.index[h]
		if !ok {
			return -1
		}
		if slices.Equal(g.state(int(i)), s) {
			return int(i)
		}
	}
}

// nobody is the thread that took the step before the first.
const nobody = -1

// onward returns how many switches must follow in state i after a step of a thread, and the sets of threads that act then.
func (g *stage) onward(i, thread int) (switches int, acting []uint64) {
	if g.crossings == nil {
		return 0, []uint64{0}
	}
	first := true
	for _, w := range g.crossings[i] {
		n := w.switches
		if thread != nobody && thread != w.thread {
			n++
		}
		if first || n < switches {
			first, switches, acting = false, n, w.acting
		} else if n == switches {
			acting = leastSets(acting, w.acting)
		}
	}
	return switches, acting
}

// leastSets returns the sets of a and b that contain no other one.
func leastSets(a, b []uint64) []uint64 {
	all := slices.Concat(a, b)
	slices.SortFunc(all, func(x, y uint64) int {
		return cmp.Or(cmp.Compare(bits.OnesCount64(x), bits.OnesCount64(y)), cmp.Compare(x, y))
	})
	var out []uint64
	for _, x := range all {
		if !slices.ContainsFunc(out, func(y uint64) bool { return x&y == y }) && len(out) < mostActing {
			out = append(out, x)
		}
	}
	return out
}

// move is a step that leads on, or the last one.
type move struct {
	id, thread int
	to         int // in the next stage
	check      int // of the last step, that fails
}

// add notes that a thread can take a step, after which so much must follow.
func (c crossing) add(thread, switches int, acting []uint64) crossing {
	bit := uint64(1) << (thread % 64)
	with := make([]uint64, len(acting))
	for i, a := range acting {
		with[i] = a | bit
	}
	with = leastSets(with, nil)
	i := slices.IndexFunc(c, func(w way) bool { return w.thread == thread })
	switch {
	case i < 0:
		return append(c, way{thread, switches, with})
	case switches < c[i].switches:
		c[i].switches, c[i].acting = switches, with
	case switches == c[i].switches:
		c[i].acting = leastSets(c[i].acting, with)
	}
	return c
}

// moves returns the steps from a state to the next stage, or those that break the property if there is none, in the
// order of transitions.
func (f *finder) moves(st []uint64, next *stage, prop int) []move {
	if next == nil {
		return f.endings(st, prop)
	}
	var ms []move
	f.st.Take(st)
	for _, t := range f.enabled() {
		if f.faulty(t) {
			continue
		}
		if to := next.find(f.st.After(t)); to >= 0 {
			ms = append(ms, move{t.ID, f.s.p.Transitions[t.ID].Thread, to, -1})
		}
	}
	return ms
}

// cross finds the crossings of a stage, behind which next comes.
func (f *finder) cross(g, next *stage, prop int) {
	g.crossings = make([]crossing, len(g.states)/g.words)
	for i := range g.crossings {
		for _, m := range f.moves(g.state(i), next, prop) {
			if next == nil {
				g.crossings[i] = g.crossings[i].add(m.thread, 0, []uint64{0})
				continue
			}
			switches, acting := next.onward(m.to, m.thread)
			g.crossings[i] = g.crossings[i].add(m.thread, switches, acting)
		}
	}
}

// choose returns the canonical path through the stages, and the check that fails at its end. If ends, the last stage is
// left by a step that breaks the property.
func (f *finder) choose(stages []*stage, prop int, ends bool) (path []int, check int) {
	check = -1
	at, thread, acted := 0, nobody, uint64(0)
	left, acting := stages[0].onward(0, nobody)
	least := 64
	for _, a := range acting {
		least = min(least, bits.OnesCount64(a))
	}
	for k, g := range stages {
		var next *stage
		if k+1 < len(stages) {
			next = stages[k+1]
		} else if !ends {
			break
		}
		ms := f.moves(g.state(at), next, prop)
		best := slices.IndexFunc(ms, func(m move) bool {
			n, sets := 0, []uint64{0}
			if next != nil {
				n, sets = next.onward(m.to, m.thread)
			}
			if thread != nobody && thread != m.thread {
				n++
			}
			return n == left && slices.ContainsFunc(sets, func(a uint64) bool {
				return bits.OnesCount64(acted|1<<(m.thread%64)|a) <= least
			})
		})
		m := ms[best]
		if thread != nobody && thread != m.thread {
			left--
		}
		path, check = append(path, m.id), m.check
		at, thread, acted = m.to, m.thread, acted|1<<(m.thread%64)
	}
	return path, check
}
