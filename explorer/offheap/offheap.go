// Package offheap hands out memory that the garbage collector never scans, and keeps account of it.
package offheap

import (
	"fmt"
	"sync/atomic"
)

// Memory is an account of mapped memory with a limit. Its methods can be used by several goroutines at once.
type Memory struct {
	limit int64
	used  atomic.Int64
	peak  atomic.Int64
}

// New returns an account that allows limit bytes; 0 means no limit.
func New(limit int64) *Memory { return &Memory{limit: limit} }

// DefaultLimit returns the bytes that a process may have where nobody has said anything else: 85 % of what is available, and at least
// 1 MiB; 0 if that cannot be told.
func DefaultLimit() int64 {
	n := Available()
	if n > 0 {
		n = max(n/100*85, 1<<20)
	}
	return n
}

// LimitError is the refusal of memory beyond the limit.
type LimitError struct{ Limit, Used, Want int64 }

func (e *LimitError) Error() string {
	return fmt.Sprintf("memory limit of %d bytes: %d in use and %d more wanted", e.Limit, e.Used, e.Want)
}

// Limit returns the limit in bytes; 0 means none.
func (m *Memory) Limit() int64 { return m.limit }

// Used returns the bytes in use.
func (m *Memory) Used() int64 { return m.used.Load() }

// Peak returns the most bytes that were in use at one time.
func (m *Memory) Peak() int64 { return m.peak.Load() }

// Take puts n bytes on the account; the caller maps them. It fails with a *LimitError if they are too many.
func (m *Memory) Take(n int64) error {
	for {
		u := m.used.Load()
		if m.limit > 0 && u+n > m.limit {
			return &LimitError{m.limit, u, n}
		}
		if m.used.CompareAndSwap(u, u+n) {
			m.raise(u + n)
			return nil
		}
	}
}

func (m *Memory) raise(n int64) {
	for {
		p := m.peak.Load()
		if n <= p || m.peak.CompareAndSwap(p, n) {
			return
		}
	}
}

// Give takes n bytes off the account.
func (m *Memory) Give(n int64) { m.used.Add(-n) }

// Words returns n zeroed words. They must be given back with Free. It fails with a *LimitError when the account
// allows no more, or with the system's error.
func (m *Memory) Words(n int) ([]uint64, error) {
	if n == 0 {
		return nil, nil
	}
	if err := m.Take(int64(n) * 8); err != nil {
		return nil, err
	}
	w, err := Map(n)
	if err != nil {
		m.Give(int64(n) * 8)
	}
	return w, err
}

// Growing returns n zeroed words as Words does, but such as Grow can make more of; their capacity is what there are
// addresses for.
func (m *Memory) Growing(n int) ([]uint64, error) {
	if err := m.Take(int64(n) * 8); err != nil {
		return nil, err
	}
	most := max(m.limit/8, int64(n))
	if m.limit <= 0 || most > maxAddresses {
		most = max(maxAddresses, int64(n))
	}
	w, err := mapPart(n, int(most))
	if err != nil {
		m.Give(int64(n) * 8)
	}
	return w, err
}

// Grow returns n words that begin with w, which Growing or Grow returned, and go on with zeroes. w must no longer be
// used; if there is an error, it still can be.
func (m *Memory) Grow(w []uint64, n int) ([]uint64, error) {
	more := int64(n-len(w)) * 8
	if err := m.Take(more); err != nil {
		return nil, err
	}
	bigger, err := extend(w, n)
	if err != nil {
		m.Give(more)
	}
	return bigger, err
}

// extend makes w longer where it lies, or maps something longer if it has no room.
func extend(w []uint64, n int) ([]uint64, error) {
	if n <= cap(w) {
		return unlock(w, n)
	}
	bigger, err := Map(n)
	if err == nil {
		copy(bigger, w)
		Unmap(w)
	}
	return bigger, err
}

// HugeWords is the words of a huge page. What is mapped in multiples of it, and is large, has no other pages.
const HugeWords = 1 << 18

// maxAddresses is how many words of addresses Growing asks for at most: 1 TiB.
const maxAddresses = 1 << 37

// Free gives back what Words, Growing or Grow returned.
func (m *Memory) Free(w []uint64) {
	if len(w) > 0 {
		Unmap(w)
		m.Give(int64(len(w)) * 8)
	}
}
