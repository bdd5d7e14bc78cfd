package packed

import "hpmc/model"

// Test is a condition: (w & Mask) == Want in every word, the derived one included, what Lut says, and that Code's
// tests pass.
type Test struct {
	Mask, Want []uint64
	Lut        *Lut
	Code       []Instr
}

// Holds tells whether the condition holds in w, a state with its derived word.
func (t *Test) Holds(w []uint64, r *[MaxRegs]uint64) bool {
	for i, m := range t.Mask {
		if w[i]&m != t.Want[i] {
			return false
		}
	}
	return t.Rest(w, r)
}

// Rest tells whether the part of the condition holds that masks do not tell.
func (t *Test) Rest(w []uint64, r *[MaxRegs]uint64) bool {
	return (t.Lut == nil || t.Lut.holds(w)) && (len(t.Code) == 0 || Exec(t.Code, w, nil, r))
}

// part is an expression and the truth that it must have.
type part struct {
	e    *model.Expr
	want bool
}

// conjuncts splits the demand that e's truth be want into a conjunction of demands.
func conjuncts(e *model.Expr, want bool) []part {
	switch {
	case e.Op == model.Not:
		return conjuncts(e.Args[0], !want)
	case e.Op == model.LAnd && want, e.Op == model.LOr && !want:
		return append(conjuncts(e.Args[0], want), conjuncts(e.Args[1], want)...)
	}
	return []part{{e, want}}
}

// disjuncts splits the demand that e's truth be want into a disjunction of demands.
func disjuncts(e *model.Expr, want bool) []part {
	switch {
	case e.Op == model.Not:
		return disjuncts(e.Args[0], !want)
	case e.Op == model.LOr && want, e.Op == model.LAnd && !want:
		return append(disjuncts(e.Args[0], want), disjuncts(e.Args[1], want)...)
	}
	return []part{{e, want}}
}

// test makes a Test of a conjunction; it returns nil if that can never hold.
func (c *coder) test(parts []part) *Test {
	t := &Test{Mask: make([]uint64, c.l.Words+1), Want: make([]uint64, c.l.Words+1)}
	var rest []part
	for _, p := range parts {
		for _, p := range conjuncts(p.e, p.want) {
			if ls, ok := c.f.literals(p.e, p.want); ok {
				for _, l := range ls {
					if !c.demand(t, l) {
						return nil
					}
				}
				continue
			}
			if ls, ok := c.f.literals(p.e, !p.want); ok && len(ls) == 0 {
				return nil
			}
			rest = append(rest, p)
		}
	}
	if len(rest) == 0 {
		return t
	}
	if t.Lut = c.condition(rest); t.Lut != nil {
		if t.Lut.never() {
			return nil
		}
		return t
	}
	as := c.assembler()
	for _, p := range rest {
		op := opTrue
		if !p.want {
			op = opFalse
		}
		r := as.value(p.e)
		as.code = append(as.code, Instr{Op: op, A: r})
	}
	t.Code = c.finish(as)
	return t
}

// demand adds a literal to a test, and fails if it contradicts what is there.
func (c *coder) demand(t *Test, l literal) bool {
	word, bit, ok := c.l.at(l.v, int(l.bit))
	if !ok {
		return false
	}
	m, v := uint64(1)<<bit, uint64(l.val)<<bit
	if t.Mask[word]&m != 0 && t.Want[word]&m != v {
		return false
	}
	t.Mask[word] |= m
	t.Want[word] |= v
	return true
}

// any makes Tests of a disjunction, without those that can never hold.
func (c *coder) any(parts []part) []*Test {
	var out []*Test
	for _, p := range parts {
		if t := c.test([]part{p}); t != nil {
			out = append(out, t)
		}
	}
	return out
}
