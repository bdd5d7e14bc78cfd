package visited

import (
	"encoding/binary"
	"math/bits"
	"sync"
	"testing"

	"github.com/cespare/xxhash/v2"
	"pgregory.net/rapid"

	"hpmc/explorer/offheap"
)

// TestHash holds the inlined hashes against the library's.
func TestHash(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := rapid.Uint64().Draw(t, "a"), rapid.Uint64().Draw(t, "b"), rapid.Uint64().Draw(t, "c")
		one := binary.LittleEndian.AppendUint64(nil, a)
		two := binary.LittleEndian.AppendUint64(one, b)
		if Hash1(a) != xxhash.Sum64(one) || Hash2(a, b) != xxhash.Sum64(two) || HashN([]uint64{a, b}) != xxhash.Sum64(two) ||
			Hash3(a, b, c) != HashN([]uint64{a, b, c}) || HashState([]uint64{a, b, c}, 7) != Hash3(a, b, c&7) {
			t.Fatal("not XXH64")
		}
	})
}

// TestMix holds mixing against its undoing, for all lengths, and against what it must not look at.
func TestMix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bits := rapid.UintRange(1, 64).Draw(t, "bits")
		w := rapid.Uint64().Draw(t, "word")
		m := newMixer(bits)
		k, bare := m.mix(w), w&(1<<bits-1)
		if k&^m.keep != 0 || m.unmix(k) != bare || m.mix(bare) != k {
			t.Fatalf("%x becomes %x, which becomes %x", w, k, m.unmix(k))
		}
	})
}

// TestShape takes keys apart and puts them together again, wherever they have overflowed to, in shapes of all forms.
func TestShape(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bits := rapid.UintRange(1, 64).Draw(t, "bits")
		s := newShape(bits, 1<<rapid.IntRange(0, 34).Draw(t, "magnitude")+rapid.IntRange(0, 1<<20).Draw(t, "more"), 0)
		if !s.fits() {
			t.Fatal("keys do not fit")
		}
		f := forms[s.form]
		for _, key := range []uint64{0, ^uint64(0) << s.shift, rapid.Uint64().Draw(t, "key") >> s.shift << s.shift} {
			at, slot := s.split(key)
			if at >= s.lines || slot>>(32+f.high) != 0 {
				t.Fatalf("%x: %x in line %d of %d", key, slot, at, s.lines)
			}
			for range maxHops {
				if s.join(at, slot) != key {
					t.Fatalf("%x becomes %x", key, s.join(at, slot))
				}
				at += hop(slot)
				slot++
			}
			if at >= s.lines+spare {
				t.Fatalf("line %d of %d", at, s.lines+spare)
			}
		}
	})
}

// TestForms fills lines of all forms, and reads them. That a slot is taken is told by a count: a content of 0 is one as any other.
func TestForms(t *testing.T) {
	for _, f := range forms {
		var l line
		var want []uint64
		for i := range uint64(f.slots) {
			v := Hash1(i) >> (32 - f.high)
			if i == uint64(f.slots)/2 {
				v = 0
			}
			want = append(want, v)
			if !blank(f, &l, int(i)) || f.find(&l, v, i%2 == 0) != New || f.find(&l, v, i%2 == 1) != Old {
				t.Fatal("not new")
			}
		}
		if f.find(&l, 12345, false) != Full || f.find(&l, 12345, true) != Full {
			t.Error("not full")
		}
		for i, v := range want {
			if f.get(&l, i) != v {
				t.Errorf("slot %d of %d has %x, not %x", i, f.slots, f.get(&l, i), v)
			}
		}
	}
}

// blank tells whether the slots of a line from one on are empty.
func blank(f form, l *line, from int) bool {
	for j := from; j < f.slots; j++ {
		if f.get(l, j) != 0 {
			return false
		}
	}
	return true
}

