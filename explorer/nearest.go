package explorer

import (
	"slices"

	"hpmc/model"
)

// Way is a way to where a property is violated, or reached.
type Way struct {
	Prop, Check int   // as in PropResult; Prop is -1 if there is no way
	Path        []int // the canonical one among the shortest
	States      int   // states that were looked at
	Reason      string
}

// Nearest returns the shortest way from a state of p to where any of some properties is violated, or reached if it is
// a Reachable. It looks no further, and of several that are as near it takes the first. A state in which that is so
// already is the way of no step. Options bound the search; if it is stopped, Reason says why.
func Nearest(p *model.Program, from model.State, props []int, o Options) (Way, error) {
	q := *p
	q.Vars = slices.Clone(p.Vars)
	for i := range q.Vars {
		q.Vars[i].Init = p.Get(from, model.VarID(i))
	}
	way := Way{Prop: -1, Check: -1}
	s, err := newSearch(&q, Options{Workers: o.Workers, MaxMem: o.MaxMem, SpillDir: o.SpillDir, Full: true})
	if err != nil {
		return way, err
	}
	s.free()
	o.MaxMem, o.Workers, o.Checkpoint, o.Resume = s.o.MaxMem, s.o.Workers, "", ""
	near := &search{p: &q, o: o, start: s.start, layout: s.layout, code: s.code, mem: s.mem, any: true}
	wanted := make([]bool, len(q.Props))
	ways := make([]PropResult, len(q.Props))
	for i := range ways {
		ways[i].Prop, ways[i].Check = i, -1
	}
	for _, i := range props {
		wanted[i] = true
	}
	if err := near.shortest(ways, wanted, -1); err != nil {
		return way, err
	}
	way.States, way.Reason = int(near.states.Load()), near.reason
	for _, i := range props {
		if near.found[i] >= 0 && way.Reason == "" && (way.Prop < 0 || len(ways[i].Path) < len(way.Path)) {
			way.Prop, way.Path, way.Check = i, ways[i].Path, ways[i].Check
		}
	}
	return way, nil
}
