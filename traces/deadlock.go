package traces

import (
	"fmt"
	"slices"
	"strings"

	"hpmc/model"
)

// location returns where a thread stands in the last state.
func (t *Trace) location(thread int) *model.Location { return t.locationIn(t.last(), thread) }

func (t *Trace) locationIn(s model.State, thread int) *model.Location {
	return &t.Program.Threads[thread].Locs[t.Program.Loc(s, thread)]
}

// stuck returns the threads that must not rest where they stand in the last state.
func (t *Trace) stuck() []int {
	var ids []int
	for i := range t.Program.Threads {
		if !t.location(i).Rest {
			ids = append(ids, i)
		}
	}
	return ids
}

// wants returns the lock operation that a thread stands before in the last state, or nil.
func (t *Trace) wants(thread int) *model.Event { return t.wantsIn(t.last(), thread) }

func (t *Trace) wantsIn(s model.State, thread int) *model.Event {
	th := &t.Program.Threads[thread]
	at := t.Program.Loc(s, thread)
	if at >= len(th.Out) {
		return nil
	}
	for _, id := range th.Out[at] {
		evs := t.Program.Transitions[id].Events
		for i := range evs {
			if (evs[i].Op == model.Acquire || evs[i].Op == model.Flush) && evs[i].Lock != "" && evs[i].Mode != model.Annotated {
				return &evs[i]
			}
		}
	}
	return nil
}

// holders returns the names of the threads that hold a lock in the last state, the thread except aside.
func (t *Trace) holders(lock string, except int) []string { return t.holdersIn(t.last(), lock, except) }

func (t *Trace) holdersIn(s model.State, lock string, except int) []string {
	var names []string
	for i := range t.Program.Threads {
		if i == except {
			continue
		}
		for _, l := range t.locationIn(s, i).Held {
			if l.Name == lock && l.Mode != model.Annotated {
				names = append(names, t.Program.Threads[i].Name)
				break
			}
		}
	}
	return names
}

// locks writes, for a deadlock, who waits for what and who holds what.
func (t *Trace) locks(width int) string {
	var b strings.Builder
	for _, th := range t.stuck() {
		t.waits(&b, th, width)
	}
	if c := t.cycle(); c != "" {
		b.WriteByte('\n')
		para(&b, "the cycle: ", c, width)
	}
	for i := range t.Program.Threads {
		held := slices.DeleteFunc(slices.Clone(t.location(i).Held), func(l model.Lock) bool { return l.Mode == model.Annotated })
		if len(held) == 0 {
			continue
		}
		b.WriteByte('\n')
		plural := "s"
		if len(held) == 1 {
			plural = ""
		}
		para(&b, "", fmt.Sprintf("%d lock%s held by %s:", len(held), plural, t.Program.Threads[i].Name), width)
		for n, l := range held {
			mode := ""
			switch l.Mode {
			case model.SharedMode:
				mode = ", for reading"
			case model.WorkItem:
				mode = ", running"
			}
			para(&b, fmt.Sprintf(" #%d: ", n), fmt.Sprintf("(%s)%s, at: %s", l.Name, mode, at(l.Func, l.Taken)), width)
		}
	}
	return b.String()
}

// cycle writes threads that wait for each other in a circle, each with what it waits for; it returns "" if there are none.
func (t *Trace) cycle() string {
	next := map[string]string{}
	lock := map[string]string{}
	for _, th := range t.stuck() {
		if e := t.wants(th); e != nil {
			if hs := t.holders(e.Lock, th); len(hs) > 0 {
				name := t.Program.Threads[th].Name
				next[name], lock[name] = hs[0], e.Lock
			}
		}
	}
	for _, th := range t.stuck() {
		start := t.Program.Threads[th].Name
		s, seen := start, map[string]bool{}
		for n := start; next[n] != "" && !seen[n]; {
			seen[n] = true
			s += " -> (" + lock[n] + ") -> " + next[n]
			if n = next[n]; n == start {
				return s
			}
		}
	}
	return ""
}

func (t *Trace) waits(b *strings.Builder, thread, width int) {
	name, loc := t.Program.Threads[thread].Name, t.location(thread)
	fn := ""
	if n := len(loc.Stack); n > 0 {
		fn = loc.Stack[n-1].Func
	}
	e := t.wants(thread)
	switch {
	case e == nil:
		para(b, "", name+" is waiting for:", width)
		para(b, " ", fmt.Sprintf("%s, at: %s", loc.Text, at(fn, loc.Pos)), width)
		return
	case e.Op == model.Flush:
		para(b, "", name+" is waiting for work:", width)
	default:
		para(b, "", name+" is trying to acquire lock:", width)
	}
	para(b, " ", fmt.Sprintf("(%s), at: %s", e.Lock, at(fn, loc.Pos)), width)
	hs := t.holders(e.Lock, thread)
	switch {
	case len(hs) > 0 && e.Op == model.Flush:
		para(b, " ", "run by "+strings.Join(hs, ", "), width)
	case len(hs) > 0:
		para(b, " ", "held by "+strings.Join(hs, ", "), width)
	case e.Op == model.Flush:
		para(b, " ", "no thread runs it", width)
	}
}

// at names a place: the function and where that is in the model.
func at(fn string, pos model.Pos) string {
	if fn == "" {
		return place(pos)
	}
	return fn + "() " + place(pos)
}

func place(pos model.Pos) string {
	if pos.Line == 0 {
		return pos.File
	}
	return fmt.Sprintf("%s:%d", pos.File, pos.Line)
}

// waiting says what a thread waits for in a state.
func waiting(p *model.Program, s model.State, th int) string {
	t := &Trace{Program: p, States: []model.State{s}}
	loc := t.location(th)
	e := t.wants(th)
	if e == nil {
		until := ""
		if g := t.falseGuard(s, th); g != "" {
			until = " until " + g
		}
		return fmt.Sprintf("blocked at %s%s (%s)", clean(loc.Text), until, place(loc.Pos))
	}
	hs := t.holders(e.Lock, th)
	switch {
	case len(hs) > 0 && e.Op == model.Flush:
		return fmt.Sprintf("waiting for %s, which %s runs (%s)", e.Lock, strings.Join(hs, ", "), place(loc.Pos))
	case len(hs) > 0:
		return fmt.Sprintf("blocked on %s, held by %s (%s)", e.Lock, strings.Join(hs, ", "), place(loc.Pos))
	case e.Op == model.Flush:
		return fmt.Sprintf("waiting for %s, which has not run (%s)", e.Lock, place(loc.Pos))
	}
	return fmt.Sprintf("blocked on %s (%s)", e.Lock, place(loc.Pos))
}

// falseGuard returns a guard that is false and that all of a thread's transitions share, if there is one.
func (t *Trace) falseGuard(s model.State, th int) string {
	shared := map[string]int{}
	out := t.Program.Threads[th].Out[t.Program.Loc(s, th)]
	for _, id := range out {
		for _, g := range t.Program.Transitions[id].Guard {
			if t.Program.Eval(s, g) == 0 {
				text := t.Program.Format(g)
				if shared[text]++; shared[text] == len(out) {
					return text
				}
			}
		}
	}
	return ""
}