// TestAside overfills a table with keys of one home: what its lines have no room for goes beside it, is found, and comes back
// when the table grows.
func TestAside(t *testing.T) {
	s, err := NewWords(offheap.New(0), 64, 20000)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Free()
	all := map[uint64]bool{}
	full := false
	for i := uint64(0); !full; i++ {
		switch found := s.Insert(i<<20, false); {
		case found == Full:
			full = true
		case found != New || s.Insert(i<<20, true) != Old || !s.Has(i<<20):
			t.Fatal(i, "is lost")
		default:
			all[i<<20] = true
		}
	}
	if len(s.aside) < 100 || len(s.aside) != s.mostAside() {
		t.Errorf("%d keys are beside the table", len(s.aside))
	}
	if err := s.Grow(1<<20, 2); err != nil {
		t.Fatal(err)
	}
	for k := range all {
		if !s.Has(k) {
			t.Fatalf("%x is lost", k)
		}
	}
	if len(keysOf(s)) != len(all) {
		t.Errorf("%d keys, not %d", len(keysOf(s)), len(all))
	}
}

// TestGrow lets tables grow through all their forms, and compares them with what went in.
func TestGrow(t *testing.T) {
	for _, bits := range []uint{20, 40, 46, 51, 54, 56, 64} {
		s, err := NewWords(offheap.New(0), bits, 1000)
		if err != nil {
			t.Fatal(err)
		}
		var formed []int
		n, room := uint64(0), s.Slots()
		for room < 1<<20 {
			for ; n < uint64(room)*84/100 && n < 1<<bits; n++ {
				if s.Insert(s.Key(n), false) != New {
					t.Fatalf("%d bits: %d is not new", bits, n)
				}
			}
			if err := s.Grow(room*3/2, int(n%3)+1); err != nil {
				t.Fatal(err)
			}
			room = s.Slots()
			if len(formed) == 0 || formed[len(formed)-1] != s.form {
				formed = append(formed, s.form)
			}
			for i := range n {
				if !s.Has(s.Key(i)) {
					t.Fatalf("%d bits, %d slots: %d is lost", bits, room, i)
				}
			}
			if got := len(keysOf(s)); got != int(n) {
				t.Fatalf("%d bits, %d slots: %d keys, not %d", bits, room, got, n)
			}
		}
		t.Log(bits, "bits: forms", formed, "and", len(s.aside), "beside")
		s.Free()
	}
}

// TestMixed fills tables to their highest load with states that differ in few bits, low ones or high ones: hardly more keys go
// beside them than of random ones.
func TestMixed(t *testing.T) {
	patterns := map[string]func(bits uint, i uint64) uint64{
		"low":      func(_ uint, i uint64) uint64 { return i },
		"high":     func(n uint, i uint64) uint64 { return i << (n - 20) },
		"reversed": func(n uint, i uint64) uint64 { return bits.Reverse64(i) >> (64 - n) },
		"spread":   func(n uint, i uint64) uint64 { return i&0x3ff | i>>10<<(n-10) },
		"every":    func(n uint, i uint64) uint64 { return i * 0x11111 & (1<<n - 1) },
		"middle":   func(n uint, i uint64) uint64 { return i << (n/2 - 10) },
	}
	for name, state := range patterns {
		for _, n := range []uint{40, 46, 51, 56, 64} {
			s, _ := NewWords(offheap.New(0), n, 1<<19)
			for i := range uint64(s.Slots()) * 84 / 100 {
				if s.Insert(s.Key(state(n, i)), false) != New {
					t.Fatalf("%s, %d bits: %x is not new", name, n, state(n, i))
				}
			}
			if len(s.aside) > s.Slots()/500 {
				t.Errorf("%s, %d bits: %d of %d keys beside", name, n, len(s.aside), s.Slots())
			}
			s.Free()
		}
	}
}

// TestSets compares a table of words and sets of several words with a map, through growth, with several goroutines
// inserting.
func TestSets(t *testing.T) {
	mem := offheap.New(0)
	words, _ := NewWords(mem, 60, 20000)
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
					for k, found := range []Found{words.Insert(words.Key(i), true), two.Insert(pair(i)), five.Insert(wide(i))} {
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
		if words.Has(words.Key(1<<40)) || !words.Has(words.Key(77)) || !two.Has(pair(77)) || two.Has([]uint64{77, 1 << 30}) ||
			!five.Has(wide(77)) || five.Has([]uint64{77 & 7, 77, 0, 0, 77 >> 3}) {
			t.Fatal("Has is wrong")
		}
		for _, grow := range []func(int, int) error{words.Grow, two.Grow, five.Grow} {
			if err := grow(20000*(round+2), 2); err != nil {
				t.Fatal(err)
			}
		}
		for _, relieve := range []func(int) error{two.Relieve, five.Relieve} {
			if err := relieve(2); err != nil {
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
