package explorer

import (
	"slices"
	"sync"
	"testing"

	"hpmc/explorer/offheap"
)

// TestQueue lets workers take chunks, each of which leads to further ones, until there are none: each is to come once, also through
// the file.
func TestQueue(t *testing.T) {
	const last = 3000
	for _, limit := range []int64{1 << 40, 20 * 64 * 8, 0} {
		for _, workers := range []int{1, 2, 5} {
			p := &pool{mem: offheap.New(0), chunk: 64, limit: limit}
			q := newQueue(p, 2, t.TempDir())
			put := func(n uint64) {
				c, err := p.get()
				if err == nil {
					err = q.add(append(c, n, n+1, n+2, n+3)) // two states
				}
				if err != nil {
					t.Error(err)
				}
			}
			put(1)
			q.begin(workers)
			var mu sync.Mutex
			var seen []uint64
			var wg sync.WaitGroup
			for range workers {
				wg.Go(func() {
					for {
						c, err := q.take(true)
						if err != nil {
							t.Error(err)
						}
						if c == nil {
							return
						}
						n := c[0]
						if !slices.Equal(c, []uint64{n, n + 1, n + 2, n + 3}) {
							t.Errorf("%v came out", c)
						}
						p.put(c)
						mu.Lock()
						seen = append(seen, n)
						mu.Unlock()
						for _, k := range []uint64{2 * n, 2*n + 1} {
							if k <= last {
								put(k)
							}
						}
					}
				})
			}
			wg.Wait()
			slices.Sort(seen)
			for i, n := range seen {
				if n != uint64(i+1) {
					t.Fatalf("limit %d, %d workers: %d comes at place %d", limit, workers, n, i)
				}
			}
			if len(seen) != last || q.left() != 0 || (p.spilled.Load() > 0) != (limit < 1<<40) {
				t.Errorf("limit %d, %d workers: %d came out, %d are left, %d bytes spilled", limit, workers, len(seen), q.left(), p.spilled.Load())
			}
			q.drop()
			p.close()
		}
	}
}

// TestQueueLeave lets workers wait, and one leave: nobody may go on waiting, and what is in the queue stays there.
func TestQueueLeave(t *testing.T) {
	p := &pool{mem: offheap.New(0), chunk: 64, limit: 1 << 40}
	defer p.close()
	q := newQueue(p, 1, "")
	for range 2 {
		q.begin(3)
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				if c, err := q.take(true); c != nil || err != nil {
					t.Errorf("%v, %v came", c, err)
				}
			})
		}
		q.leave()
		wg.Wait()
		if err := q.add([]uint64{1}); err != nil {
			t.Fatal(err)
		}
		if c, err := q.take(false); c != nil || err != nil {
			t.Errorf("%v, %v came though it is over", c, err)
		}
	}
	q.begin(1)
	if q.left() != 2 {
		t.Errorf("%d are left", q.left())
	}
	for range 2 {
		if c, err := q.take(true); len(c) != 1 || err != nil {
			t.Errorf("%v, %v came", c, err)
		}
	}
	if c, err := q.take(true); c != nil || err != nil {
		t.Errorf("%v, %v came", c, err)
	}
}
