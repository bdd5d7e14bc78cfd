package export

import (
	"fmt"

	"hpmc/model"
)

// tlaOps are the operators of TLA+ and of the module's own definitions. Integers stand for booleans and sets.
var tlaOps = map[model.Op]string{
	model.Add: "(%s + %s)", model.Sub: "(%s - %s)", model.Mul: "(%s * %s)", model.Div: "Div(%s, %s)", model.Rem: "Rem(%s, %s)",
	model.And: "And(%s, %s)", model.Or: "Or(%s, %s)", model.Xor: "Xor(%s, %s)", model.AndNot: "AndNot(%s, %s)",
	model.Shl: "Shl(%s, %s)", model.Shr: "Shr(%s, %s)",
}

var tlaRelations = map[model.Op]string{model.Eq: "(%s = %s)", model.Ne: "(%s # %s)", model.Lt: "(%s < %s)", model.Le: "(%s <= %s)"}

// value writes an expression as an integer.
func (g *tla) value(e *model.Expr) string {
	if r, err := g.bounds.of(e); err == nil && r.lo == r.hi {
		return number(r.lo)
	}
	switch e.Op {
	case model.Ref:
		return g.name[e.Var]
	case model.Ite:
		return fmt.Sprintf("(IF %s THEN %s ELSE %s)", g.truth(e.Args[0]), g.value(e.Args[1]), g.value(e.Args[2]))
	case model.Count:
		return fmt.Sprintf("Count(%s)", g.value(e.Args[0]))
	}
	if op, ok := tlaOps[e.Op]; ok {
		return fmt.Sprintf(op, g.value(e.Args[0]), g.value(e.Args[1]))
	}
	return fmt.Sprintf("(IF %s THEN 1 ELSE 0)", g.truth(e))
}

// truth writes an expression as a formula: an integer is true if it is not 0.
func (g *tla) truth(e *model.Expr) string {
	if r, err := g.bounds.of(e); err == nil && r.lo == r.hi {
		if r.lo != 0 {
			return "TRUE"
		}
		return "FALSE"
	}
	switch e.Op {
	case model.LAnd:
		return fmt.Sprintf("(%s /\\ %s)", g.truth(e.Args[0]), g.truth(e.Args[1]))
	case model.LOr:
		return fmt.Sprintf("(%s \\/ %s)", g.truth(e.Args[0]), g.truth(e.Args[1]))
	case model.Not:
		if g.plain(e.Args[0]) {
			return fmt.Sprintf("(%s = 0)", g.value(e.Args[0]))
		}
		return "~" + g.truth(e.Args[0])
	case model.Ite:
		return fmt.Sprintf("(IF %s THEN %s ELSE %s)", g.truth(e.Args[0]), g.truth(e.Args[1]), g.truth(e.Args[2]))
	}
	if op, ok := tlaRelations[e.Op]; ok {
		return fmt.Sprintf(op, g.value(e.Args[0]), g.value(e.Args[1]))
	}
	return fmt.Sprintf("(%s # 0)", g.value(e))
}

// plain tells whether an expression is written as an integer, and not as a formula.
func (g *tla) plain(e *model.Expr) bool {
	_, arithmetic := tlaOps[e.Op]
	r, err := g.bounds.of(e)
	return (arithmetic || e.Op == model.Ref || e.Op == model.Count) && err == nil && r.lo != r.hi
}

// cuts checks that where a value may not fit into the bits of its variable, what is lost can be computed.
func (g *tla) cuts() error {
	var err error
	g.all(func(s *step) {
		for _, a := range s.effect {
			v := &g.Vars[a.Var]
			if err != nil || v.Min == 0 || g.bounds.fits(a.Val, a.Var) {
				continue
			}
			less := &model.Expr{Op: model.Sub, Args: []*model.Expr{a.Val, {Op: model.Const, Val: v.Min}}}
			if _, err = g.bounds.of(less); err == nil && v.Bits == 31 {
				err = fmt.Errorf("what does not fit into the 31 bits of %s needs more than the 32 bits that TLC computes with", v.Display())
			}
			if err != nil {
				err = fmt.Errorf("%s: %w", place(s.Transition), err)
			}
		}
	})
	return err
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
