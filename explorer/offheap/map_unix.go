//go:build unix

package offheap

import (
	"fmt"
	"math"
	"os"
	"unsafe"

	"golang.org/x/sys/unix"
)

// hugeFrom is the size in bytes from which huge pages are asked for: below it they gain nothing.
const hugeFrom = 4 << 20

// Map returns n zeroed words at the start of a page, outside the heap; of a huge page, if they are enough for that.
func Map(n int) ([]uint64, error) {
	w, err := mapped(n, unix.PROT_READ|unix.PROT_WRITE)
	if err == nil && n*8 >= hugeFrom {
		adviseHuge(bytes(w))
	}
	return w, err
}

func mapped(n, prot int) ([]uint64, error) {
	page := uintptr(os.Getpagesize())
	size := (uintptr(n)*8 + page - 1) &^ (page - 1)
	more := uintptr(0) // addresses to cut off around those that begin where a huge page does
	if n*8 >= hugeFrom {
		more = HugeWords * 8
	}
	p, err := unix.MmapPtr(-1, 0, nil, size+more, prot, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return nil, fmt.Errorf("mapping %d bytes: %w", n*8, err)
	}
	if more > 0 {
		head := -uintptr(p) % more
		if head > 0 {
			_ = unix.MunmapPtr(p, head)
		}
		p = unsafe.Add(p, head)
		if head < more {
			_ = unix.MunmapPtr(unsafe.Add(p, size), more-head)
		}
	}
	return unsafe.Slice((*uint64)(p), n), nil
}

// mapPart maps addresses for most words, or for as many as the system lets it have, and memory for the first n.
func mapPart(n, most int) ([]uint64, error) {
	for ; most > n; most /= 4 {
		if most > math.MaxInt/16 {
			continue
		}
		w, err := mapped(most, unix.PROT_NONE)
		if err != nil {
			continue
		}
		if w, err := unlock(w[:0], n); err == nil {
			return w, nil
		}
		Unmap(w)
	}
	return Map(n)
}

// unlock makes the first n words of what mapPart mapped memory.
func unlock(w []uint64, n int) ([]uint64, error) {
	w = w[:n]
	if err := unix.Mprotect(bytes(w), unix.PROT_READ|unix.PROT_WRITE); err != nil {
		return nil, fmt.Errorf("mapping %d bytes: %w", n*8, err)
	}
	if n*8 >= hugeFrom {
		adviseHuge(bytes(w))
	}
	return w, nil
}

// Unmap gives back what was mapped.
func Unmap(w []uint64) { _ = unix.MunmapPtr(unsafe.Pointer(unsafe.SliceData(w)), uintptr(cap(w))*8) }

func bytes(w []uint64) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(w))), len(w)*8)
}
