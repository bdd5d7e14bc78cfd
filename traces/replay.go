package traces

import (
	"fmt"

	"hpmc/model"
)

// Outcome is what became of a saved trace on a program.
type Outcome uint8

// The outcomes.
const (
	Unclear  Outcome = iota // the program has changed so that the trace cannot be told from another
	Possible                // every step can be taken, and the property is violated, or reached, as it was
	Impossible
)

// Replayed is the outcome of a replay.
type Replayed struct {
	Outcome Outcome
	Why     string   // of an outcome other than Possible: what stood in the way, and at which step
	Notes   []string // what differs on the way: steps added, gone, or that read otherwise
	Trace   *Trace   // if the outcome is Possible
}

// aside is how many steps that the trace does not have a thread may take before one that it has.
const aside = 12

// Replay takes the steps of a saved trace on a program that may have changed since. A step is found by its thread, its
// function and its text; by its place if the text is to be found nowhere any more. Steps that have been added to the
// thread since are taken on the way, and those that are gone are left out. The error is that of a program without
// the trace's property.
func (s *Saved) Replay(p *model.Program) (*Replayed, error) {
	r := &replay{saved: s, p: p, at: p.Initial(), res: &Replayed{}, prop: -1}
	for i := range p.Props {
		if p.Props[i].Name == s.Property.Name {
			r.prop = i
		}
	}
	if r.prop < 0 {
		return nil, fmt.Errorf("%s does not check %s", p.Name, s.Property.Name)
	}
	if p.Props[r.prop].Kind == model.LockOrder {
		return s.replayCircle(p, r.prop), nil
	}
	for i := range s.Steps {
		if !r.step(i) {
			return r.res, nil
		}
	}
	r.end()
	return r.res, nil
}

type replay struct {
	saved *Saved
	p     *model.Program
	prop  int
	at    model.State
	path  []int
	gone  int // steps left out
	res   *Replayed
}

func (r *replay) stop(o Outcome, step int, format string, args ...any) bool {
	r.res.Outcome = o
	r.res.Why = fmt.Sprintf("at step %d ", step+1) + fmt.Sprintf(format, args...)
	return false
}

func (r *replay) note(step int, format string, args ...any) {
	r.res.Notes = append(r.res.Notes, fmt.Sprintf("step %d: ", step+1)+fmt.Sprintf(format, args...))
}

func (r *replay) take(t *model.Transition) {
	next := make(model.State, r.p.Words)
	r.p.Apply(next, r.at, t)
	r.at, r.path = next, append(r.path, t.ID)
}

// thread returns the index of a thread, or -1.
func (r *replay) thread(name string) int {
	for i := range r.p.Threads {
		if r.p.Threads[i].Name == name {
			return i
		}
	}
	return -1
}

// is tells whether a transition is the statement of a saved step.
func (st *SavedStep) is(t *model.Transition) bool {
	return t.Func == st.Function && t.Text == st.Text
}

// step takes a saved step.
func (r *replay) step(i int) bool {
	st := &r.saved.Steps[i]
	th := r.thread(st.Thread)
	if th < 0 {
		return r.stop(Unclear, i, "there is no thread %s any more", st.Thread)
	}
	exists, known := false, false
	for j := range r.p.Transitions {
		t := &r.p.Transitions[j]
		if t.Thread == th {
			known = known || st.is(t)
			exists = exists || t.Func == st.Function
		}
	}
	match := st.is
	if !known {
		// The statement reads otherwise, or is gone: what now stands in its place may be it.
		match = func(t *model.Transition) bool {
			return t.Func == st.Function && t.Pos.File == st.File && t.Pos.Line == st.Line
		}
	}
	way, blocked := r.reach(th, match, st)
	switch {
	case way != nil:
		if n := len(way) - 1; n > 0 {
			r.note(i, "%s takes %s before it that the trace does not have", st.Thread, plural(n, "step"))
		}
		if last := &r.p.Transitions[way[len(way)-1]]; !known {
			r.note(i, "%q reads %q now", st.Text, last.Text)
		}
		for _, id := range way {
			r.take(&r.p.Transitions[id])
		}
		return true
	case !known && blocked == "":
		if !exists {
			r.note(i, "%q is gone, with %s()", st.Text, st.Function)
		} else {
			r.note(i, "%q is gone", st.Text)
		}
		r.gone++
		return true
	case blocked != "":
		return r.stop(Impossible, i, "%s is %s", st.Thread, blocked)
	}
	return r.stop(Impossible, i, "%s stands at %s, from where it does not come to %q", st.Thread, r.stands(th), st.Text)
}

