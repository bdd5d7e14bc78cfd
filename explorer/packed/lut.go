package packed

import (
	"math/bits"
	"slices"

	"hpmc/model"
)

// maxLutBits is the number of bits of the state up to which a condition or an assignment is tabulated.
const maxLutBits = 10

// Gather is part of the index of a table: word Word rotated left by Rot, & Mask.
type Gather struct {
	Word, Rot int
	Mask      uint64
}

// Lut is an expression tabulated over the few bits of the state that it depends on. A nil Lut is no table.
type Lut struct {
	Gathers []Gather
	Table   []uint64 // bit i of a condition, or entry i of an assignment
}

// index returns the bits that the table is indexed by.
func (t *Lut) index(w []uint64) uint64 {
	i := uint64(0)
	for k := range t.Gathers {
		g := &t.Gathers[k]
		i |= bits.RotateLeft64(w[g.Word], g.Rot) & g.Mask
	}
	return i
}

// holds looks a condition up.
func (t *Lut) holds(w []uint64) bool {
	i := t.index(w)
	return t.Table[i>>6]>>(i&63)&1 != 0
}

// inputs are the stored or derived bits that an expression reads, ascending.
type input struct{ word, bit int }

// inputs returns the bits that expressions depend on; ok is false if they are too many for a table.
func (c *coder) inputs(es ...*model.Expr) (in []input, vars []model.VarID, ok bool) {
	seen := map[model.VarID]bool{}
	var visit func(e *model.Expr)
	visit = func(e *model.Expr) {
		if e.Op == model.Ref {
			seen[e.Var] = true
		}
		for _, a := range e.Args {
			visit(a)
		}
	}
	for _, e := range es {
		visit(e)
	}
	for v := range seen {
		vars = append(vars, v)
		for i := range c.p.Vars[v].Bits {
			if word, bit, stored := c.l.at(v, i); stored && c.f.bit(v, i).kind == bitVar {
				in = append(in, input{word, bit})
			}
		}
	}
	slices.SortFunc(in, func(a, b input) int {
		if a.word != b.word {
			return a.word - b.word
		}
		return a.bit - b.bit
	})
	return in, vars, len(in) <= maxLutBits
}

// newLut makes the gathers of a table indexed by in.
func newLut(in []input) *Lut {
	t := &Lut{}
	for i, b := range in {
		rot := (i - b.bit) & 63
		if n := len(t.Gathers); n > 0 && t.Gathers[n-1].Word == b.word && t.Gathers[n-1].Rot == rot {
			t.Gathers[n-1].Mask |= 1 << i
			continue
		}
		t.Gathers = append(t.Gathers, Gather{b.word, rot, 1 << i})
	}
	return t
}

// each calls f for every valuation of in, with a function that gives the values of vars.
func (c *coder) each(in []input, vars []model.VarID, f func(i uint64, get func(model.VarID) int64)) {
	type bit struct { // of the index, and what it adds to a variable
		from int
		v    model.VarID
		adds int64
	}
	var of []bit
	base := make([]int64, len(vars))
	for k, v := range vars {
		base[k] = c.p.Vars[v].Min
		for i := range c.p.Vars[v].Bits {
			b := c.f.bit(v, i)
			if b.kind == bitConst {
				base[k] += int64(b.val) << i
				continue
			}
			word, at, _ := c.l.at(v, i)
			of = append(of, bit{slices.Index(in, input{word, at}), v, 1 << i})
		}
	}
	get := func(v model.VarID) int64 { return c.values[v] }
	for i := range uint64(1) << len(in) {
		for k, v := range vars {
			c.values[v] = base[k]
		}
		for _, b := range of {
			c.values[b.v] += int64(i>>b.from&1) * b.adds
		}
		f(i, get)
	}
}

// condition tabulates a conjunction; it returns nil if that reads too many bits.
func (c *coder) condition(parts []part) *Lut {
	es := make([]*model.Expr, len(parts))
	for i, p := range parts {
		es[i] = p.e
	}
	in, vars, ok := c.inputs(es...)
	if !ok {
		return nil
	}
	t := newLut(in)
	t.Table = make([]uint64, (1<<len(in)+63)/64)
	c.each(in, vars, func(i uint64, get func(model.VarID) int64) {
		for _, p := range parts {
			if (p.e.Eval(get) != 0) != p.want {
				return
			}
		}
		t.Table[i>>6] |= 1 << (i & 63)
	})
	return t
}

// never tells whether a tabulated condition never holds, and always whether it always does.
func (t *Lut) never() bool {
	return !slices.ContainsFunc(t.Table, func(w uint64) bool { return w != 0 })
}

// put is bits of an expression's value that are stored.
type put struct {
	e    *model.Expr
	min  int64
	run  Run
	mask uint64 // of the word, the bits to be stored
}

// assignment tabulates what is to be stored in one word; it returns nil if that depends on too many bits.
func (c *coder) assignment(puts []put) *Lut {
	es := make([]*model.Expr, len(puts))
	for i, p := range puts {
		es[i] = p.e
	}
	in, _, ok := c.inputs(es...)
	if !ok {
		return nil
	}
	t := newLut(in)
	t.Table = make([]uint64, 1<<len(in))
	// Each expression is evaluated for its own bits only, which are often few of all.
	var own []uint64
	for _, p := range puts {
		few, vars, _ := c.inputs(p.e)
		own = slices.Grow(own[:0], 1<<len(few))[:1<<len(few)]
		c.each(few, vars, func(i uint64, get func(model.VarID) int64) {
			own[i] = bits.RotateLeft64(uint64(p.e.Eval(get)-p.min), p.run.Shift-p.run.From) & p.mask
		})
		for k := range few {
			few[k] = input{0, slices.Index(in, few[k])}
		}
		pick := newLut(few)
		for i := range t.Table {
			t.Table[i] |= own[pick.index([]uint64{uint64(i)})]
		}
	}
	return t
}
