package explorer

import "testing"

// ParallelFrom lets levels of n states and more be expanded by several workers for the rest of a test.
func ParallelFrom(t *testing.T, n int) {
	old := parallelFrom
	parallelFrom = n
	t.Cleanup(func() { parallelFrom = old })
}
