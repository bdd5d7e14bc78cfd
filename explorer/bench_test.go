package explorer_test

import (
	"testing"

	"hpmc/benchmarks"
	"hpmc/explorer"
	"hpmc/model"
)

// The rungs of the ladder that are measured: states of one word, and of two.
var benchRungs = []string{"pins-4", "smt-suspend-4-writers", "smt-suspend-8-fixed", "cpusets-3", "smt-suspend-4-pin"}

// BenchmarkExpand makes successors of a chunk of states in the middle of a search. They are hashed and looked up in
// a set that holds them all, and that a cache holds.
func BenchmarkExpand(b *testing.B) {
	for _, name := range benchRungs {
		for _, how := range searches {
			o := how.o
			b.Run(name+"/"+how.name, func(b *testing.B) {
				expand, err := explorer.Expander(b, rung(b, name), o)
				if err != nil {
					b.Fatal(err)
				}
				b.ResetTimer()
				states, transitions := 0, 0
				for range b.N {
					s, t := expand()
					states, transitions = states+s, transitions+t
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(states), "ns/state")
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(transitions), "ns/transition")
			})
		}
	}
}

var searches = []struct {
	name string
	o    explorer.Options
}{
	{"full", explorer.Options{Full: true, Workers: 1, NoPaths: true}},
	{"reduced", explorer.Options{ReduceFrom: -1, Workers: 1, NoPaths: true}},
}

// BenchmarkSearch searches whole state spaces with one worker.
func BenchmarkSearch(b *testing.B) {
	for _, name := range benchRungs {
		for _, how := range searches {
			o := how.o
			b.Run(name+"/"+how.name, func(b *testing.B) {
				p := rung(b, name)
				b.ResetTimer()
				states, transitions := 0, 0
				for range b.N {
					r, err := explorer.Search(p, o)
					if err != nil {
						b.Fatal(err)
					}
					states, transitions = states+r.States, transitions+r.Transitions
				}
				b.ReportMetric(float64(states)/b.Elapsed().Seconds(), "states/s")
				b.ReportMetric(float64(transitions)/b.Elapsed().Seconds(), "transitions/s")
			})
		}
	}
}

func rung(b testing.TB, name string) *model.Program {
	b.Helper()
	rungs, err := benchmarks.Ladder()
	if err != nil {
		b.Fatal(err)
	}
	for i := range rungs {
		if rungs[i].Name == name {
			p, err := rungs[i].Program(false)
			if err != nil {
				b.Fatal(err)
			}
			return p
		}
	}
	b.Fatalf("no rung %s", name)
	return nil
}
