package ftrace_test

import (
	"regexp"
	"strings"
	"testing"

	"hpmc/traces"
	"hpmc/traces/ftrace"
	"hpmc/traces/internal/golden"
)

func TestWrite(t *testing.T) { golden.Check(t, ".ftrace.txt", ftrace.Write, check) }

// line is a line of a trace file as trace-cmd and perf's scripts take it apart.
var line = regexp.MustCompile(`^ *(\S.*)-(\d+) +\[(\d{3})\] +([.\w]{5}) +(\d+\.\d{6}): +(\w+): +(.*)$`)

func check(t *testing.T, tr *traces.Trace, out []byte) {
	last, violations, calls := "", 0, map[string]int{}
	for _, l := range strings.Split(strings.TrimSuffix(string(out), "\n"), "\n") {
		if strings.HasPrefix(l, "#") {
			continue
		}
		m := line.FindStringSubmatch(l)
		if m == nil {
			t.Fatalf("%q is no line of a trace", l)
		}
		if len(m[5]) < len(last) || len(m[5]) == len(last) && m[5] < last {
			t.Errorf("%q goes back in time", l)
		}
		last = m[5]
		switch m[6] {
		case "violation":
			violations++
		case "function":
			calls[m[1]]++
		case "return":
			if calls[m[1]]--; calls[m[1]] < 0 {
				t.Errorf("%q returns from nowhere", l)
			}
		}
	}
	if violations == 0 {
		t.Error("no violation")
	}
}
