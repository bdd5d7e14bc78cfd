package conformance

import (
	"fmt"
	"slices"
	"strings"

	"hpmc/conformance/ftrace"
	"hpmc/model"
	"hpmc/traces"
)

// Failure says where the longest path ends, and how the program could have gone on.
type Failure struct {
	Event   *ftrace.Event // that cannot be matched; nil if all are, and the program is not done
	Call    string        // what it is, in the words of the model; "" without an event
	Threads []string      // that it may be of
	Why     []string      // in one sentence each
	Next    []Next        // per thread of the program that is not at its end
}

// Next is what a thread of the program can do next that the recording would show.
type Next struct {
	Thread string
	Calls  []string // in the order in which they were found
	State  string   // if there is none: what it waits for, or that it may rest
}

// explain tells of the nodes at which most events are matched.
func (s *search) explain() *Failure {
	f := &Failure{}
	p := s.m.p
	heads := make([][]*item, len(p.Threads))
	idle := make([]string, len(p.Threads))
	for _, id := range s.frontier {
		n := &s.nodes[id]
		choices := (&traces.Trace{Program: p, States: []model.State{n.state}}).Choices(0)
		for th := range p.Threads {
			switch c := choices[th]; {
			case n.shows[th] != none:
				heads[th] = append(heads[th], s.m.head(n.shows[th]))
			case c.Waits != "":
				idle[th] = c.Waits
			case c.Text == "finished":
				idle[th] = "at its end"
			case c.Rests && !c.Enabled && idle[th] == "":
				idle[th] = "at rest"
			}
		}
	}
	for th := range p.Threads {
		x := Next{Thread: p.Threads[th].Name}
		for _, it := range heads[th] {
			if c := it.call(); !slices.Contains(x.Calls, c) {
				x.Calls = append(x.Calls, c)
			}
		}
		if len(x.Calls) == 0 {
			x.State = idle[th]
		}
		if len(x.Calls) > 0 || x.State != "" && (x.State != "at rest" || !p.Threads[th].Daemon) && x.State != "at its end" {
			f.Next = append(f.Next, x)
		}
	}
	if s.best == len(s.v.events) {
		f.Why = []string{"every event is matched, but on no way is the program done then"}
		return f
	}
	ev := &s.v.events[s.best]
	f.Event, f.Call = ev.ev, ev.call()
	for _, th := range ev.threads {
		f.Threads = append(f.Threads, p.Threads[th].Name)
		f.Why = append(f.Why, s.why(ev, th, heads[th], idle[th])...)
	}
	if len(ev.threads) == 0 {
		f.Why = s.nobody(ev)
	}
	return f
}

// nobody says why an event is of no thread at all.
func (s *search) nobody(ev *seen) []string {
	var others []string
	for th, t := range s.m.p.Threads {
		if s.m.calls[th][ev.fn] {
			others = append(others, t.Name)
		}
	}
	switch {
	case len(others) > 0:
		return []string{fmt.Sprintf("in the model only %s enters %s(), and %s cannot be that", strings.Join(others, " or "), ev.fn, taskOf(ev.ev))}
	}
	if s.v.voc.own[ev.fn] {
		return []string{fmt.Sprintf("no thread of the scenario enters %s() in the model", ev.fn)}
	}
	return []string{fmt.Sprintf("the model of this kernel has no %s(); others do: %s", ev.fn, strings.Join(s.v.voc.in[ev.fn], ", "))}
}

// why says why an event is not what a thread does next.
func (s *search) why(ev *seen, th int, heads []*item, idle string) []string {
	name := s.m.p.Threads[th].Name
	var out []string
	add := func(format string, args ...any) {
		if w := fmt.Sprintf(format, args...); !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	for _, it := range heads {
		switch {
		case it.fn != ev.fn || it.kind != ev.kind || it.by != ev.by:
			add("%s first %s", name, does(it))
		case !agree(ev.args, it.args):
			add("%s does so with other values: %s", name, it.call())
		case ev.result != "" && it.result != "" && value(ev.result) != value(it.result):
			add("in the model it returns %s", it.result)
		case ev.caller != "" && ev.caller != it.fn && !slices.Contains(it.stack, ev.caller):
			add("in the model it is called in %s(), not by %s()", strings.Join(it.stack, "() > "), ev.caller)
		}
	}
	if len(heads) == 0 {
		switch {
		case !s.m.calls[th][ev.fn]:
			add("%s never enters %s() here", name, ev.fn)
		case idle != "":
			add("%s is %s", name, idle)
		default:
			add("%s does not come to it any more", name)
		}
	}
	return out
}

func does(it *item) string {
	if it.kind == model.Step {
		return it.call()
	}
	if it.kind == model.Leave {
		if it.fn == received {
			return it.call()
		}
		return "returns: " + it.call()
	}
	return "enters " + it.call()
}

// call writes an event in the words of the model.
func (e *seen) call() string {
	it := item{kind: e.kind, fn: e.fn, args: e.args, result: e.result}
	return it.call()
}
