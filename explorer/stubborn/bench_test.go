package stubborn_test

import (
	"testing"

	"hpmc/benchmarks"
	"hpmc/explorer/packed"
	"hpmc/explorer/stubborn"
	"hpmc/model"
)

// BenchmarkChoose chooses in states of rungs of the ladder that a reduced search meets first. Guards are evaluated
// beforehand, and choices remembered.
func BenchmarkChoose(b *testing.B) {
	for _, name := range []string{"pins-4", "smt-suspend-4-writers"} {
		b.Run(name, func(b *testing.B) {
			p := rung(b, name)
			set := stubborn.New(p, stubborn.Options{})
			guards := set.Guards()
			code, err := packed.New(packed.NewLayout(p))
			if err != nil {
				b.Fatal(err)
			}
			type question struct {
				state   *stubborn.Words
				locs    []uint16
				enabled []int32
				truth   []bool
			}
			var qs []question
			c := set.Chooser(set.Memory(set.View(code), 1, plenty))
			ask := func(q *question) uint64 {
				if take, ok := c.Recall(q.state, q.enabled); ok {
					return take
				}
				return c.Choose(q.state, q.locs, q.enabled, func(g int) bool { return q.truth[g] })
			}
			seen := map[string]bool{}
			level := []model.State{p.Initial()}
			for len(qs) < 4096 && len(level) > 0 {
				var next []model.State
				for _, s := range level {
					enabled, _ := candidates(p, s, func(int) {})
					q := question{state: pack(code, s), locs: make([]uint16, len(p.Threads)), enabled: enabled, truth: make([]bool, len(guards))}
					for t := range q.locs {
						q.locs[t] = uint16(p.Loc(s, t))
					}
					for g := range guards {
						q.truth[g] = p.Eval(s, guards[g]) != 0
					}
					take := ask(&q)
					if len(enabled) > 1 {
						qs = append(qs, q)
					}
					for i, id := range enabled {
						if take>>i&1 == 0 {
							continue
						}
						d := make(model.State, p.Words)
						p.Apply(d, s, &p.Transitions[id])
						if k := key(d); !seen[k] {
							seen[k] = true
							next = append(next, d)
						}
					}
				}
				level = next
			}
			b.ResetTimer()
			for i := range b.N {
				ask(&qs[i%len(qs)])
			}
		})
	}
}

// BenchmarkNew analyses programs.
func BenchmarkNew(b *testing.B) {
	for _, name := range []string{"pins-4", "smt-suspend-4-writers", "smt-suspend-8"} {
		b.Run(name, func(b *testing.B) {
			p := rung(b, name)
			b.ReportAllocs()
			b.ResetTimer()
			for range b.N {
				stubborn.New(p, stubborn.Options{})
			}
		})
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
