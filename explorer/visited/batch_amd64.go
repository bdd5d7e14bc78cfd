//go:build amd64 && !race

package visited

import "golang.org/x/sys/cpu"

// vector tells whether lines are compared by vector instructions. The race detector does not see those.
var vector = cpu.X86.HasAVX2

// hashWords fills in a batch's hashes and homes, and prefetches these.
//
//go:noescape
func hashWords(states *uint64, n int, bare, lines uint64, slots *uint64, sc *Scratch)

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
