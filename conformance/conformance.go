// Package conformance decides whether a recorded run of a kernel is a behaviour of a program.
//
// It looks for a path of the program on which the calls that the recording shows happen in the recorded order, each by a
// thread that can stand for the recorded task, with whatever else the program does in between: a search over pairs of
// a place in the recording and a state of the program. Events mean something to it by the kernel's names of functions,
// which the program carries.
package conformance

import (
	"context"

	"hpmc/conformance/ftrace"
	"hpmc/model"
)

// Verdict is the outcome of a check.
type Verdict uint8

// The verdicts.
const (
	Inconclusive Verdict = iota // the search was stopped, or the recording has holes
	Conforms                    // the recording is a behaviour of the program
	Differs                     // it is not
)

var verdictNames = [...]string{"inconclusive", "conforms", "does not conform"}

func (v Verdict) String() string { return verdictNames[v] }

// DefaultMaxStates is the bound of a search whose Options give none.
const DefaultMaxStates = 2_000_000

// Options of a check.
type Options struct {
	Vocabulary Vocabulary
	Prefix     bool // the recording need not be of a whole run: the program need not be done at its end
	MaxStates  int  // pairs of a place and a state to look at; 0 is DefaultMaxStates
}

// Result says what came of a check.
type Result struct {
	Verdict  Verdict
	Why      string // of an inconclusive verdict
	Events   int    // of the recording
	Observed int    // of them those that the program must match
	Matched  int    // of those, the most that a path matches, from the first on
	Steps    int    // of the program on that path
	Restarts int    // how often a system call began again because it did not get a lock
	States   int    // pairs that were looked at
	Prefix   bool   // whether the recording was taken for the beginning of a run
	Threads  []ThreadCount
	LeftOut  []LeftOut // events that no step has to match
	Failure  *Failure  // of a verdict other than Conforms
	Warnings []string
	Path     []Matched // the matched events in order
}

// ThreadCount is what a thread of the program does on the path.
type ThreadCount struct {
	Name   string
	Tasks  []string // that it stands for, as NAME-PID
	Events int
	Steps  int
}

// LeftOut are events of one function that were left out, and why.
type LeftOut struct {
	Name  string
	Why   string
	Count int
	Line  int // of the first one
}

// Matched is an event and the thread whose step it is.
type Matched struct {
	Event  *ftrace.Event
	Thread int
}

// Check looks for a path of p that conforms to a recording. It is an error, of type *Error, if the recording speaks of
// threads or CPUs that the program does not have.
func Check(ctx context.Context, p *model.Program, rec *ftrace.Recording, o Options) (*Result, error) {
	if o.MaxStates == 0 {
		o.MaxStates = DefaultMaxStates
	}
	r := &Result{Events: len(rec.Events), Prefix: o.Prefix || rec.Cut, Warnings: rec.Warnings}
	m := newMachine(p)
	v, err := view(m, rec, o.Vocabulary)
	if err != nil {
		return nil, err
	}
	m.observe(v)
	r.Observed, r.LeftOut = len(v.events), v.leftOut
	r.Warnings = append(r.Warnings, v.warnings...)
	if len(v.events) == 0 {
		return nil, &Error{File: rec.File, Msg: "none of its events is of a function that the program enters: nothing can be decided"}
	}
	s := &search{m: m, v: v, prefix: r.Prefix, max: o.MaxStates, seen: map[string]struct{}{}}
	end, stopped := s.run(ctx)
	r.States, r.Matched = len(s.nodes), s.best
	switch {
	case end >= 0:
		r.Verdict = Conforms
	case stopped != "":
		r.Why = stopped
	default:
		r.Verdict = Differs
	}
	if end < 0 {
		end = s.frontier[len(s.frontier)-1]
		r.Failure = s.explain()
		if r.Verdict == Differs && rec.Lost != 0 {
			r.Verdict, r.Why = Inconclusive, "the recording has lost events, and does not conform as it is"
		}
	}
	s.trace(end, r)
	return r, nil
}
