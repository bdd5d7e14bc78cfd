package sieve

import (
	"slices"
	"testing"

	"hpmc/explorer/offheap"
	"pgregory.net/rapid"
)

// TestTables takes tables from a sieve's memory and gives them back: none are in use twice, and what was given back, or forgotten, is
// taken again before there is more on the account.
func TestTables(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mem := offheap.New(0)
		f := fresh{mem: mem}
		var live [][]uint64
		sum, most := 0, 0
		t.Repeat(map[string]func(*rapid.T){
			"table": func(t *rapid.T) {
				size := rapid.Uint8Range(1, 10).Draw(t, "size")
				w := f.table(size)
				if len(w) != (1<<size+slack)*entryWords {
					t.Fatalf("%d words for %d entries", len(w), 1<<size)
				}
				live = append(live, w)
				sum += len(w)
				most = max(most, sum)
			},
			"back": func(t *rapid.T) {
				if len(live) == 0 {
					t.Skip("nothing to give back")
				}
				i := rapid.IntRange(0, len(live)-1).Draw(t, "which")
				f.back(live[i])
				sum -= len(live[i])
				live = slices.Delete(live, i, i+1)
			},
			"forget": func(*rapid.T) {
				f.forget()
				live, sum = nil, 0
			},
			"": func(t *rapid.T) {
				for i, w := range live {
					w[0], w[len(w)-1] = uint64(i), uint64(i)
				}
				for i, w := range live {
					if w[0] != uint64(i) || w[len(w)-1] != uint64(i) {
						t.Fatal("a table is in use twice")
					}
				}
				if f.taken != sum {
					t.Fatalf("%d words are in use, not %d", f.taken, sum)
				}
			},
		})
		f.forget()
		had := mem.Used()
		for f.taken+(1<<3+slack)*entryWords <= len(f.pieces)*pieceWords/2 {
			f.table(3)
		}
		if mem.Used() != had {
			t.Fatalf("half of what was forgotten does not do: %d bytes, then %d", had, mem.Used())
		}
	})
}
