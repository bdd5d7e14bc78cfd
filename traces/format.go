package traces

import (
	"fmt"
	"strings"

	"hpmc/model"
)

// facts says in words what holds when e has the truth value want in state s.
func (t *Trace) facts(e *model.Expr, s model.State, want bool) []string {
	p := t.Program
	switch e.Op {
	case model.LOr, model.LAnd:
		if want == (e.Op == model.LAnd) { // both sides are as wanted
			return append(t.facts(e.Args[0], s, want), t.facts(e.Args[1], s, want)...)
		}
		for _, a := range e.Args {
			if (p.Eval(s, a) != 0) == want {
				return t.facts(a, s, want)
			}
		}
	case model.Not:
		return t.facts(e.Args[0], s, !want)
	case model.Ref:
		v := &p.Vars[e.Var]
		return []string{v.Display() + " = " + v.Type.FormatValue(p.Get(s, e.Var))}
	case model.Const:
		return nil
	case model.And:
		if mask, bit, ok := membership(e); ok {
			in := "in"
			if !want {
				in = "not in"
			}
			return []string{fmt.Sprintf("%s%d %s %s", t.element(mask), p.Eval(s, bit), in, p.Format(mask))}
		}
	case model.Lt, model.Le:
		sign := map[model.Op]string{model.Lt: "<", model.Le: "<="}[e.Op]
		if !want {
			sign = map[model.Op]string{model.Lt: ">=", model.Le: ">"}[e.Op]
		}
		return []string{fmt.Sprintf("%s %s %s", p.Format(e.Args[0]), sign, p.Format(e.Args[1]))}
	case model.Eq, model.Ne:
		sign := "!="
		if want == (e.Op == model.Eq) {
			sign = "=="
		}
		return []string{fmt.Sprintf("%s %s %s", p.Format(e.Args[0]), sign, p.Format(e.Args[1]))}
	}
	if want {
		return []string{p.Format(e)}
	}
	return []string{"not " + p.Format(e)}
}

// element names what a set is of, after its type: the elements of a CPUMask are CPUs.
func (t *Trace) element(mask *model.Expr) string {
	if mask.Op != model.Ref || t.Program.Vars[mask.Var].Type == nil {
		return ""
	}
	name := t.Program.Vars[mask.Var].Type.Name
	noun, ok := strings.CutSuffix(name[strings.LastIndexByte(name, '.')+1:], "Mask")
	if !ok || noun == "" {
		return ""
	}
	return noun + " "
}

// membership takes mask >> bit & 1, a test whether a bit is in a set, apart.
func membership(e *model.Expr) (mask, bit *model.Expr, ok bool) {
	if e.Args[1].Op != model.Const || e.Args[1].Val != 1 || e.Args[0].Op != model.Shr {
		return nil, nil, false
	}
	return e.Args[0].Args[0], e.Args[0].Args[1], true
}
