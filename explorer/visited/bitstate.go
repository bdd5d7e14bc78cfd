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

// Insert adds a state by its hash. Several goroutines can insert at once.
func (t *Bitstate) Insert(h uint64) Found { return t.insert(h, t.Home(h)) }

func (t *Bitstate) insert(h, i uint64) Found {
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

// InsertAll adds states of the given number of words, at most Batch, whose last words count under bare. Those that
// seem new go to the front of out, whole, which must have room for all; it returns how many they are.
func (t *Bitstate) InsertAll(states []uint64, words int, bare uint64, sc *Scratch, out []uint64) (added int) {
	n := len(states) / words
	for i := range n {
		h := HashState(states[i*words:(i+1)*words], bare)
		sc.keys[i], sc.homes[i] = h, t.Home(h)
		Prefetch(unsafe.Pointer(&t.words[sc.homes[i]]))
	}
	for i := range n {
		if t.insert(sc.keys[i], sc.homes[i]) == New {
			added += copy(out[added*words:(added+1)*words], states[i*words:]) / words
		}
	}
	return added
}
