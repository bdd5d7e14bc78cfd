package visited

import "math/bits"

// Unhash1 undoes Hash1.
func Unhash1(h uint64) uint64 {
	const seed = prime5 + 8
	h ^= h >> 32
	h *= inverse3
	h ^= h>>29 ^ h>>58
	h *= inverse2
	h ^= h >> 33
	h = bits.RotateLeft64((h-prime4)*inverse1, -27) ^ seed
	return bits.RotateLeft64(h*inverse1, -31) * inverse2
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
