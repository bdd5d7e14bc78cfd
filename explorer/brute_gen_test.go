package explorer

import (
	"fmt"
	"math/bits"
	"strings"

	"hpmc/model"

	"pgregory.net/rapid"
)

var brutePrograms = rapid.Custom(bruteProgram)

// bruteProgram makes a random program: two or three threads over a few small variables.
func bruteProgram(t *rapid.T) *model.Program {
	n := func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "n") }
	p := &model.Program{Name: "random"}
	p.Props = []model.Property{{Name: "model", Kind: model.AtEvent, Fault: true}, {Name: "event", Kind: model.AtEvent},
		{Name: "deadlock", Kind: model.Deadlock}}
	for i := range 2 + n(3) {
		lo := int64(-n(2))
		v := model.Var{Name: fmt.Sprintf("x%d", i), Thread: -1, Min: lo, Max: lo + int64(n(4))}
		v.Init = lo + int64(n(int(v.Max-lo)+1))
		p.Vars = append(p.Vars, v)
	}
	data := len(p.Vars)
	konst := func(v int64) *model.Expr { return &model.Expr{Op: model.Const, Val: v} }
	var value, truth func(depth int) *model.Expr
	value = func(depth int) *model.Expr {
		if depth == 0 || n(3) == 0 {
			if n(3) == 0 {
				return konst(int64(n(4)))
			}
			return &model.Expr{Op: model.Ref, Var: model.VarID(n(data))}
		}
		if n(4) == 0 {
			return &model.Expr{Op: model.Ite, Args: []*model.Expr{truth(depth - 1), value(depth - 1), value(depth - 1)}}
		}
		op := []model.Op{model.Add, model.Sub, model.And, model.Or, model.Xor}[n(5)]
		return &model.Expr{Op: op, Args: []*model.Expr{value(depth - 1), value(depth - 1)}}
	}
	truth = func(depth int) *model.Expr {
		if depth > 0 {
			switch n(4) {
			case 0:
				return &model.Expr{Op: model.Not, Args: []*model.Expr{truth(depth - 1)}}
			case 1:
				return &model.Expr{Op: []model.Op{model.LAnd, model.LOr}[n(2)], Args: []*model.Expr{truth(depth - 1), truth(depth - 1)}}
			}
		}
		op := []model.Op{model.Eq, model.Ne, model.Lt, model.Le}[n(4)]
		return &model.Expr{Op: op, Args: []*model.Expr{value(depth), value(depth)}}
	}
	// inRange brings a value into the range of a variable: the program is to be within its ranges.
	inRange := func(v *model.Var, e *model.Expr) *model.Expr {
		m := konst(v.Max - v.Min + 1)
		e = &model.Expr{Op: model.Rem, Args: []*model.Expr{{Op: model.Sub, Args: []*model.Expr{e, konst(v.Min)}}, m}}
		e = &model.Expr{Op: model.Rem, Args: []*model.Expr{{Op: model.Add, Args: []*model.Expr{e, m}}, m}}
		return &model.Expr{Op: model.Add, Args: []*model.Expr{e, konst(v.Min)}}
	}
	for th := range 2 + n(2) {
		locs := 1 + n(4)
		thread := model.Thread{Name: fmt.Sprintf("t%d", th), PC: -1, Locs: make([]model.Location, locs), Out: make([][]int, locs)}
		if locs > 1 {
			thread.PC = model.VarID(len(p.Vars))
			p.Vars = append(p.Vars, model.Var{Name: thread.Name, Kind: model.PC, Thread: th, Max: int64(locs - 1)})
		}
		for l := range locs {
			thread.Locs[l].Rest = n(3) == 0 || l == locs-1
			outs := n(3)
			if l < locs-1 && outs == 0 {
				outs = 1
			}
			for range outs {
				to := n(locs)
				if n(2) == 0 {
					to = min(l+1, locs-1)
				}
				tr := model.Transition{ID: len(p.Transitions), Thread: th, From: l, To: to}
				for range n(2) {
					tr.Guard = append(tr.Guard, truth(1))
				}
				for v := range data {
					if n(3) == 0 {
						tr.Effect = append(tr.Effect, model.Assign{Var: model.VarID(v), Val: inRange(&p.Vars[v], value(2))})
					}
				}
				for range n(3) / 2 * (1 + n(2)) {
					either := truth(1)
					tr.Checks = append(tr.Checks, model.Check{Prop: n(2), Cond: &model.Expr{Op: model.LOr, Args: []*model.Expr{either, truth(1)}}})
				}
				thread.Out[l] = append(thread.Out[l], tr.ID)
				p.Transitions = append(p.Transitions, tr)
			}
		}
		p.Threads = append(p.Threads, thread)
	}
	for _, k := range []model.PropKind{model.Always, model.Final, model.Reachable, model.Reachable} {
		c := truth(2)
		if k == model.Always && n(2) == 0 {
			c = &model.Expr{Op: model.LOr, Args: []*model.Expr{c, truth(2)}}
		}
		p.Props = append(p.Props, model.Property{Name: k.String(), Kind: k, Cond: c})
	}
	brutePack(p, n(2) == 0)
	p.SetFootprints()
	return p
}

// brutePack gives variables their bits, in one word or in two.
func brutePack(p *model.Program, two bool) {
	word, shift := 0, 0
	for i := range p.Vars {
		v := &p.Vars[i]
		v.Bits = bits.Len64(uint64(v.Max - v.Min))
		if two && i == len(p.Vars)/2 {
			word, shift = 1, 60-v.Bits
		}
		if shift+v.Bits > 64 {
			word, shift = word+1, 0
		}
		v.Word, v.Shift = word, shift
		shift += v.Bits
		p.Bits += v.Bits
	}
	p.Words = word + 1
}

func bruteText(p *model.Program) string {
	var b strings.Builder
	for _, v := range p.Vars {
		fmt.Fprintf(&b, "%s %d..%d = %d\n", v.Name, v.Min, v.Max, v.Init)
	}
	for _, t := range p.Transitions {
		fmt.Fprintf(&b, "%d: thread %d %d -> %d", t.ID, t.Thread, t.From, t.To)
		for _, g := range t.Guard {
			fmt.Fprintf(&b, ", if %s", p.Format(g))
		}
		for _, a := range t.Effect {
			fmt.Fprintf(&b, ", %s := %s", p.Vars[a.Var].Name, p.Format(a.Val))
		}
		for _, c := range t.Checks {
			fmt.Fprintf(&b, ", check %d %s", c.Prop, p.Format(c.Cond))
		}
		b.WriteByte('\n')
	}
	for i, pr := range p.Props {
		fmt.Fprintf(&b, "property %d %v", i, pr.Kind)
		if pr.Cond != nil {
			b.WriteString(" " + p.Format(pr.Cond))
		}
		b.WriteByte('\n')
	}
	return b.String()
}
