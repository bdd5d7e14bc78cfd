package packed_test

import (
	"slices"
	"testing"

	"hpmc"
	"hpmc/explorer/packed"
	"hpmc/model"
	"hpmc/scenarios"
)

// TestLabels looks, in the first states of every scenario, for what labels stand on: a transition that is left out
// comes before the one that led to the state, could be taken before it, and leads to the same state that way.
func TestLabels(t *testing.T) {
	cat, err := scenarios.Load(hpmc.Sources)
	if err != nil {
		t.Fatal(err)
	}
	left := 0
	for _, s := range cat.Scenarios {
		p, err := cat.Build(s, s.Kernels[0], scenarios.BuildOptions{})
		if err != nil {
			t.Fatal(err)
		}
		c, err := packed.New(packed.NewLayout(p))
		if err != nil {
			t.Fatal(err)
		}
		lb := c.Labels()
		t.Run(s.Name, func(t *testing.T) { left += diamonds(t, p, lb, 1000) })
	}
	if left == 0 {
		t.Error("nothing was left out anywhere")
	}
}

// diamonds looks at the steps from the first states of p, and counts what is left out after them.
func diamonds(t *testing.T, p *model.Program, lb *packed.Labels, limit int) (left int) {
	seen := map[string]bool{}
	queue := []model.State{p.Initial()}
	after := func(s model.State, id int) model.State {
		n := make(model.State, p.Words)
		p.Apply(n, s, &p.Transitions[id])
		return n
	}
	for len(queue) > 0 && len(seen) < limit {
		s := queue[0]
		queue = queue[1:]
		for _, x := range takeable(p, s) {
			sx := after(s, x)
			if key := string(bytesOf(sx)); !seen[key] {
				seen[key] = true
				queue = append(queue, sx)
			}
			label := lb.Of[x] >> lb.Shift
			for _, u := range takeable(p, sx) {
				if lb.Skip[u]>>label&1 == 0 {
					continue
				}
				left++
				if u >= x || !slices.Contains(takeable(p, s), u) {
					t.Fatalf("t%d is left out after t%d, and cannot be taken before it", u, x)
				}
				su := after(s, u)
				if !slices.Contains(takeable(p, su), x) || !slices.Equal(after(su, x), after(sx, u)) {
					t.Fatalf("t%d is left out after t%d, and leads elsewhere before it", u, x)
				}
			}
		}
	}
	return left
}

// takeable returns the transitions that are enabled in a state, and no fault of the model.
func takeable(p *model.Program, s model.State) (ids []int) {
	for i := range p.Transitions {
		m := &p.Transitions[i]
		ok := p.Enabled(s, m)
		for _, ch := range m.Checks {
			ok = ok && !(p.Props[ch.Prop].Fault && p.Eval(s, ch.Cond) == 0)
		}
		if ok {
			ids = append(ids, i)
		}
	}
	return ids
}
