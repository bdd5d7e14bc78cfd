package visited

import (
	"errors"

	"hpmc/explorer/offheap"
)

// errSize means that a table's memory has a size that no table has.
var errSize = errors.New("visited set: impossible size")

// load gives back old and maps n words, which read fills.
func load(mem *offheap.Memory, old []uint64, n int, read func([]uint64) error) ([]uint64, error) {
	mem.Free(old)
	w, err := mem.Growing(n)
	if err != nil {
		return nil, err
	}
	if err := read(w); err != nil {
		mem.Free(w)
		return nil, err
	}
	return w, nil
}

// Memory returns the table as it lies in memory, and whether the key 0 is in the set, which is kept beside it.
func (t *Words) Memory() (slots []uint64, zero bool) { return t.slots, t.zero.Load() != 0 }

// Load puts in the place of the set one of n words of memory, which read fills with what Memory returned.
func (t *Words) Load(n int, zero bool, read func([]uint64) error) (err error) {
	if n <= spare*lineWords || n%lineWords != 0 {
		return errSize
	}
	old := t.slots
	t.slots = nil
	if t.slots, err = load(t.mem, old, n, read); err != nil {
		return err
	}
	t.lines = uint64(n/lineWords - spare)
	if zero {
		t.zero.Store(1)
	}
	return nil
}

// Memory returns the filter as it lies in memory.
func (t *Bitstate) Memory() []uint64 { return t.words }

// Load puts in the place of the set one of n words of memory, which read fills with what Memory returned.
func (t *Bitstate) Load(n int, read func([]uint64) error) (err error) {
	if n <= 0 || n%lineWords != 0 {
		return errSize
	}
	old := t.words
	t.words = nil
	if t.words, err = load(t.mem, old, n, read); err != nil {
		return err
	}
	t.lines = uint64(n / lineWords)
	return nil
}
