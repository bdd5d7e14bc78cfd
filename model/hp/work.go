package hp

// Work is a work item on a queue of its own, as struct work_struct: at most one instance is queued, at
// most one runs, and one can be queued while another runs.
//
// The item's worker is a thread of the kernel that loops over Begin, the work function and End.
type Work struct {
	pending bool `linux:"pending"`
	running bool `linux:"running"`
	// Flushers that wait for the queued and for the running instance, as the barriers that
	// insert_wq_barrier links behind an instance.
	onQueued  TaskMask `linux:"flush_queued"`
	onRunning TaskMask `linux:"flush_running"`
}

// Queue queues the item, as schedule_work. It does nothing if the item is queued already.
//
//hp:queues
//hp:verb queue_work
func (w *Work) Queue() { w.pending = true }

// Pending tells whether the item is queued and has not begun to run.
func (w *Work) Pending() bool { return w.pending }

// Running tells whether an instance of the item runs.
func (w *Work) Running() bool { return w.running }

// Idle tells whether the item is neither queued nor running.
func (w *Work) Idle() bool { return !w.pending && !w.running }

// Flush waits until the last instance queued when it was called has finished, as flush_work; later ones
// do not count. It returns at once if the item is idle.
//
//hp:flush
//hp:verb flush_work
func (w *Work) Flush() {
	idle := false
	Atomic(func() {
		idle = !w.pending && !w.running
		if w.pending {
			w.onQueued.Set(Self())
		} else if w.running {
			w.onRunning.Set(Self())
		}
	})
	if !idle {
		Await(!w.onQueued.Has(Self()) && !w.onRunning.Has(Self()))
	}
}

// Begin waits until the item is queued and the queue may run, and takes it: PENDING is cleared before the
// function runs, so that an event during the run queues a second one.
//
//hp:acquire work
//hp:verb begin_work
func (w *Work) Begin(mayRun bool) {
	Atomic(func() {
		Rest(w.pending && mayRun)
		w.pending = false
		w.running = true
		w.onRunning |= w.onQueued
		w.onQueued = 0
	})
}

// End tells the flushers that the running instance has finished.
//
//hp:release work
//hp:verb end_work
func (w *Work) End() {
	Atomic(func() {
		w.running = false
		w.onRunning = 0
	})
}

// Queue is an ordered queue of messages. Its capacity is the scenario's; a message too many is reported
// as a fault of the model.
type Queue[T any] struct {
	slot [MaxQueue]struct {
		full bool
		v    T
	}
}

// Send appends v.
//
//hp:sends
//hp:verb send
func (q *Queue[T]) Send(v T) {
	Atomic(func() {
		Require(!q.slot[QueueCap()-1].full, "queue overflow: give the scenario a larger queue")
		for i := QueueCap() - 1; i >= 0; i-- {
			first := !q.slot[i].full && (i == 0 || q.slot[i-1].full)
			q.slot[i].v = If(first, v, q.slot[i].v)
			q.slot[i].full = q.slot[i].full || first
		}
	})
}

// Receive waits for a message and takes the oldest one. The receiver may wait for ever.
//
//hp:receives
//hp:verb receive
func (q *Queue[T]) Receive() (v T) {
	Atomic(func() {
		Rest(q.slot[0].full)
		v = q.slot[0].v
		for i := 0; i < QueueCap()-1; i++ {
			q.slot[i] = q.slot[i+1]
		}
		var zero T
		q.slot[QueueCap()-1].full = false
		q.slot[QueueCap()-1].v = zero
	})
	return v
}

// Empty tells whether no message waits.
func (q *Queue[T]) Empty() bool { return !q.slot[0].full }
