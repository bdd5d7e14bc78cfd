package scenarios

import (
	"hpmc/model"
	"hpmc/model/compile"
)

// Scenario says who does what, on which kernels, what is checked, and what is expected.
type Scenario struct {
	Name    string
	Summary string
	Pos     model.Pos // of the name

	CPUs, ThreadsPerCore int
	Offline              []int // CPUs that are offline at first, ascending
	Queue                int   // messages that a queue holds; 0 is the default

	Threads []compile.Thread // in the order of the file
	Params  []compile.Param
	Faults  []compile.Fault
	Check   []compile.Name // properties of the invariants, "deadlock" or "lock-order"
	InPlace []compile.Expr
	Reach   []compile.Expr

	Kernels []string // the kernels to check, in the order of the series

	expect map[string]Expectation
	others *Expectation // for the kernels that expect does not name

	paramPos []model.Pos // of the names of Params
}

// Expected returns what the scenario expects of a kernel, if it expects anything.
func (s *Scenario) Expected(kernel string) (Expectation, bool) {
	if e, ok := s.expect[kernel]; ok {
		return e, true
	}
	if s.others != nil {
		return *s.others, true
	}
	return Expectation{}, false
}
