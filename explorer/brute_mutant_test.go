package explorer

import (
	"slices"
	"testing"

	"hpmc/model"
)

// TestBruteNotices checks that the comparison notices results that are wrong.
func TestBruteNotices(t *testing.T) {
	wrongs := map[string]func(p *model.Program, r *Result) bool{
		"a state too few":      func(_ *model.Program, r *Result) bool { r.States--; return true },
		"a transition too few": func(_ *model.Program, r *Result) bool { r.Transitions--; return true },
		"a deadlock too many":  func(_ *model.Program, r *Result) bool { r.Deadlocks++; return true },
		"a verdict turned round": func(_ *model.Program, r *Result) bool {
			r.Props[2].Verdict = Holds + Violated - r.Props[2].Verdict
			return true
		},
		"a path with a step too many": func(_ *model.Program, r *Result) bool {
			for i := range r.Props {
				if path := r.Props[i].Path; len(path) > 0 {
					r.Props[i].Path = append(slices.Clone(path), path[len(path)-1])
					return true
				}
			}
			return false
		},
		"a path in another order": func(_ *model.Program, r *Result) bool {
			for i := range r.Props {
				if path := r.Props[i].Path; len(path) > 1 && path[0] != path[1] {
					r.Props[i].Path[0], r.Props[i].Path[1] = path[1], path[0]
					return r.Props[i].Prop == i
				}
			}
			return false
		},
		"a path cut short": func(_ *model.Program, r *Result) bool {
			for i := range r.Props {
				if path := r.Props[i].Path; len(path) > 0 {
					r.Props[i].Path = path[:len(path)-1]
					return true
				}
			}
			return false
		},
		// What an explorer gets wrong that searches another program.
		"a transition that is never taken": func(p *model.Program, r *Result) bool {
			q := *p
			q.Threads = slices.Clone(p.Threads)
			for th := range q.Threads {
				q.Threads[th].Out = slices.Clone(q.Threads[th].Out)
				for l, out := range q.Threads[th].Out {
					for _, id := range out {
						if r.Fired[id] {
							q.Threads[th].Out[l] = slices.DeleteFunc(slices.Clone(out), func(o int) bool { return o == id })
							*r = *Run(&q, Options{})
							return true
						}
					}
				}
			}
			return false
		},
		"a guard that is ignored": func(p *model.Program, r *Result) bool {
			q := *p
			q.Transitions = slices.Clone(p.Transitions)
			for i := range q.Transitions {
				if len(q.Transitions[i].Guard) > 0 {
					q.Transitions[i].Guard = nil
				}
			}
			n := r.Transitions
			*r = *Run(&q, Options{})
			return r.Transitions != n
		},
	}
	for name, wrong := range wrongs {
		tried, noticed := 0, 0
		for seed := range 300 {
			p := brutePrograms.Example(seed)
			r := Run(p, Options{})
			if !wrong(p, r) {
				continue
			}
			tried++
			if bruteForce(p).compare(r) != nil {
				noticed++
			}
		}
		// Swapping two independent steps of a path leaves a path.
		if want := tried; tried == 0 || noticed < want && name != "a path in another order" || noticed == 0 {
			t.Errorf("%s: noticed %d times of %d", name, noticed, tried)
		}
	}
}
