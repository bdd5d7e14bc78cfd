package offheap

import "golang.org/x/sys/unix"

func adviseHuge(b []byte) { _ = unix.Madvise(b, unix.MADV_HUGEPAGE) }

// Populate gives what was mapped, w being all of it, its memory at once, where the system can do that (Linux 5.14 and later). What is
// written all over soon, but is read first, would otherwise come page by page and twice: as zeroes that are shared, and then as
// a copy, of which all processors have to be told.
func Populate(w []uint64) { _ = unix.Madvise(bytes(w), unix.MADV_POPULATE_WRITE) }
