package sieve

import "golang.org/x/sys/cpu"

// assembly tells whether the assembly can be used.
var assembly = cpu.X86.HasAVX2 && cpu.X86.HasBMI2

var (
	scanners = [MaxWords + 1]func(*run) int{nil, scan1, scan2, scan3}
	runners  = [MaxWords + 1]func(*run) int{nil, scanRuns1, scanRuns2, scanRuns3}
	makers   = [MaxWords + 1]func(*run){nil, make1, make2, make3}
)

// scan1 makes records of states of one word from at on, and lists what is enabled in them. It returns 1 if the ask at resume is one
// that nothing is known of, to be called again when something is.
//
//go:noescape
func scan1(r *run) (missing int)

// scan2 is scan1 for states of two words.
//
//go:noescape
func scan2(r *run) (missing int)

// scan3 is scan1 for states of three words.
//
//go:noescape
func scan3(r *run) (missing int)

// scanRuns1 is scan1, and notes which classes are barred in each state.
//
//go:noescape
func scanRuns1(r *run) (missing int)

// scanRuns2 is scanRuns1 for states of two words.
//
//go:noescape
func scanRuns2(r *run) (missing int)

// scanRuns3 is scanRuns1 for states of three words.
//
//go:noescape
func scanRuns3(r *run) (missing int)

// make1 makes the successors of states of one word for the list between from and to.
//
//go:noescape
func make1(r *run)

// make2 is make1 for states of two words.
//
//go:noescape
func make2(r *run)

// make3 is make1 for states of three words.
//
//go:noescape
func make3(r *run)
