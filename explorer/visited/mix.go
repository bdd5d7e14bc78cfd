package visited

// mixer is a bijection of words of a number of bits: two rounds in each of which its high half goes into the low one, by
// exclusive or, and it is multiplied by an odd number, as in the finalizer of MurmurHash3, which does that with 64 bits. What it makes has its bits at the top.
//
// Its fields are read by assembly.
type mixer struct {
	shift uint64 // 64 - bits
	half  uint64 // bits / 2, rounded up
	keep  uint64 // the bits that count, at the top
}

func newMixer(bits uint) mixer {
	return mixer{shift: uint64(64 - bits), half: uint64(bits+1) / 2, keep: ^uint64(0) << (64 - bits)}
}

// mix returns the key of a word; bits of it beyond those of the mixer do not count.
func (m *mixer) mix(w uint64) uint64 {
	k := w << m.shift
	k ^= k >> m.half & m.keep
	k *= prime1
	k ^= k >> m.half & m.keep
	return k * prime2
}

// unmix undoes mix.
func (m *mixer) unmix(k uint64) uint64 {
	k *= inverse2
	k ^= k >> m.half & m.keep
	k *= inverse1
	k ^= k >> m.half & m.keep
	return k >> m.shift
}

var inverse1, inverse2 = inverse(prime1), inverse(prime2)

// inverse returns the inverse of an odd number modulo 2^64, by Newton's method.
func inverse(a uint64) uint64 {
	x := a
	for range 6 {
		x *= 2 - a*x
	}
	return x
}
