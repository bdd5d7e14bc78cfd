package packed

import "math/bits"

// Reads returns the bits of each word of a state, the derived one included, that decide, where the guard's masks hold,
// whether it does, what is put to the next state, and whether a watch rings.
func (t *Trans) Reads() []uint64 {
	m := make([]uint64, len(t.Keep)+1)
	gather := func(gs []Gather) {
		for _, g := range gs {
			m[g.Word] |= bits.RotateLeft64(g.Mask, -g.Rot)
		}
	}
	code := func(is []Instr) {
		for _, in := range is {
			if in.Op == opLoad || in.Op == opLoadOr || in.Op == opMove {
				m[in.A] |= bits.RotateLeft64(in.K, -int(in.B))
			}
		}
	}
	test := func(x *Test) {
		if x.Lut != nil {
			gather(x.Lut.Gathers)
		}
		code(x.Code)
	}
	test(&t.Guard)
	for i := range t.Luts {
		gather(t.Luts[i].Lut.Gathers)
	}
	code(t.Effect)
	for i := range t.Watches {
		for _, x := range t.Watches[i].Any {
			for k, mask := range x.Mask {
				m[k] |= mask
			}
			test(x)
		}
	}
	for i, mask := range t.Guard.Mask {
		m[i] &^= mask
	}
	return m
}
