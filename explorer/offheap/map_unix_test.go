//go:build unix

package offheap

import (
	"testing"
	"unsafe"
)

// TestGrow grows memory across the size from which it has huge pages: it begins where one does if it is to become large, keeps
// what is in it, and goes on with zeroes.
func TestGrow(t *testing.T) {
	m := New(0)
	w, err := m.Growing(1000)
	if err != nil {
		t.Fatal(err)
	}
	if at := uintptr(unsafe.Pointer(&w[0])); cap(w) > 1000 && at%(HugeWords*8) != 0 {
		t.Errorf("it begins at %x", at)
	}
	for _, n := range []int{HugeWords, 2 * HugeWords, 5 * HugeWords} {
		had := len(w)
		for i := range w {
			w[i] = uint64(i)
		}
		if w, err = m.Grow(w, n); err != nil {
			t.Fatal(err)
		}
		for i, v := range w {
			if i < had && v != uint64(i) || i >= had && v != 0 {
				t.Fatalf("word %d of %d, which had been %d, is %d", i, n, had, v)
			}
		}
	}
	if m.Used() != 5*HugeWords*8 {
		t.Errorf("%d bytes are used", m.Used())
	}
	m.Free(w)
	if m.Used() != 0 {
		t.Errorf("%d bytes are used when all is given back", m.Used())
	}
}

// TestWords maps sizes that are no whole pages, and large ones, and gives them back.
func TestWords(t *testing.T) {
	m := New(1 << 30)
	for _, n := range []int{1, 511, 513, 2*HugeWords - 1, 2 * HugeWords, 3*HugeWords + 1} {
		w, err := m.Words(n)
		if err != nil {
			t.Fatal(err)
		}
		w[0], w[n-1] = 1, 1
		if at := uintptr(unsafe.Pointer(&w[0])); n >= 2*HugeWords && at%(HugeWords*8) != 0 {
			t.Errorf("%d words begin at %x", n, at)
		}
		m.Free(w)
	}
}
