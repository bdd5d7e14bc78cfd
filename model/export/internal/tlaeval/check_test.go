package tlaeval

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// dieHard is the puzzle of two jugs of 3 and 5 gallons. TLC finds 16 distinct states of 97 generated.
const dieHard = `---- MODULE m ----
EXTENDS Integers
VARIABLES small, big
vars == <<small, big>>
Min(x, y) == IF x < y THEN x ELSE y
Init == /\ big = 0
        /\ small = 0
Fill == \/ small' = 3 /\ UNCHANGED big
        \/ big' = 5 /\ UNCHANGED small
Empty == \/ /\ small' = 0
            /\ big' = big
         \/ /\ big' = 0
            /\ small' = small
Pour == \/ /\ small' = Min(small + big, 3)
           /\ big' = big - (small' - small)
        \/ /\ big' = Min(small + big, 5)
           /\ small' = small - (big' - big)
Next == Fill \/ Empty \/ Pour
Spec == Init /\ [][Next]_vars
TypeOK == small \in 0 .. 3 /\ big \in {0, 1, 2, 3, 4, 5}
Unsolved == big # 4
Small == small < 3
====
`

func TestDieHard(t *testing.T) {
	got, err := Check("m", dieHard, "SPECIFICATION Spec\nINVARIANTS TypeOK Unsolved", 100)
	want := &Result{Initial: 1, Distinct: 16, Generated: 97, Violated: map[string]int{"Unsolved": 2}, Named: map[string]int{"Unsolved": 2}}
	if got != nil {
		want.Steps = got.Steps
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	got, err = Check("m", dieHard, "SPECIFICATION Spec INVARIANT Small Unsolved", 100)
	if err != nil || got.Violated["Small"] != 6 || got.Violated["Unsolved"] != 2 || got.Named["Small"] != 6 || got.Named["Unsolved"] != 1 {
		t.Errorf("two invariants: %+v, %v", got, err)
	}
	if _, err := Check("m", dieHard, "SPECIFICATION Spec", 15); err != ErrStates {
		t.Errorf("at most 15 states: %v", err)
	}
	if _, err := Check("n", dieHard, "SPECIFICATION Spec", 100); err == nil || !strings.Contains(err.Error(), "the module is m, and the file n.tla") {
		t.Errorf("in another file: %v", err)
	}
}

// counter makes a module of an initial predicate and an action over x and y, and of an invariant.
func counter(initial, next, invariant string) string {
	return fmt.Sprintf("---- MODULE m ----\nEXTENDS Integers\nVARIABLES x, y\nRECURSIVE Down(_)\nDown(n) == IF n = 0 THEN 0 ELSE 1 + Down(n - 1)\n"+
		"Init == %s\nNext == %s\nSpec == Init /\\ [][Next]_<<x, y>>\nInv == %s\n====\n", initial, next, invariant)
}

// TestCheck counts states as TLC does, and finds what is wrong with values.
func TestCheck(t *testing.T) {
	const zero = `x = 0 /\ y = 0`
	for _, c := range []struct {
		name, initial, next, invariant string
		want                           any // a Result, or what an error begins with after the name of the file
	}{
		{"none", `x = 0 /\ x # y /\ y = 0`, `x' = x /\ y' = y`, "TRUE", "6:22: y is read before it has a value"},
		{"none but later", `x = 0 /\ y = 0 /\ x # y`, `x' = x /\ y' = y`, "TRUE", Result{}},
		{"two", `(x = 0 \/ x = 1) /\ y = 0`, `UNCHANGED <<x, y>>`, "x = 0", Result{Initial: 2, Distinct: 2, Generated: 4, Steps: 2, Violated: map[string]int{"Inv": 1}}},
		{"the same twice", `(x = 0 \/ x = 0) /\ y = 0`, `UNCHANGED <<x, y>>`, "TRUE", Result{Initial: 1, Distinct: 1, Generated: 3, Steps: 1}},
		{"a disjunction in a guard", zero, `(x = 0 \/ y = 0) /\ x' = 1 - x /\ y' = 0`, "TRUE", Result{Initial: 1, Distinct: 2, Generated: 4, Steps: 2}},
		{"a guard of two", zero, `x' = 1 /\ y' = 0 /\ x = 0`, "TRUE", Result{Initial: 1, Distinct: 2, Generated: 2, Steps: 1, Stuck: 1, Deadlock: true}},
		{"IF", zero, `IF x < 2 THEN x' = x + 1 /\ y' = y ELSE UNCHANGED <<x, y>>`, "x < 2 => x = y", Result{Initial: 1, Distinct: 3, Generated: 4, Steps: 3, Violated: map[string]int{"Inv": 1}}},
		{"=> is true", zero, `(x = 0 => x' = 1) /\ x' = 1 /\ y' = 0`, "TRUE", "7:33: x is given a value twice"},
		{"an implication", zero, `(x = 1 => y = 1) /\ x' = 1 /\ y' = 0`, "TRUE", Result{Initial: 1, Distinct: 2, Generated: 2, Steps: 1, Stuck: 1, Deadlock: true}},
		{"a prime read", zero, `x' = 1 /\ y' = x' + 1`, "TRUE", Result{Initial: 1, Distinct: 2, Generated: 3, Steps: 2}},
		{"a prime read too early", zero, `y' = x' + 1 /\ x' = 1`, "TRUE", "7:14: x' is read before it has a value"},
		{"half a state", `x = 0`, `UNCHANGED <<x, y>>`, "TRUE", "8:9: the initial state is not completely specified: y has no value"},
		{"half a successor", zero, `\/ x' = 1 \/ y = 1`, "TRUE", "7:15: the successor by (= (' x) 1) is not completely specified: y has no value"},
		{"twice at first", `x = 0 /\ y = 0 /\ x = 0`, `UNCHANGED <<x, y>>`, "TRUE", "6:29: x is given a value twice"},
		{"twice", zero, `x' = 0 /\ UNCHANGED <<x, y>>`, "TRUE", "7:19: x is given a value twice"},
		{"sum", zero, `x' = 2147483647 + x + 1 /\ y' = 0`, "TRUE", "7:29: + overflows: 2147483648"},
		{"difference", zero, `x' = (-2147483647 - 1) - 1 /\ y' = 0`, "TRUE", "7:32: - overflows"},
		{"product", zero, `x' = 65536 * 32768 /\ y' = 0`, "TRUE", "7:20: * overflows"},
		{"negation", zero, `x' = -(-2147483647 - 1) /\ y' = 0`, "TRUE", "7:14: - overflows"},
		{"power", zero, `x' = 2 ^ 31 /\ y' = 0`, "TRUE", "7:16: ^ overflows"},
		{"power of a negative", zero, `x' = (-2) ^ 31 + (-1) ^ 1000000000 + 0 ^ 5 /\ y' = 2 ^ 0`, "x \\in {0, -2147483647}", Result{Initial: 1, Distinct: 2, Generated: 3, Steps: 2}},
		{"negative power", zero, `x' = 2 ^ -1 /\ y' = 0`, "TRUE", "7:16: 2 ^ -1"},
		{"no power", zero, `x' = x ^ y /\ y' = 0`, "TRUE", "7:16: 0 ^ 0 has no value"},
		{"division by zero", zero, `x' = 1 \div x /\ y' = 0`, "TRUE", "7:16: 1 is divided by 0"},
		{"remainder of a negative", zero, `x' = 1 % -2 /\ y' = 0`, "TRUE", "7:16: 1 % -2"},
		{"rounded down", zero, `x' = (-7) \div 2 /\ y' = (-7) % 2`, `x = 0 \/ x * 2 + y = -7 /\ FALSE`, "9:32: /\\ and the \\/ in line 9, column 14 compete"},
		{"rounded down, in brackets", zero, `x' = (-7) \div 2 /\ y' = (-7) % 2`, `x = 0 \/ (x = -4 /\ y = 1)`, Result{Initial: 1, Distinct: 2, Generated: 3, Steps: 2}},
		{"types", zero, `x' = TRUE /\ y' = x`, `x = y`, "9:10: a boolean is compared with an integer"},
		{"types in a set", zero, `x' = TRUE /\ y' = 1`, `x \in {0, 1}`, "9:10: a boolean is compared with an integer"},
		{"a type of an operand", zero, `x' = x + (1 = 1) /\ y' = 1`, `TRUE`, "7:16: + of a boolean, not an integer"},
		{"a type of a condition", zero, `x' = IF x THEN 1 ELSE 2 /\ y' = 1`, `TRUE`, "7:14: the condition of an integer, not a boolean"},
		{"no action", zero, `x`, `TRUE`, "7:9: a formula of an integer, not a boolean"},
		{"no invariant", zero, `UNCHANGED <<x, y>>`, `x + 1`, "9:1: the invariant Inv of an integer, not a boolean"},
		{"what is not evaluated", zero, `UNCHANGED <<x, y>>`, `x = 0 \/ 1 \div x = 1`, Result{Initial: 1, Distinct: 1, Generated: 2, Steps: 1}},
		{"recursion", zero, `x' = Down(900) /\ y' = 0`, `TRUE`, Result{Initial: 1, Distinct: 2, Generated: 3, Steps: 2}},
		{"recursion without end", zero, `x' = Down(-1) /\ y' = 0`, `TRUE`, "5:37: Down is called more than"},
	} {
		got, err := Check("m", counter(c.initial, c.next, c.invariant), "SPECIFICATION Spec INVARIANT Inv", 100)
		switch want := c.want.(type) {
		case string:
			if err == nil || !strings.HasPrefix(err.Error(), "m.tla:"+want) {
				t.Errorf("%s: %+v, %v, want %s", c.name, got, err, want)
			}
		case Result:
			if want.Violated == nil {
				want.Violated = map[string]int{}
			}
			want.Named = want.Violated
			if err != nil || !reflect.DeepEqual(*got, want) {
				t.Errorf("%s: %+v, %v, want %+v", c.name, got, err, want)
			}
		}
	}
}

// TestConfig reads configurations that are wrong.
func TestConfig(t *testing.T) {
	module := counter(`x = 0 /\ y = 0`, `UNCHANGED <<x, y>>`, "TRUE\nFalse == ~Inv")
	for _, c := range [][2]string{
		{"SPECIFICATION Spec CHECK_DEADLOCK TRUE \\* INVARIANT\nINVARIANTS Inv", ""},
		{"INVARIANT Inv", "m.cfg:1:14: there is no SPECIFICATION"},
		{"SPECIFICATION", "m.cfg:1:14: the end of the file, where the name of the specification must be"},
		{"SPECIFICATION INVARIANT Inv", "m.cfg:1:15: INVARIANT, where the specification must be"},
		{"SPECIFICATION Spec\nSPECIFICATION Spec", "m.cfg:2:1: SPECIFICATION a second time"},
		{"SPECIFICATION Spec Inv", "m.cfg:1:20: Inv, where a statement must be"},
		{"SPECIFICATION Spec CHECK_DEADLOCK NO", "m.cfg:1:35: NO, where TRUE or FALSE must be"},
		{"SPECIFICATION Spec INVARIANTS CHECK_DEADLOCK TRUE", "m.cfg:1:31: CHECK_DEADLOCK, where an invariant must be"},
		{"SPECIFICATION Spec INVARIANTS Inw", "m.cfg:1:31: Inw is not defined"},
		{"SPECIFICATION Spec INVARIANTS Inv False", "m.cfg:1:35: the invariant False is equal to FALSE whatever the state"},
		{"SPECIFICATION Spec INVARIANTS Next", "m.cfg:1:31: Next is of level action"},
		{"SPECIFICATION Spec INVARIANTS Down", "m.cfg:1:31: Down takes arguments"},
		{"SPECIFICATION Specs", "m.cfg:1:15: Specs is not defined"},
		{"SPECIFICATION Init", "m.tla:1:15: Init is not of the form"},
		{"SPECIFICATION Spec CONSTANT N = 1", "m.cfg:1:20: CONSTANT, where a statement must be, of the kinds that are known here"},
	} {
		_, err := Check("m", module, c[0], 100)
		var e *Error
		if c[1] == "" && err != nil || c[1] != "" && (!errors.As(err, &e) || !strings.HasPrefix(err.Error(), c[1])) {
			t.Errorf("%s\n    %v, want %s", c[0], err, c[1])
		}
	}
}
