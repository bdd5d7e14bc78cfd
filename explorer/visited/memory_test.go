package visited

import (
	"errors"
	"slices"
	"testing"

	"hpmc/explorer/offheap"
)

// from returns a function that fills words with those of a slice.
func from(w []uint64) func([]uint64) error {
	return func(to []uint64) error {
		copy(to, w)
		return nil
	}
}

// TestLoad reads tables of all forms, with keys beside them, and what is no table.
func TestLoad(t *testing.T) {
	mem := offheap.New(1 << 30)
	for form, bits := range []uint{33, 44, 52, 64} {
		set, _ := NewWords(mem, bits, 20000)
		for i := range uint64(30000) { // of keys of one home most have no room in their lines
			set.Insert(i<<(64-bits)*7, false)
			set.Insert(set.Key(i), false)
		}
		slots, f, aside := set.Memory()
		if f != form || len(aside) == 0 {
			t.Fatalf("%d bits: form %d, %d keys beside", bits, f, len(aside))
		}
		load := func(n, form, beside int, slots []uint64) (*Words, error) {
			other, _ := NewWords(mem, bits, 100)
			return other, errors.Join(other.Load(n, form, from(slots)), other.LoadAside(beside, from(aside)))
		}
		other, err := load(len(slots), form, len(aside), slots)
		if err != nil || !slices.Equal(keysOf(other), keysOf(set)) {
			t.Errorf("%d bits: %v, or other keys", bits, err)
		}
		other.Free()
		full := slices.Clone(slots)
		full[0] = full[0]&^countOf | 16
		taken := slices.Clone(slots)
		taken[8] |= locked
		for i, c := range []struct {
			n, form, beside int
			slots           []uint64
		}{
			{len(slots) - 1, form, 0, slots}, {0, form, 0, slots}, {len(slots), -1, 0, slots}, {len(slots), len(forms), 0, slots},
			{len(slots), form, -1, slots}, {len(slots), form, 1 << 30, slots}, {len(slots), form, 0, full}, {len(slots), form, 0, taken},
			{(fewLines + spare) * lineWords, 0, 0, slots}, // keys of more than 35 bits would not fit so few lines of form 0
		} {
			other, err := load(c.n, c.form, c.beside, c.slots)
			if err == nil && (i < 8 || bits > 35) {
				t.Errorf("%d bits: taken as a table: number %d", bits, i)
			}
			other.Free()
		}
		set.Free()
	}
	if mem.Used() != 0 {
		t.Fatal(mem.Used(), "bytes are not given back")
	}
}
