package visited

import "math/bits"

// Unhash1 undoes Hash1.
func Unhash1(h uint64) uint64 { return unlane(unmix(h), prime5+8) }

// Unhash2 undoes Hash2 of some word and b.
func Unhash2(h, b uint64) uint64 {
	h = unmix(h) ^ bits.RotateLeft64(b*prime2, 31)*prime1
	return unlane(bits.RotateLeft64((h-prime4)*inverse1, -27), prime5+16)
}

// unmix undoes what comes after the last lane.
func unmix(h uint64) uint64 {
	h ^= h >> 32
	h *= inverse3
	h ^= h>>29 ^ h>>58
	h *= inverse2
	h ^= h >> 33
	return bits.RotateLeft64((h-prime4)*inverse1, -27)
}

// unlane undoes the first lane.
func unlane(h, seed uint64) uint64 {
	return bits.RotateLeft64((h^seed)*inverse1, -31) * inverse2
}

var inverse1, inverse2, inverse3 = inverse(prime1), inverse(prime2), inverse(prime3)

// inverse returns the inverse of an odd number modulo 2^64, by Newton's method.
func inverse(a uint64) uint64 {
	x := a
	for range 6 {
		x *= 2 - a*x
	}
	return x
}
