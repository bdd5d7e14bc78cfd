// Package benchmarks measures exploration on a fixed ladder of scenarios, beside other checkers.
package benchmarks

import (
	"embed"
	"io/fs"
	"strings"

	"hpmc"
	"hpmc/model"
	"hpmc/scenarios"
)

//go:embed ladder/*.yaml
var files embed.FS

// ladder lists the rungs by the size of their full state space. Counts were taken by the explorer without
// reduction; those up to smallStates are tested.
var ladder = []struct {
	name   string
	states int
}{
	{"pins-2", 43_374},
	{"udev-pins", 213_720},
	{"smt-suspend-8-fixed", 323_720},
	{"pins-3", 343_542},
	{"smt-suspend-4", 465_659},
	{"suspend-pins", 716_658},
	{"faults-pins", 1_565_126},
	{"cpusets-3", 1_634_951},
	{"target-pins", 1_643_232},
	{"smt-suspend-4-writers", 2_381_691},
	{"pins-4", 2_393_294},
	{"smt-suspend-4-pin", 5_539_368},
	{"smt-suspend-8", 16_895_041},
	{"pins-5", 19_060_102},
	{"smt-suspend-4-pins", 97_475_990},
	{"pins-6", 133_133_214},
}

// Smallest is the name of the smallest rung.
const Smallest = "pins-2"

// Rung is one scenario of the ladder, with the one kernel that it is explored on.
type Rung struct {
	Name   string
	Kernel string
	States int // of the full state space

	Scenario  *scenarios.Scenario
	catalogue *scenarios.Catalogue
}

// Ladder returns the rungs, smallest first.
func Ladder() ([]Rung, error) {
	cat, err := scenarios.Load(ladderFS{})
	if err != nil {
		return nil, err
	}
	rungs := make([]Rung, 0, len(ladder))
	for _, l := range ladder {
		s, err := cat.Scenario(l.name)
		if err != nil {
			return nil, err
		}
		rungs = append(rungs, Rung{Name: l.name, Kernel: s.Kernels[0], States: l.states, Scenario: s, catalogue: cat})
	}
	return rungs, nil
}

// Program compiles the rung. With deadlocks, the program checks nothing but deadlocks and what is always
// checked (bug, model).
func (r *Rung) Program(deadlocks bool) (*model.Program, error) {
	s := *r.Scenario
	if deadlocks {
		s.Check, s.InPlace, s.Reach = nil, nil, nil
		for _, c := range r.Scenario.Check {
			if c.Text == "deadlock" {
				s.Check = append(s.Check, c)
			}
		}
	}
	return r.catalogue.Build(&s, r.Kernel, scenarios.BuildOptions{})
}

// ladderFS is the repository with the ladder in place of its scenarios.
type ladderFS struct{}

func (ladderFS) Open(name string) (fs.File, error) {
	if rest, ok := strings.CutPrefix(name, "scenarios"); ok && (rest == "" || rest[0] == '/') {
		return files.Open("ladder" + rest)
	}
	return hpmc.Sources.Open(name)
}
