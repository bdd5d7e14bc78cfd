package explorer

import (
	"fmt"
	"slices"
	"testing"

	"hpmc/model"

	"pgregory.net/rapid"
)

// brute enumerates a program's states by other means than Run: values of variables in a map key, no packed
// states, its own evaluation of expressions, and distances by relaxation over the finished graph.
type brute struct {
	p     *model.Program
	vals  [][]int64
	index map[string]int
	edges []bruteEdge
	moves []int // per state, how many transitions are enabled
	dist  []int
	rest  []bool
}

type bruteEdge struct {
	from, to, tr int // to is -1 if the model is at fault
	failed       []int
}

func bruteEval(vals []int64, e *model.Expr) int64 {
	arg := func(i int) int64 { return bruteEval(vals, e.Args[i]) }
	is := func(b bool) int64 {
		if b {
			return 1
		}
		return 0
	}
	switch e.Op {
	case model.Const:
		return e.Val
	case model.Ref:
		return vals[e.Var]
	case model.Add:
		return arg(0) + arg(1)
	case model.Sub:
		return arg(0) - arg(1)
	case model.Rem:
		return arg(0) % arg(1)
	case model.And:
		return arg(0) & arg(1)
	case model.Or:
		return arg(0) | arg(1)
	case model.Xor:
		return arg(0) ^ arg(1)
	case model.Shr:
		return arg(0) >> arg(1)
	case model.Eq:
		return is(arg(0) == arg(1))
	case model.Ne:
		return is(arg(0) != arg(1))
	case model.Lt:
		return is(arg(0) < arg(1))
	case model.Le:
		return is(arg(0) <= arg(1))
	case model.LAnd:
		return arg(0) * arg(1)
	case model.LOr:
		return is(arg(0)+arg(1) > 0)
	case model.Not:
		return 1 - arg(0)
	case model.Ite:
		return arg(2 - int(arg(0)))
	}
	panic(e.Op)
}

func bruteKey(vals []int64) string { return fmt.Sprint(vals) }

// explore visits depth first.
func (b *brute) explore(vals []int64) int {
	key := bruteKey(vals)
	if i, ok := b.index[key]; ok {
		return i
	}
	p, i := b.p, len(b.vals)
	b.index[key] = i
	b.vals, b.moves = append(b.vals, vals), append(b.moves, 0)
	rest := true
	for th := range p.Threads {
		rest = rest && p.Threads[th].Locs[b.loc(vals, th)].Rest
	}
	b.rest = append(b.rest, rest)
	for id := range p.Transitions {
		t := &p.Transitions[id]
		if b.loc(vals, t.Thread) != t.From {
			continue
		}
		if slices.ContainsFunc(t.Guard, func(g *model.Expr) bool { return bruteEval(vals, g) == 0 }) {
			continue
		}
		b.moves[i]++
		e := bruteEdge{from: i, to: -1, tr: id}
		fault := false
		for c, ch := range t.Checks {
			if bruteEval(vals, ch.Cond) == 0 {
				e.failed = append(e.failed, c)
				fault = fault || p.Props[ch.Prop].Fault
			}
		}
		if !fault {
			next := slices.Clone(vals)
			for _, a := range t.Effect {
				next[a.Var] = bruteEval(vals, a.Val)
			}
			if pc := p.Threads[t.Thread].PC; pc >= 0 {
				next[pc] = int64(t.To)
			}
			e.to = b.explore(next)
		}
		b.edges = append(b.edges, e)
	}
	return i
}

func (b *brute) loc(vals []int64, th int) int {
	if pc := b.p.Threads[th].PC; pc >= 0 {
		return int(vals[pc])
	}
	return 0
}

const bruteFar = 1 << 30

func bruteForce(p *model.Program) *brute {
	b := &brute{p: p, index: map[string]int{}}
	init := make([]int64, len(p.Vars))
	for i := range p.Vars {
		init[i] = p.Vars[i].Init
	}
	b.explore(init)
	b.dist = make([]int, len(b.vals))
	for i := range b.dist {
		b.dist[i] = bruteFar
	}
	b.dist[0] = 0
	for changed := true; changed; { // Bellman and Ford
		changed = false
		for _, e := range b.edges {
			if e.to >= 0 && b.dist[e.from]+1 < b.dist[e.to] {
				b.dist[e.to] = b.dist[e.from] + 1
				changed = true
			}
		}
	}
	return b
}

// stuck tells whether no thread can move in a state and one should.
func (b *brute) stuck(i int) bool { return b.moves[i] == 0 && !b.rest[i] }

// nearest returns how many steps away a property's witness is, or bruteFar.
func (b *brute) nearest(prop int) int {
	best, pr := bruteFar, b.p.Props[prop]
	if pr.Kind == model.AtEvent {
		for _, e := range b.edges {
			for _, c := range e.failed {
				if b.p.Transitions[e.tr].Checks[c].Prop == prop {
					best = min(best, b.dist[e.from]+1)
				}
			}
		}
		return best
	}
	for i := range b.vals {
		if b.witness(prop, i) {
			best = min(best, b.dist[i])
		}
	}
	return best
}

// witness tells whether a state decides a property: by violating it, or for Reachable by showing it.
func (b *brute) witness(prop, i int) bool {
	switch pr := b.p.Props[prop]; pr.Kind {
	case model.Always:
		return bruteEval(b.vals[i], pr.Cond) == 0
	case model.Reachable:
		return bruteEval(b.vals[i], pr.Cond) != 0
	case model.Deadlock:
		return b.stuck(i)
	case model.Final:
		return b.moves[i] == 0 && b.rest[i] && bruteEval(b.vals[i], pr.Cond) == 0
	}
	return false
}

