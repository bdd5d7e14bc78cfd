package visited

import (
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

// Of tables of 128 MiB, which no cache holds, half is filled beforehand; keys come in batches, prefetched, as from
// a worker.
const (
	benchWords = 1 << 24
	benchBatch = 128
)

// batches makes n keys, rounded up to whole batches, and inserts them.
func batches(from uint64, n int, hash func(i uint64) uint64, home func(h uint64) uint64, touch func(at uint64), insert func(i, h, at uint64)) {
	var ids, keys, homes [benchBatch]uint64
	for i := 0; i < n; i += benchBatch {
		for j := range uint64(benchBatch) {
			ids[j] = from + uint64(i) + j
			keys[j] = hash(ids[j])
			homes[j] = home(keys[j])
			touch(homes[j])
		}
		for j := range benchBatch {
			insert(ids[j], keys[j], homes[j])
		}
	}
}

func BenchmarkInsert(b *testing.B) {
	b.Run("words/new", func(b *testing.B) { benchWordsInsert(b, false, false) })
	b.Run("words/old", func(b *testing.B) { benchWordsInsert(b, true, false) })
	b.Run("words/shared-new", func(b *testing.B) { benchWordsInsert(b, false, true) })
	b.Run("pairs/new", func(b *testing.B) { benchPairsInsert(b, false) })
	b.Run("pairs/old", func(b *testing.B) { benchPairsInsert(b, true) })
}

func benchWordsInsert(b *testing.B, old, shared bool) {
	const half = benchWords / 2
	t, err := NewWords(offheap.New(0), benchWords)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { t.Free() }()
	insert := func(_, h, at uint64) { t.Insert(h, at) }
	if shared {
		insert = func(_, h, at uint64) { t.InsertShared(h, at) }
	}
	fill := func(from uint64, n int) {
		batches(from, n, Hash1, t.Home, t.Touch, insert)
	}
	benchFill(b, old, half, fill, func() { clear(t.slots) })
}

func benchPairsInsert(b *testing.B, old bool) {
	const half = benchWords / 4
	t, err := NewPairs(offheap.New(0), benchWords/2)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { t.Free() }()
	fill := func(from uint64, n int) {
		batches(from, n, func(i uint64) uint64 { return Hash2(i, i>>20) }, t.Home, t.Touch,
			func(i, h, at uint64) { t.Insert(h, i>>20, at) })
	}
	benchFill(b, old, half, fill, func() { clear(t.slots) })
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
