package sieve

import (
	"math/bits"
	"unsafe"
)

// A memo is a table of what a slow transition was found to do, by the bits of the state that decide it. The assembly
// knows its shape. Each entry is a word that says what is known, and what is put to the successor.
type memo struct {
	table uintptr
	masks [MaxWords + 1]uint64 // the bits of each word, the derived one last
	times [MaxWords]uint64     // what the bits of each word but the first are multiplied by in the index
	skip  uint64               // labels with which the successor is left out

	entries []uint64
	reads   []uint64 // the masks, once there is a table; nil: they are too many
	notes   int      // what was to be noted before there was a table
}

// What an entry says is known.
const (
	memoNothing = iota
	memoEnabled
	memoDisabled
)

// memoBits is the number of bits up to which there is a memo, and memoFrom how often a transition is looked at before.
const (
	memoBits = 14
	memoFrom = 16
)

// nothing is the table of memos that have none yet.
var nothing [MaxWords + 1]uint64

// newMemo returns a memo of a transition that reads some bits of the state and its derived word. It returns nil if these
// are too many, or if the assembly cannot use it.
func newMemo(reads []uint64, skip uint64) *memo {
	n := 0
	for _, m := range reads {
		n += bits.OnesCount64(m)
	}
	if n > memoBits || !memos {
		return nil
	}
	return &memo{table: uintptr(unsafe.Pointer(&nothing)), skip: skip, reads: reads}
}

// begin makes the table.
func (m *memo) begin() {
	words := len(m.reads) - 1
	n := bits.OnesCount64(m.reads[0])
	m.masks[0] = m.reads[0]
	for i, mask := range m.reads[1:] {
		at := i + 1
		if i+1 == words {
			at = MaxWords
		}
		m.masks[at], m.times[at-1] = mask, 1<<n
		n += bits.OnesCount64(mask)
	}
	m.entries = make([]uint64, (words+1)<<n)
	m.table = uintptr(unsafe.Pointer(&m.entries[0]))
}

// entry returns the entry for a state with its derived word.
func (m *memo) entry(w []uint64) []uint64 {
	i, n := uint64(0), 0
	for k, mask := range m.reads {
		for ; mask != 0; mask &= mask - 1 {
			i |= w[k] >> bits.TrailingZeros64(mask) & 1 << n
			n++
		}
	}
	return m.entries[i*uint64(len(w)):][:len(w)]
}

// Enabled and Disabled note what slow transition i of the last Expand does in the state that Later wrote to cur: that
// is decided by the bits that the transition, its guard, and its watches read. put is what it puts to the successor,
// without its label.
func (s *Sieve) Enabled(i int, cur, put []uint64) {
	if e := s.note(i, cur); e != nil {
		e[0] = memoEnabled
		copy(e[1:], put)
		e[s.words] |= s.labels.Of[ID(uint32(s.later[i].id))]
	}
}

func (s *Sieve) Disabled(i int, cur []uint64) {
	if e := s.note(i, cur); e != nil {
		e[0] = memoDisabled
	}
}

func (s *Sieve) note(i int, cur []uint64) []uint64 {
	m := s.memos[ID(uint32(s.later[i].id))]
	if m == nil {
		return nil
	}
	if m.entries == nil {
		if m.notes++; m.notes < memoFrom {
			return nil
		}
		m.begin()
	}
	return m.entry(cur[:s.words+1])
}
