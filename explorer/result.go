// Package explorer searches the state space of a model.Program.
package explorer

import (
	"time"

	"hpmc/model/lockorder"
)

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

// Store tells how visited states are kept.
type Store uint8

// The stores.
const (
	Exact       Store = iota // whole states: none is ever mistaken for another
	Fingerprint              // 64 bits a state: Result.Omission bounds the probability that one was missed
	Bitstate                 // a few bits a state: finds violations, proves nothing
)

var storeNames = [...]string{"exact", "fingerprint", "bitstate"}

func (s Store) String() string { return storeNames[s] }

// Options bound a search and say how it is done. The zero value bounds nothing, stores states exactly, reduces,
// and uses every core.
type Options struct {
	MaxStates int           // stop at the end of the level that reaches this many states; 0 means no bound
	Timeout   time.Duration // stop after this long; 0 means no bound
	// Interrupt, if not nil, stops the search when it is closed.
	Interrupt <-chan struct{}
	// Progress, if not nil, is called now and then, by one goroutine at a time.
	Progress func(Progress)

	Workers int   // goroutines that search; 0 means one a core. The result does not depend on it.
	Store   Store // how visited states are kept
	Full    bool  // explore every interleaving, without partial-order reduction
	NoPaths bool  // leave out the paths of violations
	// ReduceFrom is the number of states from which on partial-order reduction is used: a search that grows
	// beyond it begins again, reduced. 0 means 8,000; a negative number that every search is reduced.
	ReduceFrom int

	MaxMem   int64  // bytes of memory to stay within; 0 means most of what the machine has
	SpillDir string // where the frontier goes when memory runs short; "" means the system's directory for such files

	Checkpoint      string        // directory to write checkpoints to; "" means none
	CheckpointEvery time.Duration // time between checkpoints; 0 means a minute
	Resume          string        // directory with a checkpoint to go on from
}

// Progress tells how far a search has come.
type Progress struct {
	States, Transitions int
	Depth               int // levels complete; 0 if there are none
	Frontier            int // states found and not yet expanded
	Bytes               int64
	Elapsed             time.Duration
	Phase               string // "": searching; else what is done: "checkpoint", "path"
}

// Result is what a search found.
type Result struct {
	Verdict     Verdict
	Reason      string // why an Inconclusive search stopped: "interrupted", "1000 states reached", …
	Props       []PropResult
	States      int // distinct states found
	Transitions int // transitions taken
	Deadlocks   int // states without a step in which some thread must not rest
	Depth       int // levels complete; 0 if there are none: threads run on, under reduction
	Frontier    int // states found and not expanded, 0 after a complete search
	Elapsed     time.Duration
	// Fired is, per transition of the program, whether it was ever taken, or was a fault. A reduced search that has found the fault
	// may miss others that are nothing but that.
	Fired []bool

	Workers  int     // goroutines that searched
	Words    int     // 64-bit words of a stored state
	Bits     int     // bits used in them
	Bytes    int64   // most memory that was in use at one time: visited set, frontier, everything that grows
	Spilled  int64   // bytes of the frontier that went through a file
	Reduced  bool    // whether partial-order reduction was on
	Acyclic  bool    // whether the program was shown to have no cycle, so that the reduction needs no proviso
	Omission float64 // bound on the probability that a state was missed; 0 with exact storage
	Resumed  int     // the level from which a checkpoint let the search go on; 0 if none
}

// PropResult is the outcome for one property of the program. For a Reachable property Violated means that
// an exhausted search never reached it, and Path is the shortest way to it when it Holds.
type PropResult struct {
	Prop    int // index in Program.Props
	Verdict Verdict
	Path    []int // transitions from the initial state to the violation, the shortest there is
	Depth   int   // length of Path up to the violation; without one, the level of the first violation, or -1 if that is not known
	Check   int   // for a property checked at an event: index in the last transition's Checks; else -1

	// Pathless is set if there should be a path, and no room or time was left to find it.
	Pathless bool
	// Circle, for a violated LockOrder, is dependencies of which each wants what the next one holds. The first one
	// takes longest to come about, and Path is a run to it. Runs has a run for each, or is empty if there are no paths.
	Circle []lockorder.Dependency
	Runs   [][]int
}
