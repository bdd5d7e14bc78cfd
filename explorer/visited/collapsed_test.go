package visited

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"hpmc/explorer/offheap"
	"pgregory.net/rapid"
)

// coarse lets codes keep other numbers of bits for the rest of a test.
func coarse(t testing.TB, to ...cut) {
	old := cuts
	cuts = to
	t.Cleanup(func() { cuts = old })
}

// TestCollapsed compares sets with a map: the same states are new, in order, whatever their words and bits, also when
// components need more room or larger numbers. Labels do not count.
func TestCollapsed(t *testing.T) {
	coarse(t, cut{54, 9}, cut{54, 10}, cut{44, 20}, cut{20, 44}) // 512 numbers at first, of which the reserve takes some
	recut := 0
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.IntRange(2, 5).Draw(t, "words")
		bits := rapid.IntRange(64*(words-1)+1, 64*words).Draw(t, "bits")
		shared := rapid.Bool().Draw(t, "shared")
		label := uint64(0)
		if bits <= 64*words-2 {
			label = uint64(1) << 62
		}
		values := rapid.SampledFrom([]uint64{3, 40, 3000}).Draw(t, "values")
		set, err := NewCollapsed(offheap.New(1<<30), words, bits, 20000, Batch)
		if err != nil {
			t.Fatal(err)
		}
		defer set.Free()
		seen := map[[5]uint64]bool{}
		var sc Scratch
		var in, out, want []uint64
		out = make([]uint64, words*Batch)
		for range rapid.IntRange(1, 20).Draw(t, "batches") {
			in, want = in[:0], want[:0]
			for range rapid.IntRange(1, Batch).Draw(t, "batch") {
				var s [5]uint64
				for j := range words {
					s[j] = Hash1(rapid.Uint64Range(0, values).Draw(t, "word"))
				}
				s[words-1] &= 1<<(bits-64*(words-1)) - 1
				if words*64 == bits {
					s[words-1] &^= taken
				}
				in = append(in, s[:words]...)
				in[len(in)-1] |= label
				if !seen[s] {
					want = append(want, in[len(in)-words:]...)
				}
				seen[s] = true
			}
			added, ok := set.InsertAll(in, ^label, shared, &sc, out)
			if !ok || !sameStates(out[:added*words], want, words) {
				t.Fatalf("%v: %x, not %x", ok, out[:added*words], want)
			}
			for set.Crowded() {
				cut := set.cut
				if err := set.Relieve(2); err != nil {
					t.Fatal(err)
				}
				recut += set.cut - cut
			}
		}
		for s := range seen {
			if !set.Has(s[:words]) || set.Insert(s[:words]) != Old {
				t.Fatalf("%x is lost", s)
			}
			s[0] ^= 1
			if set.Has(s[:words]) != seen[s] {
				t.Fatalf("%x is wrong", s)
			}
		}
	})
	if recut == 0 {
		t.Error("no set needed larger numbers")
	}
}