// reach returns the shortest way for a thread, with nothing else happening, to a transition that matches and to take
// it; of several that match, as where a thread may choose, one that changes what the saved step changed. If there is
// none, blocked says at what the thread is stuck on the way, if it is.
func (r *replay) reach(th int, match func(*model.Transition) bool, st *SavedStep) (way []int, blocked string) {
	type node struct {
		s   model.State
		way []int
	}
	queue := []node{{r.at, nil}}
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		loc := r.p.Loc(n.s, th)
		some, found := false, -1
		for _, id := range r.p.Threads[th].Out[loc] {
			t := &r.p.Transitions[id]
			if !r.p.Enabled(n.s, t) {
				continue
			}
			some = true
			if match(t) {
				if found < 0 || !r.changes(n.s, &r.p.Transitions[found], st) && r.changes(n.s, t, st) {
					found = id
				}
				continue
			}
			if len(n.way) < aside {
				next := make(model.State, r.p.Words)
				r.p.Apply(next, n.s, t)
				queue = append(queue, node{next, append(append([]int(nil), n.way...), id)})
			}
		}
		if found >= 0 {
			return append(n.way, found), ""
		}
		if !some && blocked == "" && len(r.p.Threads[th].Out[loc]) > 0 {
			blocked = waiting(r.p, n.s, th)
		}
	}
	return nil, blocked
}

// changes tells whether a transition changes what a saved step did.
func (r *replay) changes(s model.State, t *model.Transition, st *SavedStep) bool {
	next := make(model.State, r.p.Words)
	r.p.Apply(next, s, t)
	one := &Trace{Program: r.p, Steps: []int{t.ID}, States: []model.State{s, next}}
	cs := one.Changes(0)
	if len(cs) != len(st.Changed) {
		return false
	}
	for i, c := range cs {
		v := &r.p.Vars[c.Var]
		if (SavedChange{v.Display(), v.Type.FormatValue(c.Old), v.Type.FormatValue(c.New)}) != st.Changed[i] {
			return false
		}
	}
	return true
}

// stands says where a thread is.
func (r *replay) stands(th int) string {
	loc := &r.p.Threads[th].Locs[r.p.Loc(r.at, th)]
	if loc.Text == "" {
		return "its end"
	}
	return fmt.Sprintf("%q (%s)", clean(loc.Text), place(loc.Pos))
}

// end tells whether the property is violated behind the last step, as it was.
func (r *replay) end() {
	check := -1
	if r.p.Props[r.prop].Kind == model.AtEvent && len(r.path) > 0 {
		for c, ch := range r.p.Transitions[r.path[len(r.path)-1]].Checks {
			if check < 0 && ch.Prop == r.prop {
				check = c
			}
		}
		// Of several checks one that fails is the one.
		for c, ch := range r.p.Transitions[r.path[len(r.path)-1]].Checks {
			if t, err := New(r.p, r.path, r.prop, c); ch.Prop == r.prop && err == nil {
				r.res.Outcome, r.res.Trace = Possible, t
				return
			}
		}
	}
	t, err := New(r.p, r.path, r.prop, check)
	switch {
	case err != nil && r.gone > 0:
		r.res.Why = fmt.Sprintf("%s gone, and %s", isOrAre(r.gone), r.holds())
		return
	case err != nil:
		r.res.Outcome, r.res.Why = Impossible, "every step can be taken, but "+r.holds()
		return
	}
	r.res.Outcome, r.res.Trace = Possible, t
}

// holds says what is not so at the end.
func (r *replay) holds() string {
	prop := &r.p.Props[r.prop]
	switch prop.Kind {
	case model.Deadlock:
		return "there is no deadlock at the end"
	case model.Reachable:
		return prop.Name + " is not reached"
	}
	return prop.Name + " holds at the end"
}

func isOrAre(n int) string {
	if n == 1 {
		return "1 of its steps is"
	}
	return fmt.Sprintf("%d of its steps are", n)
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
