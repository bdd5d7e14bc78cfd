// Package chrome writes traces as Chrome trace events, which Perfetto and chrome://tracing draw: a track for each
// thread with its calls, its statements and the times in which it was blocked, a track for each lock with who held it,
// and arrows from where work is queued or a message sent to where it arrives.
//
// The format is that of Perfetto's importer: https://perfetto.dev/docs/getting-started/other-formats.
package chrome

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"hpmc/model"
	"hpmc/traces"
)

// event is one trace event. Times are microseconds; a step of the trace takes ten of them or more.
type event struct {
	Name  string         `json:"name,omitempty"`
	Cat   string         `json:"cat,omitempty"`
	Phase string         `json:"ph"`
	TS    int            `json:"ts"`
	Dur   int            `json:"dur,omitempty"`
	PID   int            `json:"pid"`
	TID   int            `json:"tid"`
	ID    int            `json:"id,omitempty"`
	Bind  string         `json:"bp,omitempty"`
	Scope string         `json:"s,omitempty"`
	Args  map[string]any `json:"args,omitempty"`
}

// Threads and locks are two processes, so that a viewer groups their tracks.
const (
	tasks = 1
	locks = 2
)

// slot is how long a step takes at least.
const slot = 10

// Write writes the trace as one JSON object.
func Write(w io.Writer, t *traces.Trace) error {
	b := &builder{t: t, events: t.Events(), track: map[int]int{}}
	b.times()
	b.head()
	b.calls()
	b.waits()
	b.holds()
	b.flows()
	b.violation()
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(map[string]any{"displayTimeUnit": "ns", "traceEvents": b.out})
}

type builder struct {
	t      *traces.Trace
	events []traces.Event
	begin  []int // per step, and at the end, when it begins
	at     []int // per event, when it is
	end    int
	track  map[int]int // of a thread
	out    []event
}

func (b *builder) add(e event) {
	if e.PID == 0 {
		e.PID = tasks
	}
	b.out = append(b.out, e)
}

// times gives every event of a step a microsecond of its own.
func (b *builder) times() {
	b.at = make([]int, len(b.events))
	now, i := 0, 0
	for s := range b.t.Steps {
		b.begin = append(b.begin, now)
		n := 0
		for ; i < len(b.events) && b.events[i].Step == s; i++ {
			b.at[i] = now + n
			n++
		}
		now += max(slot, n+1)
	}
	b.begin = append(b.begin, now)
	b.end = now + slot
}

// head names the tracks; viewers sort them by number.
func (b *builder) head() {
	name := func(pid, tid int, kind, name string) {
		b.add(event{Name: kind, Phase: "M", PID: pid, TID: tid, Args: map[string]any{"name": name}})
	}
	title := b.t.Program.Name
	if b.t.Kernel != "" {
		title += " on " + b.t.Kernel
	}
	name(tasks, 0, "process_name", title)
	for i, th := range b.t.Threads() {
		b.track[th] = i + 1
		name(tasks, i+1, "thread_name", b.t.Program.Threads[th].Name)
	}
}

// calls writes calls as nested slices, and statements as slices within them.
func (b *builder) calls() {
	open := map[int]int{} // per track, the calls that have not returned
	for i, e := range b.events {
		x := event{Name: e.Text, Cat: "call", TS: b.at[i], TID: b.track[e.Thread]}
		switch e.Kind {
		case model.Enter:
			x.Phase, x.Args = "B", map[string]any{"at": place(e.Pos)}
			open[x.TID]++
		case model.Leave:
			x.Phase, x.Args = "E", map[string]any{"returns": e.Text}
			open[x.TID]--
			if open[x.TID] < 0 { // a call that was under way as the trace began
				open[x.TID] = 0
				continue
			}
		default:
			x.Phase, x.Cat, x.Dur, x.Args = "X", "step", 1, b.args(&e)
		}
		b.add(x)
	}
	for tid := 1; tid <= len(b.track); tid++ {
		for range open[tid] {
			b.add(event{Phase: "E", Cat: "call", TS: b.end, TID: tid})
		}
	}
}

