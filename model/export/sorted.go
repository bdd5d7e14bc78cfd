package export

import (
	"fmt"

	"hpmc/model"
)

// sorted writes expressions in a language that keeps numbers and truth values apart: a number is true if it is not 0.
type sorted struct {
	*program
	ref       func(model.VarID) string                            // a variable's value
	number    func(op model.Op, a []string, in []interval) string // an operation on numbers that are written as a, and are within in
	relations map[model.Op]string                                 // formats
	and, or   string                                              // formats
	not       string                                              // goes before a truth value
	choice    string                                              // format: a truth value, and one of two of either sort
	truths    [2]string                                           // false and true
}

// value writes an expression as a number.
func (w *sorted) value(e *model.Expr) string {
	if r, err := w.bounds.of(e); err == nil && r.lo == r.hi {
		return number(r.lo)
	}
	switch {
	case e.Op == model.Ref:
		return w.ref(e.Var)
	case e.Op == model.Ite:
		return fmt.Sprintf(w.choice, w.truth(e.Args[0]), w.value(e.Args[1]), w.value(e.Args[2]))
	case !computes(e.Op):
		return fmt.Sprintf(w.choice, w.truth(e), "1", "0")
	}
	a := make([]string, len(e.Args))
	in := make([]interval, len(e.Args))
	for i, x := range e.Args {
		a[i] = w.value(x)
		in[i], _ = w.bounds.of(x)
	}
	return w.number(e.Op, a, in)
}

// truth writes an expression as a truth value.
func (w *sorted) truth(e *model.Expr) string {
	if r, err := w.bounds.of(e); err == nil && r.lo == r.hi {
		return w.truths[min(r.lo*r.lo, 1)]
	}
	switch e.Op {
	case model.LAnd:
		return fmt.Sprintf(w.and, w.truth(e.Args[0]), w.truth(e.Args[1]))
	case model.LOr:
		return fmt.Sprintf(w.or, w.truth(e.Args[0]), w.truth(e.Args[1]))
	case model.Not:
		if w.plain(e.Args[0]) {
			return fmt.Sprintf(w.relations[model.Eq], w.value(e.Args[0]), "0")
		}
		return w.not + w.truth(e.Args[0])
	case model.Ite:
		return fmt.Sprintf(w.choice, w.truth(e.Args[0]), w.truth(e.Args[1]), w.truth(e.Args[2]))
	}
	if relation, ok := w.relations[e.Op]; ok {
		return fmt.Sprintf(relation, w.value(e.Args[0]), w.value(e.Args[1]))
	}
	return fmt.Sprintf(w.relations[model.Ne], w.value(e), "0")
}

// plain tells whether an expression is written as a number, and not as a truth value.
func (w *sorted) plain(e *model.Expr) bool {
	r, err := w.bounds.of(e)
	return (computes(e.Op) || e.Op == model.Ref) && err == nil && r.lo != r.hi
}

// computes tells whether an operation makes a number of numbers.
func computes(op model.Op) bool {
	switch op {
	case model.Add, model.Sub, model.Mul, model.Div, model.Rem, model.And, model.Or, model.Xor, model.AndNot, model.Shl, model.Shr, model.Count:
		return true
	}
	return false
}
