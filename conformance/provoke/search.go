package provoke

import (
	"slices"

	"hpmc/model"
	"hpmc/traces"
)

// outcome is what a search of a program under holds found.
type outcome struct {
	forced   bool // every run that the holds allow violates the property
	complete bool // the search was not stopped by its bound
	states   int
	last     model.State // if not forced: the end of a run without a violation
}

// search explores a program whose threads are held.
type search struct {
	p      *model.Program
	prop   int
	start  [][]move // per thread, the calls that begin before its first step
	moves  [][]move // per transition
	absent []bool   // per thread, whether it takes no part
}

func newSearch(p *model.Program, prop int) search {
	s := search{p: p, prop: prop, absent: make([]bool, len(p.Threads))}
	s.start, s.moves = movesOf(p)
	return s
}

// counter counts the events of one kind of a thread.
type counter struct {
	thread int
	move   move
	most   uint8 // as far as it matters
}

// held is a Hold in terms of counters.
type held struct {
	thread int
	at     int // the counter of the calls it may be held at
	nth    uint8
	until  int // a counter, or -1
	untilN uint8
}

// watch is what a search under holds keeps of a run beside the state: counts, and for each hold whether its thread stands at
// the beginning of the call. It is part of the key under which a state is stored.
type watch []byte

// under explores the runs that holds allow and in which no fault happens, up to their first violation of the property, with at
// most limit states. A run ends where no thread can go on: a hold that waits for the end of the program, or for what never
// comes, keeps its thread.
func (s *search) under(holds []Hold, limit int) outcome {
	counters, hs := s.compile(holds)
	type node struct {
		state model.State
		watch watch
	}
	start := node{s.p.Initial(), make(watch, len(counters)+len(hs))}
	for th, ms := range s.start {
		start.watch, _ = advance(start.watch, th, ms, counters, hs)
	}
	seen := map[string]bool{key(start.state, start.watch): true}
	todo := []node{start}
	for len(todo) > 0 {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		moved := false
		for th := range s.p.Threads {
			if s.absent[th] {
				continue
			}
			for _, id := range s.p.Threads[th].Out[s.p.Loc(n.state, th)] {
				tr := &s.p.Transitions[id]
				if !s.p.Enabled(n.state, tr) || s.faulty(tr) {
					continue
				}
				w, ok := advance(n.watch, th, s.moves[id], counters, hs)
				if !ok {
					continue
				}
				moved = true
				if s.violates(n.state, tr) {
					continue
				}
				next := node{make(model.State, s.p.Words), w}
				s.p.Apply(next.state, n.state, tr)
				if p := &s.p.Props[s.prop]; p.Kind == model.Always && s.p.Eval(next.state, p.Cond) == 0 {
					continue
				}
				k := key(next.state, next.watch)
				if seen[k] {
					continue
				}
				if len(seen) >= limit {
					return outcome{states: len(seen), last: next.state}
				}
				seen[k] = true
				todo = append(todo, next)
			}
		}
		if !moved {
			if p := &s.p.Props[s.prop]; p.Kind == model.Final && s.p.AtRest(n.state) && s.p.Eval(n.state, p.Cond) == 0 {
				continue
			}
			return outcome{complete: true, states: len(seen), last: n.state}
		}
	}
	return outcome{forced: true, complete: true, states: len(seen)}
}

// compile turns holds into counters of events, and holds in terms of these.
func (s *search) compile(holds []Hold) ([]counter, []held) {
	var counters []counter
	count := func(thread string, m move, nth int) int {
		th := slices.IndexFunc(s.p.Threads, func(t model.Thread) bool { return t.Name == thread })
		i := slices.IndexFunc(counters, func(c counter) bool { return c.thread == th && c.move == m })
		if i < 0 {
			i = len(counters)
			counters = append(counters, counter{thread: th, move: m})
		}
		counters[i].most = max(counters[i].most, uint8(nth))
		return i
	}
	var hs []held
	for _, h := range holds {
		x := held{at: count(h.Thread, move{model.Enter, h.Func}, h.Nth), nth: uint8(h.Nth), until: -1}
		if e := h.Until; e != (Event{}) {
			m := move{model.Enter, e.Func}
			if e.Return {
				m.kind = model.Leave
			}
			x.until, x.untilN = count(e.Thread, m, e.Nth), uint8(e.Nth)
		}
		x.thread = counters[x.at].thread
		hs = append(hs, x)
	}
	return counters, hs
}

// advance returns what becomes of a watch as a thread makes moves, or that a hold forbids them.
func advance(before watch, thread int, moves []move, counters []counter, hs []held) (watch, bool) {
	w := slices.Clone(before)
	standing := w[len(counters):]
	for _, m := range moves {
		if m.kind == model.Step {
			for i, h := range hs {
				if h.thread != thread || standing[i] == 0 {
					continue
				}
				if h.until < 0 || w[h.until] < h.untilN {
					return nil, false
				}
				standing[i] = 0
			}
			continue
		}
		for c := range counters {
			if counters[c].thread != thread || counters[c].move != m || w[c] > counters[c].most {
				continue
			}
			w[c]++
			for i, h := range hs {
				if h.at == c && h.nth == w[c] {
					standing[i] = 1
				}
			}
		}
	}
	return w, true
}

// faulty tells whether a transition uses up a fault.
func (s *search) faulty(tr *model.Transition) bool {
	return slices.ContainsFunc(tr.Effect, func(a model.Assign) bool { return s.p.Vars[a.Var].Kind == model.Budget })
}

func (s *search) violates(at model.State, tr *model.Transition) bool {
	return slices.ContainsFunc(tr.Checks, func(c model.Check) bool { return c.Prop == s.prop && s.p.Eval(at, c.Cond) == 0 })
}

// stuck says of each thread that waits in a state what for.
func (s *search) stuck(at model.State) []string {
	var out []string
	t := &traces.Trace{Program: s.p, States: []model.State{at}}
	for _, c := range t.Choices(0) {
		if c.Waits != "" && !s.absent[c.Thread] {
			out = append(out, s.p.Threads[c.Thread].Name+" is "+c.Waits)
		}
	}
	return out
}

func key(s model.State, w watch) string {
	b := make([]byte, 0, 8*len(s)+len(w))
	for _, x := range s {
		for j := range 8 {
			b = append(b, byte(x>>(8*j)))
		}
	}
	return string(append(b, w...))
}
