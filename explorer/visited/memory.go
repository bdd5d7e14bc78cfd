package visited

import (
	"errors"
	"maps"
	"slices"

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

// Memory returns the table as it lies in memory, the number of its form, and the keys that are beside it.
func (t *Words) Memory() (slots []uint64, form int, aside []uint64) {
	return t.slots, t.form, slices.Sorted(maps.Keys(t.aside))
}

// Load puts in the place of the set one of n words of memory, of a form, which read fills with what Memory returned.
// LoadAside comes after it.
func (t *Words) Load(n, form int, read func([]uint64) error) (err error) {
	if n < (fewLines+spare)*lineWords || n%lineWords != 0 || form < 0 || form >= len(forms) {
		return errSize
	}
	s := shapeOf(t.keyBits, form, uint64(n/lineWords-spare))
	if !s.fits() {
		return errSize
	}
	old := t.slots
	t.slots = nil
	if t.slots, err = load(t.mem, old, n, read); err != nil {
		return err
	}
	t.shape = s
	for i := 0; i < n; i += lineWords {
		if h := t.slots[i]; h&(1<<32-1) > uint64(forms[form].slots) {
			return errSize
		}
	}
	return nil
}

// LoadAside puts n keys that read fills in beside the table.
func (t *Words) LoadAside(n int, read func([]uint64) error) error {
	if n < 0 || n > t.mostAside() {
		return errSize
	}
	keys := make([]uint64, n)
	if err := read(keys); err != nil {
		return err
	}
	t.aside = make(map[uint64]bool, n)
	for _, k := range keys {
		t.aside[k] = true
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
