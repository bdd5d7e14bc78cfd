package explorer_test

import (
	"slices"
	"testing"

	"hpmc/explorer"
	"hpmc/explorer/internal/randprog"
	"hpmc/explorer/stubborn"
	"hpmc/model"

	"pgregory.net/rapid"
)

// randoms are random programs with states of one word, of two and of more.
var randoms = []*rapid.Generator[*model.Program]{randprog.Programs, explorer.BrutePrograms, randprog.Wide(2), randprog.Wide(4)}

// TestRandom compares searches of random programs with the reference: in full with one worker and with two, and
// reduced, where the two must agree in the numbers too.
func TestRandom(t *testing.T) {
	explorer.ParallelFrom(t, 2)
	words, cyclic, reduced, most := map[int]int{}, 0, 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		for _, g := range randoms {
			for range 2 {
				p := g.Draw(rt, "program")
				p.SetFootprints()
				want := explorer.Run(p, explorer.Options{MaxStates: 5000})
				if want.Reason != "" {
					continue
				}
				agree(rt, p, want, explorer.Options{Workers: 1, Full: true})
				agree(rt, p, want, explorer.Options{Workers: 2, Full: true})
				agreeReduced(rt, p, want, explorer.Options{Workers: 1, ReduceFrom: -1})
				r, err := explorer.Search(p, explorer.Options{Workers: 1, ReduceFrom: -1, NoPaths: true})
				if err != nil {
					rt.Fatal(err)
				}
				s, err := explorer.Search(p, explorer.Options{Workers: 2, ReduceFrom: -1, NoPaths: true})
				if err != nil {
					rt.Fatal(err)
				}
				same(rt, s, r)
				words[min(r.Words, 3)]++
				most = max(most, want.States)
				if r.States < want.States {
					reduced++
					if !r.Acyclic {
						cyclic++
					}
				}
			}
		}
	})
	t.Logf("programs by words %v; fewer states in %d, of which %d not shown to be acyclic; most states %d", words, reduced, cyclic, most)
	if words[1] == 0 || words[2] == 0 || words[3] == 0 || cyclic == 0 {
		t.Error("the programs are too easy")
	}
}

// TestNoProviso leaves the proviso out: random programs with cycles must show that it is missing, and with it be
// right.
func TestNoProviso(t *testing.T) {
	wrong, lost, tried := 0, 0, 0
	for seed := 0; seed < 6000 && (wrong < 3 || lost < 3); seed++ {
		p := randoms[seed%len(randoms)].Example(seed)
		p.SetFootprints()
		if stubborn.New(p, stubborn.Options{}).Acyclic() {
			continue
		}
		want := explorer.Run(p, explorer.Options{MaxStates: 5000, NoPaths: true})
		if want.Reason != "" {
			continue
		}
		got, err := explorer.SearchBlind(p)
		if err != nil {
			t.Fatal(err)
		}
		if got == nil {
			continue
		}
		tried++
		if !slices.Equal(got.Fired, want.Fired) {
			lost++
		}
		for i := range got.Props {
			if got.Props[i].Verdict != want.Props[i].Verdict {
				wrong++
				agreeReduced(t, p, explorer.Run(p, explorer.Options{}), explorer.Options{ReduceFrom: -1, Workers: 1})
				break
			}
		}
	}
	t.Logf("without the proviso %d of %d programs go wrong, and %d do not take all transitions that can be taken", wrong, tried, lost)
	if wrong == 0 || lost == 0 {
		t.Error("no program goes wrong without the proviso")
	}
}
