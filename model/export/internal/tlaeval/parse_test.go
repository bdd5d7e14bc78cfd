package tlaeval

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// inModule makes a module of a definition's body, which begins in line 4, column 1.
func inModule(body string) string {
	return "---- MODULE m ----\nEXTENDS Integers VARIABLES a, b, c\nF(x, y) == x Z == 0 op ==\n" + body + "\n====\n"
}

// attempt returns the error that f fails with.
func attempt(f func()) (err error) {
	defer func() {
		switch x := recover().(type) {
		case nil:
		case *Error:
			err = x
		default:
			panic(x)
		}
	}()
	f()
	return nil
}

// TestExpressions reads expressions, and writes them with every pair of parentheses. An error begins with line and column.
func TestExpressions(t *testing.T) {
	for _, c := range [][2]string{
		// Precedence.
		{"a + b - c", "(+ a (- b c))"},
		{"a - b + c", "(+ (- a b) c)"},
		{"a - b - c", "(- (- a b) c)"},
		{"a + b + c", "(+ (+ a b) c)"},
		{"a - b * c ^ 2", "(- a (* b (^ c 2)))"},
		{"-a + b", "(+ (- a) b)"},
		{"-a ^ b", "(- (^ a b))"},
		{"a * -b + c", "(+ (* a (- b)) c)"},
		{"a = -1", "(= a (- 1))"},
		{"a - -1", "(- a (- 1))"},
		{"~a = b", "(~ (= a b))"},
		{"~~a", "(~ (~ a))"},
		{`~a /\ b`, `(/\ (~ a) b)`},
		{`a \/ b \/ c`, `(\/ (\/ a b) c)`},
		{`a = 1 \/ b /= 2 => c =< 3`, `(=> (\/ (= a 1) (# b 2)) (<= c 3))`},
		{`a \in 1 .. 2 + 3`, `(\in a (.. 1 (+ 2 3)))`},
		{`a' = b /\ UNCHANGED <<c, b>>`, `(/\ (= (' a) b) (UNCHANGED <<c b>>))`},
		{`UNCHANGED c /\ UNCHANGED <<>>`, `(/\ (UNCHANGED c) (UNCHANGED <<>>))`},
		{`a = 0 /\ [][a' = 1]_<<a, b, c>>`, `(/\ (= a 0) ([] [(= (' a) 1) <<a b c>>]))`},
		{"IF a = 1 THEN b ELSE c + 1", "(IF (= a 1) b (+ c 1))"},
		{"a + IF TRUE THEN b ELSE c + 1", "(+ a (IF TRUE b (+ c 1)))"},
		{`F(a + 1, F(b, c)) \div 2`, `(\div (F (+ a 1) (F b c)) 2)`},
		{"a % 2 = Z", "(= (% a 2) Z)"},
		// Conflicts.
		{`a \/ b /\ c`, `4:8: /\ and the \/ in line 4, column 3 compete`},
		{"a = b = c", "4:7: = and the ="},
		{"a => b => c", "4:8: => and the =>"},
		{"a + b % c", "4:7: % and the +"},
		{"a % b + c", "4:7: + and the %"},
		{`a * b \div c`, `4:7: \div and the *`},
		{"a ^ b ^ c", "4:7: ^ and the ^"},
		{"UNCHANGED a = b", "4:13: = and the UNCHANGED"},
		{"UNCHANGED a'", "4:12: ' and the UNCHANGED"},
		// Junction lists.
		{"/\\ a\n/\\ b", `(/\ a b)`},
		{"/\\ a = 1 \\/ b\n/\\ c", `(/\ (\/ (= a 1) b) c)`},
		{" /\\ a\n/\\ b", `(/\ (/\ a) b)`},
		{"/\\ a\n /\\ b", `(/\ (/\ a b))`},
		{"/\\ \\/ a\n   \\/ b\n/\\ c", `(/\ (\/ a b) c)`},
		{"/\\ /\\ a\n   /\\ b\n/\\ c", `(/\ (/\ a b) c)`},
		{"/\\ a\n  + b\n/\\ c", `(/\ (+ a b) c)`},
		{" /\\ a\n + b\n /\\ c", `(/\ (+ (/\ a) b) c)`},
		{"/\\ a\n/\\ b\n\\/ c", `(\/ (/\ a b) c)`},
		{" /\\ a\n /\\ b\n=> c", `(=> (/\ a b) c)`},
		{"/\\ (a\n   \\/ b)\n/\\ c", `(/\ (\/ a b) c)`},
		{"(\n  /\\ a\n  /\\ b\n )\n  /\\ c", `(/\ (/\ a b) c)`},
		{"/\\ a\n/\\ /\\ b + (\n     /\\ c\n     /\\ a\n      )\n   /\\ c", `(/\ a (/\ (+ b (/\ c a)) c))`},
		{"~ /\\ a\n  /\\ b", `(~ (/\ a b))`},
		{"/\\ IF a\n   THEN b\n   ELSE c\n/\\ c", `(/\ (IF a b c) c)`},
		{"/\\ (a\n\\/ b)", `5:1: \/ is not to the right of the junction list's bullet in column 1`},
		{"/\\ a +\nb", "5:1: b is not to the right"},
		{" /\\ <<a,\n b>>", "5:2: b is not to the right"},
		{" /\\ F(a,\n b)", "5:2: b is not to the right"},
		{"/\\\na", "5:1: a is not to the right"},
		// What is wrong otherwise.
		{"a ++ b", "4:3: ++ is no operator that is known here"},
		{"a / b", "4:3: / is no operator"},
		{"a < b, c", "4:6: ,"},
		{"d", "4:1: d is not defined"},
		{"op", "4:1: op is not defined"},
		{"F(a)", "4:1: F takes 2 arguments, not 1"},
		{"F", "4:1: F takes 2 arguments, not 0"},
		{"Z(a)", "4:1: Z takes 0 arguments, not 1"},
		{"a + ", "5:1: ====, where an expression must be"},
		{"(a", "5:1: ====, where ) must be"},
		{"2147483648", "4:1: 2147483648 has more than 32 bits"},
		{"(a + 1)'", "4:8: ' after what is no variable"},
		{"a''", "4:3: ' after what is no variable"},
		{"UNCHANGED (a' = 1)", "4:1: UNCHANGED of a formula of level action"},
		{"[](a = 1)", "4:1: [] of anything but"},
		{"CASE a = 1 -> b", "4:1: CASE, where an expression must be, of the kinds that are known here"},
		{"\\E x \\in {1} : x = a", "4:1: \\E, where an expression"},
		{"\"text\"", "4:1: \", where an expression"},
		{"a\t+ b", "4:2: the character '\\t'"},
		{"a = 1 b", "4:7: b is already a variable"},
		{"a = 1 /* b", "4:7: / is no operator"},
		{"a = _1", "4:5: _1 is no name"},
		{"a = WF_a", "4:5: WF_a begins as fairness does"},
	} {
		var got string
		err := attempt(func() { got = parseModule(inModule(c[0])).defs["op"].body.String() })
		var e *Error
		if errors.As(err, &e) {
			got = fmt.Sprintf("%d:%d: %s", e.Line, e.Col, e.Msg)
		}
		if got != c[1] && (err == nil || !strings.HasPrefix(got, c[1])) {
			t.Errorf("%s\n    %s, want %s", c[0], got, c[1])
		}
	}
}

