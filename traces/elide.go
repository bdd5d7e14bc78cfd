package traces

import (
	"slices"

	"hpmc/model"
)

// How much a table shows.
const (
	everything = iota
	setting    // what led to the violation, and what the threads do to that which decides it
	cause      // what led to the violation
)

// enoughRows is how long a table may be before less is shown.
const enoughRows = 40

// shown returns the rows to show: all of them, or as much as makes a table of readable length.
func (t *Trace) shown(all bool) []row {
	rows := t.rows()
	if all {
		t.choose(rows, everything)
		return visible(rows)
	}
	t.choose(rows, setting)
	out := visible(rows)
	if len(out) > enoughRows {
		t.choose(rows, cause)
		out = visible(rows)
	}
	return out
}

// choose marks the rows to keep.
func (t *Trace) choose(rows []row, level int) {
	around := t.around(rows)
	caused, need := t.slice(around)
	near, wakes := t.near(need)
	locks := t.contended(rows, level)
	for i := range rows {
		r := &rows[i]
		switch {
		case r.late:
			r.keep = false
		case level == everything || r.blocks || r.marked || r.step >= len(t.Steps):
			r.keep = true
		case r.kind == model.Step && r.op != model.NoLock:
			r.keep = locks[r.lock] || t.circle != nil && r.lock == t.circle[0].held.Name
		case r.kind == model.Step:
			r.keep = caused[r.step] || around[r.step] || level == setting && (t.touches(r.step, near) || t.leaves(r.step, wakes))
		case r.kind == model.Leave:
			r.keep = true
		default:
			r.keep = false
		}
	}
	if level != everything {
		onePropagation(rows)
		waitOnce(rows)
		where(rows)
	}
	for i := range rows {
		if rows[i].keep {
			for p := rows[i].parent; p >= 0 && !rows[p].keep; p = rows[p].parent {
				rows[p].keep = true
			}
		}
	}
}

// where keeps, of each thread that stops while another one goes on, the call in which it stops.
func where(rows []row) {
	unseen := map[int]int{} // per thread, its last step since something of it was shown
	for i := range rows {
		r := &rows[i]
		if !r.keep {
			if r.kind == model.Step {
				unseen[r.thread] = i
			}
			continue
		}
		delete(unseen, r.thread)
		for th, j := range unseen {
			if p := rows[j].parent; p >= 0 {
				rows[p].keep = true
			}
			delete(unseen, th)
		}
	}
}

// waitOnce drops the step that begins a wait in which the thread is stuck: the wait itself says as much.
func waitOnce(rows []row) {
	for i := range rows {
		for j := i - 1; rows[i].blocks && j >= 0; j-- {
			if rows[j].thread == rows[i].thread && rows[j].kind == model.Step {
				rows[j].keep = rows[j].keep && (rows[j].parent != rows[i].parent || rows[j].text != rows[i].text)
				break
			}
		}
	}
}

// onePropagation drops the returns that only pass an error on: of a run of them the first, where it
// arises, and the last, where it arrives, stay.
func onePropagation(rows []row) {
	prev := make(map[int]int) // per thread, the Leave row before, as long as nothing else happened
	first := make(map[int]bool)
	for i := range rows {
		r := &rows[i]
		j, ok := prev[r.thread]
		if r.kind != model.Leave {
			if r.keep || r.kind == model.Enter {
				delete(prev, r.thread)
			}
			continue
		}
		if ok && rows[j].failed == r.failed {
			rows[j].keep = first[j]
		} else {
			first[i] = true
		}
		prev[r.thread] = i
	}
}

// aroundMax is how many steps a call may take for all of them to matter.
const aroundMax = 8

