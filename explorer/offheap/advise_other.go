//go:build unix && !linux

package offheap

func adviseHuge([]byte) {}

// Populate gives what was mapped its memory at once, where the system can do that.
func Populate([]uint64) {}
