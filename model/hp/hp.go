// Package hp is the vocabulary of the model language: the types and statements from which a model of
// kernel code is written as plain Go.
//
// A model is never run. The compiler in model/compile reads its source, so what counts here is what the
// compiler makes of each name. Six functions are primitives and mean something that Go alone cannot say:
// [Await], [Rest], [Atomic], [Choose], [Fault] and [If]. The constants of a scenario come from [Self],
// [NumCPUs], [ThreadsPerCore], [OfflineAtBoot] and [QueueCap]. Everything else in this package, locks
// included, is written in the model language itself, and its source is its definition.
package hp

// Sizes of arrays in shared state. A scenario uses a part of them; what it does not use costs nothing.
const (
	// MaxCPUs is the largest number of CPUs that a topology can have.
	MaxCPUs = 16
	// MaxTasks is the largest number of threads that a scenario can have, kernel threads included.
	MaxTasks = 32
	// MaxQueue is the largest number of messages that a [Queue] can hold.
	MaxQueue = 8
)

// CPU is the number of a CPU, counted from 0.
type CPU int

// Task is the number of a thread of the scenario, counted from 0.
type Task int

// Await blocks until cond holds. The statement is one atomic step whose guard is cond; inside [Atomic] it
// must come first. A thread that waits here is expected to go on one day: if it cannot, it is part of a
// deadlock.
func Await(cond bool) {}

// Rest is [Await] for a thread that may wait for ever, such as an idle worker.
func Rest(cond bool) {}

// Atomic makes one step of the statements in f. It is for leaf regions under a spinlock, and for what the
// hardware does in one go.
func Atomic(f func()) { f() }

// Choose returns any number from 0 to n-1; all of them are explored. n must be a constant.
func Choose(n int) int { return 0 }

// Fault tells whether the named fault happens here. It can happen as often as the scenario's budget for
// that name allows, and never when the scenario does not name it. The name must be a constant.
func Fault(name string) bool { return false }

// If returns a if cond holds and b otherwise. Unlike an if statement it does not split the step in two.
func If[T any](cond bool, a, b T) T {
	if cond {
		return a
	}
	return b
}

// Self returns the number of the thread that runs, a constant.
func Self() Task { return 0 }

// NumCPUs returns the number of possible CPUs of the topology, a constant.
func NumCPUs() int { return 1 }

// ThreadsPerCore returns the number of hardware threads of each core, a constant. The threads of a core
// have consecutive numbers, and the first of them is the primary one.
func ThreadsPerCore() int { return 1 }

// OfflineAtBoot returns the CPUs that are offline in the initial state, a constant.
func OfflineAtBoot() CPUMask { return 0 }

// QueueCap returns how many messages a [Queue] holds in this scenario, a constant.
func QueueCap() int { return MaxQueue }

// AllCPUs returns the mask of all possible CPUs, a constant.
func AllCPUs() CPUMask { return 1<<NumCPUs() - 1 }

// BugOn reports a bug of the kernel if cond holds, as BUG_ON and WARN_ON do: the built-in property "bug"
// is violated. It belongs to the step before it and takes none of its own. cond is evaluated in the state
// which that step leaves.
func BugOn(cond bool) {}

// Require reports a fault of the model, not of the kernel, unless cond holds: what a lock or a queue must
// never be asked to do. It belongs to the step it stands in.
func Require(cond bool, what string) {}
