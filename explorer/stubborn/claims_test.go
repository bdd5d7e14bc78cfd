package stubborn_test

import (
	"testing"

	"hpmc/explorer/internal/randprog"
	"hpmc/explorer/stubborn"
	"hpmc/model"
	"hpmc/scenarios"
)

// TestClaims tries what the analysis claims on every reachable state of random programs and of scenarios of two
// CPUs: facts, necessary enabling sets, what repairs a property, and, as diamonds, which transitions accord.
func TestClaims(t *testing.T) {
	acyclic, accord := 0, 0
	try := func(what string, p *model.Program) {
		d, a, err := tryClaims(p)
		if err != "" {
			t.Fatalf("%s: %s\n%s", what, err, text(p))
		}
		accord += d
		if a {
			acyclic++
		}
	}
	for seed := range 2000 {
		try("random", randprog.Programs.Example(seed))
	}
	if acyclic == 0 || accord == 0 {
		t.Errorf("%d programs without a cycle, %d diamonds", acyclic, accord)
	}
	c, err := scenarios.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range c.Scenarios {
		if s.CPUs > 2 {
			continue
		}
		for _, k := range []string{"v5.12", "v1", "tglx"} {
			if p, err := c.Build(s, k, scenarios.BuildOptions{}); err != nil {
				t.Fatal(err)
			} else {
				try(s.Name+"/"+k, p)
			}
		}
	}
	t.Logf("%d programs shown to be acyclic, %d diamonds", acyclic, accord)
}

// TestPlain compares what the analysis finds with its definitions, on random programs, and on a scenario and a rung of
// the ladder that differ much.
func TestPlain(t *testing.T) {
	t.Run("whole", tryPlain)
	t.Run("parts", func(t *testing.T) {
		defer stubborn.PartsFrom(0)()
		tryPlain(t)
	})
}

