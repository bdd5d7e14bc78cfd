//go:build !amd64 || race

package visited

// vector says that lines are not compared by vector instructions here.
const vector = false

func moveWords(*uint64, int, *uint64, uint64, uint64, uint64, *uint8, *uint64) int { return 0 }

func hashWords(*uint64, int, uint64, uint64, *uint64, *Scratch) {}

func insertWords(_, _, _ *uint64, _ int, _ *Scratch, at, added, late int, _ *uint64) (stopped, have, later int) {
	return at, added, late
}

func insertWordsShared(_, _, _ *uint64, _ int, _ *Scratch, at, added, late int, _ *uint64) (stopped, have, later int) {
	return at, added, late
}

func hashPairs(*uint64, int, uint64, uint64, *uint64, *Scratch) {}

func encodePairs(_ *uint64, _ int, _ uint64, _ uint, _ *uint64, _ uint, _ *[Batch]uint64, at int) int {
	return at
}

func encodeTriples(_ *uint64, _ int, _ uint64, _ uint, _ *uint64, _ uint, _ *[Batch]uint64, at int) int {
	return at
}