// around returns the steps that the call in which the property breaks has taken: its course, of which the
// values alone say nothing. Calls of many steps are left to the other rules.
func (t *Trace) around(rows []row) map[int]bool {
	out := map[int]bool{}
	call := -1
	for i := range rows {
		if rows[i].marked {
			call = rows[i].parent
		}
	}
	if call < 0 {
		return out
	}
	for i := range rows {
		if rows[i].kind != model.Step || rows[i].late || rows[i].step >= len(t.Steps) || rows[i].op != model.NoLock {
			continue
		}
		for p := rows[i].parent; p >= 0; p = rows[p].parent {
			if p == call {
				out[rows[i].step] = true
			}
		}
	}
	if len(out) > aroundMax {
		return map[int]bool{}
	}
	return out
}

// slice tells which steps assigned what the violated condition depends on, directly or through values, and
// what variables these are. The branches that steps of around take count as well.
func (t *Trace) slice(around map[int]bool) (steps []bool, need map[model.VarID]bool) {
	steps = make([]bool, len(t.Steps))
	need = map[model.VarID]bool{}
	prop := t.Property()
	switch prop.Kind {
	case model.AtEvent:
		last := t.step(len(t.Steps) - 1)
		vars(need, last.Checks[t.Check].Cond)
		for _, g := range last.Guard { // what is known from there is not in the condition
			vars(need, g)
		}
	case model.LockOrder: // the locks tell it all
	case model.Deadlock:
		for _, th := range t.stuck() {
			for _, id := range t.outgoing(th) {
				for _, g := range t.Program.Transitions[id].Guard {
					vars(need, g)
				}
			}
		}
	default:
		vars(need, prop.Cond)
	}
	for i := len(t.Steps) - 1; i >= 0; i-- {
		changed := map[model.VarID]bool{}
		for _, c := range t.Changes(i) {
			if need[c.Var] {
				changed[c.Var] = true
				steps[i] = true
			}
		}
		var from []*model.Expr
		if around[i] {
			from = append(from, t.step(i).Guard...)
		}
		for _, a := range t.step(i).Effect {
			// A local may be given the value that it happens to have.
			if local := t.Program.Vars[a.Var].Kind == model.Local; need[a.Var] && (changed[a.Var] || local) {
				from = append(from, a.Val)
				if local {
					delete(need, a.Var)
					steps[i] = steps[i] || a.Val.Op != model.Const
				}
			}
		}
		for _, e := range from {
			vars(need, e)
		}
	}
	return steps, need
}

// near returns the variables that decide the violated condition or could: those in need, and the shared ones
// from which some thread computes them. The second result is the variables that wake up a thread of the
// kernel which writes these, by thread.
func (t *Trace) near(need map[model.VarID]bool) (out map[model.VarID]bool, wakes map[int]map[model.VarID]bool) {
	p := t.Program
	out, wakes = map[model.VarID]bool{}, map[int]map[model.VarID]bool{}
	writers := map[int]bool{}
	// from adds what the variables of a set are computed from, and tells whether a local is among it.
	from := func(set map[model.VarID]bool, threads bool) map[model.VarID]bool {
		locals := map[model.VarID]bool{}
		for i := range p.Transitions {
			for _, a := range p.Transitions[i].Effect {
				if !set[a.Var] {
					continue
				}
				writers[p.Transitions[i].Thread] = writers[p.Transitions[i].Thread] || threads
				used := map[model.VarID]bool{}
				vars(used, a.Val)
				for id := range used {
					if !out[id] && p.Vars[id].Kind == model.Local {
						locals[id] = true
					}
					out[id] = true
				}
			}
		}
		return locals
	}
	first := map[model.VarID]bool{}
	for id := range need {
		out[id] = true
		first[id] = p.Vars[id].Kind == model.Shared
	}
	for set, threads := first, true; len(set) > 0; threads = false {
		set = from(set, threads)
	}
	for i := range p.Transitions {
		tr := &p.Transitions[i]
		if th := &p.Threads[tr.Thread]; th.Daemon && writers[tr.Thread] && th.Locs[tr.From].Rest {
			if wakes[tr.Thread] == nil {
				wakes[tr.Thread] = map[model.VarID]bool{}
			}
			for _, g := range tr.Guard {
				vars(wakes[tr.Thread], g)
			}
		}
	}
	return out, wakes
}

