package conformance

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"

	"hpmc/model"
)

// node is a place in the recording and what the program can have come to by then.
type node struct {
	state  model.State
	shows  []int32 // per thread, the list of what it must show before its next step
	who    []int8  // per task of viewed.tasks, the thread that it stands for, -1 while that is open
	pos    int     // events matched
	parent int32   // node; -1 for the first
	via    int32   // the transition taken, or matched, or again
	thread int32   // that did so
}

// What leads to a node other than a transition.
const (
	matched int32 = -1 // an event was
	again   int32 = -2 // a system call begins again
)

// search looks for a path that matches all events, depth first. The memory of what was seen makes it a search of a finite
// graph: what can still be matched depends on nothing but the pair.
type search struct {
	m        *machine
	v        *viewed
	prefix   bool
	max      int
	seen     map[string]struct{}
	nodes    []node
	stack    []int32
	best     int     // the most events that a path has matched
	frontier []int32 // the nodes that have
	key      []byte
}

// run returns the node at which all is matched, or -1 and, if the search was stopped, why.
func (s *search) run(ctx context.Context) (end int32, stopped string) {
	p := s.m.p
	who := make([]int8, len(s.v.tasks))
	for i := range who {
		who[i] = -1
	}
	s.add(node{state: p.Initial(), shows: s.m.start, who: who, parent: -1, via: matched})
	for n := 0; len(s.stack) > 0; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return -1, "interrupted"
		}
		if len(s.nodes) > s.max {
			return -1, fmt.Sprintf("stopped after %d states", s.max)
		}
		at := s.stack[len(s.stack)-1]
		s.stack = s.stack[:len(s.stack)-1]
		if s.done(&s.nodes[at]) {
			return at, ""
		}
		s.expand(at)
	}
	return -1, ""
}

// add puts a node on the stack unless its like was seen.
func (s *search) add(n node) {
	k := s.key[:0]
	for _, w := range n.state {
		k = binary.LittleEndian.AppendUint64(k, w)
	}
	for _, l := range n.shows {
		k = binary.LittleEndian.AppendUint32(k, uint32(l))
	}
	for _, t := range n.who {
		k = append(k, byte(t))
	}
	k = binary.LittleEndian.AppendUint32(k, uint32(n.pos))
	s.key = k
	if _, ok := s.seen[string(k)]; ok {
		return
	}
	s.seen[string(k)] = struct{}{}
	id := int32(len(s.nodes))
	s.nodes = append(s.nodes, n)
	s.stack = append(s.stack, id)
	if n.pos > s.best {
		s.best, s.frontier = n.pos, s.frontier[:0]
	}
	if n.pos == s.best {
		s.frontier = append(s.frontier, id)
	}
}

// done tells whether nothing is left to do: the recording has ended, and with it the run of the program. A work item that is
// queued, or a message that can be received, is something left.
func (s *search) done(n *node) bool {
	if n.pos < len(s.v.events) {
		return false
	}
	if s.prefix {
		return true
	}
	for _, l := range n.shows {
		if l != none {
			return false
		}
	}
	for i := range s.m.p.Transitions {
		if s.m.p.Enabled(n.state, &s.m.p.Transitions[i]) {
			return false
		}
	}
	return s.m.p.AtRest(n.state)
}

// expand adds what can come after a node. What is added last is looked at first: that the next event is matched, then
// steps of the threads that may match it, then those of others.
//
// If the next event can only be of one thread, and is what that thread must show next, nothing else need be tried: the
// thread can do nothing before it, and what others do makes no difference to it. If it is not what the thread must show,
// there is no way on.
func (s *search) expand(at int32) {
	n := s.nodes[at]
	var mine []int
	var ev *seen
	if n.pos < len(s.v.events) {
		ev = &s.v.events[n.pos]
		mine = ev.threads
		if ev.task >= 0 && n.who[ev.task] >= 0 {
			mine = nil
			for _, th := range ev.threads {
				if th == int(n.who[ev.task]) {
					mine = []int{th}
				}
			}
		}
		if len(mine) == 1 && n.shows[mine[0]] != none {
			s.match(at, n, ev, mine[0])
			return
		}
	}
	first := make([]bool, len(n.shows))
	for _, th := range mine {
		first[th] = true
	}
	for th := range n.shows {
		if !first[th] {
			s.steps(at, n, th)
		}
	}
	for _, th := range mine {
		s.steps(at, n, th)
	}
	for _, th := range mine {
		if n.shows[th] != none {
			s.match(at, n, ev, th)
		} else if l := s.m.again(th, s.m.p.Loc(n.state, th)); l != none && ev.matches(s.m.head(l)) {
			next := node{state: n.state, shows: slices.Clone(n.shows), who: n.who, pos: n.pos, parent: at, via: again, thread: int32(th)}
			next.shows[th] = l
			s.add(next)
		}
	}
}

// match adds what comes of it if an event is what a thread shows next, and if it can be.
func (s *search) match(at int32, n node, ev *seen, th int) {
	it := s.m.head(n.shows[th])
	if !ev.matches(it) {
		return
	}
	next := node{state: n.state, shows: slices.Clone(n.shows), who: n.who, pos: n.pos + 1, parent: at, via: matched, thread: int32(th)}
	next.shows[th] = s.m.lists[n.shows[th]].rest
	if ev.task >= 0 && n.who[ev.task] < 0 {
		next.who = slices.Clone(n.who)
		next.who[ev.task] = int8(th)
	}
	s.add(next)
}

// steps adds what comes of every step that a thread can take.
func (s *search) steps(at int32, n node, th int) {
	if n.shows[th] != none {
		return
	}
	p := s.m.p
	for _, id := range p.Threads[th].Out[p.Loc(n.state, th)] {
		t := &p.Transitions[id]
		if !p.Enabled(n.state, t) {
			continue
		}
		next := node{state: make(model.State, p.Words), shows: n.shows, who: n.who, pos: n.pos, parent: at, via: int32(id), thread: int32(th)}
		p.Apply(next.state, n.state, t)
		if l := s.m.shows(id, n.state); l != none {
			next.shows = slices.Clone(n.shows)
			next.shows[th] = l
		}
		s.add(next)
	}
}

// trace fills in what happens on the way to a node.
func (s *search) trace(end int32, r *Result) {
	p := s.m.p
	r.Threads = make([]ThreadCount, len(p.Threads))
	for i := range r.Threads {
		r.Threads[i].Name = p.Threads[i].Name
	}
	for at := end; at >= 0; at = s.nodes[at].parent {
		n := &s.nodes[at]
		if n.parent < 0 {
			break
		}
		c := &r.Threads[n.thread]
		switch {
		case n.via == again:
			r.Restarts++
			continue
		case n.via >= 0:
			r.Steps++
			c.Steps++
			continue
		}
		c.Events++
		ev := s.v.events[n.pos-1].ev
		r.Path = append(r.Path, Matched{ev, int(n.thread)})
		c.add(taskOf(ev))
	}
	for i, j := 0, len(r.Path)-1; i < j; i, j = i+1, j-1 {
		r.Path[i], r.Path[j] = r.Path[j], r.Path[i]
	}
	for i := range r.Threads {
		t := r.Threads[i].Tasks
		for a, b := 0, len(t)-1; a < b; a, b = a+1, b-1 {
			t[a], t[b] = t[b], t[a]
		}
	}
}

func (c *ThreadCount) add(task string) {
	for _, t := range c.Tasks {
		if t == task {
			return
		}
	}
	c.Tasks = append(c.Tasks, task)
}
