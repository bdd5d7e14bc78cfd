package export

import (
	"fmt"
	"math/bits"
	"testing"

	"hpmc/explorer"
	"hpmc/model"

	"pgregory.net/rapid"
)

var randomPrograms = rapid.Custom(randomProgram)

// someRandom tries random programs that have some states, each in a test of its own, with what the reference explorer finds.
func someRandom(t *testing.T, try func(*testing.T, *model.Program, *explorer.Result)) {
	programs := 24
	if testing.Short() {
		programs = 6
	}
	for seed := 0; programs > 0; seed++ {
		p := randomPrograms.Example(seed)
		r := explorer.Run(p, explorer.Options{NoPaths: true})
		if r.States < 10 {
			continue
		}
		programs--
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			try(t, p, r)
		})
	}
}

// randomProgram makes a random program: a few threads over a few small variables, with every operator.
func randomProgram(t *rapid.T) *model.Program {
	g := &randomGen{t: t, p: &model.Program{Name: "random"}}
	p := g.p
	p.Props = []model.Property{{Name: "model", Kind: model.AtEvent, Fault: true}, {Name: "event", Kind: model.AtEvent},
		{Name: "deadlock", Kind: model.Deadlock}}
	for range 2 + g.n(3) {
		lo := int64(g.n(4) - 2)
		v := model.Var{Name: "x" + fmt.Sprint(len(p.Vars)), Thread: -1, Min: lo, Max: lo + int64(g.n(5))}
		v.Init = lo + int64(g.n(int(v.Max-lo)+1))
		p.Vars = append(p.Vars, v)
	}
	g.data = len(p.Vars)
	for th := range 2 + g.n(2) {
		g.thread(th)
	}
	for i, k := range []model.PropKind{model.Always, model.Always, model.Final, model.Final, model.Reachable} {
		c := g.truth(2)
		if k == model.Always {
			c = &model.Expr{Op: model.LOr, Args: []*model.Expr{c, g.truth(2)}}
		}
		p.Props = append(p.Props, model.Property{Name: fmt.Sprint(k, " ", i), Kind: k, Cond: c})
	}
	shift := 0
	for i := range p.Vars {
		v := &p.Vars[i]
		v.Bits = bits.Len64(uint64(v.Max - v.Min))
		v.Shift = shift
		shift += v.Bits
	}
	p.Bits, p.Words = shift, 1
	return p
}

type randomGen struct {
	t    *rapid.T
	p    *model.Program
	data int // the first so many variables are no locations
}

func (g *randomGen) n(n int) int { return rapid.IntRange(0, n-1).Draw(g.t, "n") }

func (g *randomGen) thread(th int) {
	p := g.p
	locs := 1 + g.n(4)
	t := model.Thread{Name: fmt.Sprintf("t/%d", th), PC: -1, Locs: make([]model.Location, locs), Out: make([][]int, locs)}
	if locs > 1 {
		t.PC = model.VarID(len(p.Vars))
		p.Vars = append(p.Vars, model.Var{Name: t.Name, Kind: model.PC, Thread: th, Max: int64(locs - 1), Init: int64(g.n(3) / 2)})
	}
	for l := range locs {
		t.Locs[l].Rest = g.n(3) == 0 || l == locs-1
		outs := g.n(3)
		if l < locs-1 && outs == 0 {
			outs = 1
		}
		for range outs {
			to := g.n(locs)
			if g.n(2) == 0 {
				to = min(l+1, locs-1)
			}
			tr := model.Transition{ID: len(p.Transitions), Thread: th, From: l, To: to, Text: "x = y*/z \\"}
			for range g.n(2) {
				tr.Guard = append(tr.Guard, g.truth(1))
			}
			for v := range g.data {
				if g.n(2) == 0 {
					tr.Effect = append(tr.Effect, model.Assign{Var: model.VarID(v), Val: g.inRange(v)})
				}
			}
			for range g.n(3) / 2 * (1 + g.n(2)) {
				tr.Checks = append(tr.Checks, model.Check{Prop: g.n(2), Cond: &model.Expr{Op: model.LOr, Args: []*model.Expr{g.truth(1), g.truth(1)}}})
			}
			t.Out[l] = append(t.Out[l], tr.ID)
			p.Transitions = append(p.Transitions, tr)
		}
	}
	p.Threads = append(p.Threads, t)
}

// inRange makes a value for a variable: one that is brought into its range, or now and then any.
func (g *randomGen) inRange(id int) *model.Expr {
	v := &g.p.Vars[id]
	e := g.value(2)
	switch g.n(4) {
	case 0:
		return e // the bits outside are lost
	case 1:
		return &model.Expr{Op: model.Ref, Var: model.VarID(g.n(g.data))}
	}
	m := constant(v.Max - v.Min + 1)
	e = &model.Expr{Op: model.Rem, Args: []*model.Expr{{Op: model.Sub, Args: []*model.Expr{e, constant(v.Min)}}, m}}
	e = &model.Expr{Op: model.Rem, Args: []*model.Expr{{Op: model.Add, Args: []*model.Expr{e, m}}, m}}
	return &model.Expr{Op: model.Add, Args: []*model.Expr{e, constant(v.Min)}}
}

func (g *randomGen) value(depth int) *model.Expr {
	if depth == 0 || g.n(3) == 0 {
		switch g.n(6) {
		case 0:
			return constant(int64(g.n(6) - 2))
		case 1:
			if len(g.p.Vars) > g.data { // a location
				return &model.Expr{Op: model.Ref, Var: model.VarID(g.data + g.n(len(g.p.Vars)-g.data))}
			}
		}
		return &model.Expr{Op: model.Ref, Var: model.VarID(g.n(g.data))}
	}
	x, y := g.value(depth-1), g.value(depth-1)
	natural := func(e *model.Expr) *model.Expr {
		return &model.Expr{Op: model.And, Args: []*model.Expr{e, constant(7)}}
	}
	switch op := []model.Op{model.Add, model.Sub, model.Mul, model.Div, model.Rem, model.And, model.Or, model.Xor, model.AndNot,
		model.Shl, model.Shr, model.Count, model.Ite}[g.n(13)]; op {
	case model.Ite:
		return &model.Expr{Op: op, Args: []*model.Expr{g.truth(depth - 1), x, y}}
	case model.Count:
		return &model.Expr{Op: op, Args: []*model.Expr{natural(x)}}
	case model.Shr:
		return &model.Expr{Op: op, Args: []*model.Expr{natural(x), y}}
	case model.Shl:
		return &model.Expr{Op: op, Args: []*model.Expr{x, {Op: model.Rem, Args: []*model.Expr{y, constant(4)}}}}
	default:
		return &model.Expr{Op: op, Args: []*model.Expr{x, y}}
	}
}

func (g *randomGen) truth(depth int) *model.Expr {
	if depth > 0 {
		switch g.n(4) {
		case 0:
			return &model.Expr{Op: model.Not, Args: []*model.Expr{g.truth(depth - 1)}}
		case 1:
			return &model.Expr{Op: []model.Op{model.LAnd, model.LOr}[g.n(2)], Args: []*model.Expr{g.truth(depth - 1), g.truth(depth - 1)}}
		}
	}
	op := []model.Op{model.Eq, model.Ne, model.Lt, model.Le}[g.n(4)]
	return &model.Expr{Op: op, Args: []*model.Expr{g.value(depth), g.value(depth)}}
}

func constant(v int64) *model.Expr { return &model.Expr{Op: model.Const, Val: v} }
