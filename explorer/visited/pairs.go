package visited

import (
	"math/bits"
	"runtime"
	"sync/atomic"

	"hpmc/explorer/offheap"
)

// Pairs is an exact set of two-word states. A slot is the state's hash and its second word: for a given second word
// Hash2 is a bijection of the first, so they stand for the state. A cache line has four slots.
//
// The top two bits of the second word must be unused by states. One marks a slot as taken. The other one marks a state
// whose hash is 0, which is stored as 1: a slot that is taken and whose hash is 0 is being filled.
type Pairs struct {
	mem   *offheap.Memory
	slots []uint64 // lines of four pairs: hash, second word
	lines uint64
}

const (
	taken = uint64(1) << 63
	null  = uint64(1) << 62
)

// slot returns what is stored of a state.
func slot(h, b uint64) (hash, second uint64) {
	if h == 0 {
		return 1, b | taken | null
	}
	return h, b | taken
}

// NewPairs returns an empty set with room for at least n states.
func NewPairs(mem *offheap.Memory, n int) (*Pairs, error) {
	t := &Pairs{mem: mem, lines: max(uint64(n+3)/4, 1)}
	var err error
	t.slots, err = mem.Growing(int(t.lines+spare) * lineWords)
	return t, err
}

// Free gives the memory back.
func (t *Pairs) Free() { t.mem.Free(t.slots); t.slots = nil }

// Slots returns the number of slots that are homes.
func (t *Pairs) Slots() int { return int(t.lines) * 4 }

// Home returns the index of the first word of a hash's line.
func (t *Pairs) Home(h uint64) uint64 {
	hi, _ := bits.Mul64(h, t.lines)
	return hi * lineWords
}

// Insert adds the state with hash h and second word b. Only one goroutine may insert at a time.
func (t *Pairs) Insert(h, b uint64) Found {
	i := t.Home(h)
	h, b = slot(h, b)
	return t.insert(h, b, i)
}

// insert adds a slot.
func (t *Pairs) insert(h, b, i uint64) Found {
	for ; i < uint64(len(t.slots)); i += 2 {
		p := (*[2]uint64)(t.slots[i:])
		if *p == [2]uint64{h, b} {
			return Old
		}
		if p[1] == 0 {
			*p = [2]uint64{h, b}
			return New
		}
	}
	return Full
}

// InsertShared is Insert for several goroutines at once.
func (t *Pairs) InsertShared(h, b uint64) Found {
	i := t.Home(h)
	h, b = slot(h, b)
	return t.insertShared(h, b, i)
}

func (t *Pairs) insertShared(h, b, i uint64) Found {
	for ; i < uint64(len(t.slots)); i += 2 {
		p := (*[2]uint64)(t.slots[i:])
		v := atomic.LoadUint64(&p[1])
		if v == 0 {
			if atomic.CompareAndSwapUint64(&p[1], 0, b) {
				atomic.StoreUint64(&p[0], h)
				return New
			}
			v = atomic.LoadUint64(&p[1])
		}
		if v != b {
			continue
		}
		have := atomic.LoadUint64(&p[0])
		for ; have == 0; have = atomic.LoadUint64(&p[0]) {
			runtime.Gosched()
		}
		if have == h {
			return Old
		}
	}
	return Full
}

// Has tells whether a state is in the set. It must not run beside inserts.
func (t *Pairs) Has(h, b uint64) bool {
	i := t.Home(h)
	h, b = slot(h, b)
	for ; i < uint64(len(t.slots)); i += 2 {
		switch p := (*[2]uint64)(t.slots[i:]); {
		case p[1] == 0:
			return false
		case *p == [2]uint64{h, b}:
			return true
		}
	}
	return false
}
