package model

import "sort"

// Footprint is a set of bits of variables. The bits of a variable are those of its value's offset from Min.
type Footprint map[VarID]uint64

// Add puts bits of a variable into f.
func (f Footprint) Add(id VarID, bits uint64) {
	if bits != 0 {
		f[id] |= bits
	}
}

// Overlaps tells whether f and g share a bit.
func (f Footprint) Overlaps(g Footprint) bool {
	if len(g) < len(f) {
		f, g = g, f
	}
	for id, b := range f {
		if g[id]&b != 0 {
			return true
		}
	}
	return false
}

// Vars returns the variables of f in ascending order.
func (f Footprint) Vars() []VarID {
	ids := make([]VarID, 0, len(f))
	for id := range f {
		ids = append(ids, id)
	}
	sort.Slice(ids, func(i, j int) bool { return ids[i] < ids[j] })
	return ids
}

// all returns every bit of a variable.
func (v *Var) all() uint64 { return 1<<v.Bits - 1 }

// SetFootprints computes the footprints of every transition, to the bit. Variables must have been laid out.
func (p *Program) SetFootprints() {
	for i := range p.Transitions {
		t := &p.Transitions[i]
		t.Reads, t.Writes = Footprint{}, Footprint{}
		for _, g := range t.Guard {
			p.reads(t.Reads, g, ^uint64(0))
		}
		for _, a := range t.Effect {
			v := &p.Vars[a.Var]
			kept := uint64(0)
			if v.Min == 0 {
				kept = p.sameBits(a.Val, a.Var)
			}
			w := v.all() &^ kept
			t.Writes.Add(a.Var, w)
			p.reads(t.Reads, a.Val, w)
		}
		for _, c := range t.Checks {
			p.reads(t.Reads, c.Cond, ^uint64(0))
		}
	}
}

// sameBits returns the bits of e's value that equal the same bits of variable id in every state.
func (p *Program) sameBits(e *Expr, id VarID) uint64 {
	switch e.Op {
	case Ref:
		if e.Var == id {
			return ^uint64(0)
		}
	case Or, Xor:
		return p.sameBits(e.Args[0], id)&^maybeOne(p, e.Args[1]) | p.sameBits(e.Args[1], id)&^maybeOne(p, e.Args[0])
	case And:
		return p.sameBits(e.Args[0], id)&alwaysOne(e.Args[1]) | p.sameBits(e.Args[1], id)&alwaysOne(e.Args[0])
	case AndNot:
		return p.sameBits(e.Args[0], id) &^ maybeOne(p, e.Args[1])
	case Ite:
		return p.sameBits(e.Args[1], id) & p.sameBits(e.Args[2], id)
	}
	return 0
}

// maybeOne returns the bits that can be one in e's value.
func maybeOne(p *Program, e *Expr) uint64 {
	switch e.Op {
	case Const:
		return uint64(e.Val)
	case Ref:
		if v := &p.Vars[e.Var]; v.Min == 0 {
			return v.all()
		}
	case Eq, Ne, Lt, Le, LAnd, LOr, Not:
		return 1
	case And:
		return maybeOne(p, e.Args[0]) & maybeOne(p, e.Args[1])
	case Or, Xor:
		return maybeOne(p, e.Args[0]) | maybeOne(p, e.Args[1])
	case AndNot:
		return maybeOne(p, e.Args[0])
	case Ite:
		return maybeOne(p, e.Args[1]) | maybeOne(p, e.Args[2])
	case Shl:
		if e.Args[1].Op == Const && e.Args[1].Val >= 0 && e.Args[1].Val < 64 {
			return maybeOne(p, e.Args[0]) << uint(e.Args[1].Val)
		}
	}
	return ^uint64(0)
}

// alwaysOne returns bits that are one in e's value in every state.
func alwaysOne(e *Expr) uint64 {
	if e.Op == Const {
		return uint64(e.Val)
	}
	return 0
}

// reads adds to f the variables' bits on which the bits need of e's value depend.
func (p *Program) reads(f Footprint, e *Expr, need uint64) {
	if need == 0 {
		return
	}
	switch e.Op {
	case Const:
	case Ref:
		if v := &p.Vars[e.Var]; v.Min == 0 {
			f.Add(e.Var, need&v.all())
		} else {
			f.Add(e.Var, v.all())
		}
	case And:
		p.reads(f, e.Args[0], need&maybeOne(p, e.Args[1]))
		p.reads(f, e.Args[1], need&maybeOne(p, e.Args[0]))
	case AndNot:
		p.reads(f, e.Args[0], need&^alwaysOne(e.Args[1]))
		p.reads(f, e.Args[1], need&maybeOne(p, e.Args[0]))
	case Or:
		p.reads(f, e.Args[0], need&^alwaysOne(e.Args[1]))
		p.reads(f, e.Args[1], need&^alwaysOne(e.Args[0]))
	case Xor:
		p.reads(f, e.Args[0], need)
		p.reads(f, e.Args[1], need)
	case Ite:
		p.reads(f, e.Args[0], ^uint64(0))
		p.reads(f, e.Args[1], need)
		p.reads(f, e.Args[2], need)
	case Shr:
		if k := e.Args[1]; k.Op == Const && k.Val >= 0 && k.Val < 64 {
			p.reads(f, e.Args[0], need<<uint(k.Val))
			return
		}
		p.readAll(f, e)
	case Shl:
		if k := e.Args[1]; k.Op == Const && k.Val >= 0 && k.Val < 64 {
			p.reads(f, e.Args[0], need>>uint(k.Val))
			return
		}
		p.readAll(f, e)
	default:
		p.readAll(f, e)
	}
}

func (p *Program) readAll(f Footprint, e *Expr) {
	for _, a := range e.Args {
		p.reads(f, a, ^uint64(0))
	}
}
