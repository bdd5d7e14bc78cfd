package reports_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hpmc/reports"
)

// The expressions by which the kernel's tools/testing/kunit/kunit_parser.py takes lines apart.
var (
	version = regexp.MustCompile(`^\s*KTAP version ([0-9]+)$`)
	header  = regexp.MustCompile(`^\s*# Subtest: (.*)$`)
	plan    = regexp.MustCompile(`^\s*1\.\.([0-9]+)`)
	outcome = regexp.MustCompile(`^\s*(ok|not ok) ([0-9]+) ?(- )?([^#]*)( # .*)?$`)
	skip    = regexp.MustCompile(`^\s*(ok|not ok) ([0-9]+) ?(- )?(.*) # SKIP ?(.*)$`)
)

type test struct {
	name string
	ok   bool
	subs []test
}

// parser reads KTAP as kunit_parser.py does: a test's subtests stand before its result, with a version, a header and a
// plan of their own, and the result has the header's name.
type parser struct {
	t     rapid.TB
	lines []string
}

func (p *parser) next(re *regexp.Regexp) []string {
	if len(p.lines) == 0 {
		return nil
	}
	m := re.FindStringSubmatch(p.lines[0])
	if m != nil {
		p.lines = p.lines[1:]
	}
	return m
}

// tests reads what follows a version line.
func (p *parser) tests(depth string) (out []test) {
	m := p.next(plan)
	if m == nil {
		p.t.Fatalf("no plan before %q", p.lines)
	}
	n, _ := strconv.Atoi(m[1])
	for i := 1; i <= n; i++ {
		var x test
		name := ""
		for len(p.lines) > 0 && strings.HasPrefix(strings.TrimSpace(p.lines[0]), "#") {
			p.lines = p.lines[1:] // diagnostics
		}
		if p.next(version) != nil {
			h := p.next(header)
			if h == nil {
				p.t.Fatal("subtests without a header")
			}
			name = h[1]
			x.subs = p.tests(depth + "  ")
		}
		line := ""
		if len(p.lines) > 0 {
			line = p.lines[0]
		}
		if skip.MatchString(line) {
			p.t.Fatalf("%q is skipped", line)
		}
		r := p.next(outcome)
		if r == nil || !strings.HasPrefix(line, depth) || strings.HasPrefix(line, depth+" ") {
			p.t.Fatalf("%q is no result at depth %d", line, len(depth))
		}
		if got, _ := strconv.Atoi(r[2]); got != i || name != "" && r[4] != name {
			p.t.Fatalf("%q is not number %d, %q", line, i, name)
		}
		x.name, x.ok = r[4], r[1] == "ok"
		out = append(out, x)
	}
	return out
}

var text = rapid.OneOf(rapid.StringMatching(`[a-z][a-z-]{0,20}`), rapid.Just("reach: k.CPUs.Has(1) // #2"), rapid.StringMatching(`[ -~]{1,30}`))

func draw(t *rapid.T) []reports.Run {
	status := rapid.Custom(func(t *rapid.T) reports.Status { return reports.Status(rapid.IntRange(0, 3).Draw(t, "status")) })
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) reports.Run {
		return reports.Run{Scenario: rapid.StringMatching(`[a-z]+`).Draw(t, "scenario"), Kernel: "v5.12", Status: status.Draw(t, "run"), Message: text.Draw(t, "why"),
			Cases: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) reports.Case {
				return reports.Case{Name: "p" + text.Draw(t, "name"), Status: status.Draw(t, "case"), Message: text.Draw(t, "message"), Detail: rapid.StringMatching(`([ -~]{0,20}\n){0,4}`).Draw(t, "detail")}
			}), 1, 5).Draw(t, "cases")}
	}), 1, 5).Draw(t, "runs")
}

func good(s reports.Status) bool { return s == reports.Passed || s == reports.ExpectedFailure }

// TestKTAP reads what was written: every case with its outcome, and nothing undecided is ok.
func TestKTAP(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		runs := draw(t)
		var b bytes.Buffer
		k := reports.NewKTAP(&b, len(runs))
		for i := range runs {
			k.Run(&runs[i])
		}
		if k.Err() != nil {
			t.Fatal(k.Err())
		}
		p := &parser{t, strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")}
		if p.next(version) == nil {
			t.Fatal("no version")
		}
		got := p.tests("")
		if len(p.lines) > 0 {
			t.Fatalf("%q is left", p.lines)
		}
		for i, r := range runs {
			if got[i].ok != good(r.Status) || len(got[i].subs) != len(r.Cases) {
				t.Fatalf("%+v is read as %+v", r, got[i])
			}
			for n, c := range r.Cases {
				if got[i].subs[n].ok != good(c.Status) {
					t.Fatalf("%+v is read as %+v", c, got[i].subs[n])
				}
			}
		}
	})
}

// element is what JUnit's XML, as Jenkins' and GitLab's schemas have it, allows in an element.
type element struct {
	need, may []string // attributes
	children  []string // in this order
	text      bool
}

