package visited

import (
	"math/bits"
	"sync/atomic"
	"unsafe"

	"hpmc/explorer/offheap"
)

// Bitstate is a set that forgets which states it holds: a state is three bits of one cache line, a Bloom filter in
// blocks (Putze, Sanders, Singler 2007). It takes some states for old ones that are new.
type Bitstate struct {
	mem   *offheap.Memory
	words []uint64
	lines uint64
}

// NewBitstate returns an empty set of the given size in bytes.
func NewBitstate(mem *offheap.Memory, bytes int64) (*Bitstate, error) {
	t := &Bitstate{mem: mem, lines: uint64(max(bytes/64, 1))}
	var err error
	t.words, err = mem.Words(int(t.lines) * lineWords)
	return t, err
}

// Free gives the memory back.
func (t *Bitstate) Free() { t.mem.Free(t.words); t.words = nil }

// Home returns the index of the first word of a hash's line.
func (t *Bitstate) Home(h uint64) uint64 {
	hi, _ := bits.Mul64(h, t.lines)
	return hi * lineWords
}

// Touch prefetches the cache line at i.
func (t *Bitstate) Touch(i uint64) { Prefetch(unsafe.Pointer(&t.words[i])) }

// Insert adds a state by its hash, whose Home is i. Several goroutines can insert at once.
func (t *Bitstate) Insert(h, i uint64) Found {
	found := Old
	for range 3 {
		p, bit := &t.words[i+h>>6&7], uint64(1)<<(h&63)
		h >>= 9
		if atomic.LoadUint64(p)&bit == 0 && atomic.OrUint64(p, bit)&bit == 0 {
			found = New
		}
	}
	return found
}
