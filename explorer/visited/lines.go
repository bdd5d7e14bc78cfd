package visited

import (
	"runtime"
	"sync/atomic"
)

// line is one of a table's. Bit 31 of its first word is set while somebody fills a slot; bits 0 to 7 are the number of
// slots that are taken. Slots are taken from the first one on.
type line = [lineWords]uint64

const (
	locked  = uint64(1) << 31
	countOf = uint64(0xff)
)

// lowAt returns the word of a line, and the bit there, where slot j has its low 32 bits.
func lowAt(j int) (word int, bit uint) { return (j + 1) / 2, uint(j+1) % 2 * 32 }

// highAt returns where slot j has what comes above these, or, of a form with 24 bits of that, the first 16; topAt
// returns where it has the other 8.
func (f form) highAt(j int) (word int, bit uint) {
	at := 32*(f.slots+1) + j*int(min(f.high, 16))
	return at / 64, uint(at % 64)
}

func (f form) topAt(j int) (word int, bit uint) {
	at := 32*(f.slots+1) + f.slots*16 + j*8
	return at / 64, uint(at % 64)
}

// bitsAt returns the bits of a line from one on.
func bitsAt(l *line, word int, bit uint) uint64 { return atomic.LoadUint64(&l[word]) >> bit }

// low returns the low 32 bits of slot j, and above what is above them.
func low(l *line, j int) uint32 {
	word, bit := lowAt(j)
	return uint32(bitsAt(l, word, bit))
}

func (f form) above(l *line, j int) uint64 {
	if f.high == 0 {
		return 0
	}
	word, bit := f.highAt(j)
	switch v := bitsAt(l, word, bit); f.high {
	case 8:
		return v & 0xff
	case 16:
		return v & 0xffff
	default:
		word, bit = f.topAt(j)
		return v&0xffff | bitsAt(l, word, bit)&0xff<<16
	}
}

// get returns what slot j of a line has.
func (f form) get(l *line, j int) uint64 { return uint64(low(l, j)) | f.above(l, j)<<32 }

// put fills slot j, which is the first one that is free, and of a line that is locked if others insert at the same
// time; it leaves the line unlocked.
func (f form) put(l *line, j int, v uint64) {
	or := func(word int, bit uint, x uint64) { atomic.StoreUint64(&l[word], atomic.LoadUint64(&l[word])|x<<bit) }
	switch word, bit := f.highAt(j); f.high {
	case 8, 16:
		or(word, bit, v>>32)
	case 24:
		or(word, bit, v>>32&0xffff)
		word, bit = f.topAt(j)
		or(word, bit, v>>48)
	}
	if word, bit := lowAt(j); word > 0 {
		or(word, bit, v&(1<<32-1))
		v = 0
	}
	atomic.StoreUint64(&l[0], atomic.LoadUint64(&l[0])&^locked+1|v<<32)
}

// find looks for a slot's content in a line, and, if it is not there, puts it into the first slot that is free. It
// returns Full if there is none.
func (f form) find(l *line, v uint64, shared bool) Found {
	for {
		h := atomic.LoadUint64(&l[0])
		n := int(h & countOf)
		for j := range n {
			if low(l, j) == uint32(v) && f.above(l, j) == v>>32 {
				return Old
			}
		}
		switch {
		case n == f.slots:
			return Full
		case !shared:
			f.put(l, n, v)
			return New
		case h&locked == 0 && atomic.CompareAndSwapUint64(&l[0], h, h|locked):
			f.put(l, n, v)
			return New
		}
		runtime.Gosched()
	}
}
