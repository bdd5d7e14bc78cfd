//go:build !unix

package offheap

// Map returns n zeroed words.
func Map(n int) ([]uint64, error) { return make([]uint64, n), nil }

// Unmap gives back what Map returned.
func Unmap([]uint64) {}

// Populate gives what was mapped its memory at once, where the system can do that.
func Populate([]uint64) {}

func mapPart(n, _ int) ([]uint64, error) { return Map(n) }

func unlock(w []uint64, n int) ([]uint64, error) { return w[:n], nil }
