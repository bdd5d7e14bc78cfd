package export

import (
	"fmt"
	"strings"

	"hpmc/model"
)

var arithmeticOps = map[model.Op]string{model.Add: "+", model.Sub: "-", model.Mul: "*", model.And: "&", model.Or: "|", model.Xor: "^"}

// arithmetic writes an operation on numbers, or "" if e is none, in a language with C's operators. choice is the format of its
// conditional expression. The operands are written as a, and known to be within in.
func arithmetic(op model.Op, a []string, in []interval, choice string) string {
	if sign := arithmeticOps[op]; sign != "" {
		return "(" + a[0] + " " + sign + " " + a[1] + ")"
	}
	switch op {
	case model.Count:
		return countBits(a[0], in[0])
	case model.AndNot:
		return "(" + a[0] + " & ~" + a[1] + ")"
	case model.Div, model.Rem:
		s := "(" + a[0] + map[model.Op]string{model.Div: " / ", model.Rem: " % "}[op] + a[1] + ")"
		if in[1].lo > 0 || in[1].hi < 0 {
			return s
		}
		return fmt.Sprintf(choice, a[1]+" == 0", "0", s)
	case model.Shl:
		s := "(" + a[0] + " << " + a[1] + ")"
		if in[1].lo >= 0 {
			return s
		}
		return fmt.Sprintf(choice, a[1]+" < 0", "0", s)
	case model.Shr:
		s := "(" + a[0] + " >> " + a[1] + ")"
		if in[1].lo >= 0 && in[1].hi < 32 {
			return s
		}
		return fmt.Sprintf(choice, a[1]+" < 0 || "+a[1]+" > 31", "0", s)
	}
	return ""
}

// countBits counts the bits of a value that is not negative.
func countBits(s string, in interval) string {
	n := width(in)
	if n == 1 {
		return s
	}
	parts := make([]string, n)
	for i := range parts {
		parts[i] = fmt.Sprintf("((%s >> %d) & 1)", s, i)
	}
	return "(" + strings.Join(parts, " + ") + ")"
}
