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
			q := newQueue(p, 2, workers, t.TempDir())
			put := func(w int, n uint64) {
				c, err := p.get()
				if err == nil {
					err = q.add(w, append(c, n, n+1, n+2, n+3)) // two states
				}
				if err != nil {
					t.Error(err)
				}
			}
			put(0, 1)
			q.begin()
			var mu sync.Mutex
			var seen []uint64
			var wg sync.WaitGroup
			for w := range workers {
				wg.Go(func() {
					for {
						c := q.takeOwn(w)
						if c == nil {
							var err error
							if c, err = q.take(w); err != nil {
								t.Error(err)
							}
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
								put(w, k)
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
	q := newQueue(p, 1, 3, "")
	for range 2 {
		q.begin()
		var wg sync.WaitGroup
		for w := range 2 {
			wg.Go(func() {
				if c, err := q.take(w); c != nil || err != nil {
					t.Errorf("%v, %v came", c, err)
				}
			})
		}
		q.leave()
		wg.Wait()
		if err := q.add(2, []uint64{1}); err != nil {
			t.Fatal(err)
		}
		if c := q.takeOwn(2); c != nil {
			t.Errorf("%v came though it is over", c)
		}
		if c, err := q.take(2); c != nil || err != nil {
			t.Errorf("%v, %v came though it is over", c, err)
		}
	}
	if q.left() != 2 {
		t.Errorf("%d are left", q.left())
	}
}

// TestQueueLists puts chunks of two workers in: each gets its own, in the order in which they came, and a third one those of whoever has
// most.
func TestQueueLists(t *testing.T) {
	p := &pool{mem: offheap.New(0), chunk: 64, limit: 1 << 40}
	defer p.close()
	q := newQueue(p, 1, 3, "")
	for i, w := range []int{0, 1, 1, 1, 0, 1} {
		if err := q.add(w, []uint64{uint64(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if c := q.takeOwn(2); c != nil {
		t.Errorf("%v is said to be the third worker's own", c)
	}
	for i, step := range []struct {
		worker int
		want   uint64
	}{{1, 1}, {2, 2}, {0, 0}, {2, 3}, {0, 4}, {0, 5}} {
		if c, err := q.take(step.worker); err != nil || len(c) != 1 || c[0] != step.want {
			t.Errorf("%d: %v, %v came, not %d", i, c, err, step.want)
		}
	}
	q.waiting.Store(2) // the others have nothing to do either
	if c, err := q.take(0); c != nil || err != nil || !q.over {
		t.Errorf("%v, %v came", c, err)
	}
}
