package packed

import "math/bits"

// Reads adds to m the bits of each word of a state, the derived one included, that decide whether a transition is enabled where
// its thread stands, what it puts to the next state, and whether one of its watches for the given properties, or for a fault, rings.
func (t *Trans) Reads(m []uint64, watched func(prop int) bool) {
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
		for i, mask := range x.Mask {
			m[i] |= mask
		}
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
		if x := &t.Watches[i]; x.Fault || watched(x.Prop) {
			for _, a := range x.Any {
				test(a)
			}
		}
	}
}
