// Package compile turns Go source in the model language into a [model.Program].
//
// Compile type-checks the source, lowers every thread to a control-flow graph with all calls inlined
// (lower.go), and executes the graph symbolically from step to step (exec.go): each path between two steps
// becomes one transition, whose guard and effect are expressions over the state before it. Local variables
// whose value is known become part of the location, so loops over CPUs unroll by themselves and most locals
// need no bits. Which shared variables never change is found by the same execution, repeated to a fixed
// point from the assumption that none does.
package compile

import "hpmc/model"

// Source is one file. Name is how messages call it.
type Source struct {
	Name string
	Text []byte
}

// Package is the source of one package of a model.
type Package struct {
	Path  string // import path
	Files []Source
}

// Import paths that the compiler knows.
const (
	HPPath         = "hpmc/model/hp"
	KernelPath     = "hpmc/model/linux"
	InvariantsPath = "hpmc/invariants"
)

// Expr is a Go expression, and where it stands.
type Expr struct {
	Text string
	Pos  model.Pos
}

// Name is a name, and where it stands.
type Name struct {
	Text string
	Pos  model.Pos
}

// Thread is a thread of the scenario. Body holds calls of the kernel's methods without their receiver,
// which are made one after the other.
type Thread struct {
	Name string
	Body []Expr
}

// Param gives an initial value to the fields of the kernel whose tag is param:"Name".
type Param struct {
	Name  string
	Value Expr
}

// Fault lets hp.Fault(Name) be true up to Budget times.
type Fault struct {
	Name   string
	Budget int
	Pos    model.Pos
}

// Config is what a program is made of.
type Config struct {
	Name       string
	Packages   []Package // hp, the kernel and the invariants, in any order
	Threads    []Thread
	Params     []Param
	Properties []Name // of the invariants, "deadlock" or "lock-order"
	InPlace    []Expr // conditions over k that must hold in every state
	Reach      []Expr // conditions over k that must hold in some state
	Faults     []Fault

	CPUs, ThreadsPerCore int
	Offline              []int
	QueueCap             int // 0 means 4

	Parsed *Parsed // sources that earlier compilations have parsed; nil: none

	NoMerge bool // make a step of every statement, local ones too
	NoReset bool // keep the values of dead locals
	// KeepResults keeps what events show, results of functions above all, until they happen. Otherwise a value that
	// no step needs may not be known any more when its function returns.
	KeepResults bool
}
