//go:build amd64 && !race

package visited

import "golang.org/x/sys/cpu"

// vector tells whether lines are compared by vector instructions. The race detector does not see those.
var vector = cpu.X86.HasAVX2 && cpu.X86.HasBMI2

// moveWords moves the keys of n lines of eight, and clears these. The lines that they may go to are those from base on
// to size more, within the table that begins at slots; used tells how many slots of each are taken. A key whose line is
// full goes to its next one. What has no place there goes to aside, which has room for all; asides is how many words
// that is.
//
//go:noescape
func moveWords(from *uint64, n int, slots *uint64, lines, base, size uint64, used *uint8, aside *uint64) (asides int)

// hashWords fills in a batch's hashes and homes, and prefetches these.
//
//go:noescape
func hashWords(states *uint64, n int, bare, lines uint64, slots *uint64, sc *Scratch)

// hashPairs is hashWords for states of two words.
//
//go:noescape
func hashPairs(states *uint64, n int, bare, lines uint64, slots *uint64, sc *Scratch)

// insertWords inserts the hashes of a batch whose numbers are in a list, from the one at at on, and copies the states that
// are new to out, behind those that were added before. It stops at a hash that is 0. One whose line is full is left for
// later: its home becomes its next line, which is asked for, and its number goes to those that are late already.
//
//go:noescape
func insertWords(slots, states, list *uint64, n int, sc *Scratch, at, added, late int, out *uint64) (stopped, have, later int)

// insertWordsShared is insertWords for several goroutines at once.
//
//go:noescape
func insertWordsShared(slots, states, list *uint64, n int, sc *Scratch, at, added, late int, out *uint64) (stopped, have, later int)

// encodePairs finds the codes of states of two words with components of one, from number at on, as
// Collapsed.code does. It stops at a state whose component is not in its bucket.
//
//go:noescape
func encodePairs(states *uint64, n int, bare uint64, low uint, slots *uint64, shift uint, codes *[Batch]uint64, at int) (stopped int)

// encodeTriples is encodePairs for states of three words with components of two.
//
//go:noescape
func encodeTriples(states *uint64, n int, bare uint64, low uint, slots *uint64, shift uint, codes *[Batch]uint64, at int) (stopped int)
