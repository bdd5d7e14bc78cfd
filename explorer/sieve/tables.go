package sieve

import (
	"math/bits"
	"math/rand/v2"
	"unsafe"

	"hpmc/explorer/offheap"
	"hpmc/explorer/packed"
)

// What a part has learnt is in a table of entries, found by a multiplication.

// An entry is a key, how many lanes are enabled with it, with odd if the state has to be looked at, and which.
const (
	entryWords = 4
	entryLanes = 8
	empty      = ^uint64(0)
)

// slack is how many entries there are behind a table at most for those whose place was taken. The last one is always empty.
const slack = 4

// nothing is the table of parts of which nothing is known.
var nothing = [2 * entryWords]uint64{empty, 0, 0, 0, empty, 0, 0, 0}

// fresh is memory for what is learnt, taken in large pieces because it is many small ones. Tables are used again: as they grow there are
// as many words in those that have become too small as in the others.
type fresh struct {
	mem     *offheap.Memory // the account
	owed    int64           // bytes that are on it
	err     error           // from there, of the first piece that it did not allow
	parts   []part
	gathers []packed.Gather
	pieces  [][]uint64     // for tables
	piece   int            // the one that is used up next
	words   []uint64       // what is left of it
	free    [64][][]uint64 // tables to use again, by log2 of their size
	taken   int            // words in tables
}

// pieceWords is how many words a piece has at least.
const pieceWords = 1 << 12

func (f *fresh) part() *part {
	if len(f.parts) == 0 {
		f.parts = make([]part, 32)
	}
	p := &f.parts[0]
	f.parts = f.parts[1:]
	return p
}

// table returns room for a table of 1<<size entries, and slack.
func (f *fresh) table(size uint8) (t []uint64) {
	n := (1<<size + slack) * entryWords
	f.taken += n
	if l := f.free[size]; len(l) > 0 {
		f.free[size] = l[:len(l)-1]
		return l[len(l)-1]
	}
	for len(f.words) < n {
		if f.piece == len(f.pieces) {
			f.add(max(n, pieceWords))
		}
		f.words = f.pieces[f.piece]
		f.piece++
	}
	t = f.words[:n:n]
	f.words = f.words[n:]
	return t
}

// add adds a piece of n words. If they are more than there may be, that is what happens all the same, lest what is under way cannot be
// ended; whoever has the sieve is to look at Err.
func (f *fresh) add(n int) {
	if err := f.mem.Take(int64(n) * 8); err == nil {
		f.owed += int64(n) * 8
	} else if f.err == nil {
		f.err = err
	}
	f.pieces = append(f.pieces, make([]uint64, n))
}

// back takes a table back, unless it is none.
func (f *fresh) back(t []uint64) {
	if len(t) > 0 {
		size := bits.Len(uint(len(t)/entryWords-slack)) - 1
		f.free[size] = append(f.free[size], t)
		f.taken -= len(t)
	}
}

// forget takes all tables back.
func (f *fresh) forget() {
	f.gathers, f.taken, f.piece, f.words, f.free = f.gathers[:0], 0, 0, nil, [64][][]uint64{}
}

// tries is how many multipliers are tried for a table.
const tries = 4

// grow makes room for twice as many entries, or more if that does not do.
func (p *part) grow(sp *spot, f *fresh) {
	old := p.entries
	for size := max(2, p.size+1); !p.move(sp, size, old, f); size++ {
		f.back(p.entries)
	}
	f.back(old)
}

// move makes a table of 1<<size entries, or of as many as there are keys, and tells whether the old ones have found room there.
func (p *part) move(sp *spot, size uint8, old []uint64, f *fresh) bool {
	if size >= p.bits { // then the key is the place
		p.make(sp, max(p.bits, 1), 1<<(64-max(p.bits, 1)), f)
		p.refill(sp, old)
		return true
	}
	best, least := uint64(0), -1
	p.make(sp, size, 0, f)
	for range tries {
		sp.mult = rand.Uint64() | 1
		p.clear()
		if far, ok := p.refill(sp, old); ok && (least < 0 || far < least) {
			if best, least = sp.mult, far; far <= p.used/8 {
				return true
			}
		}
	}
	if least < 0 {
		return false
	}
	sp.mult = best
	p.clear()
	p.refill(sp, old)
	return true
}

// make makes an empty table of 1<<size entries, and slack.
func (p *part) make(sp *spot, size uint8, mult uint64, f *fresh) {
	p.size, p.entries = size, f.table(size)
	p.clear()
	sp.table, sp.mult, sp.hash = uintptr(unsafe.Pointer(&p.entries[0])), mult, 64-size
}

func (p *part) clear() {
	for i := 0; i < len(p.entries); i += entryWords {
		p.entries[i] = empty
	}
}

// refill puts entries into the table, and returns how far away from their places they are in all; ok is false if there is no
// room for one.
func (p *part) refill(sp *spot, old []uint64) (far int, ok bool) {
	for ; len(old) > 0; old = old[entryWords:] {
		if old[0] == empty {
			continue
		}
		if !p.add(sp, (*[entryWords]uint64)(old)) {
			return 0, false
		}
		far += p.far(sp, old[0])
	}
	return far, true
}

// add adds an entry, unless there is no room for it.
func (p *part) add(sp *spot, e *[entryWords]uint64) bool {
	at := int(e[0]*sp.mult>>(sp.hash&63)) * entryWords
	for range slack {
		if p.entries[at] == empty {
			copy(p.entries[at:], e[:])
			return true
		}
		at += entryWords
	}
	return false
}

// far returns how many entries away from its place that of a key is.
func (p *part) far(sp *spot, key uint64) (n int) {
	at := int(key*sp.mult>>(sp.hash&63)) * entryWords
	for ; p.entries[at] != key; at += entryWords {
		n++
	}
	return n
}

// look returns the entry of a key, or nil.
func (p *part) look(sp *spot, key uint64) []uint64 {
	for at := int(key*sp.mult>>(sp.hash&63)) * entryWords; p.entries[at] != empty; at += entryWords {
		if p.entries[at] == key {
			return p.entries[at:][:entryWords]
		}
	}
	return nil
}
