package provoke

import (
	"slices"

	"hpmc/model"
	"hpmc/traces"
)

// Extraction is what Extract found.
type Extraction struct {
	Holds  []Hold
	Forced bool     // under the holds, every interleaving of the model violates the property
	Stuck  []string // if not: what the threads wait for at the end of one that does not
	States int      // explored on the way
	Gaps   []Gap    // where the trace keeps a thread waiting that could go on
}

// Gap is a part of a trace in which a thread could take a step, and others do.
type Gap struct {
	Thread string
	To     int      // the step of the trace, counting from 1, that the thread takes at last; 0 if it takes none any more
	Text   string   // the statement that it stands before
	Calls  []string // the functions that it calls next, whether it can be held there or not
	holds  []Hold   // the ways to keep it waiting
}

// Limits of a search for holds.
const (
	mostPoints = 4         // calls at which to hold a thread, a gap
	mostEvents = 4         // events to wait for, a gap
	mostHolds  = 3         // in a set
	mostStates = 1_000_000 // explored in all
)

// Extract finds the smallest set of holds under which no interleaving of the trace's program avoids the violation of its
// property; of several, one that is close to the trace. Threads of the scenario that do not act in the trace take no part.
// canProbe tells which functions a thread can be held at. If the program sees the violation by what a function returns, seen
// names that function.
//
// Candidates are taken from the context switches of the trace: where a thread could go on and others do, it is held at the next
// call that it makes, until the thread that acts before it again makes or returns from a call. That a set is enough is decided by
// exploring the program under it. If no set is, the holds are those for every switch, as far as there are any.
func Extract(t *traces.Trace, canProbe func(function string) bool, seen string) Extraction {
	x := extractor{t: t, p: t.Program, canProbe: canProbe, seen: seen}
	x.search = newSearch(t.Program, t.Prop)
	acting := t.Threads()
	for th := range x.p.Threads {
		if x.search.absent[th] = !x.p.Threads[th].Daemon && !slices.Contains(acting, th); !x.search.absent[th] {
			x.gapsOf(th)
		}
	}
	res := Extraction{Gaps: x.gaps}
	res.Holds, res.Forced = x.smallest()
	if !res.Forced {
		res.Stuck = x.stuckUnder(res.Holds)
	}
	res.States = x.states
	return res
}

type extractor struct {
	t        *traces.Trace
	p        *model.Program
	canProbe func(string) bool
	seen     string
	search   search
	gaps     []Gap
	states   int
}

// mark is a move of a thread, with the step of the trace that it belongs to: len(Steps) for one that the trace does not come to.
type mark struct {
	move
	step int
	nth  int // of its kind
}

// course returns the moves of a thread in the trace, and those that it would make next if it went on alone from state at.
func (x *extractor) course(th, at int) []mark {
	var out []mark
	counts := map[move]int{}
	add := func(step int, ms []move) {
		for _, m := range ms {
			counts[m]++
			out = append(out, mark{m, step, counts[m]})
		}
	}
	add(-1, x.search.start[th])
	for i, id := range x.t.Steps {
		if x.p.Transitions[id].Thread == th {
			add(i, x.search.moves[id])
		}
	}
	s := x.t.States[at]
	for range 40 {
		tr := x.next(s, th)
		if tr == nil {
			break
		}
		add(len(x.t.Steps), x.search.moves[tr.ID])
		after := make(model.State, x.p.Words)
		x.p.Apply(after, s, tr)
		s = after
	}
	return out
}

// next returns a step that a thread can take, other than a fault.
func (x *extractor) next(s model.State, th int) *model.Transition {
	for _, id := range x.p.Threads[th].Out[x.p.Loc(s, th)] {
		if tr := &x.p.Transitions[id]; x.p.Enabled(s, tr) && !x.search.faulty(tr) {
			return tr
		}
	}
	return nil
}

func (x *extractor) gapsOf(th int) {
	steps := x.t.Steps
	from := 0 // the state after the thread's last step
	for i := 0; i <= len(steps); i++ {
		if i < len(steps) && x.p.Transitions[steps[i]].Thread != th {
			continue
		}
		could := -1
		for j := from; j < min(i, len(steps)); j++ {
			if x.next(x.t.States[j], th) != nil {
				could = j
				break
			}
		}
		if could >= 0 {
			x.gap(th, could, i)
		}
		from = i + 1
	}
}

