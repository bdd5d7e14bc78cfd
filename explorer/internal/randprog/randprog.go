// Package randprog makes random programs for tests.
package randprog

import (
	"fmt"
	"math/bits"

	"hpmc/model"

	"pgregory.net/rapid"
)

// Programs are random programs: two or three threads that go in circles, mostly, over a few small variables. Their
// states take one word.
var Programs = Wide(0)

// Wide returns Programs with some more variables of 45 bits, each of which has few values that differ in every bit.
func Wide(vars int) *rapid.Generator[*model.Program] {
	return rapid.Custom(func(t *rapid.T) *model.Program { return program(t, vars) })
}

const wideBits = 45

func program(t *rapid.T, wide int) *model.Program {
	n := func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "n") }
	p := &model.Program{Name: "random"}
	for i := range 2 + n(3) {
		v := model.Var{Name: fmt.Sprintf("x%d", i), Thread: -1, Min: int64(-n(2))}
		v.Max = v.Min + int64(1+n(2))
		v.Init = v.Min + int64(n(2))
		p.Vars = append(p.Vars, v)
	}
	data := len(p.Vars)
	for i := range wide {
		p.Vars = append(p.Vars, model.Var{Name: fmt.Sprintf("w%d", i), Thread: -1, Max: 1<<wideBits - 1, Init: int64(n(1 << wideBits))})
	}
	konst := func(v int64) *model.Expr { return &model.Expr{Op: model.Const, Val: v} }
	binary := func(op model.Op, a, b *model.Expr) *model.Expr {
		return &model.Expr{Op: op, Args: []*model.Expr{a, b}}
	}
	variable := func() (model.VarID, *model.Expr) {
		id := model.VarID(n(data))
		return id, &model.Expr{Op: model.Ref, Var: id}
	}
	var truth func(depth int) *model.Expr
	truth = func(depth int) *model.Expr {
		if depth > 0 && n(3) == 0 {
			return binary([]model.Op{model.LAnd, model.LOr}[n(2)], truth(depth-1), truth(depth-1))
		}
		id, ref := variable()
		other := konst(p.Vars[id].Min + int64(n(3)))
		if n(4) == 0 {
			_, other = variable()
		}
		return binary([]model.Op{model.Eq, model.Ne, model.Eq, model.Lt}[n(4)], ref, other)
	}
	assign := func() model.Assign {
		id, ref := variable()
		v := &p.Vars[id]
		size := konst(v.Max - v.Min + 1)
		switch n(4) {
		case 0: // count round
			return model.Assign{Var: id, Val: binary(model.Add, konst(v.Min), binary(model.Rem, binary(model.Add, binary(model.Sub, ref, konst(v.Min)), konst(1)), size))}
		case 1: // copy, into range
			other, from := variable()
			return model.Assign{Var: id, Val: binary(model.Add, konst(v.Min), binary(model.Rem, binary(model.Sub, from, konst(p.Vars[other].Min)), size))}
		}
		return model.Assign{Var: id, Val: konst(v.Min + int64(n(int(v.Max-v.Min)+1)))}
	}
	// widen lets a transition depend on a wide variable, and turn one over or copy one.
	widen := func(tr *model.Transition) {
		if wide == 0 {
			return
		}
		a, b := model.VarID(data+n(wide)), model.VarID(data+n(wide))
		ref := &model.Expr{Op: model.Ref, Var: a}
		if n(4) == 0 {
			tr.Guard = append(tr.Guard, binary([]model.Op{model.Eq, model.Ne}[n(2)], ref, konst(p.Vars[a].Init)))
		}
		switch n(8) {
		case 0, 1, 2:
			tr.Effect = append(tr.Effect, model.Assign{Var: a, Val: binary(model.Xor, ref, konst(1<<wideBits-1))})
		case 3:
			tr.Effect = append(tr.Effect, model.Assign{Var: b, Val: ref})
		}
	}
	p.Props = []model.Property{{Name: "fault", Kind: model.AtEvent, Fault: true}, {Name: "event", Kind: model.AtEvent},
		{Name: "deadlock", Kind: model.Deadlock}}
	for th := range 2 + n(2) {
		locs := 1 + n(4)
		thread := model.Thread{Name: fmt.Sprintf("t%d", th), PC: -1, Locs: make([]model.Location, locs), Out: make([][]int, locs)}
		if locs > 1 {
			thread.PC = model.VarID(len(p.Vars))
			p.Vars = append(p.Vars, model.Var{Name: thread.Name, Kind: model.PC, Thread: th, Max: int64(locs - 1)})
		}
		for l := range locs {
			thread.Locs[l].Rest = n(2) == 0
			outs := []int{0, 1, 1, 1, 2, 2, 10}[n(7)]
			if outs == 10 && n(2) > 0 { // a wide location now and then
				outs = 1
			}
			for range outs {
				tr := model.Transition{ID: len(p.Transitions), Thread: th, From: l, To: []int{min(l+1, locs-1), (l + 1) % locs, n(locs)}[n(3)]}
				for range n(3) {
					tr.Guard = append(tr.Guard, truth(0))
				}
				for range n(3) {
					a := assign()
					if len(tr.Effect) == 0 || tr.Effect[0].Var != a.Var {
						tr.Effect = append(tr.Effect, a)
					}
				}
				widen(&tr)
				if n(6) == 0 {
					tr.Checks = append(tr.Checks, model.Check{Prop: n(2), Cond: truth(1)})
				}
				thread.Out[l] = append(thread.Out[l], tr.ID)
				p.Transitions = append(p.Transitions, tr)
			}
		}
		p.Threads = append(p.Threads, thread)
	}
	for _, k := range []model.PropKind{model.Always, model.Always, model.Final, model.Reachable, model.Reachable} {
		p.Props = append(p.Props, model.Property{Name: k.String(), Kind: k, Cond: truth(2)})
	}
	pack(p)
	p.SetFootprints()
	return p
}

// pack gives variables their bits, one after the other, none of them in two words.
func pack(p *model.Program) {
	word, shift := 0, 0
	for i := range p.Vars {
		v := &p.Vars[i]
		v.Bits = bits.Len64(uint64(v.Max - v.Min))
		if shift+v.Bits > 64 {
			word, shift = word+1, 0
		}
		v.Word, v.Shift = word, shift
		shift += v.Bits
		p.Bits += v.Bits
	}
	p.Words = word + 1
}
