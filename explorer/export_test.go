package explorer

import "testing"

// ParallelFrom lets levels of n states and more be expanded by several workers for the rest of a test.
func ParallelFrom(t *testing.T, n int) {
	old := parallelFrom
	parallelFrom = n
	t.Cleanup(func() { parallelFrom = old })
}

// Spill lets every chunk of a frontier go to a file for the rest of a test.
func Spill(t *testing.T) {
	old := frontierShare
	frontierShare = 1 << 40
	t.Cleanup(func() { frontierShare = old })
}
