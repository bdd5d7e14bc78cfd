package visited

import (
	"fmt"
	"testing"

	"hpmc/explorer/offheap"
)

// What benchmarks return, so that it is computed.
var sum uint64

func BenchmarkHash1(b *testing.B) {
	var h uint64
	for i := range uint64(b.N) {
		h ^= Hash1(i)
	}
	sum = h
}

func BenchmarkHash2(b *testing.B) {
	var h uint64
	for i := range uint64(b.N) {
		h ^= Hash2(i, i>>7)
	}
	sum = h
}

// Of tables of 128 MiB, which no cache holds, half is filled beforehand; states come in batches, as from a worker.
const (
	benchWords = 1 << 24
	benchBatch = 128
)

// batches makes n states, rounded up to whole batches, and inserts them.
func batches(from uint64, n, words int, insert func(states []uint64)) {
	states := make([]uint64, benchBatch*words)
	for i := 0; i < n; i += benchBatch {
		for j := range states {
			states[j] = from + uint64(i+j/words)
		}
		insert(states)
	}
}

func BenchmarkInsert(b *testing.B) {
	for _, shared := range []bool{false, true} {
		for _, old := range []bool{false, true} {
			name := "new"
			if old {
				name = "old"
			}
			if shared {
				name += "-shared"
			}
			for _, bits := range []uint{48, 60, 64} {
				b.Run(fmt.Sprintf("words/%d/%s", bits, name), func(b *testing.B) { benchWordsInsert(b, bits, old, shared) })
			}
			b.Run("collapsed/"+name, func(b *testing.B) { benchCollapsedInsert(b, old, shared) })
		}
	}
}

func benchWordsInsert(b *testing.B, keyBits uint, old, shared bool) {
	const half = benchWords / 2
	t, err := NewWords(offheap.New(0), keyBits, benchWords)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { t.Free() }()
	var sc Scratch
	out := make([]uint64, benchBatch)
	fill := func(from uint64, n int) {
		batches(from, n, 1, func(states []uint64) { t.InsertAll(states, shared, &sc, out) })
	}
	benchFill(b, old, half, fill, func() { clear(t.slots) })
}

// benchCollapsedInsert inserts states of two words with 2^13 components.
func benchCollapsedInsert(b *testing.B, old, shared bool) {
	const half = benchWords / 2
	t, err := NewCollapsed(offheap.New(0), 2, 100, benchWords, 1<<14)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { t.Free() }()
	var sc Scratch
	out, in := make([]uint64, 2*benchBatch), make([]uint64, 2*benchBatch)
	fill := func(from uint64, n int) {
		batches(from, n, 1, func(states []uint64) {
			for i, s := range states {
				in[2*i], in[2*i+1] = s>>13, s&(1<<13-1)
			}
			t.InsertAll(in, ^uint64(0), shared, &sc, out)
		})
	}
	benchFill(b, old, half, fill, func() { clear(t.codes.slots) })
}

// benchFill times inserts into a table that is half full: of keys that are in it, or of new ones until it is three
// quarters full, when it is emptied.
func benchFill(b *testing.B, old bool, half int, fill func(from uint64, n int), empty func()) {
	fill(0, half)
	b.ResetTimer()
	for left := b.N; left > 0; {
		n := min(left, half/2)
		if old {
			fill(0, n)
		} else {
			fill(uint64(half), n)
			b.StopTimer()
			empty()
			fill(0, half)
			b.StartTimer()
		}
		left -= n
	}
}

// BenchmarkGrow lets a table grow by half, time and again; an operation is a key that is moved.
func BenchmarkGrow(b *testing.B) {
	for _, bits := range []uint{46, 51, 58, 64} {
		b.Run(fmt.Sprint(bits), func(b *testing.B) {
			moved := 0
			b.StopTimer()
			for moved < b.N {
				t, err := NewWords(offheap.New(0), bits, 1<<20)
				if err != nil {
					b.Fatal(err)
				}
				n := t.Slots() * 84 / 100
				for i := range uint64(n) {
					t.Insert(t.Key(i), false)
				}
				b.StartTimer()
				err = t.Grow(t.Slots()*3/2, 1)
				b.StopTimer()
				if err != nil {
					b.Fatal(err)
				}
				moved += n
				t.Free()
			}
		})
	}
}
