package traces

import (
	"fmt"
	"strings"

	"hpmc/model"
	"hpmc/model/lockorder"
)

// NewCircle replays a run for each dependency of a circle of locks, and returns the trace of the first. It is an error if
// a run cannot be taken or has not its dependency at its end, or if the dependencies are no circle.
func NewCircle(p *model.Program, prop int, circle []lockorder.Dependency, runs [][]int) (*Trace, error) {
	if len(circle) == 0 || len(runs) != len(circle) || p.Props[prop].Kind != model.LockOrder {
		return nil, fmt.Errorf("replay of %s: %d locks and %d runs make no circle", p.Name, len(circle), len(runs))
	}
	var first *Trace
	var links []link
	for i, d := range circle {
		if next := circle[(i+1)%len(circle)]; d.Wanted != next.Held {
			return nil, fmt.Errorf("replay of %s: %s is wanted, and %s held next", p.Name, d.Wanted, next.Held)
		}
		t, err := replayed(p, runs[i])
		if err != nil {
			return nil, err
		}
		if len(runs[i]) == 0 {
			return nil, fmt.Errorf("replay of %s: no run to %s with %s held", p.Name, d.Wanted, d.Held)
		}
		last := runs[i][len(runs[i])-1]
		held, wanted, next, ok := d.Made(p, last)
		if !ok {
			return nil, fmt.Errorf("replay of %s: %s is not wanted at the end with %s held", p.Name, d.Wanted, d.Held)
		}
		links = append(links, link{held, wanted, next, p.Threads[p.Transitions[last].Thread].Name, t})
		if i == 0 {
			first = t
		}
	}
	first.Prop, first.circle = prop, links
	return first, nil
}

// link is a dependency of a circle as a run has it.
type link struct {
	held, wanted model.Lock
	next         bool // the thread is about to wait for the one wanted
	thread       string
	run          *Trace
}

// verb says what is done to a lock, in lockdep's words.
func verb(l *model.Lock) string {
	switch l.Mode {
	case model.SharedMode:
		return "rlock(" + l.Name + ")"
	case model.Annotated:
		return "sync(" + l.Name + ")"
	}
	return "lock(" + l.Name + ")"
}

// order writes, for a circle of locks, what lockdep writes: which lock is wanted while which one is held, how the others
// come to depend on each other, and how that can go wrong.
func (t *Trace) order(width int) string {
	var b strings.Builder
	line := func(s string) { para(&b, "", s, width) }
	lock := func(label string, l *model.Lock) {
		mode := ""
		switch l.Mode {
		case model.SharedMode:
			mode = ", for reading"
		case model.WorkItem:
			mode = ", running"
		}
		para(&b, label, fmt.Sprintf("(%s)%s, at: %s", l.Name, mode, at(l.Func, l.Taken)), width)
	}
	n := len(t.circle)
	now := &t.circle[0]
	if n == 1 {
		line("possible recursive locking detected")
	} else {
		line("possible circular locking dependency detected")
	}
	b.WriteByte('\n')
	what := " is trying to acquire lock:"
	if isWork(t.Program, now.wanted.Name) {
		what = " is waiting for work:"
	}
	line(now.thread + what)
	lock(" ", &now.wanted)
	line("but it is already holding lock:")
	lock(" ", &now.held)
	if n > 1 {
		line("which lock already depends on the new lock.")
		b.WriteByte('\n')
		line("the existing dependency chain (in reverse order) is:")
		// The lock held now was wanted last of all: by whoever held the lock before it.
		for i := n - 1; i >= 0; i-- {
			l := &t.circle[i]
			b.WriteByte('\n')
			label := fmt.Sprintf("-> #%d ", i)
			indent := strings.Repeat(" ", len(label))
			lock(label, &l.wanted)
			para(&b, indent, fmt.Sprintf("by %s, in a run of %s, holding", l.thread, plural(len(l.run.Steps), "step")), width)
			lock(indent, &l.held)
		}
	}
	b.WriteString("\n Possible unsafe locking scenario:\n\n")
	t.unsafe(&b, width)
	b.WriteString("\n *** DEADLOCK ***\n")
	return b.String()
}

// isWork tells whether a lock is the pseudo lock of a work item.
func isWork(p *model.Program, name string) bool {
	for i := range p.Threads {
		for _, loc := range p.Threads[i].Locs {
			for _, l := range loc.Held {
				if l.Name == name && l.Mode == model.WorkItem {
					return true
				}
			}
		}
	}
	return false
}

// unsafe draws two CPUs that wait for each other, as lockdep does: of a longer circle the two locks next to the one
// that closes it.
func (t *Trace) unsafe(b *strings.Builder, width int) {
	n := len(t.circle)
	now := &t.circle[0]
	if n == 1 {
		fmt.Fprintf(b, "       CPU0\n       ----\n")
		for _, l := range []*model.Lock{&now.held, &now.wanted} {
			fmt.Fprintf(b, "  %s;\n", verb(l))
		}
		return
	}
	before := &t.circle[n-1] // whoever wants what is held now
	if n > 2 {
		var names []string
		for i := 1; i < n; i++ {
			names = append(names, t.circle[i].held.Name)
		}
		para(b, "  Chain exists of: ", strings.Join(append(names, now.held.Name), " --> "), width)
		b.WriteByte('\n')
	}
	second := 31 // where lockdep has its second column
	for _, l := range []*model.Lock{&now.held, &now.wanted} {
		second = max(second, len([]rune(verb(l)))+5)
	}
	for _, l := range []*model.Lock{&before.held, &before.wanted} {
		second = max(4, min(second, width-len([]rune(verb(l)))-1))
	}
	rows := []struct {
		cpu1 bool
		text string
	}{{false, verb(&now.held)}, {true, verb(&before.held)}, {true, verb(&before.wanted)}, {false, verb(&now.wanted)}}
	fmt.Fprintf(b, "       CPU0%sCPU1\n       ----%s----\n", strings.Repeat(" ", max(1, second-11)), strings.Repeat(" ", max(1, second-11)))
	for _, r := range rows {
		in := "  "
		if r.cpu1 {
			in = strings.Repeat(" ", second)
		}
		para(b, in, r.text+";", width)
	}
}
