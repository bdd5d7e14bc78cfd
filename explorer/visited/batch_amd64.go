//go:build amd64 && !race

package visited

import "golang.org/x/sys/cpu"

// vector tells whether lines are compared by vector instructions. The race detector does not see those.
var vector = cpu.X86.HasAVX2 && cpu.X86.HasBMI1 && cpu.X86.HasBMI2

// wide tells whether eight words are hashed at a time. Processors with AVX-512 before Ice Lake slow down when it is used.
var wide = vector && cpu.X86.HasAVX512 && cpu.X86.HasAVX512VBMI2

// moveFast moves the keys of n lines, the first of which has a number, to another shape, and clears them. The lines that
// they may go to are size, from number base on, and begin at window. What has no place there goes to the last part of room;
// asides is how many these are. n is at most moveLines, no line is among those that keys may go to, and to has less than 2^32. It tells whether it can do that for the forms of these shapes.
func moveFast(lines *uint64, n int, number uint64, from, to *shape, window *uint64, base, size uint64, room *moveRoom) (asides int, ok bool) {
	switch [2]int{from.form, to.form} {
	case [2]int{3, 3}:
		return move8to8(lines, n, number, from, to, window, base, size, room), true
	case [2]int{3, 2}:
		return move8to10(lines, n, number, from, to, window, base, size, room), true
	case [2]int{2, 2}:
		return move10to10(lines, n, number, from, to, window, base, size, room), true
	case [2]int{2, 1}:
		return move10to12(lines, n, number, from, to, window, base, size, room), true
	case [2]int{1, 1}:
		return move12to12(lines, n, number, from, to, window, base, size, room), true
	case [2]int{1, 0}:
		return move12to15(lines, n, number, from, to, window, base, size, room), true
	case [2]int{0, 0}:
		return move15to15(lines, n, number, from, to, window, base, size, room), true
	}
	return 0, false
}

//go:noescape
func move8to8(lines *uint64, n int, number uint64, from, to *shape, window *uint64, base, size uint64, room *moveRoom) (asides int)

//go:noescape
func move8to10(lines *uint64, n int, number uint64, from, to *shape, window *uint64, base, size uint64, room *moveRoom) (asides int)

//go:noescape
func move10to10(lines *uint64, n int, number uint64, from, to *shape, window *uint64, base, size uint64, room *moveRoom) (asides int)

//go:noescape
func move10to12(lines *uint64, n int, number uint64, from, to *shape, window *uint64, base, size uint64, room *moveRoom) (asides int)

//go:noescape
func move12to12(lines *uint64, n int, number uint64, from, to *shape, window *uint64, base, size uint64, room *moveRoom) (asides int)

//go:noescape
func move12to15(lines *uint64, n int, number uint64, from, to *shape, window *uint64, base, size uint64, room *moveRoom) (asides int)

//go:noescape
func move15to15(lines *uint64, n int, number uint64, from, to *shape, window *uint64, base, size uint64, room *moveRoom) (asides int)

// hashWords fills in what slots have of the keys of a batch and where they belong, and prefetches that. The table has less than
// 2^32 lines.
//
//go:noescape
func hashWords(states *uint64, n int, m *mixer, s *shape, slots *uint64, sc *Scratch)

// hashPairs is hashWords for the fingerprints of states of two words.
//
//go:noescape
func hashPairs(states *uint64, n int, bare uint64, s *shape, slots *uint64, sc *Scratch)

// hashWordsWide is hashWords with AVX-512, and hashPairsWide hashPairs.
//
//go:noescape
func hashWordsWide(states *uint64, n int, m *mixer, s *shape, slots *uint64, sc *Scratch)

//go:noescape
func hashPairsWide(states *uint64, n int, bare uint64, s *shape, slots *uint64, sc *Scratch)

// insertFast inserts keys of a batch whose numbers are in a list, from the one at at on, and copies the states that
// are new to out, behind those that were added before. One whose line is full is left for later: its home becomes its next
// line, which is asked for, and its number goes to those that are late already. It stops at one that has no further line.
func insertFast(form int, shared bool, slots, states, list *uint64, n int, sc *Scratch, at, added, late int, out *uint64) (stopped, have, later int) {
	if shared {
		switch form {
		case 0:
			return insertShared15(slots, states, list, n, sc, at, added, late, out)
		case 1:
			return insertShared12(slots, states, list, n, sc, at, added, late, out)
		case 2:
			return insertShared10(slots, states, list, n, sc, at, added, late, out)
		}
		return insertShared8(slots, states, list, n, sc, at, added, late, out)
	}
	switch form {
	case 0:
		return insert15(slots, states, list, n, sc, at, added, late, out)
	case 1:
		return insert12(slots, states, list, n, sc, at, added, late, out)
	case 2:
		return insert10(slots, states, list, n, sc, at, added, late, out)
	}
	return insert8(slots, states, list, n, sc, at, added, late, out)
}

//go:noescape
func insert15(slots, states, list *uint64, n int, sc *Scratch, at, added, late int, out *uint64) (stopped, have, later int)

//go:noescape
func insert12(slots, states, list *uint64, n int, sc *Scratch, at, added, late int, out *uint64) (stopped, have, later int)

//go:noescape
func insert10(slots, states, list *uint64, n int, sc *Scratch, at, added, late int, out *uint64) (stopped, have, later int)

//go:noescape
func insert8(slots, states, list *uint64, n int, sc *Scratch, at, added, late int, out *uint64) (stopped, have, later int)

//go:noescape
func insertShared15(slots, states, list *uint64, n int, sc *Scratch, at, added, late int, out *uint64) (stopped, have, later int)

//go:noescape
func insertShared12(slots, states, list *uint64, n int, sc *Scratch, at, added, late int, out *uint64) (stopped, have, later int)

//go:noescape
func insertShared10(slots, states, list *uint64, n int, sc *Scratch, at, added, late int, out *uint64) (stopped, have, later int)

//go:noescape
func insertShared8(slots, states, list *uint64, n int, sc *Scratch, at, added, late int, out *uint64) (stopped, have, later int)

// encodePairs finds the codes of states of two words with components of one, from number at on, as
// Collapsed.code does. It stops at a state whose component is not in its bucket.
//
//go:noescape
func encodePairs(states *uint64, n int, bare uint64, low uint, slots *uint64, shift uint, codes *[Batch]uint64, at int) (stopped int)

// encodeTriples is encodePairs for states of three words with components of two.
//
//go:noescape
func encodeTriples(states *uint64, n int, bare uint64, low uint, slots *uint64, shift uint, codes *[Batch]uint64, at int) (stopped int)