// compare returns how a result differs from the truth.
func (b *brute) compare(r *Result) error {
	p := b.p
	deadlocks, depth := 0, 0
	fired := make([]bool, len(p.Transitions))
	for i := range b.vals {
		if b.stuck(i) {
			deadlocks++
		}
		depth = max(depth, b.dist[i])
	}
	for _, e := range b.edges {
		fired[e.tr] = true
	}
	switch {
	case r.States != len(b.vals):
		return fmt.Errorf("%d states, want %d", r.States, len(b.vals))
	case r.Transitions != len(b.edges):
		return fmt.Errorf("%d transitions, want %d", r.Transitions, len(b.edges))
	case r.Deadlocks != deadlocks:
		return fmt.Errorf("%d deadlocks, want %d", r.Deadlocks, deadlocks)
	case r.Depth != depth:
		return fmt.Errorf("depth %d, want %d", r.Depth, depth)
	case r.Frontier != 0 || r.Reason != "":
		return fmt.Errorf("a complete search leaves a frontier of %d, %q", r.Frontier, r.Reason)
	case !slices.Equal(r.Fired, fired):
		return fmt.Errorf("fired %v, want %v", r.Fired, fired)
	case len(r.Props) != len(p.Props):
		return fmt.Errorf("%d properties, want %d", len(r.Props), len(p.Props))
	}
	verdict := Holds
	for i := range p.Props {
		far, pr := b.nearest(i), r.Props[i]
		want := Holds
		if (far < bruteFar) != (p.Props[i].Kind == model.Reachable) {
			want = Violated
		}
		if want == Violated {
			verdict = Violated
		}
		if pr.Verdict != want || pr.Prop != i {
			return fmt.Errorf("property %d (%v): %v, want %v", i, p.Props[i].Kind, pr.Verdict, want)
		}
		if far == bruteFar {
			if len(pr.Path) > 0 {
				return fmt.Errorf("property %d (%v): a path without a witness", i, p.Props[i].Kind)
			}
			continue
		}
		if len(pr.Path) != far {
			return fmt.Errorf("property %d (%v): a path of %d steps, the shortest has %d", i, p.Props[i].Kind, len(pr.Path), far)
		}
		if err := b.replay(i, pr); err != nil {
			return fmt.Errorf("property %d (%v): %v", i, p.Props[i].Kind, err)
		}
	}
	if r.Verdict != verdict {
		return fmt.Errorf("verdict %v, want %v", r.Verdict, verdict)
	}
	return nil
}

// replay follows a path and looks for the witness at its end.
func (b *brute) replay(prop int, pr PropResult) error {
	at := 0
	event := b.p.Props[prop].Kind == model.AtEvent
	for n, tr := range pr.Path {
		k := slices.IndexFunc(b.edges, func(e bruteEdge) bool { return e.from == at && e.tr == tr })
		if k < 0 {
			return fmt.Errorf("step %d of the path cannot happen", n)
		}
		e := b.edges[k]
		if n == len(pr.Path)-1 && event {
			if !slices.Contains(e.failed, pr.Check) || b.p.Transitions[tr].Checks[pr.Check].Prop != prop {
				return fmt.Errorf("the last step does not fail check %d", pr.Check)
			}
			return nil
		}
		if e.to < 0 {
			return fmt.Errorf("step %d is a fault of the model, and the path goes on", n)
		}
		at = e.to
	}
	if event || !b.witness(prop, at) {
		return fmt.Errorf("the path does not end in a witness")
	}
	if pr.Check != -1 {
		return fmt.Errorf("check %d of a property that is checked in states", pr.Check)
	}
	return nil
}

func TestBrute(t *testing.T) {
	states, programs, decided := 0, 0, map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		for range 3 {
			p := brutePrograms.Draw(rt, "program")
			r, b := Run(p, Options{}), bruteForce(p)
			if err := b.compare(r); err != nil {
				rt.Fatalf("%v\n%s", err, bruteText(p))
			}
			programs++
			states += r.States
			for i := range r.Props {
				decided[fmt.Sprint(p.Props[i].Kind, " ", r.Props[i].Verdict)]++
			}
		}
	})
	t.Logf("%d programs, %d states, verdicts %v", programs, states, decided)
}

// TestBruteBounds checks that a search which is cut short decides only what it has seen.
func TestBruteBounds(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := brutePrograms.Draw(rt, "program")
		closed := make(chan struct{})
		close(closed)
		for _, o := range []Options{{Interrupt: closed}, {MaxStates: 1}, {Timeout: 1}} {
			r, b := Run(p, o), bruteForce(p)
			if r.Reason == "" || r.Frontier == 0 {
				rt.Fatalf("stopped for %q with a frontier of %d", r.Reason, r.Frontier)
			}
			if r.Verdict == Holds {
				rt.Fatalf("a search cut short says that everything holds")
			}
			for i, pr := range r.Props {
				reach := p.Props[i].Kind == model.Reachable
				switch far := b.nearest(i); {
				case pr.Verdict == Inconclusive:
				case (pr.Verdict == Holds) != reach:
					rt.Fatalf("property %d (%v): %v after %d states", i, p.Props[i].Kind, pr.Verdict, r.States)
				case len(pr.Path) != far:
					rt.Fatalf("property %d: a path of %d steps, the shortest has %d", i, len(pr.Path), far)
				}
			}
		}
	})
}
