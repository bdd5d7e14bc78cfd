package stubborn

import (
	"math/bits"

	"hpmc/model"
)

// maxTuples bounds how many valuations are tried to decide a question by trying all.
const maxTuples = 1 << 12

// values is a set of values of a tracked variable, as offsets from its Min.
type values [1 << maxTracked / 64]uint64

func (s *values) has(x uint64) bool { return s[x>>6]>>(x&63)&1 != 0 }
func (s *values) add(x uint64)      { s[x>>6] |= 1 << (x & 63) }

func (s *values) empty() bool { return s[0]|s[1]|s[2]|s[3] == 0 }

func (s *values) len() int {
	return bits.OnesCount64(s[0]) + bits.OnesCount64(s[1]) + bits.OnesCount64(s[2]) + bits.OnesCount64(s[3])
}

func (s values) and(o *values) values {
	for i := range s {
		s[i] &= o[i]
	}
	return s
}

func (s *values) join(o *values) {
	for i := range s {
		s[i] |= o[i]
	}
}

// each calls f with the offsets in s, ascending.
func (s *values) each(f func(x uint64)) {
	for i, w := range s {
		for ; w != 0; w &= w - 1 {
			f(uint64(i*64 + bits.TrailingZeros64(w)))
		}
	}
}

// between returns the offsets from low to high that b bits can hold.
func between(low, high int64, b int) (s values) {
	low, high = max(low, 0), min(high, 1<<b-1)
	for i := range s {
		l, h := max(low-int64(64*i), 0), min(high-int64(64*i), 63)
		if l <= h {
			s[i] = ^uint64(0) >> (63 - h + l) << l
		}
	}
	return s
}

// full returns all values that the bits of v can hold, if it is tracked.
func full(v *model.Var) (s values) {
	if v.Bits <= maxTracked {
		s = between(0, 255, v.Bits)
	}
	return s
}

// env is a valuation of the program's variables.
type env []int64

func (e env) eval(x *model.Expr) int64 { return x.Eval(func(id model.VarID) int64 { return e[id] }) }

// stored returns what a variable holds after it is given a value: bits beyond its range are lost.
func stored(v *model.Var, val int64) int64 {
	return int64(uint64(val-v.Min)&(1<<v.Bits-1)) + v.Min
}

// axis is a variable and the values it takes in an enumeration.
type axis struct {
	v    model.VarID
	vals []int64
}

// each calls f with every valuation over the axes until f returns false.
func each(e env, axes []axis, f func() bool) bool {
	if len(axes) == 0 {
		return f()
	}
	a := &axes[0]
	for _, x := range a.vals {
		e[a.v] = x
		if !each(e, axes[1:], f) {
			return false
		}
	}
	return true
}
