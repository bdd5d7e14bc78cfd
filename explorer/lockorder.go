package explorer

import (
	"slices"

	"hpmc/explorer/packed"
	"hpmc/model"
	"hpmc/model/lockorder"
)

// lockOrder returns the circle of locks that the transitions taken make, if the program is checked for one. Which
// transitions a complete search takes does not depend on reduction (docs/internals/stubborn.md).
func lockOrder(p *model.Program, fired []bool) []lockorder.Dependency {
	if !slices.ContainsFunc(p.Props, func(pr model.Property) bool { return pr.Kind == model.LockOrder }) {
		return nil
	}
	return lockorder.Circle(lockorder.Dependencies(p, fired))
}

// circle fills in runs that show the dependencies of a circle, each the canonical one, and turns the circle such that
// the one that takes longest to come about is the first.
func (s *search) circle(pr *PropResult) error {
	s.free()
	p := *s.p
	p.Props = nil
	p.Transitions = slices.Clone(s.p.Transitions)
	for i := range p.Transitions { // a fault of the model still ends a run
		t := &p.Transitions[i]
		t.Checks = nil
		for _, c := range s.p.Transitions[i].Checks {
			if s.p.Props[c.Prop].Fault {
				t.Checks = append(t.Checks, model.Check{Prop: len(pr.Circle), Cond: c.Cond})
			}
		}
	}
	for i, d := range pr.Circle {
		p.Props = append(p.Props, model.Property{Name: d.Held + " -> " + d.Wanted, Kind: model.AtEvent})
		for _, id := range d.Ends {
			t := &p.Transitions[id]
			t.Checks = append(t.Checks, model.Check{Prop: i, Cond: &model.Expr{Op: model.Const}})
		}
	}
	p.Props = append(p.Props, model.Property{Name: "model", Kind: model.AtEvent, Fault: true})
	p.SetFootprints()
	l := packed.NewLayout(&p)
	code, err := packed.New(l)
	if err != nil {
		return err
	}
	ways := make([]PropResult, len(p.Props))
	wanted := make([]bool, len(p.Props))
	for i := range ways {
		ways[i].Prop, wanted[i] = i, i < len(pr.Circle)
	}
	again := &search{p: &p, o: s.o, start: s.start, layout: l, code: code, mem: s.mem}
	again.o.MaxStates, again.o.Timeout = 0, 0
	if err := again.shortest(ways, wanted, -1); err != nil {
		return err
	}
	for i := range pr.Circle {
		pr.Runs = append(pr.Runs, ways[i].Path)
	}
	pr.turn()
	return nil
}

// turn puts the dependency whose run is longest, and its run, first. Without all runs there are none.
func (pr *PropResult) turn() {
	longest := 0
	for i, run := range pr.Runs {
		if len(run) == 0 {
			pr.Runs = nil
			return
		}
		if len(run) > len(pr.Runs[longest]) {
			longest = i
		}
	}
	pr.Circle = slices.Concat(pr.Circle[longest:], pr.Circle[:longest])
	pr.Runs = slices.Concat(pr.Runs[longest:], pr.Runs[:longest])
	pr.Path, pr.Pathless = pr.Runs[0], false
}