// TestCollapsedShared lets goroutines insert the same states: each is new to one of them.
func TestCollapsedShared(t *testing.T) {
	const n = 40000
	set, _ := NewCollapsed(offheap.New(1<<30), 2, 120, n*100/95, 1<<14)
	defer set.Free()
	var mu sync.Mutex
	all := map[[2]uint64]int{}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			var sc Scratch
			out := make([]uint64, 2*Batch)
			for i := uint64(0); i < n; i += 100 {
				in := make([]uint64, 200)
				for k := range in {
					in[k] = (i + uint64(k/2)) << (8 * (k % 2))
				}
				added, ok := set.InsertAll(in, ^uint64(0), true, &sc, out)
				if !ok {
					t.Error("full")
				}
				mu.Lock()
				for s := range slices.Chunk(out[:2*added], 2) {
					all[[2]uint64{s[0], s[1]}]++
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(all) != n || set.comps.count.Load() != n {
		t.Fatalf("%d states are new, with %d components", len(all), set.comps.count.Load())
	}
	for s, times := range all {
		if times != 1 || s[0]<<8 != s[1] {
			t.Fatal(s, times)
		}
	}
}

// TestCollapsedMemory lets memory run out while components need more room: the set stays as it was.
func TestCollapsedMemory(t *testing.T) {
	coarse(t, cut{50, 14}, cut{40, 24})
	mem := offheap.New(16 << 20)
	set, err := NewCollapsed(mem, 2, 120, 300000, 16)
	if err != nil {
		t.Fatal(err)
	}
	var limit *offheap.LimitError
	states := 0
	for err = nil; err == nil; states++ {
		if set.Insert([]uint64{1, uint64(states)}) != New {
			t.Fatal("not new:", states)
		}
		if set.Crowded() {
			err = set.Relieve(2)
		}
	}
	if !errors.As(err, &limit) {
		t.Fatal(err)
	}
	for i := range states {
		if !set.Has([]uint64{1, uint64(i)}) {
			t.Fatalf("%d of %d is lost", i, states)
		}
	}
	if set.Free(); mem.Used() != 0 {
		t.Fatal(mem.Used(), "bytes are not given back")
	}
}

// TestLoadComponents reads tables that are none.
func TestLoadComponents(t *testing.T) {
	mem := offheap.New(1 << 30)
	set, _ := NewCollapsed(mem, 2, 120, 1000, 4)
	for i := range uint64(100) {
		set.Insert([]uint64{i, i << 7})
	}
	comps, how := set.Memory()
	codes, form, _ := set.Codes().Memory()
	codes, comps = slices.Clone(codes), slices.Clone(comps)
	load := func(comps []uint64, n, how int) error {
		other, _ := NewCollapsed(mem, 2, 120, 1000, 4)
		defer other.Free()
		read := func(from []uint64) func([]uint64) error {
			return func(w []uint64) error { copy(w, from); return nil }
		}
		err := other.Recut(how)
		if err == nil {
			err = errors.Join(other.Codes().Load(len(codes), form, read(codes)), other.LoadComponents(n, read(comps)))
		}
		for i := range uint64(100) {
			if err == nil && other.Insert([]uint64{i, i << 7}) != Old {
				t.Fatal(i, "is lost")
			}
		}
		return err
	}
	if err := load(comps, len(comps), how); err != nil {
		t.Fatal(err)
	}
	wrong := slices.Clone(comps)
	for i := range wrong {
		if i%16 >= 8 && wrong[i] == 50 { // a number, not a word of a key
			wrong[i] = 1000
		}
	}
	few := cuts[0]
	coarse(t, cut{few.low, 6}) // 64 numbers
	if load(comps, len(comps), 0) == nil {
		t.Error("taken as a table: one with more numbers than there are")
	}
	cuts[0] = few
	for i, err := range []error{load(wrong, len(wrong), how), load(comps, len(comps)/2+1, how), load(comps, 0, how), load(comps, len(comps), 7),
		load(comps, len(comps), -1)} {
		if err == nil {
			t.Error("taken as a table: number", i)
		}
	}
	if set.Free(); mem.Used() != 0 {
		t.Fatal(mem.Used(), "bytes are not given back")
	}
}

// TestLoadCrowded loads a set for more workers than filled it, who may add more before anybody looks than there are numbers for:
// it says so, and is relieved.
func TestLoadCrowded(t *testing.T) {
	coarse(t, cut{50, 6}, cut{50, 10})
	mem := offheap.New(1 << 30)
	set, _ := NewCollapsed(mem, 2, 120, 1000, 4)
	state := func(i uint64) []uint64 { return []uint64{i & 3, i >> 2} }
	const n = 4 * 50 // of 50 components
	for i := range uint64(n) {
		set.Insert(state(i))
	}
	comps, how := set.Memory()
	codes, form, _ := set.Codes().Memory()
	other, _ := NewCollapsed(mem, 2, 120, 1000, 30)
	err := errors.Join(other.Recut(how), other.Codes().Load(len(codes), form, from(codes)), other.LoadComponents(len(comps), from(comps)))
	if err != nil || set.Crowded() || !other.Crowded() {
		t.Fatal(err, set.Crowded(), other.Crowded())
	}
	if err := other.Relieve(2); err != nil || other.Crowded() {
		t.Fatal(err, other.Crowded())
	}
	for i := range uint64(n + 4*30) {
		if found := other.Insert(state(i)); (found == Old) != (i < n) || found == Full {
			t.Fatal(i, found)
		}
	}
	set.Free()
	if other.Free(); mem.Used() != 0 {
		t.Fatal(mem.Used(), "bytes are not given back")
	}
}
