// Package model says what a model is: a closed concurrent program over a packed state.
//
// A [Program] has variables, threads and transitions. A transition belongs to one thread, leads from one of
// its locations to another, has a guard over the state before it, and assigns to variables, all at once,
// values computed from the state before it. Explorers, traces and exports need nothing else; where a
// program comes from, and what it speaks of, is not this package's business.
package model

import "fmt"

// VarID is a variable's index in Program.Vars.
type VarID int

// VarKind tells what a variable is for.
type VarKind uint8

// The kinds of variable.
const (
	Shared VarKind = iota // a field of the kernel's state
	Local                 // a local variable of one thread
	PC                    // the location of one thread
	Ghost                 // what the properties remember
	Budget                // how often a fault can still happen
)

var varKindNames = [...]string{"shared", "local", "pc", "ghost", "budget"}

func (k VarKind) String() string { return varKindNames[k] }

// TypeKind tells how a value is shown.
type TypeKind uint8

// The ways to show a value.
const (
	Bool TypeKind = iota
	Int
	Mask  // a set of small numbers, shown as {0-1,3}
	Enum  // a named constant
	Errno // a named constant with a minus sign
)

// Type tells how the values of a variable are shown.
type Type struct {
	Name  string
	Kind  TypeKind
	Names map[int64]string // of an Enum or Errno
}

// Var is one variable of the state. Its value is Min plus what its bits hold.
type Var struct {
	Name     string // as in the model: Top.Effective, writer.err
	Kernel   string // the kernel's own name, where it has one
	Kind     VarKind
	Type     *Type
	Min, Max int64
	Thread   int    // whose local or location it is; -1 for the others
	Doc      string // of a Ghost: a sentence on what it holds, or ""
	Init     int64

	Word, Shift, Bits int // where the value lies in the packed state
}

// Display returns the name that users know the variable by.
func (v *Var) Display() string {
	if v.Kernel != "" {
		return v.Kernel
	}
	return v.Name
}

// Pos is a place in a source file. Line and Col count from 1.
type Pos struct {
	File      string
	Line, Col int
}

func (p Pos) String() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// Thread is one sequential part of a program.
type Thread struct {
	Name   string
	Daemon bool  // comes with the kernel, and need not finish
	PC     VarID // its location; -1 if the thread can never move
	Locs   []Location
	Out    [][]int // per location, the transitions that leave it
}

// Location is a point at which a thread can stand.
type Location struct {
	Text  string // the statement that comes next
	Pos   Pos
	Stack []Frame // the calls the thread is in, outermost first
	Rest  bool    // the thread may stay here for ever
	Held  []Lock  // the locks held here, in the order they were taken
}

// Frame is a call that a thread is in.
type Frame struct {
	ID   int    // unique within a thread: two stacks with equal IDs share the call
	Func string // the kernel's name where it has one
	Args string // as shown to users; constants are filled in
	Pos  Pos    // of the call
}

// Lock is a lock held at a location.
type Lock struct {
	Name  string // the kernel's name
	Mode  LockMode
	Taken Pos
	Func  string // the function that took it
}

// LockMode tells how a lock is held.
type LockMode uint8

// The ways to hold a lock.
const (
	Exclusive  LockMode = iota
	SharedMode          // for reading
	WorkItem            // the pseudo lock of a running work item
	Annotated           // held for the order of locks only, as lockdep's annotations say: nobody waits for it here
)

// EventKind tells what an Event of a transition is.
type EventKind uint8

// The kinds of event.
const (
	Enter  EventKind = iota // a call begins
	Leave                   // a call returns
	Step                    // the statement that makes the transition a step
	Merged                  // a local statement that was merged into the step
)

