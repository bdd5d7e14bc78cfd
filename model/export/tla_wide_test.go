package export

import (
	"math"
	"math/bits"
	"strings"
	"testing"

	"hpmc/explorer"
	"hpmc/model"
)

// TestTLAWide exports operations on numbers of up to 32 bits, whose results go to variables that may be too small for them. Either
// the export refuses one because the result may not fit into 32 bits, or nothing on the way to it does not, in the
// module's own operators, and the variable gets what the reference explorer gives it.
func TestTLAWide(t *testing.T) {
	numbers := []int64{0, 1, 2, 30, 1<<15 + 1, 0x2aaaaaaa, 1<<30 - 1, 1 << 30, 0x55555555, math.MaxInt32, -1, -7, -1 << 30, -0x55555555, -math.MaxInt32}
	ops := []model.Op{model.Add, model.Sub, model.Mul, model.Div, model.Rem, model.And, model.Or, model.Xor, model.AndNot, model.Shl, model.Shr, model.Count}
	targets := []model.Var{{Max: math.MaxInt32}, {Min: -1 << 30, Max: 1<<30 - 1}, {Min: -2, Max: 3}, {Min: 5, Max: 6}}
	done := map[model.Op]int{}
	for _, op := range ops {
		for i, x := range numbers {
			for j, y := range numbers {
				p := wideProgram(op, x, y, targets[(i+j)%len(targets)])
				m, cfg, err := writeTLA(p)
				if err != nil {
					if !strings.Contains(err.Error(), "32 bits") {
						t.Fatal(err)
					}
					continue
				}
				done[op]++
				got, err := evaluate(m, cfg)
				if err == nil {
					err = compareTLA(p, explorer.Run(p, explorer.Options{NoPaths: true}), got)
				}
				if err != nil {
					t.Errorf("%d %v %d: %v", x, op, y, err)
				}
			}
		}
		if done[op] < len(numbers) {
			t.Errorf("of uses of %v, all but %d are refused", op, done[op])
		}
	}
	t.Log("exported:", done)
}

// wideProgram makes a program that gives two variables values, computes of them, gives the result to a third, and has a
// property that says which value that is. Little is known of the operands but their values.
func wideProgram(op model.Op, x, y int64, target model.Var) *model.Program {
	p := &model.Program{Name: "wide"}
	add := func(v model.Var) model.VarID {
		v.Thread, v.Shift = -1, p.Bits%64
		v.Bits = bits.Len64(uint64(v.Max - v.Min))
		p.Vars = append(p.Vars, v)
		p.Bits += v.Bits
		return model.VarID(len(p.Vars) - 1)
	}
	two := func(name string, v int64) model.VarID { // a variable that can have the values v and one that is nearer to 0
		if v > 0 {
			return add(model.Var{Name: name, Min: v - 1, Max: v, Init: v - 1})
		}
		return add(model.Var{Name: name, Min: v, Max: v + 1, Init: v + 1})
	}
	ref := func(v model.VarID) *model.Expr { return &model.Expr{Op: model.Ref, Var: v} }
	expr := func(op model.Op, args ...*model.Expr) *model.Expr { return &model.Expr{Op: op, Args: args} }
	pc := add(model.Var{Name: "t", Kind: model.PC, Max: 2})
	a, b := two("a", x), two("b", y)
	target.Name, target.Init = "c", target.Min
	c := add(target)
	p.Words = 1
	p.Threads = []model.Thread{{Name: "t", PC: pc, Locs: make([]model.Location, 3), Out: [][]int{{0}, {1}, nil}}}
	p.Threads[0].Locs[2].Rest = true
	result := expr(op, ref(a), ref(b))
	if op == model.Count {
		result = expr(op, ref(a))
	}
	p.Transitions = []model.Transition{
		{ID: 0, From: 0, To: 1, Effect: []model.Assign{{Var: a, Val: constant(x)}, {Var: b, Val: constant(y)}}},
		{ID: 1, From: 1, To: 2, Effect: []model.Assign{{Var: c, Val: result}}},
	}
	s := p.Initial()
	for i := range p.Transitions {
		next := p.Initial()
		p.Apply(next, s, &p.Transitions[i])
		s = next
	}
	got := constant(p.Eval(s, ref(c)))
	p.Props = []model.Property{{Name: "value", Kind: model.Always, Cond: expr(model.LOr, expr(model.Lt, ref(pc), constant(2)), expr(model.Eq, ref(c), got))}}
	return p
}
