// Package reports writes the outcome of runs as test results, for what collects those of many programs: KTAP as the
// kernel's test tools read it, and JUnit's XML.
package reports

// Status is the outcome of a case or of a run.
type Status uint8

// The outcomes. Unclear is the zero value: what was not decided never counts as passed.
const (
	Unclear Status = iota
	Passed
	ExpectedFailure // it fails as it is expected to
	Failed
)

// Run is a scenario on a kernel: a test of which every property is a part.
type Run struct {
	Scenario, Kernel string
	Status           Status // of the whole: Passed if it came out as expected
	Message          string // why it did not pass, in one line
	Seconds          float64
	Cases            []Case
}

// Case is a property.
type Case struct {
	Name    string
	Status  Status
	Message string // in one line
	Detail  string // a counterexample, in lines
}
