//go:build amd64 && !race

package visited

import "golang.org/x/sys/cpu"

// vector tells whether lines are compared by vector instructions. The race detector does not see those.
var vector = cpu.X86.HasAVX2

// hashWords fills in a batch's hashes and homes, and prefetches these.
//
//go:noescape
func hashWords(states *uint64, n int, bare, lines uint64, slots *uint64, sc *Scratch)

// hashPairs is hashWords for states of two words; homes are lines, with the next bits of the hash under within.
//
//go:noescape
func hashPairs(states *uint64, n int, bare, lines uint64, slots *uint64, sc *Scratch, within uint64)

// insertWords inserts the hashes of a batch from number at on, and copies the states that are new to out, behind
// those that were added before. It stops at a hash that is 0, or for which there is
// no slot before end.
//
//go:noescape
func insertWords(slots, states *uint64, n int, sc *Scratch, at, added int, out, end *uint64) (stopped, have int)

// insertWordsShared is insertWords for several goroutines at once.
//
//go:noescape
func insertWordsShared(slots, states *uint64, n int, sc *Scratch, at, added int, out, end *uint64) (stopped, have int)

// insertPairs is insertWords for states of two words, that stand in their slots by their hashes and their second words
// under bare.
//
//go:noescape
func insertPairs(slots, states *uint64, n int, bare uint64, sc *Scratch, at, added int, out, end *uint64) (stopped, have int)

// insertPairsShared is insertPairs for several goroutines at once. It stops where a slot is being filled, too.
//
//go:noescape
func insertPairsShared(slots, states *uint64, n int, bare uint64, sc *Scratch, at, added int, out, end *uint64) (stopped, have int)
