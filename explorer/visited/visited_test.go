package visited

import (
	"encoding/binary"
	"sync"
	"testing"

	"github.com/cespare/xxhash/v2"
	"pgregory.net/rapid"

	"hpmc/explorer/offheap"
)

// TestHash holds the inlined hashes against the library's, and undoes the one that must be a bijection.
func TestHash(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := rapid.Uint64().Draw(t, "a"), rapid.Uint64().Draw(t, "b"), rapid.Uint64().Draw(t, "c")
		one := binary.LittleEndian.AppendUint64(nil, a)
		two := binary.LittleEndian.AppendUint64(one, b)
		if Hash1(a) != xxhash.Sum64(one) || Hash2(a, b) != xxhash.Sum64(two) || HashN([]uint64{a, b}) != xxhash.Sum64(two) ||
			Hash3(a, b, c) != HashN([]uint64{a, b, c}) || HashState([]uint64{a, b, c}, 7) != Hash3(a, b, c&7) {
			t.Fatal("not XXH64")
		}
		if Unhash1(Hash1(a)) != a {
			t.Fatal("not a bijection")
		}
	})
}

// TestEmptyMarker inserts the key that marks empty slots: it must be told from nothing.
func TestEmptyMarker(t *testing.T) {
	s, err := NewWords(offheap.New(0), 64)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Free()
	if s.Has(0) || s.Insert(0, s.Home(0)) != New || s.Insert(0, s.Home(0)) != Old || s.InsertShared(0, s.Home(0)) != Old || !s.Has(0) {
		t.Fatal("the key 0 is lost")
	}
	if err := s.Grow(1000, 1); err != nil || !s.Has(0) {
		t.Fatal("the key 0 is lost when the table grows")
	}
	state := Unhash1(0) // a state of 64 bits whose hash is the marker
	if h := Hash1(state); s.Insert(h, s.Home(h)) != Old {
		t.Fatal("the state behind the marker is not the marker's")
	}
}

// TestSets compares a table of words and sets of several words with a map, through growth, with several goroutines
// inserting.
func TestSets(t *testing.T) {
	mem := offheap.New(0)
	words, _ := NewWords(mem, 20000)
	two, _ := NewCollapsed(mem, 2, 100, 20000, 4)
	five, _ := NewCollapsed(mem, 5, 5*64, 20000, 4)
	pair := func(i uint64) []uint64 { return []uint64{i<<40 | i&7, i >> 3} }
	wide := func(i uint64) []uint64 { return []uint64{i & 7, i, 0, i << 60, i >> 3} }
	for round := range 3 {
		var fresh [3]int
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				var n [3]int
				for i := range uint64(1000 * (round + 1)) {
					h := Hash1(i)
					for k, found := range []Found{words.InsertShared(h, words.Home(h)), two.Insert(pair(i)), five.Insert(wide(i))} {
						if found == New {
							n[k]++
						}
					}
				}
				mu.Lock()
				defer mu.Unlock()
				for i := range n {
					fresh[i] += n[i]
				}
			})
		}
		wg.Wait()
		for i, n := range fresh {
			if n != 1000 {
				t.Fatalf("round %d, set %d: %d of 1000 were new", round, i, n)
			}
		}
		if words.Has(Hash1(1<<40)) || !words.Has(Hash1(77)) || !two.Has(pair(77)) || two.Has([]uint64{77, 1 << 30}) ||
			!five.Has(wide(77)) || five.Has([]uint64{77 & 7, 77, 0, 0, 77 >> 3}) {
			t.Fatal("Has is wrong")
		}
		for _, grow := range []func(int, int) error{words.Grow, two.Grow, five.Grow} {
			if err := grow(20000*(round+2), 2); err != nil {
				t.Fatal(err)
			}
		}
		for _, relieve := range []func() error{two.Relieve, five.Relieve} {
			if err := relieve(); err != nil {
				t.Fatal(err)
			}
		}
	}
	words.Free()
	two.Free()
	five.Free()
	if mem.Used() != 0 {
		t.Fatal(mem.Used(), "bytes are not given back")
	}
}
