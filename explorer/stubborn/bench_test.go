package stubborn_test

import (
	"math/rand/v2"
	"testing"

	"hpmc/benchmarks"
	"hpmc/explorer/packed"
	"hpmc/explorer/stubborn"
	"hpmc/model"
)

// BenchmarkChoose chooses in states of rungs of the ladder that random runs of a reduced search come to, and in which no transition
// is alone: as it is done where a choice is remembered, and where none is.
func BenchmarkChoose(b *testing.B) {
	for _, name := range []string{"pins-4", "smt-suspend-4-pin", "smt-suspend-8"} {
		p := rung(b, name)
		set := stubborn.New(p, stubborn.Options{})
		code, err := packed.New(packed.NewLayout(p))
		if err != nil {
			b.Fatal(err)
		}
		view := set.View(code)
		qs := questions(p, set, code, 4096)
		for _, mode := range []string{"remembered", "chosen"} {
			b.Run(name+"/"+mode, func(b *testing.B) {
				m := set.Memory(view, 1, plenty)
				if mode == "chosen" {
					m.Room(1)
				}
				c := set.Chooser(m)
				var q *question
				var regs [packed.MaxRegs]uint64
				truth := func(g int) bool { return view.Holds(g, q.state[:], &regs) }
				ask := func(i int) {
					q = &qs[i%len(qs)]
					if _, ok := c.Recall(q.state, q.enabled); !ok {
						c.Choose(q.state, q.locs, q.enabled, truth)
					}
				}
				for i := range qs {
					ask(i)
				}
				b.ReportAllocs()
				b.ResetTimer()
				for i := range b.N {
					ask(i)
				}
			})
		}
	}
}

type question struct {
	state   *stubborn.Words
	locs    []uint16
	enabled []int32
}

func questions(p *model.Program, set *stubborn.Set, code *packed.Code, n int) (qs []question) {
	c, alone, guards, random := set.Chooser(nil), set.Alone(), set.Guards(), rand.New(rand.NewPCG(1, 2))
	seen := map[string]bool{}
	for len(qs) < n {
		s := p.Initial()
		for {
			enabled, _ := candidates(p, s, func(int) {})
			if len(enabled) == 0 {
				break
			}
			q := question{state: pack(code, s), locs: make([]uint16, len(p.Threads)), enabled: enabled}
			for t := range q.locs {
				q.locs[t] = uint16(p.Loc(s, t))
			}
			i := alone.Lone(enabled, alone.Barred(q.locs))
			if i < 0 {
				take := c.Choose(q.state, q.locs, enabled, func(g int) bool { return p.Eval(s, guards[g]) != 0 })
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
