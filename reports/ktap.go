package reports

import (
	"fmt"
	"io"
	"strings"
)

// KTAP writes runs in the kernel's Test Anything Protocol, version 1, one after another as they come:
// Documentation/dev-tools/ktap.rst. A run is a test, its properties are subtests.
type KTAP struct {
	w   io.Writer
	n   int
	err error
}

// NewKTAP begins the results of a number of runs.
func NewKTAP(w io.Writer, runs int) *KTAP {
	k := &KTAP{w: w}
	k.line(0, "KTAP version 1")
	k.line(0, fmt.Sprintf("1..%d", runs))
	return k
}

// Run writes one run.
func (k *KTAP) Run(r *Run) {
	k.n++
	k.line(1, "KTAP version 1")
	name := description(r.Scenario + "/" + r.Kernel)
	k.line(1, "# Subtest: "+name)
	k.line(1, fmt.Sprintf("1..%d", len(r.Cases)))
	for i, c := range r.Cases {
		if c.Status == Failed {
			for _, l := range strings.Split(strings.TrimRight(c.Detail, "\n"), "\n") {
				if l != "" {
					k.line(1, "# "+l)
				}
			}
		}
		k.line(1, result(i+1, description(c.Name), c.Status, c.Message))
	}
	k.line(0, result(k.n, name, r.Status, r.Message))
}

// Err returns the first error of the writer.
func (k *KTAP) Err() error { return k.err }

func (k *KTAP) line(depth int, s string) {
	if k.err == nil {
		_, k.err = fmt.Fprintf(k.w, "%s%s\n", strings.Repeat("  ", depth), s)
	}
}

// result is a result line. What is undecided is a time-out: it is not ok, but nothing failed.
func result(n int, name string, s Status, message string) string {
	head, directive := "not ok", ""
	switch s {
	case Passed:
		head = "ok"
	case ExpectedFailure:
		head, directive = "ok", "XFAIL"
	case Unclear:
		directive = "TIMEOUT"
	}
	line := fmt.Sprintf("%s %d %s", head, n, name)
	message = strings.ReplaceAll(message, "\n", " ")
	if s == Passed {
		message = ""
	}
	if tail := strings.TrimSpace(directive + " " + message); tail != "" {
		line += " # " + tail
	}
	return line
}

// description is a name without what would begin a directive or end a line.
func description(s string) string {
	return strings.NewReplacer("#", "", "\n", " ", "\r", "").Replace(s)
}