func tryPlain(t *testing.T) {
	for seed := range 500 {
		p := randprog.Programs.Example(seed)
		if seed%4 == 0 {
			p = randprog.Wide(2).Example(seed)
		}
		if err := stubborn.Plain(p); err != nil {
			t.Fatalf("random: %v\n%s", err, text(p))
		}
	}
	for _, name := range []string{"pins-2", "cpusets-3", "smt-suspend-4"} {
		if err := stubborn.Plain(rung(t, name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// tryClaims walks the states of p, and returns the number of diamonds and what was wrong.
func tryClaims(p *model.Program) (diamonds int, acyclic bool, wrong string) {
	c := stubborn.NewClaims(p)
	set := stubborn.New(p, stubborn.Options{})
	acyclic = set.Acyclic()
	index := map[string]int{}
	var states []model.State
	var next [][]int
	visit := func(s model.State) int {
		i, known := index[key(s)]
		if !known {
			i = len(states)
			index[key(s)] = i
			states = append(states, append(model.State(nil), s...))
			next = append(next, nil)
		}
		return i
	}
	visit(p.Initial())
	after := func(s model.State, t int) model.State {
		d := make(model.State, p.Words)
		p.Apply(d, s, &p.Transitions[t])
		return d
	}
	takes := func(s model.State, t int32) bool {
		enabled, _ := candidates(p, s, func(int) {})
		for _, id := range enabled {
			if id == t {
				return true
			}
		}
		return false
	}
	for i := 0; i < len(states) && i < 5000; i++ {
		s := states[i]
		if err := c.State(s); err != nil {
			return diamonds, acyclic, err.Error()
		}
		enabled, _ := candidates(p, s, func(int) {})
		if err := set.Gates(s, enabled); err != nil {
			return diamonds, acyclic, err.Error()
		}
		for x, a := range enabled {
			sa := after(s, int(a))
			next[i] = append(next[i], visit(sa))
			if err := c.Edge(s, int(a), sa); err != nil {
				return diamonds, acyclic, err.Error()
			}
			for u := range p.Threads {
				if u == p.Transitions[a].Thread {
					continue
				}
				disabled, stays := c.Bar(s, int(a), u)
				if disabled {
					return diamonds, acyclic, "a transition that was not to be enabled is"
				}
				if stays && leaves(p, sa, p.Transitions[a].Thread, u) {
					return diamonds, acyclic, p.Transitions[a].Text + " was to be a dead end"
				}
			}
			for _, b := range enabled[:x] {
				accord, exclude := c.Accord(int(a), int(b))
				if exclude {
					return diamonds, acyclic, "transitions that were to exclude each other are both enabled"
				}
				if !accord {
					continue
				}
				diamonds++
				sb := after(s, int(b))
				if !takes(sa, b) || !takes(sb, a) || key(after(sa, int(b))) != key(after(sb, int(a))) {
					return diamonds, acyclic, p.Transitions[a].Text + " and " + p.Transitions[b].Text + " do not accord"
				}
			}
		}
	}
	if acyclic && circular(next) {
		wrong = "there is a cycle"
	}
	return diamonds, acyclic, wrong
}

// leaves tells whether a thread can take a transition before thread still takes one.
func leaves(p *model.Program, s model.State, thread, still int) bool {
	seen := map[string]bool{key(s): true}
	for work := []model.State{s}; len(work) > 0 && len(seen) < 300; {
		s := work[0]
		work = work[1:]
		enabled, _ := candidates(p, s, func(int) {})
		for _, id := range enabled {
			switch t := &p.Transitions[id]; t.Thread {
			case thread:
				return true
			case still:
			default:
				d := make(model.State, p.Words)
				if p.Apply(d, s, t); !seen[key(d)] {
					seen[key(d)] = true
					work = append(work, d)
				}
			}
		}
	}
	return false
}

// circular tells whether a graph has a cycle: whether something stays when what nothing leads to is taken away.
func circular(next [][]int) bool {
	into := make([]int, len(next))
	for _, list := range next {
		for _, d := range list {
			into[d]++
		}
	}
	var work []int
	for i, n := range into {
		if n == 0 {
			work = append(work, i)
		}
	}
	left := len(next)
	for ; len(work) > 0; left-- {
		i := work[len(work)-1]
		work = work[:len(work)-1]
		for _, d := range next[i] {
			if into[d]--; into[d] == 0 {
				work = append(work, d)
			}
		}
	}
	return left > 0
}

// TestDropped takes one need out of the tables at a time: for some of them, the random programs must show it, in a
// lost state without a step and in a verdict.
func TestDropped(t *testing.T) {
	stuck, verdicts, dropped := 0, 0, 0
	for seed := 0; seed < 1500 && (stuck < 5 || verdicts < 5); seed++ {
		p := randprog.Programs.Example(seed)
		full := search(p, nil, false)
		if full.states > 300 {
			continue
		}
		set := stubborn.New(p, stubborn.Options{})
		for i := range set.Needs() {
			dropped++
			restore := set.Drop(i)
			o := search(p, by(set), !set.Acyclic())
			restore()
			if len(o.stuck) != len(full.stuck) {
				stuck++
			} else if differ(full, o) != "" {
				verdicts++
			}
		}
	}
	t.Logf("%d needs dropped: states without a step lost by %d, verdicts changed by %d more", dropped, stuck, verdicts)
	if stuck == 0 || verdicts == 0 {
		t.Error("dropping needs goes unnoticed")
	}
}

// TestRefersToPC: a program whose conditions refer to a location is not reduced, nor said to be acyclic.
func TestRefersToPC(t *testing.T) {
	for seed := range 200 {
		p := randprog.Programs.Example(seed)
		pc := p.Threads[0].PC
		if pc < 0 {
			continue
		}
		p.Props = append(p.Props, model.Property{Kind: model.Always, Cond: &model.Expr{Op: model.Eq, Args: []*model.Expr{{Op: model.Ref, Var: pc}, {Op: model.Const}}}})
		set := stubborn.New(p, stubborn.Options{})
		if set.Reduces() || set.Acyclic() {
			t.Fatal("it is")
		}
		if o := search(p, by(set), false); o.reduced > 0 {
			t.Fatalf("%d states reduced", o.reduced)
		}
		return
	}
}
