package visited

import "math/bits"

// Unhash2 undoes Hash2 of some word and b.
func Unhash2(h, b uint64) uint64 {
	h = unmix(h) ^ bits.RotateLeft64(b*prime2, 31)*prime1
	return unlane(bits.RotateLeft64((h-prime4)*inverse1, -27), prime5+16)
}