// Event is something that happens in a transition, in source order. A trace is rendered from events.
type Event struct {
	Kind  EventKind
	Text  string // Enter: "cpu_up(1)"; Leave: "cpu_up() = -EBUSY" when the value is known; else the statement
	Depth int    // number of calls around it
	Frame int    // the Frame.ID it happens in
	Pos   Pos
	Lock  string   // the lock taken, released or flushed, if it is such a step
	Op    LockOp   // what is done to Lock
	Mode  LockMode // and how
	Try   bool     // Acquire: it does not wait
	Flow  FlowOp   // what the step passes on to another thread, or gets from one
	Via   string   // and by which work item or queue
	Value *Expr    // a value worth showing, over the state before: the value assigned or returned; may be nil
	Type  *Type    // of Value
	Parts []Part   // Enter: the arguments in Text; Leave: what a result that is a struct is made of
}

// Part is one scalar of several that belong together.
type Part struct {
	Value *Expr // over the state before; nil if it is not known there
	Type  *Type
}

// LockOp is what a step does to a lock.
type LockOp uint8

// The things a step does to a lock.
const (
	NoLock LockOp = iota
	Acquire
	Release
	Flush // waits for a work item
)

// FlowOp is what a step does to what goes from one thread to another.
type FlowOp uint8

// The things a step does to what goes from one thread to another. Queued work arrives where it is acquired.
const (
	NoFlow   FlowOp = iota
	Queues          // queues a work item; that changes nothing if it is queued already
	Sends           // appends a message to a queue
	Receives        // takes the oldest one
)

// Assign gives a variable the value of an expression over the state before the transition.
type Assign struct {
	Var   VarID
	Val   *Expr
	Reset bool // of a local that is not used any more: it only keeps equal states equal
}

// Check is a property tested when a transition happens.
type Check struct {
	Prop    int      // index in Program.Props
	Cond    *Expr    // over the state before the transition; the property is violated if it is false
	Clauses []Clause // the conjuncts of Cond as they are written, where that is known
	Text    string
	Pos     Pos
}

// Branch is a condition of the source and how it came out.
type Branch struct {
	Pos   Pos
	Taken bool
}

// Transition is one atomic step of a thread.
type Transition struct {
	ID       int
	Thread   int
	From, To int
	Guard    []*Expr  // a conjunction; that the thread stands at From is implied
	Effect   []Assign // simultaneous; that the thread moves to To is implied
	Checks   []Check
	Events   []Event
	Branches []Branch // the conditions that were decided on the way, in source order
	Pos      Pos
	Func     string // the function it stands in, by the kernel's name
	Text     string // the statement

	Reads, Writes Footprint // without the thread's own location
}

// PropKind tells when a property is checked.
type PropKind uint8

// The kinds of property.
const (
	Always    PropKind = iota // in every state
	AtEvent                   // by the Checks of transitions
	Final                     // in every state in which all threads rest or have finished
	Deadlock                  // no state is stuck
	Reachable                 // in at least one state
	LockOrder                 // over all runs: no locks depend on each other in a circle (package lockorder)
)

var propKindNames = [...]string{"always", "at event", "final", "deadlock", "reachable", "lock order"}

func (k PropKind) String() string { return propKindNames[k] }

// Property is something that a program is checked for.
type Property struct {
	Name    string
	Summary string // one sentence
	Kind    PropKind
	Cond    *Expr // of Always, Final and Reachable
	Clauses []Clause
	Pos     Pos
	Fault   bool // a violation is a fault of the model, not of what it models
}

// Clause is one conjunct of a property's condition, as written.
type Clause struct {
	Text string
	Cond *Expr
}

// Stats tells what the compiler did.
type Stats struct {
	Steps     int // transitions before merging would have been this many statements
	Merged    int // local statements merged into the step before them
	Constants int // variables that never change in this program, and are not stored
	Reset     int // assignments that reset dead locals
}

// Program is a closed concurrent program.
type Program struct {
	Name        string
	Vars        []Var
	Words       int // 64-bit words of a packed state
	Bits        int // bits used in them
	Threads     []Thread
	Transitions []Transition
	Props       []Property
	Stats       Stats
}
