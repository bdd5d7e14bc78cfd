package visited

import (
	"slices"
	"sync"
	"testing"

	"hpmc/explorer/offheap"
	"pgregory.net/rapid"
)

// TestInsertAll compares batches with single inserts, of keys of all lengths: the same states are new, and then the tables
// hold the same keys, where they are found, also where lines overflow.
func TestInsertAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 3000).Draw(t, "states")
		load := rapid.IntRange(30, 100).Draw(t, "load")
		bits := rapid.UintRange(1, 64).Draw(t, "bits")
		states := rapid.SliceOfN(rapid.Uint64Range(0, 4*uint64(n)), n, n).Draw(t, "of")
		shared := rapid.Bool().Draw(t, "shared")
		a, _ := NewWords(offheap.New(1<<30), bits, n*100/load)
		b, _ := NewWords(offheap.New(1<<30), bits, n*100/load)
		defer a.Free()
		defer b.Free()
		label := uint64(0)
		if bits < 64 {
			label = 1 << 63
		}
		var sc Scratch
		out := make([]uint64, Batch)
		for part := range slices.Chunk(states, rapid.IntRange(1, Batch).Draw(t, "batch")) {
			in := slices.Clone(part)
			var want []uint64
			for i := range in {
				in[i] = in[i]*prime3>>(64-bits) | label
				if b.Insert(b.Key(in[i]), shared) == New {
					want = append(want, in[i])
				}
			}
			added, ok := a.InsertAll(in, shared, &sc, out)
			if !ok || !sameStates(out[:added], want, 1) {
				t.Fatalf("%v: %x, not %x", ok, out[:added], want)
			}
		}
		for _, s := range states {
			if !a.Has(a.Key(s * prime3 >> (64 - bits))) {
				t.Fatalf("%x is lost", s)
			}
		}
		if !slices.Equal(keysOf(a), keysOf(b)) {
			t.Fatal("the tables differ")
		}
	})
}

// keysOf returns the keys of a set in order.
func keysOf(t *Words) (keys []uint64) {
	_ = t.each(func(key uint64) error {
		keys = append(keys, key)
		return nil
	})
	slices.Sort(keys)
	return keys
}

// sameStates tells whether a and b are the same states of so many words, in whatever order: in a batch those come last whose
// lines are full.
func sameStates(a, b []uint64, words int) bool {
	sorted := func(s []uint64) [][]uint64 {
		return slices.SortedFunc(slices.Chunk(s, words), slices.Compare)
	}
	return slices.EqualFunc(sorted(a), sorted(b), slices.Equal)
}

// TestInsertPrints is TestInsertAll for fingerprints.
func TestInsertPrints(t *testing.T) {
	const label = uint64(3) << 62
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 3000).Draw(t, "states")
		states := rapid.SliceOfN(rapid.Uint64Range(0, 4*uint64(n)), n, n).Draw(t, "of")
		shared := rapid.Bool().Draw(t, "shared")
		words := rapid.IntRange(2, 4).Draw(t, "words")
		mark := label
		if words > 3 {
			mark = 0 // such states have no labels
		}
		f, _ := NewWords(offheap.New(1<<30), 64, n*100/rapid.IntRange(30, 100).Draw(t, "load"))
		defer f.Free()
		seen := map[[4]uint64]bool{}
		var sc Scratch
		out := make([]uint64, words*Batch)
		for part := range slices.Chunk(states, rapid.IntRange(1, Batch).Draw(t, "batch")) {
			var in, want []uint64
			for _, s := range part {
				st := [4]uint64{s >> 3, s & 7, 0, 0}
				in = append(in, st[:words]...)
				in[len(in)-1] |= mark
				if !seen[st] {
					want = append(want, in[len(in)-words:]...)
				}
				seen[st] = true
			}
			added, ok := f.InsertPrints(in, words, ^mark, shared, &sc, out)
			if !ok || !sameStates(out[:added*words], want, words) {
				t.Fatalf("%v: %x, not %x", ok, out[:added*words], want)
			}
			for s := range slices.Chunk(in, words) {
				if !f.Has(HashState(s, ^mark)) {
					t.Fatalf("the fingerprint of %x is another one", s)
				}
			}
		}
	})
}

// TestInsertAllShared lets goroutines insert the same states, of keys for all forms of lines: each is new to one of them.
func TestInsertAllShared(t *testing.T) {
	const n = 40000
	for form, bits := range []uint{33, 44, 52, 64} {
		a, _ := NewWords(offheap.New(1<<30), bits, n*100/95)
		defer a.Free()
		if a.form != form {
			t.Errorf("%d bits: form %d, not %d", bits, a.form, form)
		}
		var mu sync.Mutex
		var all []uint64
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				var sc Scratch
				out := make([]uint64, Batch)
				for i := uint64(0); i < n; i += 100 {
					in := make([]uint64, 100)
					for k := range in {
						in[k] = i + uint64(k)
					}
					added, ok := a.InsertAll(in, true, &sc, out)
					if !ok {
						t.Error("full")
					}
					mu.Lock()
					all = append(all, out[:added]...)
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		slices.Sort(all)
		if len(all) != n || len(slices.Compact(all)) != n {
			t.Fatalf("%d states are new", len(all))
		}
	}
}
