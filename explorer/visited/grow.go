package visited

import (
	"errors"
	"sync"

	"hpmc/explorer/offheap"
)

// errOverflow cannot happen with keys that are mixed well: a run of full lines longer than spare.
var errOverflow = errors.New("visited set: the table overflows although it has room: the keys are not mixed")

// sweep is how many words of an old table are moved before their pages are given back: a few huge pages.
const sweep = 1 << 20

// Grow gives the set room for n keys. Nothing else may use it meanwhile; workers goroutines move the keys. Because
// homes are in the order of keys, both tables are gone through from front to back, and the pages of the old one are
// given back on the way: the two are never resident at the same time.
func (t *Words) Grow(n, workers int) error {
	old := t.slots
	bigger, err := growing(t.mem, old, int((uint64(n+lineWords-1)/lineWords+spare)*lineWords))
	if err != nil {
		return err
	}
	t.slots, t.lines = bigger, uint64(len(bigger)/lineWords-spare)
	full := moveAll(old, workers, lineWords, func(part []uint64, alone bool) bool {
		var sc Scratch
		return t.place(part, !alone, &sc)
	})
	offheap.Unmap(old)
	if full {
		return errOverflow
	}
	return nil
}

// growing maps n words to replace old, and puts on the account only what the new table has more than the old one.
func growing(mem *offheap.Memory, old []uint64, n int) ([]uint64, error) {
	more := int64(n-len(old)) * 8
	if err := mem.Take(more); err != nil {
		return nil, err
	}
	w, err := offheap.Map(n)
	if err != nil {
		mem.Give(more)
	}
	return w, err
}

// moveAll hands a table's contents to move, in parts of whole units of words, and gives the pages back. It tells whether a part failed.
func moveAll(old []uint64, workers, unit int, move func(part []uint64, alone bool) bool) (full bool) {
	if len(old) <= sweep || workers < 2 {
		workers = 1
	}
	step := sweep / unit * unit
	share := (len(old)/workers + unit - 1) / unit * unit
	var wg sync.WaitGroup
	failed := make([]bool, workers)
	for w := range workers {
		lo, hi := min(w*share, len(old)), min((w+1)*share, len(old))
		wg.Go(func() {
			for ; lo < hi; lo += step {
				part := old[lo:min(lo+step, hi)]
				if !move(part, workers == 1) {
					failed[w] = true
					return
				}
				if len(old) > sweep {
					offheap.Discard(part)
				}
			}
		})
	}
	wg.Wait()
	for _, f := range failed {
		full = full || f
	}
	return full
}
