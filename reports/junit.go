package reports

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// The elements of JUnit's XML, as far as those that read it agree on them.
type (
	junitSuites struct {
		XMLName  xml.Name      `xml:"testsuites"`
		Name     string        `xml:"name,attr"`
		Tests    int           `xml:"tests,attr"`
		Failures int           `xml:"failures,attr"`
		Errors   int           `xml:"errors,attr"`
		Time     string        `xml:"time,attr"`
		Suites   []*junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Time     string      `xml:"time,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		Time    string        `xml:"time,attr"`
		Failure *junitProblem `xml:"failure,omitempty"`
		Error   *junitProblem `xml:"error,omitempty"`
		Out     string        `xml:"system-out,omitempty"`
	}
	junitProblem struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// WriteJUnit writes runs as JUnit's XML: a suite for each scenario and kernel, a case for each property. A property that is
// violated against expectation is a failure, one that was not decided an error.
func WriteJUnit(w io.Writer, runs []Run) error {
	all := junitSuites{Name: "hpmc"}
	total := 0.0
	for i := range runs {
		r := &runs[i]
		s := &junitSuite{Name: r.Scenario + "/" + r.Kernel, Time: seconds(r.Seconds)}
		for _, c := range r.Cases {
			x := junitCase{Class: r.Scenario, Name: r.Kernel + ": " + c.Name, Time: seconds(r.Seconds / float64(len(r.Cases)))}
			switch c.Status {
			case Failed:
				x.Failure = &junitProblem{c.Message, "violated", clean(c.Detail)}
				s.Failures++
			case Unclear:
				x.Error = &junitProblem{c.Message, "inconclusive", ""}
				s.Errors++
			case ExpectedFailure:
				x.Out = clean(c.Message)
			}
			s.Tests++
			s.Cases = append(s.Cases, x)
		}
		all.Tests, all.Failures, all.Errors = all.Tests+s.Tests, all.Failures+s.Failures, all.Errors+s.Errors
		total += r.Seconds
		all.Suites = append(all.Suites, s)
	}
	all.Time = seconds(total)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func seconds(s float64) string { return fmt.Sprintf("%.3f", s) }

// clean drops the characters that XML cannot hold.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
}
