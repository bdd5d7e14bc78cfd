package visited

import (
	"math/bits"
	"sync/atomic"

	"hpmc/explorer/offheap"
)

// Words is a set of 64-bit keys in open addressing: a key's home is a cache line of eight slots, chosen by the key's
// high bits, so that keys lie in the table roughly in their order and a larger table is filled in one sweep. A line is
// filled from its first slot on, and when it is full it overflows into another one near by. Keys must be well mixed; a
// one-word state behind Hash1 is its own key.
//
// The empty slot is 0, so the key 0 is kept beside the table.
type Words struct {
	mem   *offheap.Memory
	slots []uint64 // lines of 8
	lines uint64   // that are homes; a few more follow for what overflows the last one
	zero  atomic.Uint32
}

// lineWords is the number of words in a cache line, and spare the lines that follow the homes: enough for the longest
// overflow that a table at its highest load has in practice. An insert that finds no slot even there says so.
const (
	lineWords = 8
	spare     = 256
)

// NewWords returns an empty set with room for at least n keys.
func NewWords(mem *offheap.Memory, n int) (*Words, error) {
	t := &Words{mem: mem}
	lines := linesFor(n)
	var err error
	t.slots, err = mem.Growing(int(lines+spare) * lineWords)
	t.lines = lines
	return t, err
}

// linesFor returns how many lines have room for n keys, and, if they are many, fill huge pages.
func linesFor(n int) uint64 {
	words := (max(n+lineWords-1, lineWords)/lineWords + spare) * lineWords
	if words >= 2*offheap.HugeWords {
		words = (words + offheap.HugeWords - 1) / offheap.HugeWords * offheap.HugeWords
	}
	return uint64(words/lineWords - spare)
}

// Free gives the memory back.
func (t *Words) Free() { t.mem.Free(t.slots); t.slots = nil }

// Slots returns the number of slots that are homes.
func (t *Words) Slots() int { return int(t.lines) * lineWords }

// Home returns the index of the first slot of a key's line.
func (t *Words) Home(key uint64) uint64 {
	hi, _ := bits.Mul64(key, t.lines)
	return hi * lineWords
}

// step returns how many words it is from a line that is full to the next one that a key may be in: one to eight lines,
// so that lines that are full do not make longer and longer runs.
func step(key uint64) uint64 { return (key&7 + 1) * lineWords }

// Found is what an insert did.
type Found uint8

// The outcomes of an insert.
const (
	Old  Found = iota // the key was there
	New               // it is there now
	Full              // there was no room
)

// Insert adds a key, whose Home is i. Only one goroutine may insert at a time.
func (t *Words) Insert(key, i uint64) Found {
	if key == 0 {
		return t.insertZero()
	}
	for ; i < uint64(len(t.slots)); i += step(key) {
		line := t.slots[i : i+lineWords]
		for j, k := range line {
			switch k {
			case key:
				return Old
			case 0:
				line[j] = key
				return New
			}
		}
	}
	return Full
}

func (t *Words) insertZero() Found {
	if t.zero.CompareAndSwap(0, 1) {
		return New
	}
	return Old
}

// InsertShared is Insert for several goroutines at once.
func (t *Words) InsertShared(key, i uint64) Found {
	if key == 0 {
		return t.insertZero()
	}
	for ; i < uint64(len(t.slots)); i += step(key) {
		line := t.slots[i : i+lineWords]
		for j := range line {
			v := atomic.LoadUint64(&line[j])
			if v == 0 {
				if atomic.CompareAndSwapUint64(&line[j], 0, key) {
					return New
				}
				v = atomic.LoadUint64(&line[j])
			}
			if v == key {
				return Old
			}
		}
	}
	return Full
}

// Has tells whether a key is in the set. It must not run beside inserts.
func (t *Words) Has(key uint64) bool {
	if key == 0 {
		return t.zero.Load() != 0
	}
	for i := t.Home(key); i < uint64(len(t.slots)); i += step(key) {
		for _, k := range t.slots[i : i+lineWords] {
			switch k {
			case key:
				return true
			case 0:
				return false
			}
		}
	}
	return false
}
