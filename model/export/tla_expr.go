package export

import (
	"fmt"

	"hpmc/model"
)

// tlaOps are the operators of TLA+ and of the module's own definitions. Integers stand for booleans and sets.
var tlaOps = map[model.Op]string{
	model.Add: "(%s + %s)", model.Sub: "(%s - %s)", model.Mul: "(%s * %s)", model.Div: "Div(%s, %s)", model.Rem: "Rem(%s, %s)",
	model.And: "And(%s, %s)", model.Or: "Or(%s, %s)", model.Xor: "Xor(%s, %s)", model.AndNot: "AndNot(%s, %s)",
	model.Shl: "Shl(%s, %s)", model.Shr: "Shr(%s, %s)", model.Count: "Count(%s)",
}

// tlaExprs writes expressions in TLA+.
func tlaExprs(q *program, ref func(model.VarID) string) *sorted {
	return &sorted{program: q, ref: ref,
		number: func(op model.Op, a []string, _ []interval) string {
			args := make([]any, len(a))
			for i := range a {
				args[i] = a[i]
			}
			return fmt.Sprintf(tlaOps[op], args...)
		},
		relations: map[model.Op]string{model.Eq: "(%s = %s)", model.Ne: "(%s # %s)", model.Lt: "(%s < %s)", model.Le: "(%s <= %s)"},
		and:       "(%s /\\ %s)",
		or:        "(%s \\/ %s)",
		not:       "~",
		choice:    "(IF %s THEN %s ELSE %s)",
		truths:    [2]string{"FALSE", "TRUE"},
	}
}

// assigned writes the value that a variable gets: what does not fit into its bits is lost.
func (g *tla) assigned(a model.Assign) string {
	s := g.value(a.Val)
	v := &g.Vars[a.Var]
	size := int64(1) << v.Bits
	switch {
	case g.bounds.fits(a.Val, a.Var):
		return s
	case v.Min != 0:
		return fmt.Sprintf("(((%s - %s) %% %d) + %s)", s, number(v.Min), size, number(v.Min))
	case v.Bits == 31: // size itself does not fit into 32 bits
		return fmt.Sprintf("And(%s, %d)", s, size-1)
	}
	return fmt.Sprintf("(%s %% %d)", s, size)
}
