package hp

// Mutex is a sleeping lock, as struct mutex. It is not recursive: a thread that locks it twice waits for
// itself.
type Mutex struct {
	held bool `linux:""`
}

// Lock waits until the mutex is free and takes it.
//
//hp:acquire
//hp:verb lock
func (m *Mutex) Lock() {
	Atomic(func() {
		Await(!m.held)
		m.held = true
	})
}

// TryLock takes the mutex if it is free, and tells whether it did.
//
//hp:acquire
//hp:verb trylock
func (m *Mutex) TryLock() (ok bool) {
	Atomic(func() {
		ok = !m.held
		m.held = true
	})
	return ok
}

// Unlock frees the mutex.
//
//hp:release
//hp:verb unlock
func (m *Mutex) Unlock() {
	Atomic(func() {
		Require(m.held, "unlock of a mutex that nobody holds")
		m.held = false
	})
}

// Locked tells whether someone holds the mutex.
func (m *Mutex) Locked() bool { return m.held }

// RWSem is a reader-writer semaphore that prefers writers, as struct percpu_rw_semaphore: a writer first
// keeps new readers out, then waits for those inside to leave. A task that reads twice while a writer
// waits between is therefore stuck, as it is in the kernel. ReaderPreference gives the old
// get_online_cpus, whose readers pass a waiting writer.
type RWSem struct {
	block            bool `linux:"block"`
	readers          int  `linux:"readers" range:"0..7"`
	ReaderPreference bool `param:"reader-preference"`
}

// Lock takes the semaphore for writing.
//
//hp:acquire
//hp:verb wlock
func (s *RWSem) Lock() {
	if s.ReaderPreference {
		Atomic(func() {
			Await(!s.block && s.readers == 0)
			s.block = true
		})
		return
	}
	drained := false
	Atomic(func() {
		Await(!s.block)
		s.block = true
		drained = s.readers == 0
	})
	if !drained {
		Await(s.readers == 0)
	}
}

// Unlock gives up the semaphore held for writing.
//
//hp:release
//hp:verb wunlock
func (s *RWSem) Unlock() {
	Atomic(func() {
		Require(s.block, "write-unlock of a semaphore that nobody holds for writing")
		s.block = false
	})
}

// RLock takes the semaphore for reading.
//
//hp:acquire shared
//hp:verb rlock
func (s *RWSem) RLock() {
	Atomic(func() {
		Await(!s.block)
		s.readers++
	})
}

// RUnlock gives up the semaphore held for reading.
//
//hp:release
//hp:verb runlock
func (s *RWSem) RUnlock() {
	Atomic(func() {
		Require(s.readers > 0, "read-unlock of a semaphore that nobody holds for reading")
		s.readers--
	})
}

// WriteLocked tells whether a writer holds the semaphore or waits for its readers to leave.
func (s *RWSem) WriteLocked() bool { return s.block }

// Completion is a one-shot event, as struct completion used for one waiter at a time.
type Completion struct {
	done bool `linux:"done"`
}

// Complete wakes the waiter, or lets the next one pass.
//
//hp:verb complete
func (c *Completion) Complete() {
	Atomic(func() {
		Require(!c.done, "a completion completed twice before it was waited for")
		c.done = true
	})
}

// Wait waits for Complete and consumes it.
//
//hp:verb wait_for_completion
func (c *Completion) Wait() {
	Atomic(func() {
		Await(c.done)
		c.done = false
	})
}
