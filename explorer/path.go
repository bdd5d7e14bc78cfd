package explorer

import (
	"math"
	"slices"
	"sync"

	"hpmc/explorer/packed"
	"hpmc/model"
)

// paths fills in the canonical paths of res: to every violation and to every reachable condition. Nothing was kept
// for them during the search, so states are searched once more, as far as the deepest of the paths, every level is
// kept, and the shortest ways are found backwards through the levels.
func (s *search) paths(res *Result) error {
	deepest := -1
	wanted := make([]bool, len(s.p.Props))
	for i := range res.Props {
		if s.found[i] > 0 || s.found[i] == 0 && s.p.Props[i].Kind != model.Always && s.p.Props[i].Kind != model.Reachable {
			wanted[i], res.Props[i].Pathless = true, true
			deepest = max(deepest, s.found[i])
		}
	}
	for i := range res.Props {
		if pr := &res.Props[i]; pr.Circle != nil {
			s.tellPhase("path")
			pr.Pathless = true
			if err := s.circle(pr); err != nil {
				return err
			}
		}
	}
	if deepest < 0 {
		return nil
	}
	if s.reducer != nil {
		deepest = -1 // the levels of a reduced search are not those of the paths
	}
	s.tellPhase("path")
	s.free()
	again := &search{p: s.p, o: s.o, start: s.start, layout: s.layout, code: s.code, mem: s.mem}
	again.o.MaxStates, again.o.Timeout = 0, 0
	return again.shortest(res.Props, wanted, deepest)
}

// shortest fills in the canonical paths of the properties that are wanted, looking no further than a level; -1: as far
// as it takes. s must not have begun. Without room or time for paths there are none.
func (s *search) shortest(props []PropResult, wanted []bool, deepest int) error {
	if deepest < 0 {
		deepest = math.MaxInt
	}
	s.last, s.wanted, s.retain = deepest, wanted, true
	s.o.Full = true
	defer s.close()
	if err := s.begin(Exact); err != nil {
		return err
	}
	if err := s.run(); err != nil {
		return err
	}
	if s.reason != "" {
		return nil
	}
	s.table.free()
	s.table = nil
	s.layers = append(s.layers, s.level)
	for i := range props {
		if wanted[i] && s.found[i] >= 0 {
			if err := s.path(&props[i], s.found[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// path finds the way to the violation of one property at the given level.
func (s *search) path(pr *PropResult, depth int) error {
	// stages[k] is the states of level k from which the violation is depth-k steps away.
	stages := make([]*stage, depth+1)
	for k := depth; k >= 0; k-- {
		hit := func(f *finder, st []uint64) bool { return f.violates(st, pr.Prop) }
		if k < depth {
			hit = func(f *finder, st []uint64) bool { return f.leads(st, stages[k+1]) }
		}
		on, err := s.filter(s.layers[k], hit)
		if err != nil {
			return err
		}
		stages[k] = newStage(s.layout.Words, on)
	}
	f := s.finder(0)
	ends := s.p.Props[pr.Prop].Kind == model.AtEvent
	for k := depth; k >= 0; k-- {
		if k < depth {
			f.cross(stages[k], stages[k+1], pr.Prop)
		} else if ends {
			f.cross(stages[k], nil, pr.Prop)
		}
	}
	pr.Path, pr.Check = f.choose(stages, pr.Prop, ends)
	pr.Pathless = false
	pr.Depth = depth
	return nil
}

// filter returns the states of a layer that hit accepts, several workers looking.
func (s *search) filter(l *layer, hit func(*finder, []uint64) bool) ([]uint64, error) {
	l.rewind()
	workers := len(s.workers)
	if l.states < parallelFrom {
		workers = 1
	}
	found, errs := make([][]uint64, workers), make([]error, workers)
	var wg sync.WaitGroup
	for i := range workers {
		f := s.finder(i)
		wg.Go(func() {
			for {
				c, _, err := l.take()
				if c == nil || err != nil {
					errs[i] = err
					return
				}
				for st := range slices.Chunk(c, s.layout.Words) {
					if hit(f, st) {
						found[i] = append(found[i], st...)
					}
				}
				l.done(c, true)
			}
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return slices.Concat(found...), nil
}

// finder looks at single states for paths.
type finder struct {
	s  *search
	st *packed.Stepper
	m  model.State
	ts []*packed.Trans
}

// finder returns the finder of a worker.
func (s *search) finder(worker int) *finder {
	for len(s.finders) <= worker {
		s.finders = append(s.finders, &finder{s: s, st: s.code.Stepper(), m: make(model.State, s.p.Words)})
	}
	return s.finders[worker]
}

// faulty tells whether an enabled transition is a fault of the model, and leads nowhere.
func (f *finder) faulty(t *packed.Trans) bool {
	for i := range t.Watches {
		if t.Watches[i].Fault && f.st.Any(t.Watches[i].Any) {
			return true
		}
	}
	return false
}

// leads tells whether a transition leads from a state to a stage.
func (f *finder) leads(st []uint64, to *stage) bool {
	f.st.Take(st)
	found := false
	f.st.Each(func(t *packed.Trans) bool {
		found = !f.faulty(t) && to.find(f.st.After(t)) >= 0
		return !found
	})
	return found
}

// enabled returns the transitions that are enabled in the state taken, in their order.
func (f *finder) enabled() []*packed.Trans {
	f.ts = f.ts[:0]
	f.st.Each(func(t *packed.Trans) bool { f.ts = append(f.ts, t); return true })
	slices.SortFunc(f.ts, func(a, b *packed.Trans) int { return a.ID - b.ID })
	return f.ts
}

// endings returns the transitions from a state that break a property checked at events, each with the first of its checks
// that fails.
func (f *finder) endings(st []uint64, prop int) []move {
	var ms []move
	f.st.Take(st)
	for _, t := range f.enabled() {
		check := -1
		for i := range t.Watches {
			if w := &t.Watches[i]; w.Prop == prop && f.st.Any(w.Any) && (check < 0 || w.Check < check) {
				check = w.Check
			}
		}
		if check >= 0 {
			ms = append(ms, move{t.ID, f.s.p.Transitions[t.ID].Thread, -1, check})
		}
	}
	return ms
}

// violates tells whether a property is violated in a state, or by a transition that leaves it. For a Reachable
// property it tells whether it holds.
func (f *finder) violates(st []uint64, prop int) bool {
	p := f.s.p
	switch pr := &p.Props[prop]; pr.Kind {
	case model.Always, model.Reachable:
		f.st.Take(st)
		return f.st.Any(f.s.code.States(prop))
	case model.AtEvent:
		return len(f.endings(st, prop)) > 0
	default:
		rest := f.st.Take(st)
		if len(f.enabled()) > 0 {
			return false
		}
		if pr.Kind == model.Deadlock {
			return !rest
		}
		if !rest {
			return false
		}
		f.s.layout.Unpack(f.m, st)
		return p.Eval(f.m, pr.Cond) == 0
	}
}
