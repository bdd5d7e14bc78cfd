package stubborn

import (
	"fmt"
	"slices"
	"testing"

	"hpmc/model"

	"pgregory.net/rapid"
)

// TestFields compares what is done with whole vectors with the same, variable by variable.
func TestFields(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		vars := make([]model.Var, rapid.IntRange(1, 20).Draw(t, "variables"))
		for v := range vars {
			vars[v].Bits = rapid.IntRange(0, maxTracked+1).Draw(t, "bits")
		}
		f := newFields(vars)
		draw := func(density int) (vec []uint64, of []values) {
			vec, of = make([]uint64, f.words), make([]values, len(vars))
			for v := range vars {
				all := full(&vars[v])
				all.each(func(o uint64) {
					if rapid.IntRange(0, density).Draw(t, "in") > 0 {
						of[v].add(o)
					}
				})
				if tracked(&vars[v]) {
					f.put(vec, model.VarID(v), &of[v])
				}
			}
			return vec, of
		}
		x, xs := draw(9)
		y, ys := draw(9)
		room, rooms := draw(1)
		for v := range vars {
			if f.get(x, model.VarID(v)) != xs[v] {
				t.Fatalf("variable %d is %x, not %x", v, f.get(x, model.VarID(v)), xs[v])
			}
		}
		apart := -1
		for v := range vars {
			if both := xs[v].and(&ys[v]); tracked(&vars[v]) && both.empty() {
				apart = v
			}
		}
		if v, found := f.apart(x, y); found != (apart >= 0) || found && !f.differ(x, y, v) {
			t.Fatalf("apart by %d: %v, but %d is", v, found, apart)
		}
		for w := range room {
			room[w] &^= x[w]
		}
		changed := f.join(x, y, room)
		want := uint64(0)
		for v := range vars {
			more := ys[v].and(&rooms[v])
			old := xs[v]
			xs[v].join(&more)
			if xs[v] != old {
				want |= f.of[v].bit
			}
			if left, now := f.get(room, model.VarID(v)), f.get(x, model.VarID(v)); now != xs[v] {
				t.Fatalf("variable %d is %x, not %x", v, now, xs[v])
			} else if both := left.and(&now); !both.empty() {
				t.Fatalf("variable %d: room for %x, that are there", v, both)
			}
		}
		if changed != want {
			t.Fatalf("changed %b, not %b", changed, want)
		}
	})
}

// TestFormula compares formulas with the expressions that they are of, and the numbers of equal expressions.
func TestFormula(t *testing.T) {
	vals := env{1, -2, 3, 4}
	left, right := constant(1), constant(1) // too much code, and too deep a stack
	for i := range 60 {
		ref := &model.Expr{Op: model.Ref, Var: model.VarID(i % 4)}
		left = &model.Expr{Op: model.Sub, Args: []*model.Expr{left, ref}}
		right = &model.Expr{Op: model.Sub, Args: []*model.Expr{ref, right}}
	}
	for _, e := range []*model.Expr{left, right} {
		if f := newFormula(e); f.code != nil || f.eval(vals) != vals.eval(e) {
			t.Errorf("%d instructions, value %d, not %d", len(f.code), f.eval(vals), vals.eval(e))
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		e := expression(t, rapid.IntRange(0, 7).Draw(t, "depth"))
		f := newFormula(e)
		vals := env(rapid.SliceOfN(rapid.Int64Range(-4, 70), 4, 4).Draw(t, "values"))
		if got, want := f.eval(vals), vals.eval(e); got != want {
			t.Fatalf("%d, not %d", got, want)
		}
		n := newNumbering()
		other := expression(t, 2)
		if same := n.number(e) == n.number(other); same != equal(e, other) || same != (text(e) == text(other)) {
			t.Fatalf("%s and %s: same number %v", text(e), text(other), same)
		}
		if n.number(e) != n.number(clone(e)) || !equal(e, clone(e)) {
			t.Fatalf("a copy of %s has another number", text(e))
		}
	})
}

func expression(t *rapid.T, depth int) *model.Expr {
	if depth == 0 || rapid.IntRange(0, 5).Draw(t, "leaf") == 0 {
		if rapid.Bool().Draw(t, "constant") {
			return constant(rapid.Int64Range(-2, 66).Draw(t, "value"))
		}
		return &model.Expr{Op: model.Ref, Var: model.VarID(rapid.IntRange(0, 3).Draw(t, "variable"))}
	}
	e := &model.Expr{Op: model.Op(rapid.IntRange(int(model.Add), int(model.Count)).Draw(t, "operator"))}
	args := 2
	switch e.Op {
	case model.Not, model.Count:
		args = 1
	case model.Ite:
		args = 3
	}
	for range args {
		e.Args = append(e.Args, expression(t, depth-1))
	}
	return e
}

func clone(e *model.Expr) *model.Expr {
	d := *e
	d.Args = slices.Clone(e.Args)
	for i := range d.Args {
		d.Args[i] = clone(d.Args[i])
	}
	return &d
}

func text(e *model.Expr) string {
	s := fmt.Sprint(e.Op, e.Val, e.Var)
	for _, arg := range e.Args {
		s += "(" + text(arg) + ")"
	}
	return s
}

// TestStore: a key has one number, whatever came before it.
func TestStore(t *testing.T) {
	var s store[string]
	numbers := map[string]int{}
	for i := range 5000 {
		key := []uint64{uint64(i) * 7919 % 1500, uint64(i % 2)}[:1+i%2]
		n, known := s.find(key)
		k := fmt.Sprint(key)
		if !known {
			s.items[n] = k
		}
		if old, seen := numbers[k]; seen != known || seen && old != n || s.items[n] != k {
			t.Fatalf("key %s: number %d, known %v; before %d, %v", k, n, known, old, seen)
		}
		numbers[k] = n
	}
	if len(s.items) != len(numbers) {
		t.Errorf("%d items of %d keys", len(s.items), len(numbers))
	}
}
