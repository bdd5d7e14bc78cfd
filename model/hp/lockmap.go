package hp

// LockMap is a lock that only the order of locks knows, as struct lockdep_map: nobody waits for it. A thread that
// does something on behalf of others holds it meanwhile, and whoever waits for that synchronises with it. None of
// this is a step.
type LockMap struct{}

// Acquire says that what others wait for begins, as lock_map_acquire.
//
//hp:acquire map
//hp:verb lock_map_acquire
func (m *LockMap) Acquire() {}

// Release says that what others wait for is done, as lock_map_release.
//
//hp:release map
//hp:verb lock_map_release
func (m *LockMap) Release() {}

// Sync says that the thread waits here for whoever holds the map, as lock_map_acquire and lock_map_release in a row.
//
//hp:flush map
//hp:verb lock_map_sync
func (m *LockMap) Sync() {}

// AssumeLocked says that the thread goes on under a lock that another one holds for it, as lockdep_acquire_cpus_lock.
//
//hp:acquire map
//hp:verb lockdep_acquire
func (s *RWSem) AssumeLocked() {}

// AssumeUnlocked ends AssumeLocked.
//
//hp:release map
//hp:verb lockdep_release
func (s *RWSem) AssumeUnlocked() {}
