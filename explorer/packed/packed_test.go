package packed_test

import (
	"slices"
	"testing"

	"hpmc"
	"hpmc/explorer/packed"
	"hpmc/model"
	"hpmc/scenarios"
)

// TestScenarios compares, in the first states of every scenario, what the packed code does with what the program
// says, transition by transition.
func TestScenarios(t *testing.T) {
	cat, err := scenarios.Load(hpmc.Sources)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range cat.Scenarios {
		p, err := cat.Build(s, s.Kernels[0], scenarios.BuildOptions{})
		if err != nil {
			t.Fatal(err)
		}
		t.Run(s.Name, func(t *testing.T) { compare(t, p, 1000) })
	}
}

// compare explores up to limit states of p both ways.
func compare(t *testing.T, p *model.Program, limit int) {
	t.Helper()
	l := packed.NewLayout(p)
	c, err := packed.New(l)
	if err != nil {
		t.Fatal(err)
	}
	st := c.Stepper()
	words := make([]uint64, l.Words)
	back := make(model.State, p.Words)
	next := make(model.State, p.Words)
	seen := map[string]bool{}
	queue := []model.State{p.Initial()}
	for len(queue) > 0 && len(seen) < limit {
		s := queue[0]
		queue = queue[1:]
		l.Pack(words, s)
		if l.Unpack(back, words); !slices.Equal(back, s) {
			t.Fatalf("a state unpacks to %x, not %x", back, s)
		}
		if rest := st.Take(words); rest != p.AtRest(s) {
			t.Fatalf("at rest: %v", rest)
		}
		for i := range p.Props {
			if k := p.Props[i].Kind; k == model.Always || k == model.Reachable {
				if got, want := st.Any(c.States(i)), (p.Eval(s, p.Props[i].Cond) != 0) == (k == model.Reachable); got != want {
					t.Fatalf("%s: %v, not %v", p.Props[i].Name, got, want)
				}
			}
		}
		var got []int
		st.Each(func(tr *packed.Trans) bool { got = append(got, tr.ID); return true })
		var want []int
		for i := range p.Transitions {
			if p.Enabled(s, &p.Transitions[i]) {
				want = append(want, i)
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("enabled: %v, not %v", got, want)
		}
		for _, id := range want {
			m := &p.Transitions[id]
			if checkWatches(t, p, c, st, m, s) {
				continue
			}
			p.Apply(next, s, m)
			l.Unpack(back, st.After(&c.Trans[id]))
			if !slices.Equal(back, next) {
				t.Fatalf("t%d leads to %x, not %x", id, back, next)
			}
			if key := string(bytesOf(next)); !seen[key] {
				seen[key] = true
				queue = append(queue, slices.Clone(next))
			}
		}
	}
}

// checkWatches compares the watches of a transition with its checks and with the properties of the next state,
// and tells whether the transition is not to be taken.
func checkWatches(t *testing.T, p *model.Program, c *packed.Code, st *packed.Stepper, m *model.Transition, s model.State) bool {
	t.Helper()
	hit := map[[2]int]bool{}
	for _, w := range c.Trans[m.ID].Watches {
		hit[[2]int{w.Prop, w.Check}] = st.Any(w.Any)
	}
	fault := false
	for i, ch := range m.Checks {
		bad := p.Eval(s, ch.Cond) == 0
		if hit[[2]int{ch.Prop, i}] != bad {
			t.Fatalf("t%d, check %d: %v, not %v", m.ID, i, !bad, bad)
		}
		fault = fault || bad && p.Props[ch.Prop].Fault
	}
	if fault {
		return true
	}
	next := make(model.State, p.Words)
	p.Apply(next, s, m)
	for i := range p.Props {
		k := p.Props[i].Kind
		if k != model.Always && k != model.Reachable {
			continue
		}
		before, after := p.Eval(s, p.Props[i].Cond) != 0, p.Eval(next, p.Props[i].Cond) != 0
		if got := hit[[2]int{i, -1}]; got && after != (k == model.Reachable) || !got && before != after && after == (k == model.Reachable) {
			t.Fatalf("t%d, %s: watched %v, before %v, after %v", m.ID, p.Props[i].Name, got, before, after)
		}
	}
	return false
}

func bytesOf(s model.State) []byte {
	b := make([]byte, 0, 8*len(s))
	for _, w := range s {
		for i := range 8 {
			b = append(b, byte(w>>(8*i)))
		}
	}
	return b
}