// gap adds the gap of a thread that could go on in state from, and does so at step to.
func (x *extractor) gap(th, from, to int) {
	g := Gap{Thread: x.p.Threads[th].Name, Text: x.p.Threads[th].Locs[x.p.Loc(x.t.States[from], th)].Text}
	if to < len(x.t.Steps) {
		g.To = to + 1
	}
	course := x.course(th, len(x.t.States)-1)
	if to == len(x.t.Steps) {
		course = x.course(th, from)
	}
	for _, at := range x.points(course, to) {
		if g.Calls = append(g.Calls, at.name); !x.canHold(g.Thread, at.name) {
			continue
		}
		for _, until := range x.events(th, to) {
			g.holds = append(g.holds, Hold{Thread: g.Thread, Func: at.name, Nth: at.nth, Until: until})
		}
	}
	x.gaps = append(x.gaps, g)
}

// canHold tells whether a thread can be held at a function, or seen to call it.
func (x *extractor) canHold(thread, function string) bool {
	work := works[thread]
	return x.canProbe(function) && (work == "" || x.canProbe(work))
}

// points returns the calls at which a thread might be held that is to take step to no earlier than the trace does: those that
// begin after the step before it, up to so many of those that can be probed.
func (x *extractor) points(course []mark, to int) []mark {
	first, probed := 0, 0
	for i, m := range course {
		if m.step >= to {
			break
		}
		if m.kind == model.Step {
			first = i + 1
		}
	}
	var out []mark
	for _, m := range course[first:] {
		if m.kind != model.Enter {
			continue
		}
		if out = append(out, m); x.canProbe(m.name) {
			if probed++; probed == mostPoints {
				break
			}
		}
	}
	return out
}

// events returns what a thread may wait for that is to take step to: what the thread that steps before it does next.
func (x *extractor) events(th, to int) []Event {
	var out []Event
	last := x.p.Transitions[x.t.Steps[to-1]].Thread
	if last == th {
		return []Event{{}}
	}
	end := to == len(x.t.Steps)
	passed := false
	for _, m := range x.course(last, len(x.t.States)-1) {
		passed = passed || m.step == to-1 && m.kind == model.Step
		if !passed || m.kind == model.Step || !x.canHold(x.p.Threads[last].Name, m.name) || len(out) == mostEvents {
			continue
		}
		if end && (m.kind != model.Leave || m.name != x.seen) {
			continue // what the program looks at must stay as it is until it has looked
		}
		out = append(out, Event{Thread: x.p.Threads[last].Name, Func: m.name, Nth: m.nth, Return: m.kind == model.Leave})
	}
	if end {
		out = append(out, Event{})
	}
	return out
}

// smallest returns the first of the smallest sets of holds that force the violation, at most one for each gap, or, if there
// is none, the first hold of every gap.
func (x *extractor) smallest() ([]Hold, bool) {
	for size := 0; size <= min(mostHolds, len(x.gaps)); size++ {
		if set, ok := x.sets(nil, 0, size); ok {
			return set, true
		}
	}
	var all []Hold
	for _, g := range x.gaps {
		if len(g.holds) > 0 {
			all = append(all, g.holds[0])
		}
	}
	return all, false
}

// sets tries the sets that have set and size more holds, of the gaps from one on.
func (x *extractor) sets(set []Hold, from, size int) ([]Hold, bool) {
	if size == 0 {
		if x.states >= mostStates {
			return nil, false
		}
		o := x.search.under(set, mostStates-x.states)
		x.states += o.states
		return set, o.forced
	}
	for i := from; i+size <= len(x.gaps); i++ {
		for _, h := range x.gaps[i].holds {
			if got, ok := x.sets(append(slices.Clone(set), h), i+1, size-1); ok {
				return got, true
			}
		}
	}
	return nil, false
}

// stuckUnder says how a run that the holds allow ends without a violation.
func (x *extractor) stuckUnder(holds []Hold) []string {
	o := x.search.under(holds, mostStates)
	if o.forced || !o.complete {
		return nil
	}
	return x.search.stuck(o.last)
}
