package tlaeval

import (
	"slices"
	"strings"
)

// config is a configuration.
type config struct {
	spec       token
	deadlock   bool // CHECK_DEADLOCK
	invariants []token
}

// keywords begin the statements of a configuration.
var keywords = strings.Fields(`CONSTANT CONSTANTS CONSTRAINT CONSTRAINTS ACTION_CONSTRAINT ACTION_CONSTRAINTS INVARIANT INVARIANTS INIT NEXT
	VIEW SYMMETRY SPECIFICATION PROPERTY PROPERTIES ALIAS POSTCONDITION TYPE_CONSTRAINT CHECK_DEADLOCK`)

// parseConfig reads a configuration: the specification, invariants, and whether a state without a successor is an error, as it
// is if nothing is said.
func parseConfig(text string) *config {
	p := newParser(text)
	c := &config{deadlock: true}
	seen := map[string]bool{}
	keyword := func() bool { return slices.Contains(keywords, p.tok.text) }
	id := func(of string) token {
		if keyword() {
			p.unexpected("where " + of + " must be")
		}
		return p.name(of)
	}
	for p.tok.kind != endOfFile {
		t := p.tok
		p.advance()
		if seen[t.text] {
			fail(t.Pos, "%v a second time", t)
		}
		seen[t.text] = true
		switch t.text {
		case "SPECIFICATION":
			c.spec = id("the specification")
		case "CHECK_DEADLOCK":
			if !p.at("TRUE") && !p.at("FALSE") {
				p.unexpected("where TRUE or FALSE must be")
			}
			c.deadlock = p.at("TRUE")
			p.advance()
		case "INVARIANT", "INVARIANTS":
			for more := true; more; more = p.tok.kind != endOfFile && !keyword() {
				c.invariants = append(c.invariants, id("an invariant"))
			}
		default:
			fail(t.Pos, "%v, where a statement must be, of the kinds that are known here", t)
		}
	}
	if c.spec.text == "" {
		fail(p.tok.Pos, "there is no SPECIFICATION")
	}
	return c
}

// specification takes Init /\ [][Next]_vars apart.
func specification(m *module, t token) (initial, next *node) {
	n := predicate(m, t, "a specification", temporal)
	if n.kind != operator || n.op != `/\` || len(n.args) != 2 || n.args[1].kind != operator || n.args[1].op != "[]" {
		fail(t.Pos, `%s is not of the form Init /\ [][Next]_vars`, t.text)
	}
	initial, next = n.args[0], n.args[1].args[0]
	if initial.level > state {
		fail(initial.Pos, "the initial predicate is of level %v", initial.level)
	}
	in := make([]bool, len(m.variables))
	for _, v := range variables(next.args[1]) {
		in[v.val] = true
	}
	if i := slices.Index(in, false); i >= 0 {
		fail(next.Pos, "the subscript lacks the variable %s", m.variables[i])
	}
	return initial, next.args[0]
}

// predicate returns the body of a definition that a configuration names.
func predicate(m *module, t token, of string, highest level) *node {
	d := m.defs[t.text]
	switch {
	case d == nil:
		fail(t.Pos, "%s is not defined", t.text)
	case len(d.params) > 0:
		fail(t.Pos, "%s takes arguments: it is not %s", t.text, of)
	case d.level > highest:
		fail(t.Pos, "%s is of level %v: it is not %s", t.text, d.level, of)
	}
	return d.body
}
