//go:build amd64 && !race

package visited

import (
	"slices"
	"testing"

	"hpmc/explorer/offheap"
	"pgregory.net/rapid"
)

// TestHashes compares what vector instructions make of batches of all sizes with what is made without them.
func TestHashes(t *testing.T) {
	if !vector {
		t.Skip("no AVX2 here")
	}
	compareHashes(t, hashWords, hashPairs)
}

// TestHashesWide is TestHashes for AVX-512.
func TestHashesWide(t *testing.T) {
	if !wide {
		t.Skip("no AVX-512 here")
	}
	compareHashes(t, hashWordsWide, hashPairsWide)
}

func compareHashes(t *testing.T, hashWords func(*uint64, int, *mixer, *shape, *uint64, *Scratch),
	hashPairs func(*uint64, int, uint64, *shape, *uint64, *Scratch)) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, Batch).Draw(t, "states")
		bits := rapid.UintRange(1, 64).Draw(t, "bits")
		room := rapid.IntRange(1, 100000).Draw(t, "room")
		bare := rapid.Uint64().Draw(t, "bare")
		in := rapid.SliceOfN(rapid.Uint64(), 2*n, 2*n).Draw(t, "of")
		words, _ := NewWords(offheap.New(1<<30), bits, room)
		prints, _ := NewWords(offheap.New(1<<30), 64, room)
		defer words.Free()
		defer prints.Free()
		check := func(name string, set *Words, key func(i int) uint64, fast *Scratch) {
			var plain Scratch
			for i := range n {
				set.ask(i, key(i), &plain)
			}
			if !slices.Equal(fast.keys[:n], plain.keys[:n]) || !slices.Equal(fast.homes[:n], plain.homes[:n]) {
				t.Fatalf("%s: %x, %x, not %x, %x", name, fast.keys[:n], fast.homes[:n], plain.keys[:n], plain.homes[:n])
			}
		}
		var a, b Scratch
		hashWords(&in[0], n, &words.mixer, &words.shape, &words.slots[0], &a)
		check("words", words, func(i int) uint64 { return words.Key(in[i]) }, &a)
		hashPairs(&in[0], n, bare, &prints.shape, &prints.slots[0], &b)
		check("pairs", prints, func(i int) uint64 { return HashState(in[2*i:2*i+2], bare) }, &b)
	})
}

// TestMoveFast compares moving by vector instructions with moving without them, of lines of all forms, some of which have no place.
func TestMoveFast(t *testing.T) {
	if !vector {
		t.Skip("no AVX2 here")
	}
	const lines = 1 << 12
	for i := range forms {
		for j := max(i-1, 0); j <= i; j++ {
			keyBits := uint(40 + 8*j) // as many as fit lines of either form
			from, to := shapeOf(keyBits, i, lines), shapeOf(keyBits, j, 4*lines)
			if !from.fits() || !to.fits() {
				t.Fatal("keys do not fit")
			}
			fast := mover{slots: make([]uint64, to.words()), from: from, to: to}
			mixed := newMixer(keyBits)
			for k := range uint64(lines * forms[i].slots * 8 / 10) {
				at, slot := from.split(mixed.mix(k))
				for forms[i].find((*line)(fast.slots[at*lineWords:]), slot, false) == Full {
					at += hop(slot)
					slot++
				}
			}
			plain := fast
			plain.slots = slices.Clone(fast.slots)
			base, end, asides := 2*lines+100, 4*lines-100, 0
			for lo := lines - 1008; lo < lines; lo += moveLines {
				n, ok := moveFast(&fast.slots[lo*lineWords], moveLines, uint64(lo), &from, &to, &fast.slots[base*lineWords],
					uint64(base), uint64(end-base), &fast.room)
				if !ok || n != plain.plain(lo, lo+moveLines, base, end) || !slices.Equal(fast.room[asideRoom][:n], plain.room[asideRoom][:n]) {
					t.Fatalf("form %d to %d, line %d: %v, %x, not %x", i, j, lo, ok, fast.room[asideRoom][:n], plain.room[asideRoom][:n])
				}
				asides += n
			}
			if asides == 0 || !slices.Equal(fast.slots, plain.slots) {
				t.Fatalf("form %d to %d: the lines differ, or none of %d keys went aside", i, j, asides)
			}
		}
	}
}

// TestEncode compares the codes that vector instructions find with those found without them.
func TestEncode(t *testing.T) {
	if !vector {
		t.Skip("no AVX2 here")
	}
	for words := 2; words <= 3; words++ {
		set, _ := NewCollapsed(offheap.New(1<<30), words, 64*words-24, 20000, 1<<14)
		defer set.Free()
		var sc Scratch
		fast := 0
		for from := range uint64(300) {
			var in []uint64
			for i := range uint64(words * Batch) {
				in = append(in, Hash1((from*100+i)%5000)>>24)
			}
			if !set.encode(in, Batch, ^uint64(0), &sc) {
				t.Fatal("full")
			}
			for i, code := range sc.codes {
				if c, ok := set.code(in[i*words:(i+1)*words], ^uint64(0)); !ok || c != code {
					t.Fatalf("%x: %x, not %x", in[i*words:(i+1)*words], code, c)
				}
			}
			fast += set.encodeFast(in, Batch, ^uint64(0), &sc, 0)
		}
		if fast < 100*Batch {
			t.Errorf("%d words: only %d states went the fast way", words, fast)
		}
	}
}