// args says of a statement where it stands and what its step changes.
func (b *builder) args(e *traces.Event) map[string]any {
	m := map[string]any{"step": e.Step + 1, "at": place(e.Pos)}
	var changed []string
	for _, c := range b.t.Changes(e.Step) {
		v := &b.t.Program.Vars[c.Var]
		changed = append(changed, fmt.Sprintf("%s: %s -> %s", v.Display(), v.Type.FormatValue(c.Old), v.Type.FormatValue(c.New)))
	}
	if len(changed) > 0 {
		m["changed"] = strings.Join(changed, "; ")
	}
	return m
}

func place(p model.Pos) string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

func (b *builder) waits() {
	for _, w := range b.t.Waits() {
		from, to := b.begin[w.From], b.begin[w.To]
		if w.To == len(b.t.Steps) {
			to = b.end
		}
		tid, ok := b.track[w.Thread]
		if !ok || to <= from {
			continue
		}
		name := "blocked at " + w.Text
		args := map[string]any{}
		if w.Lock != "" {
			name = "blocked on " + w.Lock
		}
		if len(w.Holders) > 0 {
			args["held by"] = strings.Join(w.Holders, ", ")
		}
		b.add(event{Name: name, Cat: "blocked", Phase: "X", TS: from, Dur: to - from, TID: tid, Args: args})
	}
}

// holds writes who held which lock when. Readers that hold one at the same time get a track each.
func (b *builder) holds() {
	type key struct {
		thread int
		lock   string
	}
	since := map[key]int{}
	lanes := map[string][]int{} // per lock, when each of its tracks is free again
	tids := map[string]int{}
	put := func(k key, to int) {
		from := since[k]
		delete(since, k)
		lane := 0
		for lane < len(lanes[k.lock]) && lanes[k.lock][lane] > from {
			lane++
		}
		track := fmt.Sprintf("%s %d", k.lock, lane)
		if lane == len(lanes[k.lock]) {
			lanes[k.lock] = append(lanes[k.lock], 0)
			tids[track] = len(tids) + 1
			b.add(event{Name: "thread_name", Phase: "M", PID: locks, TID: tids[track], Args: map[string]any{"name": k.lock}})
		}
		lanes[k.lock][lane] = to
		b.add(event{Name: b.t.Program.Threads[k.thread].Name, Cat: "lock", Phase: "X", TS: from, Dur: to - from, PID: locks, TID: tids[track]})
	}
	b.add(event{Name: "process_name", Phase: "M", PID: locks, Args: map[string]any{"name": "locks"}})
	var order []key
	for i, e := range b.events {
		if e.Lock == "" {
			continue
		}
		k := key{e.Thread, e.Lock}
		switch e.Op {
		case model.Acquire:
			since[k] = b.at[i]
			order = append(order, k)
		case model.Release:
			if _, ok := since[k]; ok {
				put(k, b.at[i]+1)
			}
		}
	}
	for _, k := range order { // held at the end
		if _, ok := since[k]; ok {
			put(k, b.end)
		}
	}
}

func (b *builder) flows() {
	for n, f := range b.t.Flows(b.events) {
		for _, end := range []struct {
			phase, bind string
			event       int
		}{{"s", "", f.From}, {"f", "e", f.To}} {
			b.add(event{Name: f.Name, Cat: "flow", Phase: end.phase, Bind: end.bind, ID: n + 1, TS: b.at[end.event], TID: b.track[b.events[end.event].Thread]})
		}
	}
}

// violation marks where the property breaks, across all tracks.
func (b *builder) violation() {
	x := event{Name: b.t.Property().Name + " is violated", Cat: "violation", Phase: "i", Scope: "g", TS: b.begin[len(b.begin)-1], TID: 1}
	switch b.t.Property().Kind {
	case model.Deadlock:
		x.Name = "DEADLOCK"
	case model.Reachable:
		x.Name = b.t.Property().Name
	}
	for i, e := range b.events {
		if e.Broken {
			x.TS, x.TID = b.at[i], b.track[e.Thread]
		}
	}
	b.add(x)
}