var junit = map[string]element{
	"testsuites": {may: []string{"name", "tests", "failures", "errors", "disabled", "skipped", "time"}, children: []string{"testsuite"}},
	"testsuite": {need: []string{"name", "tests"}, may: []string{"failures", "errors", "skipped", "disabled", "time", "timestamp", "hostname", "id", "package"},
		children: []string{"properties", "testcase", "system-out", "system-err"}},
	"testcase": {need: []string{"name"}, may: []string{"classname", "time", "assertions", "status"},
		children: []string{"skipped", "error", "failure", "system-out", "system-err"}},
	"failure":    {may: []string{"message", "type"}, text: true},
	"error":      {may: []string{"message", "type"}, text: true},
	"skipped":    {may: []string{"message"}, text: true},
	"system-out": {text: true},
}

// strict reads JUnit's XML by its rules, and returns what breaks them.
func strict(in []byte) error {
	dec := xml.NewDecoder(bytes.NewReader(in))
	some := false
	var stack []string
	var at []int // per element of stack, the place of its last child among those allowed
	for {
		tok, err := dec.Token()
		if err == io.EOF && some && len(stack) == 0 {
			return nil
		}
		if err != nil {
			return err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			name := tok.Name.Local
			e, ok := junit[name]
			if !ok {
				return fmt.Errorf("<%s> is no element", name)
			}
			if n := len(stack); n > 0 {
				i := slices.Index(junit[stack[n-1]].children, name)
				if i < at[n-1] {
					return fmt.Errorf("<%s> in <%s> comes too late, or not at all", name, stack[n-1])
				}
				at[n-1] = i
			} else if name != "testsuites" {
				return fmt.Errorf("the document is a <%s>", name)
			}
			seen := map[string]bool{}
			for _, a := range tok.Attr {
				if k := a.Name.Local; seen[k] || !slices.Contains(e.need, k) && !slices.Contains(e.may, k) {
					return fmt.Errorf("<%s> has a %s", name, k)
				}
				seen[a.Name.Local] = true
				if a.Name.Local == "time" {
					if x, err := strconv.ParseFloat(a.Value, 64); err != nil || x < 0 {
						return fmt.Errorf("the time %q", a.Value)
					}
				}
			}
			for _, k := range e.need {
				if !seen[k] {
					return fmt.Errorf("<%s> has no %s", name, k)
				}
			}
			stack, at, some = append(stack, name), append(at, 0), true
		case xml.EndElement:
			stack, at = stack[:len(stack)-1], at[:len(at)-1]
		case xml.CharData:
			if n := len(stack); n > 0 && !junit[stack[n-1]].text && strings.TrimSpace(string(tok)) != "" {
				return fmt.Errorf("text in <%s>", stack[n-1])
			}
		}
	}
}

// TestStrict gives the strict reader what it is to refuse.
func TestStrict(t *testing.T) {
	if err := strict([]byte(`<testsuites><testsuite name="s" tests="1"><testcase name="a" time="0.1"><failure message="m">t</failure></testcase></testsuite></testsuites>`)); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{``, `<testsuite name="s" tests="0"/>`, `<testsuites><test/></testsuites>`, `<testsuites><testcase name="a"/></testsuites>`,
		`<testsuites><testsuite tests="1"/></testsuites>`, `<testsuites x="1"/>`, `<testsuites time="-1"/>`, `<testsuites>text</testsuites>`, `<testsuites>`,
		`<testsuites><testsuite name="s" tests="1"><testcase name="a"><system-out/><failure/></testcase></testsuite></testsuites>`} {
		if strict([]byte(bad)) == nil {
			t.Errorf("%s is accepted", bad)
		}
	}
}

// TestJUnit reads what was written, and adds up.
func TestJUnit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		runs := draw(t)
		var b bytes.Buffer
		if err := reports.WriteJUnit(&b, runs); err != nil {
			t.Fatal(err)
		}
		if err := strict(b.Bytes()); err != nil {
			t.Fatalf("%v: %s", err, &b)
		}
		var got struct {
			Tests    int `xml:"tests,attr"`
			Failures int `xml:"failures,attr"`
			Errors   int `xml:"errors,attr"`
			Suites   []struct {
				Name  string `xml:"name,attr"`
				Tests int    `xml:"tests,attr"`
				Cases []struct {
					Class   string    `xml:"classname,attr"`
					Name    string    `xml:"name,attr"`
					Failure *struct{} `xml:"failure"`
					Error   *struct{} `xml:"error"`
				} `xml:"testcase"`
			} `xml:"testsuite"`
		}
		if err := xml.Unmarshal(b.Bytes(), &got); err != nil {
			t.Fatalf("%v: %s", err, &b)
		}
		tests, failures, errs := 0, 0, 0
		for i, r := range runs {
			s := got.Suites[i]
			if s.Tests != len(r.Cases) || len(s.Cases) != len(r.Cases) {
				t.Fatalf("%+v is read as %+v", r, s)
			}
			for n, c := range r.Cases {
				tests++
				x := s.Cases[n]
				if (x.Failure != nil) != (c.Status == reports.Failed) || (x.Error != nil) != (c.Status == reports.Unclear) || x.Class != r.Scenario || x.Name == "" {
					t.Fatalf("%+v is read as %+v", c, x)
				}
				if x.Failure != nil {
					failures++
				}
				if x.Error != nil {
					errs++
				}
			}
		}
		if got.Tests != tests || got.Failures != failures || got.Errors != errs {
			t.Fatalf("%d, %d, %d; not %d, %d, %d", got.Tests, got.Failures, got.Errors, tests, failures, errs)
		}
	})
}
