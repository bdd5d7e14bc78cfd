package export

import (
	"regexp"
	"strings"
	"testing"

	"hpmc/explorer"
	"hpmc/scenarios"
)

// tlaMutants are faults that an export could have: what they change in the module of online-uevent on v5.12, or in its
// configuration, and what the evaluator says. Where it says nothing, its counts or its verdicts must differ.
var tlaMutants = []struct{ name, find, replace, want string }{
	{"a variable left out of UNCHANGED", `(?s)(\nT0 ==.*?UNCHANGED <<)\w+, `, "$1", "is not completely specified: cpu_add_remove_lock has no value"},
	{"a variable twice in UNCHANGED", `(?s)(\nT0 ==.*?UNCHANGED <<)(\w+), `, "$1$2, $2, ", "cpu_add_remove_lock is given a value twice"},
	{"UNCHANGED left out", `(?s)(\nT0 ==.*?)/\\ UNCHANGED <<.*?>>`, "$1", "is not completely specified"},
	{"a variable that changes and does not", `(?s)(\nT0 ==.*?UNCHANGED <<)`, "${1}at_writer, ", "at_writer is given a value twice"},
	{"a prime left out", `(?s)(\nT0 ==.*?at_writer)'`, "$1", ""},
	{"a prime too many", `(\nT0 ==(?:.*\n)*?.*device_hotplug_lock' =) 1`, "$1 at_kworker'", "at_kworker' is read before it has a value"},
	{"a prime in an invariant", `(Holds_uevent_order == OutOfOrder)`, "$1'", "Holds_uevent_order is of level action"},
	{"a prime in the initial predicate", `(Init ==\n  /\\ \w+)`, "$1'", "the initial predicate is of level action"},
	{"a guard negated", `(\nG0 ==\n  /\\ at_writer) =`, "$1 #", ""},
	{"a guard left out", `(\nT1 ==)\n  /\\ G1\n`, "$1\n", ""},
	{"a conjunct that is a disjunct", `(\nG1 ==\n.*\n  )/\\`, `$1\/`, ""},
	{"another operator on bits", `(Holds_device_offline_agrees == .*)AndNot`, "${1}And", ""},
	{"another constant", `(\nT0 ==\n  /\\ G0\n  /\\ at_writer') = 1`, "$1 = 2", ""},
	{"an invariant negated", `(Holds_uevent_order == OutOfOrder) =`, "$1 #", ""},
	{"a property that forgets where it is checked", `(Holds_model ==\n  /\\ )G\d+ => `, "$1", ""},
	{"a disjunct of Next left out", `(Next ==\n)  \\/ T0\n`, "$1", ""},
	{"no disjuncts in CanStep", `(?s)CanStep ==\n.*?\n\n`, "CanStep == FALSE\n\n", ""},
	{"no initial value", `  /\\ cpu_online_mask = 1\n`, "", "the initial state is not completely specified: cpu_online_mask has no value"},
	{"two initial values", `/\\ (Flipped = )0`, `/\ (${1}0 \/ ${1}1)`, "1 initial states, the module 2"},
	{"an initial value of another type", `(  /\\ cpu_online_mask = )1\n`, "${1}TRUE\n", "a boolean is compared with an integer"},
	{"a boolean for an integer", `(\nT0 ==\n  /\\ G0\n  /\\ at_writer') = 1`, "$1 = (1 = 1)", "a boolean is compared with an integer"},
	{"an undefined name", `== CanStep`, "== CanSteb", "CanSteb is not defined"},
	{"an undefined operator", `\(x % 2\) \+ Count`, "(x % 2) ++ Count", "++ is no operator that is known here"},
	{"an operator that Integers does not define", `x \\div 2\)\n\nVAR`, "x / 2)\n\nVAR", "/ is no operator that is known here"},
	{"no EXTENDS", `EXTENDS Integers\n`, "", "is not defined: EXTENDS Integers"},
	{"EXTENDS without negative numbers", `EXTENDS Integers`, "EXTENDS Naturals", "- is not defined"},
	{"no RECURSIVE", `RECURSIVE Count\(_\)\n`, "", "Count is not defined"},
	{"a wrong number of arguments", `Shr\((\w+), 1\)`, "Shr($1)", "Shr takes 2 arguments, not 1"},
	{"a definition twice", `\nG1 ==`, "\nG0 ==", "G0 is already defined in line"},
	{"a use before the definition", `(\nT0 ==\n  /\\ )G0`, "${1}G1", "G1 is not defined"},
	{"a variable that is not declared", `VARIABLES \w+,`, "VARIABLES", "cpu_add_remove_lock is not defined"},
	{"a variable that Spec may change freely", `vars == <<\w+,`, "vars == <<", "the subscript lacks the variable cpu_add_remove_lock"},
	{"a parameter that is a name", `(RECURSIVE Count\(_\)\nCount\()x`, "${1}Or", "Or is already defined"},
	{"a bullet moved to the right", `(Holds_model ==\n.*\n)`, "$1  ", "=> and the => in line"},
	{"a line moved to the left of its bullet", `(\nT0 ==(?:.*\n)*?.*UNCHANGED.*\n)    `, "$1  ", "is not to the right of the junction list's bullet in column 3"},
	{"no parentheses around a conjunction in a disjunction", `== CanStep \\/ ~AtRest \\/ \(`, `== CanStep /\ ~AtRest \/ (`, "compete for what is between them"},
	{"a parenthesis left out", `(And\(x \\div 2, y \\div 2)\)`, "$1", "Or, where ) must be"},
	{"text after the module", `(=+\n)$`, "${1}x", "after the end of the module"},
	{"a comment that does not end", `\(\* deadlock \(deadlock\) \*\)`, "(* deadlock", "the comment does not end"},
	{"an invariant that is not defined", `(INVARIANTS\n) `, "$1  Holds_nothing\n", "Holds_nothing is not defined"},
	{"an invariant that takes arguments", `(INVARIANTS\n) `, "$1  Count\n", "Count takes arguments"},
	{"an invariant left out", `  Holds_affinity_after_online_uevent\n`, "", ""},
	{"no specification", `SPECIFICATION Spec\n`, "", "there is no SPECIFICATION"},
	{"TLC's own deadlock", `CHECK_DEADLOCK FALSE\n`, "", "a state without a step"},
}

