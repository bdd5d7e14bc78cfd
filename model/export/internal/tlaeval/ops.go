package tlaeval

// fixity is where an operator stands, and how strongly it binds: of two operators that compete for an operand, the one
// all of whose range is higher gets it. If their ranges overlap neither does, unless they are the same one that
// associates to the left. (Lamport, Specifying Systems, table 6.)
type fixity struct {
	name      string // of the operator, whatever it is written as
	low, high int
	left      bool // associates to the left
	modules   string
}

const (
	naturals = "Naturals Integers"
	integers = "Integers"
)

// infixes are the infix operators that are built in or defined by Naturals and Integers, as far as they are known here.
var infixes = table(
	fixity{"=>", 1, 1, false, ""}, fixity{"<=>", 2, 2, false, ""}, fixity{`/\`, 3, 3, true, ""}, fixity{`\/`, 3, 3, true, ""},
	fixity{"=", 5, 5, false, ""}, fixity{"#", 5, 5, false, ""}, fixity{`\in`, 5, 5, false, ""},
	fixity{"<", 5, 5, false, naturals}, fixity{">", 5, 5, false, naturals}, fixity{"<=", 5, 5, false, naturals}, fixity{">=", 5, 5, false, naturals},
	fixity{"..", 9, 9, false, naturals}, fixity{"+", 10, 10, true, naturals}, fixity{"-", 11, 11, true, naturals},
	fixity{"%", 10, 11, false, naturals}, fixity{"*", 13, 13, true, naturals}, fixity{`\div`, 13, 13, false, naturals},
	fixity{"^", 14, 14, false, naturals},
)

// prefixes are the prefix operators.
var prefixes = table(fixity{"~", 4, 4, true, ""}, fixity{"UNCHANGED", 4, 15, false, ""}, fixity{"[]", 4, 15, false, ""}, fixity{"-", 12, 12, false, integers})

// prime is the only postfix operator that is known here.
var prime = fixity{"'", 15, 15, false, ""}

// synonyms are other ways to write an operator.
var synonyms = map[string]string{`\land`: `/\`, `\lor`: `\/`, `\lnot`: "~", `\neg`: "~", `\equiv`: "<=>", "/=": "#", "=<": "<=", `\leq`: "<=", `\geq`: ">="}

func table(list ...fixity) map[string]*fixity {
	m := map[string]*fixity{}
	for i := range list {
		m[list[i].name] = &list[i]
	}
	return m
}

// find returns the operator that a token stands for in a table.
func find(m map[string]*fixity, t token) *fixity {
	if t.kind != symbol && t.kind != word {
		return nil
	}
	if s, ok := synonyms[t.text]; ok {
		return m[s]
	}
	return m[t.text]
}

// order tells which of two operators gets the operand between them: left is negative if the left one does.
func order(left, right *fixity) (sign int, ok bool) {
	switch {
	case left.low > right.high, left == right && left.left:
		return -1, true
	case left.high < right.low:
		return 1, true
	}
	return 0, false
}
