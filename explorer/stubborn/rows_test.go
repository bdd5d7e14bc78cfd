package stubborn_test

import (
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"testing"

	"hpmc/explorer"
	"hpmc/explorer/internal/randprog"
	"hpmc/explorer/stubborn"
	"hpmc/model"
)

// TestRows searches random programs in five ways. Each of the first three leaves out one condition, and so must
// be seen to go wrong; the others must not. The last is this package's.
func TestRows(t *testing.T) {
	rows := []struct {
		name        string
		wrong       bool
		proviso     bool
		choose      func(*model.Program) chooser
		found, made int
	}{
		{name: "D0 to D2", wrong: true, choose: plain(false)},
		{name: "visibility, no proviso", wrong: true, choose: plain(true)},
		{name: "proviso, no visibility", wrong: true, proviso: true, choose: plain(false)},
		{name: "visibility and proviso", proviso: true, choose: plain(true)},
		{name: "this package", proviso: true, choose: func(p *model.Program) chooser { return by(stubborn.New(p, stubborn.Options{})) }},
	}
	const systems = 6000
	cyclic, less := 0, 0
	for seed := range systems {
		p := randprog.Programs.Example(seed)
		full := search(p, nil, false)
		if full.states > 3000 {
			continue
		}
		if seed%10 == 0 {
			compare(t, fmt.Sprintf("system %d in full", seed), p, explorer.Run(p, explorer.Options{NoPaths: true}), full)
		}
		for i := range rows {
			r := &rows[i]
			proviso := r.proviso
			if i == len(rows)-1 && stubborn.New(p, stubborn.Options{}).Acyclic() {
				proviso = false
			} else if i == len(rows)-1 {
				cyclic++
			}
			o := search(p, r.choose(p), proviso)
			r.made += o.reduced
			if i == len(rows)-1 && o.states < full.states {
				less++
			}
			if d := differ(full, o); d != "" {
				r.found++
				if !r.wrong {
					t.Fatalf("%s, system %d: %s\n%s", r.name, seed, d, text(p))
				}
			}
			if !maps.Equal(full.stuck, o.stuck) {
				t.Fatalf("%s, system %d: states without a step %v, in full %v\n%s", r.name, seed, o.stuck, full.stuck, text(p))
			}
		}
	}
	for _, r := range rows {
		t.Logf("%s: %d systems wrong, %d states reduced", r.name, r.found, r.made)
		if r.wrong && r.found == 0 {
			t.Errorf("%s: no system was seen to go wrong", r.name)
		}
		if r.made == 0 {
			t.Errorf("%s: nothing was reduced", r.name)
		}
	}
	t.Logf("this package: %d systems not shown to be acyclic, fewer states in %d", cyclic, less)
	if cyclic == 0 || less == 0 {
		t.Error("the systems are too easy")
	}
}

// differ says how verdicts differ. Those of properties that are checked in states without a step come at the same
// depth.
func differ(full, o *outcome) string {
	if !slices.Equal(full.decided, o.decided) {
		return fmt.Sprintf("decided %v, in full %v", o.decided, full.decided)
	}
	return ""
}

// plain chooses by footprints alone, as textbooks do: the smallest closure over all seeds.
func plain(visibility bool) func(*model.Program) chooser {
	return func(p *model.Program) chooser {
		visible := visibleOnes(p)
		return func(p *model.Program, s model.State, enabled []int32) uint64 {
			best := uint64(1)<<len(enabled) - 1
			for _, seed := range enabled {
				set := closure(p, s, int(seed), enabled, visible, visibility)
				take := uint64(0)
				for i, id := range enabled {
					if set[id] {
						take |= 1 << i
					}
				}
				if bits.OnesCount64(take) < bits.OnesCount64(best) {
					best = take
				}
			}
			return best
		}
	}
}

// closure builds a stubborn set around a seed.
func closure(p *model.Program, s model.State, seed int, enabled []int32, visible []bool, visibility bool) []bool {
	in := make([]bool, len(p.Transitions))
	work := []int{seed}
	add := func(id int) {
		if !in[id] {
			in[id] = true
			work = append(work, id)
		}
	}
	in[seed] = true
	for len(work) > 0 {
		t := &p.Transitions[work[len(work)-1]]
		work = work[:len(work)-1]
		if slices.Contains(enabled, int32(t.ID)) {
			for i := range p.Transitions {
				u := &p.Transitions[i]
				if u.Thread == t.Thread && u.From == t.From || t.Writes.Overlaps(u.Reads) || t.Writes.Overlaps(u.Writes) || u.Writes.Overlaps(t.Reads) ||
					visibility && visible[t.ID] && visible[i] {
					add(i)
				}
			}
			continue
		}
		if p.Loc(s, t.Thread) != t.From {
			for i := range p.Transitions {
				if u := &p.Transitions[i]; u.Thread == t.Thread && u.To == t.From {
					add(i)
				}
			}
			continue
		}
		for i := range p.Transitions { // all that write what the guard or a check of a fault reads
			if p.Transitions[i].Writes.Overlaps(t.Reads) {
				add(i)
			}
		}
	}
	return in
}

// visibleOnes returns the transitions that may change whether some property is violated, or reached.
func visibleOnes(p *model.Program) []bool {
	q := model.Program{Vars: p.Vars}
	for _, pr := range p.Props {
		if pr.Kind == model.Always || pr.Kind == model.Reachable {
			q.Transitions = append(q.Transitions, model.Transition{Guard: []*model.Expr{pr.Cond}})
		}
	}
	q.SetFootprints()
	visible := make([]bool, len(p.Transitions))
	for i := range p.Transitions {
		t := &p.Transitions[i]
		for j := range q.Transitions {
			visible[i] = visible[i] || t.Writes.Overlaps(q.Transitions[j].Reads)
		}
		for j := range p.Transitions {
			if u := &p.Transitions[j]; len(u.Checks) > 0 {
				visible[i] = visible[i] || t.Writes.Overlaps(u.Reads) || t.Thread == u.Thread && (t.From == u.From || t.To == u.From)
			}
		}
	}
	return visible
}

func text(p *model.Program) (s string) {
	for _, v := range p.Vars {
		s += fmt.Sprintf("%s %d..%d = %d\n", v.Name, v.Min, v.Max, v.Init)
	}
	for _, t := range p.Transitions {
		s += fmt.Sprintf("%d: thread %d %d -> %d", t.ID, t.Thread, t.From, t.To)
		for _, g := range t.Guard {
			s += ", if " + p.Format(g)
		}
		for _, a := range t.Effect {
			s += fmt.Sprintf(", %s := %s", p.Vars[a.Var].Name, p.Format(a.Val))
		}
		for _, c := range t.Checks {
			s += fmt.Sprintf(", check %d %s", c.Prop, p.Format(c.Cond))
		}
		s += "\n"
	}
	for i, pr := range p.Props {
		s += fmt.Sprintf("property %d %v", i, pr.Kind)
		if pr.Cond != nil {
			s += " " + p.Format(pr.Cond)
		}
		s += "\n"
	}
	return s
}
