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

// TestEmptyPairs inserts states whose hash is 0, which marks slots that are being filled, next to those that they
// could be taken for.
func TestEmptyPairs(t *testing.T) {
	for _, shared := range []bool{false, true} {
		s, err := NewPairs(offheap.New(0), 64)
		if err != nil {
			t.Fatal(err)
		}
		insert := s.Insert
		if shared {
			insert = s.InsertShared
		}
		for _, want := range []Found{New, Old} {
			for _, k := range [][2]uint64{{0, 0}, {1, 0}, {0, 5}, {1, 5}} {
				if s.Has(k[0], k[1]) != (want == Old) || insert(k[0], k[1]) != want || !s.Has(k[0], k[1]) {
					t.Fatal("lost", k)
				}
			}
		}
		// A state whose hash is 0 in a batch.
		state := []uint64{Unhash2(0, 5), 5, 1, 1, Unhash2(0, 7), 7}
		out := make([]uint64, len(state))
		if n, ok := s.InsertAll(state, ^uint64(0), shared, new(Scratch), out); n != 2 || !ok || out[3] != 7 {
			t.Fatal("in a batch:", n, ok, out)
		}
		if err := s.Grow(1000, 1); err != nil || !s.Has(0, 5) || !s.Has(0, 7) || s.Has(0, 1) {
			t.Fatal("lost when the table grows")
		}
		s.Free()
	}
}

// TestSets compares every set with a map, through growth, with several goroutines inserting.
func TestSets(t *testing.T) {
	mem := offheap.New(0)
	words, _ := NewWords(mem, 20000)
	pairs, _ := NewPairs(mem, 20000)
	wide, _ := NewWide(mem, 3, 20000)
	defer words.Free()
	defer pairs.Free()
	defer wide.Free()
	for round := range 3 {
		var fresh [3]int
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				var n [3]int
				for i := range uint64(15000 * (round + 1)) {
					h := Hash1(i)
					if words.InsertShared(h, words.Home(h)) == New {
						n[0]++
					}
					if h = Hash2(i&7, i>>3); pairs.InsertShared(h, i>>3) == New {
						n[1]++
					}
					s := []uint64{i & 7, i, i >> 3}
					if wide.Insert(s, wide.Home(HashN(s))) == New {
						n[2]++
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
			if n != 15000 {
				t.Fatalf("round %d, set %d: %d of 15000 were new", round, i, n)
			}
		}
		if words.Has(Hash1(1<<40)) || !words.Has(Hash1(77)) || !pairs.Has(Hash2(5, 9), 9) || pairs.Has(Hash2(5, 1<<40), 1<<40) ||
			!wide.Has([]uint64{1, 1, 0}) || wide.Has([]uint64{1, 2, 0}) {
			t.Fatal("Has is wrong")
		}
		for _, grow := range []func(int, int) error{words.Grow, pairs.Grow, wide.Grow} {
			if err := grow(20000*(round+2), 2); err != nil {
				t.Fatal(err)
			}
		}
	}
}