// TestModules reads modules that are wrong.
func TestModules(t *testing.T) {
	for _, c := range [][2]string{
		{"EXTENDS TLC", "2:9: the module TLC is not known"},
		{"a == 1 + 1", "2:8: + is not defined"},
		{"EXTENDS Naturals a == 1 + -1", "2:27: - is not defined"},
		{"EXTENDS Integers Int == 1", "2:18: Int is already defined by Integers"},
		{"VARIABLES a, a", "2:14: a is already a variable"},
		{"VARIABLES a a == 1", "2:13: a is already a variable"},
		{"VARIABLES a, b,", "3:1: ====, where the name of a variable must be"},
		{"a == 1 VARIABLE a", "2:17: a is already defined in line 2"},
		{"VARIABLE a b(a) == 1", "2:14: a is already a variable"},
		{"b(a, a) == 1", "2:6: a is a parameter twice"},
		{"RECURSIVE a(_) a(x, y) == 1", "2:16: a is defined with 2 parameters, and was declared with 1"},
		{"RECURSIVE a(_)", "2:11: a is declared, and never defined"},
		{"RECURSIVE a(_) a(x) == 1 a(x) == 2", "2:26: a is already defined"},
		{"CONSTANT a", "2:1: CONSTANT, where a definition or a declaration must be"},
		{"a == 1 (* (* *)", "2:8: the comment does not end"},
		{"a == 1\n====\n====\n", "4:1: ====, after the end"},
	} {
		err := attempt(func() { parseModule("---- MODULE m ----\n" + c[0] + "\n====\n") })
		if err == nil || !strings.HasPrefix(err.Error(), ":"+c[1]) {
			t.Errorf("%s\n    %v, want %s", c[0], err, c[1])
		}
	}
	m := parseModule("---- MODULE m ----\n(* (* a *) == *)\na == 1 \\* + 1\n----\nb == a\n====")
	if m.name != "m" || len(m.defs) != 2 {
		t.Errorf("%+v", m)
	}
}

// FuzzModule reads anything. What is no module is an error, never a panic.
func FuzzModule(f *testing.F) {
	f.Add(inModule("/\\ a' = F(b, 1)\n/\\ UNCHANGED <<b, c>>"))
	f.Add(inModule("IF a \\in {1, 2} THEN [][a' = -1]_a ELSE ~(* *)TRUE"))
	f.Fuzz(func(_ *testing.T, text string) {
		_ = attempt(func() { parseModule(text) })
		_ = attempt(func() { parseConfig(text) })
	})
}
