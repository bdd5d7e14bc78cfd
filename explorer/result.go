// Package explorer searches the state space of a model.Program.
package explorer

import "time"

// Verdict is the outcome for a property or a whole run.
type Verdict uint8

// The verdicts. Inconclusive is the zero value: nothing holds until a search has finished.
const (
	Inconclusive Verdict = iota
	Holds
	Violated
)

var verdictNames = [...]string{"inconclusive", "holds", "violated"}

func (v Verdict) String() string { return verdictNames[v] }

// Options bound a search. The zero value bounds nothing.
type Options struct {
	MaxStates int           // stop after this many states; 0 means no bound
	Timeout   time.Duration // stop after this long; 0 means no bound
	// Interrupt, if not nil, stops the search when it is closed.
	Interrupt <-chan struct{}
	// Progress, if not nil, is called now and then from the goroutine that searches.
	Progress func(Progress)
}

// Progress tells how far a search has come.
type Progress struct {
	States, Transitions int
	Depth               int // levels complete
	Frontier            int // states found and not yet expanded
	Elapsed             time.Duration
}

// Result is what a search found.
type Result struct {
	Verdict     Verdict
	Reason      string // why an Inconclusive search stopped: "interrupted", "1000 states reached", …
	Props       []PropResult
	States      int // distinct states found
	Transitions int // transitions taken
	Deadlocks   int // states without a step in which some thread must not rest
	Depth       int // levels complete
	Frontier    int // states not expanded, 0 after a complete search
	Elapsed     time.Duration
	Fired       []bool // per transition of the program: was it ever taken
}

// PropResult is the outcome for one property of the program. For a Reachable property Violated means that
// an exhausted search never reached it, and Path is the shortest way to it when it Holds.
type PropResult struct {
	Prop    int // index in Program.Props
	Verdict Verdict
	Path    []int // transitions from the initial state to the violation, the shortest there is
	Check   int   // for a property checked at an event: index in the last transition's Checks; else -1
}
