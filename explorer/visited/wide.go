package visited

import (
	"math/bits"
	"runtime"
	"slices"
	"sync/atomic"
	"unsafe"

	"hpmc/explorer/offheap"
)

// Wide is an exact set of states of three or more words, kept whole. The top bit of the last word must be unused by
// states: it marks a slot as taken. Slots are not aligned to cache lines; a probe touches the next slot.
type Wide struct {
	mem   *offheap.Memory
	slots []uint64
	w     int
	homes uint64
}

const spareWide = 4096

// busy is in the last word of a slot that is being filled.
const busy = uint64(1)

// NewWide returns an empty set of states of w words with room for at least n of them.
func NewWide(mem *offheap.Memory, w, n int) (*Wide, error) {
	t := &Wide{mem: mem, w: w, homes: uint64(max(n, 1))}
	var err error
	t.slots, err = mem.Growing((int(t.homes) + spareWide) * w)
	return t, err
}

// Free gives the memory back.
func (t *Wide) Free() { t.mem.Free(t.slots); t.slots = nil }

// Slots returns the number of slots that are homes.
func (t *Wide) Slots() int { return int(t.homes) }

// Home returns the index of the first word of a hash's first slot.
func (t *Wide) Home(h uint64) uint64 {
	hi, _ := bits.Mul64(h, t.homes)
	return hi * uint64(t.w)
}

// Insert adds a state whose Home is i. Several goroutines can insert at once.
func (t *Wide) Insert(s []uint64, i uint64) Found { return t.insert(s, s[t.w-1], i) }

// insert adds a state whose last word is last.
func (t *Wide) insert(s []uint64, last, i uint64) Found {
	last |= taken
	for ; i < uint64(len(t.slots)); i += uint64(t.w) {
		slot := t.slots[i : i+uint64(t.w)]
		p := &slot[t.w-1]
		v := atomic.LoadUint64(p)
		if v == 0 {
			if atomic.CompareAndSwapUint64(p, 0, busy) {
				for j, x := range s[:t.w-1] {
					atomic.StoreUint64(&slot[j], x)
				}
				atomic.StoreUint64(p, last)
				return New
			}
			v = atomic.LoadUint64(p)
		}
		for v == busy {
			runtime.Gosched()
			v = atomic.LoadUint64(p)
		}
		if v == last && same(slot, s[:t.w-1]) {
			return Old
		}
	}
	return Full
}

// InsertAll adds states, at most Batch, that several goroutines may add at once: their words, of the last one the bits
// under bare. Those that are new go to the front of out, whole, which must have room for all; it returns how many they
// are, and whether there was room in the set.
func (t *Wide) InsertAll(states []uint64, bare uint64, sc *Scratch, out []uint64) (added int, ok bool) {
	for i := range len(states) / t.w {
		at := t.Home(HashState(states[i*t.w:(i+1)*t.w], bare))
		sc.homes[i] = at
		Prefetch(unsafe.Pointer(&t.slots[at]))
		Prefetch(unsafe.Pointer(&t.slots[at+uint64(t.w)-1]))
	}
	for i := range len(states) / t.w {
		s := states[i*t.w : (i+1)*t.w]
		switch t.insert(s, s[t.w-1]&bare, sc.homes[i]) {
		case New:
			copy(out[added*t.w:], s)
			added++
		case Full:
			return added, false
		}
	}
	return added, true
}

func same(slot, s []uint64) bool {
	for j, x := range s {
		if atomic.LoadUint64(&slot[j]) != x {
			return false
		}
	}
	return true
}

// Has tells whether a state is in the set. It must not run beside inserts.
func (t *Wide) Has(s []uint64) bool {
	last := s[t.w-1] | taken
	for i := t.Home(HashState(s, ^uint64(0))); i < uint64(len(t.slots)); i += uint64(t.w) {
		slot := t.slots[i : i+uint64(t.w)]
		switch slot[t.w-1] {
		case 0:
			return false
		case last:
			if slices.Equal(slot[:t.w-1], s[:t.w-1]) {
				return true
			}
		}
	}
	return false
}
