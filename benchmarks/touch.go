package benchmarks

import (
	"context"
	"os"
	"strconv"

	"hpmc/explorer/offheap"
)

// touched is how many bytes are touched before a run: about what one takes of 2*10^7 states.
const touched = 256 << 20

// Touch takes n bytes of memory, writes to every page, and gives them back. A virtual machine may have given free memory back
// to its host, and gets it again page by page, which a run should not have to wait for: it can take as long as a short one.
func Touch(n int64) error {
	w, err := offheap.Map(int(n / 8))
	if err != nil {
		return err
	}
	defer offheap.Unmap(w)
	for i := 0; i < len(w); i += os.Getpagesize() / 8 {
		w[i] = 1
	}
	return nil
}

// touch touches memory in a process of its own, since Linux counts what the parent of a run ever had resident as the run's.
func (s Self) touch(ctx context.Context) error {
	_, _, _, err := process(ctx, "", s[0], append(s[1:len(s):len(s)], "--touch", strconv.Itoa(touched))...)
	return err
}
