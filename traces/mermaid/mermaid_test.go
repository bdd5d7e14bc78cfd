package mermaid_test

import (
	"regexp"
	"strings"
	"testing"

	"hpmc/traces"
	"hpmc/traces/internal/golden"
	"hpmc/traces/mermaid"
)

func TestWrite(t *testing.T) { golden.Check(t, ".mmd", mermaid.Write, check) }

var (
	participant = regexp.MustCompile(`^participant (T\d+) as \S.*$`)
	note        = regexp.MustCompile(`^Note over (T\d+): \S.*$`)
	arrow       = regexp.MustCompile(`^(T\d+)-\)(T\d+): \S.*$`)
	entity      = regexp.MustCompile(`#(\d+|lt|gt);`)
	word        = regexp.MustCompile(`(?i)(^|[^\w])end($|[^\w])`)
)

// check holds a diagram against the grammar of sequence diagrams, as far as it is used.
func check(t *testing.T, _ *traces.Trace, out []byte) {
	lines := strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	if lines[0] != "sequenceDiagram" || len(out) > 50000 {
		t.Fatalf("%q, %d bytes", lines[0], len(out))
	}
	known, depth := map[string]bool{}, 0
	for _, l := range lines[1:] {
		l = strings.TrimSpace(l)
		text := entity.ReplaceAllString(l, "")
		var names []string
		switch {
		case strings.HasPrefix(l, "%%"):
			continue
		case l == "end":
			depth--
			continue
		case strings.HasPrefix(l, "rect rgb("):
			depth++
			continue
		case participant.MatchString(l):
			known[participant.FindStringSubmatch(l)[1]] = true
		case note.MatchString(l):
			names = note.FindStringSubmatch(l)[1:]
		case arrow.MatchString(l):
			names = arrow.FindStringSubmatch(l)[1:]
		default:
			t.Errorf("%q is no statement", l)
		}
		for _, n := range names {
			if !known[n] {
				t.Errorf("%q names %s, which is no participant", l, n)
			}
		}
		if strings.ContainsAny(text, ";#") || word.MatchString(text) || strings.Contains(strings.ReplaceAll(text, "<br/>", ""), "<") {
			t.Errorf("%q contains what ends a statement", l)
		}
	}
	if depth != 0 {
		t.Error("a block does not end")
	}
}
