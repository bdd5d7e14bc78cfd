//go:build !amd64 || race

package visited

// vector says that lines are not compared by vector instructions here.
const vector = false

// wide says so of eight words at a time.
const wide = false

func moveFast(*uint64, int, uint64, *shape, *shape, *uint64, uint64, uint64, *moveRoom) (int, bool) {
	return 0, false
}

func hashWords(*uint64, int, *mixer, *shape, *uint64, *Scratch) {}

func hashWordsWide(*uint64, int, *mixer, *shape, *uint64, *Scratch) {}

func hashPairsWide(*uint64, int, uint64, *shape, *uint64, *Scratch) {}

func hashPairs(*uint64, int, uint64, *shape, *uint64, *Scratch) {}

func insertFast(_ int, _ bool, _, _, _ *uint64, _ int, _ *Scratch, at, added, late int, _ *uint64) (stopped, have, later int) {
	return at, added, late
}

func encodePairs(_ *uint64, _ int, _ uint64, _ uint, _ *uint64, _ uint, _ *[Batch]uint64, at int) int {
	return at
}

func encodeTriples(_ *uint64, _ int, _ uint64, _ uint, _ *uint64, _ uint, _ *[Batch]uint64, at int) int {
	return at
}
