// Package visited holds the sets of states that a search has seen.
package visited

import (
	"math/bits"
	"unsafe"

	"github.com/cespare/xxhash/v2"
)

// The constants of XXH64.
const (
	prime1 uint64 = 11400714785074694791
	prime2 uint64 = 14029467366897019727
	prime3 uint64 = 1609587929392839161
	prime4 uint64 = 9650029242287828579
	prime5 uint64 = 2870177450012600261
)

// Hash1 is XXH64, seed 0, of one word in little-endian order.
func Hash1(a uint64) uint64 {
	const seed = prime5 + 8
	h := seed ^ bits.RotateLeft64(a*prime2, 31)*prime1
	return avalanche(bits.RotateLeft64(h, 27)*prime1 + prime4)
}

// Hash2 is XXH64, seed 0, of two words in little-endian order.
func Hash2(a, b uint64) uint64 {
	const seed = prime5 + 16
	h := seed ^ bits.RotateLeft64(a*prime2, 31)*prime1
	h = bits.RotateLeft64(h, 27)*prime1 + prime4
	h ^= bits.RotateLeft64(b*prime2, 31) * prime1
	return avalanche(bits.RotateLeft64(h, 27)*prime1 + prime4)
}

// Hash3 is XXH64, seed 0, of three words in little-endian order.
func Hash3(a, b, c uint64) uint64 {
	const seed = prime5 + 24
	h := seed ^ bits.RotateLeft64(a*prime2, 31)*prime1
	h = bits.RotateLeft64(h, 27)*prime1 + prime4
	h ^= bits.RotateLeft64(b*prime2, 31) * prime1
	h = bits.RotateLeft64(h, 27)*prime1 + prime4
	h ^= bits.RotateLeft64(c*prime2, 31) * prime1
	return avalanche(bits.RotateLeft64(h, 27)*prime1 + prime4)
}

// HashState hashes a state of any number of words; only the bits of the last word under bare count.
func HashState(s []uint64, bare uint64) uint64 {
	switch len(s) {
	case 1:
		return Hash1(s[0] & bare)
	case 2:
		return Hash2(s[0], s[1]&bare)
	case 3:
		return Hash3(s[0], s[1], s[2]&bare)
	}
	return HashN(s) // such states have no labels
}

func avalanche(h uint64) uint64 {
	h ^= h >> 33
	h *= prime2
	h ^= h >> 29
	h *= prime3
	h ^= h >> 32
	return h
}

// HashN is XXH64, seed 0, of words as they lie in memory.
func HashN(w []uint64) uint64 {
	return xxhash.Sum64(unsafe.Slice((*byte)(unsafe.Pointer(&w[0])), len(w)*8))
}
