// Package lockorder finds locks that depend on each other in a circle, as the kernel's lockdep does: lock B depends on
// lock A if a thread waits for B while it holds A. Running work is a lock that its thread holds and that flushers wait
// for; annotations are locks that nothing waits for but the order knows.
//
// The locks held at a location of a thread are known, so what depends on what follows from the transitions that can
// be taken, and not from the order of threads: a circle is found although no run may deadlock in it. Like lockdep, it
// does not see that another lock may keep the threads of a circle apart. Readers count as writers, as those of
// rw_semaphore and percpu_rw_semaphore do. Locks of one array are different locks, where lockdep may have one class.
package lockorder

import (
	"slices"
	"strings"

	"hpmc/model"
)

// Dependency is a lock that is waited for while another one is held.
type Dependency struct {
	Held, Wanted string // the locks' names
	// Ends are transitions, ascending: a run that ends in one of them has the dependency. They acquire Wanted; or, if
	// no run gets that far, they lead to where a thread waits for it.
	Ends []int
}

// Dependencies returns every dependency of a program, by names, given which transitions can be taken.
func Dependencies(p *model.Program, fired []bool) []Dependency {
	taken, tried := map[[2]string][]int{}, map[[2]string][]int{}
	for i := range p.Transitions {
		if !fired[i] {
			continue
		}
		t := &p.Transitions[i]
		each(p, t, func(held, wanted *model.Lock) {
			k := [2]string{held.Name, wanted.Name}
			taken[k] = append(taken[k], i)
		})
		if wanted := waits(p, t.Thread, t.To); wanted != nil {
			for _, held := range p.Threads[t.Thread].Locs[t.To].Held {
				k := [2]string{held.Name, wanted.Name}
				tried[k] = append(tried[k], i)
			}
		}
	}
	for k, ends := range tried {
		if taken[k] == nil {
			taken[k] = ends
		}
	}
	var out []Dependency
	for k, ends := range taken {
		out = append(out, Dependency{k[0], k[1], slices.Compact(ends)})
	}
	slices.SortFunc(out, compare)
	return out
}

// Made returns how a dependency comes about at the end of a run that ends in a transition: the lock held, and the one
// wanted, with the places where they are, or are to be, taken. next tells that the thread is about to wait for the one
// wanted, and has not taken it. ok is false if the dependency is not there.
func (d *Dependency) Made(p *model.Program, transition int) (held, wanted model.Lock, next, ok bool) {
	t := &p.Transitions[transition]
	match := func(h, w *model.Lock) {
		if !ok && h.Name == d.Held && w.Name == d.Wanted {
			held, wanted, ok = *h, *w, true
		}
	}
	each(p, t, match)
	if w := waits(p, t.Thread, t.To); w != nil && !ok {
		next = true
		for _, h := range p.Threads[t.Thread].Locs[t.To].Held {
			match(&h, w)
		}
	}
	return held, wanted, next, ok
}

// each calls f for every dependency that a transition makes.
func each(p *model.Program, t *model.Transition, f func(held, wanted *model.Lock)) {
	th := &p.Threads[t.Thread]
	held := slices.Clone(th.Locs[t.From].Held)
	want := func(l model.Lock) {
		for i := range held {
			f(&held[i], &l)
		}
	}
	// A step that takes several locks has an event for one of them; in what order it takes them says the location after.
	taken := added(held, th.Locs[t.To].Held)
	take := func(n int) {
		for _, l := range taken[:n] {
			want(l)
			held = append(held, l)
		}
		taken = taken[n:]
	}
	for i := range t.Events {
		e := &t.Events[i]
		if e.Lock == "" {
			continue
		}
		switch l := wanted(e, function(th, t, e)); e.Op {
		case model.Acquire:
			if n := slices.IndexFunc(taken, func(l model.Lock) bool { return l.Name == e.Lock }); n >= 0 {
				take(n)
				taken = taken[1:]
			}
			if !e.Try {
				want(l)
			}
			held = append(held, l)
		case model.Flush:
			want(l)
		case model.Release:
			if at := last(held, e.Lock); at >= 0 {
				held = slices.Delete(held, at, at+1)
			}
		}
	}
	take(len(taken))
}

// added returns the locks of after that are not in before.
func added(before, after []model.Lock) (out []model.Lock) {
	left := slices.Clone(before)
	for _, l := range after {
		if at := last(left, l.Name); at >= 0 {
			left = slices.Delete(left, at, at+1)
		} else {
			out = append(out, l)
		}
	}
	return out
}

// function returns the function that an event happens in.
func function(th *model.Thread, t *model.Transition, e *model.Event) string {
	for _, loc := range []int{t.To, t.From} {
		for _, f := range th.Locs[loc].Stack {
			if f.ID == e.Frame {
				return f.Func
			}
		}
	}
	for i := range t.Events {
		if x := &t.Events[i]; x.Kind == model.Enter && x.Frame == e.Frame {
			name, _, _ := strings.Cut(x.Text, "(")
			return name
		}
	}
	return t.Func
}

func wanted(e *model.Event, fn string) model.Lock {
	return model.Lock{Name: e.Lock, Mode: e.Mode, Taken: e.Pos, Func: fn}
}

func last(held []model.Lock, name string) int {
	for i := len(held) - 1; i >= 0; i-- {
		if held[i].Name == name {
			return i
		}
	}
	return -1
}

// waits returns the lock that a thread waits for at a location whatever comes, or nil: every way from there takes it. A
// writer may keep readers out in one step and have the lock by the next one of the same statement.
func waits(p *model.Program, thread, loc int) *model.Lock {
	th := &p.Threads[thread]
	l := common(p, th, loc, func(t *model.Transition) *model.Lock {
		if l, some := first(th, t); l != nil || some || t.To == loc || th.Locs[t.To].Pos != th.Locs[loc].Pos {
			return l
		}
		return common(p, th, t.To, func(t *model.Transition) *model.Lock {
			l, _ := first(th, t)
			return l
		})
	})
	return l
}

// common returns what f returns of every transition from a location, or nil if that differs.
func common(p *model.Program, th *model.Thread, loc int, f func(*model.Transition) *model.Lock) (l *model.Lock) {
	if loc >= len(th.Out) {
		return nil
	}
	for i, id := range th.Out[loc] {
		x := f(&p.Transitions[id])
		if x == nil || i > 0 && x.Name != l.Name {
			return nil
		}
		l = x
	}
	return l
}

// first returns the lock that the statement of a transition waits for, or nil, and whether it does anything to one.
func first(th *model.Thread, t *model.Transition) (l *model.Lock, some bool) {
	for i := range t.Events {
		e := &t.Events[i]
		if e.Kind != model.Step {
			continue
		}
		if e.Lock != "" && !e.Try && (e.Op == model.Acquire || e.Op == model.Flush) {
			l := wanted(e, function(th, t, e))
			return &l, true
		}
		return nil, e.Op != model.NoLock
	}
	return nil, false
}
