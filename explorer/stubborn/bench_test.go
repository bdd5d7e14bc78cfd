package stubborn_test

import (
	"math/rand/v2"
	"testing"

	"hpmc/benchmarks"
	"hpmc/explorer/stubborn"
	"hpmc/model"
)

// BenchmarkChoose chooses in states of rungs of the ladder that random runs of a reduced search come to, and in which no transition
// is alone.
func BenchmarkChoose(b *testing.B) {
	for _, name := range []string{"pins-4", "cpusets-3", "smt-suspend-4-pin", "smt-suspend-8"} {
		p := rung(b, name)
		set := stubborn.New(p, stubborn.Options{})
		qs := questions(p, set, 4096)
		b.Run(name, func(b *testing.B) {
			c := set.Chooser(nil)
			b.ReportAllocs()
			for i := range b.N {
				q := &qs[i%len(qs)]
				c.Choose(q.locs, q.enabled)
			}
		})
	}
}

type question struct {
	locs    []uint16
	enabled []int32
}

func questions(p *model.Program, set *stubborn.Set, n int) (qs []question) {
	c, alone, random := set.Chooser(nil), set.Alone(), rand.New(rand.NewPCG(1, 2))
	seen := map[string]bool{}
	for len(qs) < n {
		s := p.Initial()
		for {
			enabled, _ := candidates(p, s, func(int) {})
			if len(enabled) == 0 {
				break
			}
			q := question{make([]uint16, len(p.Threads)), enabled}
			for t := range q.locs {
				q.locs[t] = uint16(p.Loc(s, t))
			}
			i := alone.Lone(enabled, alone.Barred(q.locs))
			if i < 0 {
				take := c.Choose(q.locs, enabled)
				if k := key(s); len(enabled) > 1 && !seen[k] {
					seen[k] = true
					qs = append(qs, q)
				}
				for i = random.IntN(len(enabled)); take>>i&1 == 0; {
					i = random.IntN(len(enabled))
				}
			}
			d := make(model.State, p.Words)
			p.Apply(d, s, &p.Transitions[enabled[i]])
			s = d
		}
	}
	return qs
}

// BenchmarkNew analyses programs.
func BenchmarkNew(b *testing.B) {
	for _, name := range []string{"pins-4", "cpusets-3", "smt-suspend-4-writers", "smt-suspend-8"} {
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
