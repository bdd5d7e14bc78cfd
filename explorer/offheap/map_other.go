//go:build !unix

package offheap

// Map returns n zeroed words.
func Map(n int) ([]uint64, error) { return make([]uint64, n), nil }

// Unmap gives back what Map returned.
func Unmap([]uint64) {}

// Discard tells the system that the contents of w are no longer needed.
func Discard([]uint64) {}
