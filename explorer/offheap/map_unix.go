//go:build unix

package offheap

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// hugeFrom is the size in bytes from which huge pages are asked for: below it they gain nothing.
const hugeFrom = 4 << 20

// Map returns n zeroed words at the start of a page, outside the heap.
func Map(n int) ([]uint64, error) {
	b, err := unix.Mmap(-1, 0, n*8, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return nil, fmt.Errorf("mapping %d bytes: %w", n*8, err)
	}
	if len(b) >= hugeFrom {
		adviseHuge(b)
	}
	return unsafe.Slice((*uint64)(unsafe.Pointer(&b[0])), n), nil
}

// Unmap gives back what Map returned.
func Unmap(w []uint64) { _ = unix.Munmap(bytes(w)) }

// Discard tells the system that the contents of whole pages within w are no longer needed; they read as zero.
func Discard(w []uint64) {
	page := unix.Getpagesize()
	b := bytes(w)
	skip := -int(uintptr(unsafe.Pointer(&b[0]))) & (page - 1)
	if skip >= len(b) {
		return
	}
	if b = b[skip : len(b)-(len(b)-skip)%page]; len(b) > 0 {
		_ = unix.Madvise(b, unix.MADV_DONTNEED)
	}
}

func bytes(w []uint64) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(&w[0])), len(w)*8)
}
