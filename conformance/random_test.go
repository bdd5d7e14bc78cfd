package conformance

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hpmc/conformance/ftrace"
	"hpmc/model"
	"hpmc/scenarios"
)

// walker takes a random path of a program and writes what a function tracer that traces everything would record of it.
type walker struct {
	t     *rapid.T
	m     *machine
	s     model.State
	shows []int32
	lines []string
}

func newWalker(t *rapid.T, p *model.Program, voc Vocabulary) *walker {
	w := &walker{t: t, m: newMachine(p), s: p.Initial()}
	all := &ftrace.Recording{}
	for f := range voc.in {
		all.Functions = append(all.Functions, f)
	}
	all.Functions = append(all.Functions, "flush_work")
	v, err := view(w.m, all, voc)
	if err != nil {
		t.Fatal(err)
	}
	v.occurs = v.traced
	w.m.observe(v)
	w.shows = slices.Clone(w.m.start)
	return w
}

// step lets one thread show something or take a step; it returns false if none can.
func (w *walker) step() bool {
	p := w.m.p
	var can []func()
	for th := range p.Threads {
		if w.shows[th] != none {
			can = append(can, func() {
				w.write(th, w.m.head(w.shows[th]))
				w.shows[th] = w.m.lists[w.shows[th]].rest
			})
			continue
		}
		for _, id := range p.Threads[th].Out[p.Loc(w.s, th)] {
			if t := &p.Transitions[id]; p.Enabled(w.s, t) {
				can = append(can, func() {
					w.shows[th] = w.m.shows(id, w.s)
					next := make(model.State, p.Words)
					p.Apply(next, w.s, t)
					w.s = next
				})
			}
		}
	}
	if len(can) == 0 {
		return false
	}
	can[rapid.IntRange(0, len(can)-1).Draw(w.t, "choice")]()
	return true
}

func (w *walker) write(th int, it *item) {
	name := w.m.p.Threads[th].Name
	task := fmt.Sprintf("init-%d", 100+th)
	switch {
	case strings.HasPrefix(name, "cpuhp/"):
		task = name + "-20"
	case w.m.worker(th):
		task = fmt.Sprintf("kworker/0:%d-30", len(w.lines)%3) // any worker of the kernel
	}
	caller := "unknown_caller"
	if n := len(it.stack); n > 0 && rapid.Bool().Draw(w.t, "caller") || anyones[it.fn] {
		caller = it.stack[n-1]
	}
	w.lines = append(w.lines, fmt.Sprintf("%s [000] .... 1.%06d: %s <-%s", task, len(w.lines), it.fn, caller))
}

func (w *walker) recording(lines []string) *ftrace.Recording {
	rec, err := ftrace.Read("random", []byte(strings.Join(lines, "\n")+"\n"))
	if err != nil {
		w.t.Fatal(err)
	}
	return rec
}

// reference decides by carrying along all pairs of a state and what the threads have to show, event by event, and by trying
// everything in each.
func reference(m *machine, v *viewed) bool {
	type config struct {
		s     model.State
		shows []int32
		who   []int8
	}
	key := func(c config) string { return fmt.Sprint(c) }
	who := slices.Repeat([]int8{-1}, len(v.tasks))
	at := map[string]config{}
	add := func(to map[string]config, c config) bool {
		k := key(c)
		_, old := to[k]
		to[k] = c
		return !old
	}
	add(at, config{m.p.Initial(), m.start, who})
	for i := range v.events {
		queue := make([]config, 0, len(at))
		for _, c := range at {
			queue = append(queue, c)
		}
		for len(queue) > 0 { // all that can come of it in silence
			c := queue[0]
			queue = queue[1:]
			for th := range c.shows {
				if l := m.again(th, m.p.Loc(c.s, th)); l != none && c.shows[th] == none {
					n := config{c.s, slices.Clone(c.shows), c.who}
					n.shows[th] = l
					if add(at, n) {
						queue = append(queue, n)
					}
				}
			}
			for id := range m.p.Transitions {
				t := &m.p.Transitions[id]
				if c.shows[t.Thread] != none || !m.p.Enabled(c.s, t) {
					continue
				}
				n := config{make(model.State, m.p.Words), slices.Clone(c.shows), c.who}
				m.p.Apply(n.s, c.s, t)
				n.shows[t.Thread] = m.shows(id, c.s)
				if add(at, n) {
					queue = append(queue, n)
				}
			}
		}
		next := map[string]config{}
		for _, c := range at {
			for _, th := range v.events[i].threads {
				n := config{c.s, slices.Clone(c.shows), slices.Clone(c.who)}
				if task := v.events[i].task; task >= 0 {
					if n.who[task] >= 0 && int(n.who[task]) != th {
						continue
					}
					n.who[task] = int8(th)
				}
				if c.shows[th] != none && v.events[i].matches(m.head(c.shows[th])) {
					n.shows[th] = m.lists[c.shows[th]].rest
					add(next, n)
				}
			}
		}
		at = next
	}
	return len(at) > 0
}

// TestRandom takes random paths, which must conform, and changes what was recorded of them: then the search must agree with
// the reference.
func TestRandom(t *testing.T) {
	c, err := scenarios.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	type target struct {
		p   *model.Program
		voc Vocabulary
	}
	var targets []target
	for _, x := range [][2]string{{"online-uevent", "tglx"}, {"off-on-second-writer", "v5.12"}, {"suspend-vs-sysfs", "tglx"}} {
		sc, err := c.Scenario(x[0])
		if err != nil {
			t.Fatal(err)
		}
		p, voc, err := NewBuilder(c).Build(sc, x[1])
		if err != nil {
			t.Fatal(err)
		}
		targets = append(targets, target{p, voc})
	}
	verdicts := map[Verdict]int{}
	rapid.Check(t, func(t *rapid.T) {
		x := targets[rapid.IntRange(0, len(targets)-1).Draw(t, "program")]
		w := newWalker(t, x.p, x.voc)
		for n := rapid.IntRange(10, 150).Draw(t, "steps"); n > 0 && w.step(); n-- {
		}
		if len(w.lines) == 0 {
			return
		}
		check := func(lines []string) Verdict {
			r, err := Check(context.Background(), x.p, w.recording(lines), Options{Vocabulary: x.voc, Prefix: true})
			if err != nil {
				return Inconclusive // nothing that the program knows is left in it
			}
			return r.Verdict
		}
		if got := check(w.lines); got != Conforms {
			t.Fatalf("%s:\n%s", got, strings.Join(w.lines, "\n"))
		}
		changed := slices.Clone(w.lines)
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			i := rapid.IntRange(0, len(changed)-1).Draw(t, "line")
			switch j := min(i+1, len(changed)-1); rapid.IntRange(0, 2).Draw(t, "change") {
			case 0:
				changed[i], changed[j] = changed[j], changed[i]
			case 1:
				changed = slices.Insert(changed, i, changed[i])
			case 2:
				changed = slices.Delete(changed, i, i+1)
			}
			if len(changed) == 0 {
				return
			}
		}
		got := check(changed)
		if got == Inconclusive {
			return
		}
		m := newMachine(x.p)
		v, err := view(m, w.recording(changed), x.voc)
		if err != nil {
			t.Fatal(err)
		}
		m.observe(v)
		if want := reference(m, v); want != (got == Conforms) {
			t.Fatalf("%s, and the reference says %t:\n%s", got, want, strings.Join(changed, "\n"))
		}
		verdicts[got]++
	})
	if verdicts[Conforms] == 0 || verdicts[Differs] == 0 {
		t.Errorf("the changes had only one outcome: %v", verdicts)
	}
	t.Log(verdicts)
}
