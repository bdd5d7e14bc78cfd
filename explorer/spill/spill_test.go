package spill

import (
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"
)

func open(t testing.TB) *File {
	f, err := Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func randomWords(r *rand.Rand, n int) []uint64 {
	w := make([]uint64, n)
	for i := range w {
		w[i] = r.Uint64()
	}
	return w
}

func TestRoundTrip(t *testing.T) {
	f := open(t)
	r := rand.New(rand.NewPCG(1, 1))
	for range 2 {
		var want [][]uint64
		var bytes int64
		for i := range 50 {
			w := randomWords(r, r.IntN(3000)*(i%4)) // some are empty
			n, err := f.Append(w)
			if err != nil || n != i {
				t.Fatalf("append %d: chunk %d, %v", i, n, err)
			}
			want, bytes = append(want, w), bytes+8*int64(len(w))
		}
		if f.Chunks() != 50 || f.Bytes() != bytes {
			t.Fatalf("%d chunks of %d bytes, want 50 of %d", f.Chunks(), f.Bytes(), bytes)
		}
		var buf []uint64
		for _, i := range r.Perm(50) {
			var err error
			if buf, err = f.Read(i, buf); err != nil || !slices.Equal(buf, want[i]) {
				t.Fatalf("chunk %d differs: %v", i, err)
			}
		}
		if err := f.Reset(); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Read(0, nil); err == nil {
			t.Fatal("a chunk outlives Reset")
		}
	}
}

func TestConcurrent(t *testing.T) {
	f := open(t)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(uint64(g), 0))
			for range 200 {
				w := randomWords(r, 1+r.IntN(200))
				n, err := f.Append(w)
				if err != nil {
					t.Error(err)
					return
				}
				if got, err := f.Read(n, nil); err != nil || !slices.Equal(got, w) {
					t.Errorf("chunk %d differs: %v", n, err)
				}
			}
		})
	}
	wg.Wait()
	if f.Chunks() != 800 {
		t.Errorf("%d chunks, want 800", f.Chunks())
	}
}

// TestNothingLeft checks that the file has no name even while it is open.
func TestNothingLeft(t *testing.T) {
	dir := t.TempDir()
	f, err := Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Append([]uint64{1, 2, 3}); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v in the directory, %v", left, err)
	}
	if _, err := Create(dir + "/none"); err == nil {
		t.Error("a directory that is not there is accepted")
	}
}

// TestAppendFails checks that chunks can still be read after a write that failed.
func TestAppendFails(t *testing.T) {
	f := open(t)
	if _, err := f.Append([]uint64{7}); err != nil {
		t.Fatal(err)
	}
	full, err := os.OpenFile("/dev/full", os.O_RDWR, 0)
	if err != nil {
		t.Skip(err)
	}
	disk := f.f
	f.f = full
	if _, err := f.Append([]uint64{8}); err == nil {
		t.Error("a full disk is no error")
	}
	full.Close()
	f.f = disk
	if got, err := f.Read(0, nil); err != nil || !slices.Equal(got, []uint64{7}) {
		t.Errorf("chunk 0 is %v, %v", got, err)
	}
	if n, err := f.Append([]uint64{9}); err != nil || n != 1 {
		t.Errorf("chunk %d, %v", n, err)
	}
}

// FuzzFault damages the file: what is read is what was written, or an error.
func FuzzFault(f *testing.F) {
	f.Add(uint16(0), byte(1), uint16(60000))
	f.Add(uint16(799), byte(0x80), uint16(60000))
	f.Add(uint16(5), byte(0), uint16(100))
	f.Fuzz(func(t *testing.T, at uint16, flip byte, size uint16) {
		file := open(t)
		r := rand.New(rand.NewPCG(2, 2))
		var want [][]uint64
		for i := range 10 {
			w := randomWords(r, 10*i)
			if _, err := file.Append(w); err != nil {
				t.Fatal(err)
			}
			want = append(want, w)
		}
		damaged := false
		if off := int64(at); off < file.Bytes() && flip != 0 {
			b := make([]byte, 1)
			if _, err := file.f.ReadAt(b, off); err != nil {
				t.Fatal(err)
			}
			b[0] ^= flip
			if _, err := file.f.WriteAt(b, off); err != nil {
				t.Fatal(err)
			}
			damaged = true
		}
		if int64(size) < file.Bytes() {
			if err := file.f.Truncate(int64(size)); err != nil {
				t.Fatal(err)
			}
			damaged = true
		}
		failed := false
		for i := range want {
			got, err := file.Read(i, nil)
			failed = failed || err != nil
			if err == nil && !slices.Equal(got, want[i]) {
				t.Errorf("chunk %d: wrong words", i)
			}
		}
		if failed != damaged {
			t.Errorf("damaged %v, error %v", damaged, failed)
		}
	})
}

func BenchmarkAppendRead(b *testing.B) {
	f := open(b)
	w := randomWords(rand.New(rand.NewPCG(3, 3)), 2048)
	buf := make([]uint64, 2048)
	b.SetBytes(2 * 8 * 2048)
	for b.Loop() {
		n, err := f.Append(w)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := f.Read(n, buf); err != nil {
			b.Fatal(err)
		}
		if n == 1000 {
			if err := f.Reset(); err != nil {
				b.Fatal(err)
			}
		}
	}
}
