package main

import (
	"math"
	"runtime/debug"
	"testing"

	"hpmc/explorer/offheap"
)

// TestLimitHeap wants a limit for Go's heap where it is known what there is, and the user's own to stay.
func TestLimitHeap(t *testing.T) {
	had := debug.SetMemoryLimit(-1)
	defer debug.SetMemoryLimit(had)
	debug.SetMemoryLimit(math.MaxInt64)
	limitHeap()
	if got, n := debug.SetMemoryLimit(-1), offheap.Available(); (got == math.MaxInt64) != (n == 0) || n > 0 && got > max(n, leastHeap) {
		t.Errorf("the limit is %d where %d bytes are available", got, n)
	}
	debug.SetMemoryLimit(123 << 20)
	limitHeap()
	if got := debug.SetMemoryLimit(-1); got != 123<<20 {
		t.Errorf("the limit is %d, which had been set to another", got)
	}
}
