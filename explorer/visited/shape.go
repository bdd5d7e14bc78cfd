package visited

import (
	"math/bits"

	"hpmc/explorer/offheap"
)

// form is how a line of a table is divided. A line is a cache line: the number of its slots that are taken, in 32 bits,
// then the low 32 bits of each slot, then what slots have above those.
type form struct {
	slots int  // of a line
	high  uint // bits of a slot above the low 32: 0, 8, 16 or 24
}

// forms begins with the one that takes least memory.
var forms = [...]form{{maxSlots, 0}, {12, 8}, {10, 16}, {8, 24}}

const maxSlots = 15

// shape is the arithmetic of a table: where keys belong, and what is kept of them there, which is what the place does not tell
// (Cleary, "Compact hash tables using bidirectional linear probing", IEEE Transactions on Computers, 1984).
//
// Keys have their bits at the top of a word, and zeroes below. A key's home is the high word of key * lines, so that those
// of a home are less than 2^64 / lines apart, and their low bits tell them from each other.
//
// Its fields are read by assembly.
type shape struct {
	lines uint64 // that are homes; a few more follow for what overflows the last ones
	width uint64 // 2^64 / lines, rounded down to a multiple of 1 << shift: home * width is not above its keys
	shift uint64 // 64 - bits of a key
	low   uint64 // the bits of a key that are kept
	drop  uint64 // a key shifted left by drop, and then right by lift, is what a slot has of it at its home
	lift  uint64
	form  int // index of forms
}

// A slot has the low bits of a key, and below those how many hops it is from home. A hop goes farthest lines on at most.
const (
	hopBits  = 3
	maxHops  = 1<<hopBits - 1
	farthest = 8
)

// spare is how many lines follow the homes: as many as slots can overflow the last home.
const spare = (maxHops + 1) * farthest

// lineWords is the number of words in a line.
const lineWords = 8

// A table has at least fewLines; with enoughLines the last form has slots for keys of 64 bits.
const (
	fewLines    = 1 << 6
	enoughLines = 1<<11 + 8
)

// newShape returns the shape of a table with room for n keys of so many bits, and of at least the given number of lines:
// that which takes least memory.
func newShape(keyBits uint, n int, least uint64) shape {
	for i, f := range forms {
		if s := shapeOf(keyBits, i, linesFor(n, f.slots, least)); s.fits() {
			return s
		}
	}
	last := len(forms) - 1
	return shapeOf(keyBits, last, linesFor(n, forms[last].slots, max(least, enoughLines)))
}

// shapeOf returns the shape of a table of so many lines of a form.
func shapeOf(keyBits uint, form int, lines uint64) shape {
	shift := 64 - keyBits
	width, _ := bits.Div64(1, 0, lines)
	kept := min(keyBits, 32+forms[form].high-hopBits)
	return shape{lines: lines, width: width >> shift << shift, shift: uint64(shift), low: (1<<kept - 1) << shift,
		drop: uint64(keyBits - kept), lift: uint64(64 - hopBits - kept), form: form}
}

// fits tells whether slots have enough of keys to tell those of a home from each other.
func (s *shape) fits() bool {
	if s.width == 0 { // there are more lines than keys
		return s.drop == 0
	}
	exact, _ := bits.Div64(1, 0, s.lines)
	most := exact + 1 - s.lines*s.width // from home * width on, in the last home, where it is most
	return most>>s.shift < s.low>>s.shift
}

// linesFor returns how many lines have room for n keys, are not less than least, and, if they are many, fill huge pages.
func linesFor(n, slots int, least uint64) uint64 {
	words := (max((n+slots-1)/slots, fewLines, int(least)) + spare) * lineWords
	if words >= 2*offheap.HugeWords {
		words = (words + offheap.HugeWords - 1) / offheap.HugeWords * offheap.HugeWords
	}
	return uint64(words/lineWords - spare)
}

// words returns how many words of memory the table takes.
func (s *shape) words() int { return int(s.lines+spare) * lineWords }

// split returns a key's home, and what a slot there has of it.
func (s *shape) split(key uint64) (line, slot uint64) {
	line, _ = bits.Mul64(key, s.lines)
	return line, key << s.drop >> s.lift
}

// join returns the key of a slot.
func (s *shape) join(line, slot uint64) uint64 {
	least := (line - slot&maxHops*hop(slot)) * s.width
	return least + (slot>>hopBits<<s.shift-least)&s.low
}

// hop returns how many lines it is from one that is full to the next one that a key may be in: one to farthest, by the
// key's low bits, so that lines that are full do not make longer and longer runs.
func hop(slot uint64) uint64 { return slot>>hopBits%farthest + 1 }