// TestTLAMutants makes sure that the evaluator, and the comparison with the reference explorer, notice faults of an export.
func TestTLAMutants(t *testing.T) {
	c, err := scenarios.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range c.Scenarios {
		if s.Name != "online-uevent" {
			continue
		}
		p, err := c.Build(s, "v5.12", scenarios.BuildOptions{})
		if err != nil {
			t.Fatal(err)
		}
		r := explorer.Run(p, explorer.Options{NoPaths: true})
		module, config, err := writeTLA(p)
		if err != nil {
			t.Fatal(err)
		}
		for _, mu := range tlaMutants {
			find := regexp.MustCompile(mu.find)
			first := func(text string) string {
				if at := find.FindStringSubmatchIndex(text); at != nil {
					return text[:at[0]] + string(find.ExpandString(nil, mu.replace, text, at)) + text[at[1]:]
				}
				return text
			}
			m, cfg := first(module), first(config)
			if m == module && cfg == config {
				t.Errorf("%s: %s is nowhere", mu.name, mu.find)
				continue
			}
			got, err := evaluate(m, cfg)
			if err == nil {
				err = compareTLA(p, r, got)
			}
			t.Logf("%s: %v", mu.name, err)
			if err == nil || !strings.Contains(err.Error(), mu.want) {
				t.Errorf("%s: %v, want %q", mu.name, err, mu.want)
			}
		}
	}
}