// leaves tells whether step i wakes up another thread and its own goes on before that one runs. If its own
// waits, the table shows as much by where it continues.
func (t *Trace) leaves(i int, wakes map[int]map[model.VarID]bool) bool {
	mine := t.step(i).Thread
	wrote := t.wrote(i)
	for th, ids := range wakes {
		if th == mine || !slices.ContainsFunc(wrote.Vars(), func(id model.VarID) bool { return ids[id] }) {
			continue
		}
		for j := i + 1; ; j++ {
			if j == len(t.Steps) || t.step(j).Thread == mine {
				return true
			}
			if t.step(j).Thread == th {
				break
			}
		}
	}
	return false
}

// touches tells whether step i changes a variable of near, or reads what another thread changes in the trace.
func (t *Trace) touches(i int, near map[model.VarID]bool) bool {
	wrote := t.wrote(i)
	for id := range wrote {
		if near[id] {
			return true
		}
	}
	mine := t.step(i)
	for j := range t.Steps {
		if t.step(j).Thread == mine.Thread {
			continue
		}
		for id, bits := range t.wrote(j) {
			if near[id] && mine.Reads[id]&bits != 0 {
				return true
			}
		}
	}
	return false
}

func (t *Trace) outgoing(thread int) []int {
	th := &t.Program.Threads[thread]
	if at := t.Program.Loc(t.last(), thread); at < len(th.Out) {
		return th.Out[at]
	}
	return nil
}

// vars adds the variables of e.
func vars(to map[model.VarID]bool, e *model.Expr) {
	if e == nil {
		return
	}
	if e.Op == model.Ref {
		to[e.Var] = true
	}
	for _, a := range e.Args {
		vars(to, a)
	}
}

// wrote returns the bits of shared variables that step i changed.
func (t *Trace) wrote(i int) model.Footprint {
	f := model.Footprint{}
	for _, c := range t.Changes(i) {
		if v := &t.Program.Vars[c.Var]; v.Kind == model.Shared {
			f.Add(c.Var, uint64(c.Old-v.Min)^uint64(c.New-v.Min))
		}
	}
	return f
}

// contended returns the locks that matter between threads: those for which a thread waits in the end, and,
// unless only the cause counts, those that several threads take.
func (t *Trace) contended(rows []row, level int) map[string]bool {
	out := map[string]bool{}
	by := map[string][]int{}
	for i := range rows {
		r := &rows[i]
		if r.lock == "" {
			continue
		}
		if !slices.Contains(by[r.lock], r.thread) {
			by[r.lock] = append(by[r.lock], r.thread)
		}
		out[r.lock] = out[r.lock] || r.blocks || len(by[r.lock]) > 1 && level != cause
	}
	return out
}

// visible returns the kept rows with their depths.
func visible(rows []row) []row {
	var out []row
	at := make([]int, len(rows)) // where in out
	depth := make([]int, len(rows))
	for i, r := range rows {
		if r.parent >= 0 {
			depth[i] = depth[r.parent]
			if rows[r.parent].keep {
				depth[i]++
				r.parent = at[r.parent]
			}
		}
		if r.keep {
			at[i] = len(out)
			r.depth = depth[i]
			out = append(out, r)
		}
	}
	return out
}

// collapse drops the calls that do nothing but make the next call shown, except the outermost ones.
func collapse(rows []row) []row {
	kids := make([]int, len(rows))
	call := make([]bool, len(rows)) // has a call among the rows right below
	for _, r := range rows {
		if r.parent >= 0 {
			kids[r.parent]++
			call[r.parent] = call[r.parent] || r.kind == model.Enter
		}
	}
	for i := range rows {
		r := &rows[i]
		r.keep = r.kind != model.Enter || r.depth == 0 || r.marked || kids[i] != 1 || !call[i]
	}
	// A call shown again below must not lose its place in the tree: parents are found anew by visible.
	for i := range rows {
		for p := rows[i].parent; p >= 0 && !rows[p].keep; p = rows[p].parent {
			rows[i].parent = rows[p].parent
		}
	}
	return visible(rows)
}
