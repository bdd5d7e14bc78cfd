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
	at := uint(32*(f.slots+1)) + uint(j)*min(f.high, 16)
	return int(at / 64), at % 64
}

func (f form) topAt(j int) (word int, bit uint) {
	at := uint(32*(f.slots+1) + f.slots*16 + j*8)
	return int(at / 64), at % 64
}

// above returns what slot j of a line has above 32 bits.
func (f form) above(l *line, j int) uint64 {
	if f.high == 0 {
		return 0
	}
	word, bit := f.highAt(j)
	v := atomic.LoadUint64(&l[word]) >> bit
	if f.high < 24 {
		return v & (1<<f.high - 1)
	}
	word, bit = f.topAt(j)
	return v&0xffff | atomic.LoadUint64(&l[word])>>bit&0xff<<16
}

// get returns what slot j of a line has. Nobody else may use the line.
func (f form) get(l *line, j int) uint64 {
	word, bit := lowAt(j)
	return l[word]>>bit&(1<<32-1) | f.above(l, j)<<32
}

// put fills slot j, which is the first one that is free, and of a line that is locked if others insert at the same
// time; it leaves the line unlocked.
func (f form) put(l *line, j int, v uint64, shared bool) {
	if f.high > 0 {
		word, bit := f.highAt(j)
		if f.high < 24 {
			add(&l[word], v>>32<<bit, shared)
		} else {
			add(&l[word], v>>32&0xffff<<bit, shared)
			word, bit = f.topAt(j)
			add(&l[word], v>>48<<bit, shared)
		}
	}
	first := uint64(1)
	if shared {
		first -= locked
	}
	if word, bit := lowAt(j); word > 0 {
		add(&l[word], v&(1<<32-1)<<bit, shared)
	} else {
		first += v << 32
	}
	add(&l[0], first, shared)
}

// add adds to a word, which is nobody else's to write.
func add(word *uint64, x uint64, shared bool) {
	if shared {
		atomic.StoreUint64(word, atomic.LoadUint64(word)+x)
	} else {
		*word += x
	}
}

// has tells whether one of the first n slots of a line has some content.
func (f form) has(l *line, n int, v uint64) bool {
	low := v & (1<<32 - 1)
	for word := range (n + 2) / 2 {
		x := atomic.LoadUint64(&l[word]) ^ (low<<32 | low)
		if j := 2*word - 1; x<<32 == 0 && j >= 0 && f.above(l, j) == v>>32 || x>>32 == 0 && j+1 < n && f.above(l, j+1) == v>>32 {
			return true
		}
	}
	return false
}

// similar tells whether one half of a line's words may equal the low half of v. It says so of any that does, and seldom of another.
func similar(l *line, v uint64) bool {
	const ones, tops = 1<<32 | 1, 1<<63 | 1<<31
	v = v<<32 | v&(1<<32-1)
	a, b, c, d := atomic.LoadUint64(&l[0])^v, atomic.LoadUint64(&l[1])^v, atomic.LoadUint64(&l[2])^v, atomic.LoadUint64(&l[3])^v
	x := (a-ones)&^a | (b-ones)&^b | (c-ones)&^c | (d-ones)&^d // bit 31 or 63 is set if a half is 0
	a, b, c, d = atomic.LoadUint64(&l[4])^v, atomic.LoadUint64(&l[5])^v, atomic.LoadUint64(&l[6])^v, atomic.LoadUint64(&l[7])^v
	return (x|(a-ones)&^a|(b-ones)&^b|(c-ones)&^c|(d-ones)&^d)&tops != 0
}

// find looks for a slot's content in a line, and, if it is not there, puts it into the first slot that is free. It
// returns Full if there is none.
func (f form) find(l *line, v uint64, shared bool) Found {
	for {
		h := atomic.LoadUint64(&l[0])
		n := int(h & countOf)
		if similar(l, v) && f.has(l, n, v) {
			return Old
		}
		switch {
		case n == f.slots:
			return Full
		case !shared:
			f.put(l, n, v, false)
			return New
		case h&locked == 0 && atomic.CompareAndSwapUint64(&l[0], h, h|locked):
			f.put(l, n, v, true)
			return New
		}
		runtime.Gosched()
	}
}
