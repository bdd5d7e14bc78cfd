package compile

import (
	"fmt"
	"math/rand"
	"sort"
	"strings"

	"hpmc/model"
)

// diffSets is what two executions of a program are compared by: sets of valuations of the shared state.
type diffSets struct {
	reached, stuck, rest, faults map[string]bool
	states                       int
}

func newDiffSets() *diffSets {
	return &diffSets{map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}, 0}
}

const diffMaxStates = 6000

// valuation writes the shared state as the names and values of what is not zero.
func (w *diffWorld) valuation(vals []int64) string {
	var b strings.Builder
	for i, v := range vals {
		if v != 0 {
			fmt.Fprintf(&b, " %s=%d", w.leaves[i].name, v)
		}
	}
	return b.String()
}

// explore enumerates the interpreter's states; nil if there are too many.
func (w *diffWorld) explore() *diffSets {
	r := newDiffSets()
	seen := map[string]bool{w.key(w.initial): true}
	queue := []*diffConfig{w.initial}
	for len(queue) > 0 {
		c := queue[0]
		queue = queue[1:]
		at := w.valuation(c.shared)
		r.reached[at] = true
		enabled := 0
		for th := range c.threads {
			for _, o := range w.steps(c, th) {
				enabled++
				if o.fault {
					r.faults[at] = true
					continue
				}
				if k := w.key(o.c); !seen[k] {
					seen[k] = true
					queue = append(queue, o.c)
				}
			}
		}
		if len(seen) > diffMaxStates {
			return nil
		}
		if enabled > 0 {
			continue
		}
		rest := true
		for th := range c.threads {
			rest = rest && w.rests(&c.threads[th])
		}
		if rest {
			r.rest[at] = true
		} else {
			r.stuck[at] = true
		}
	}
	r.states = len(seen)
	return r
}

// exploreProgram enumerates a compiled program's states and calls look in some of them.
func (w *diffWorld) exploreProgram(p *model.Program, rnd *rand.Rand, look func(model.State)) *diffSets {
	r := newDiffSets()
	at := map[string]int{}
	for i, l := range w.leaves {
		at[l.name] = i
	}
	where := map[model.VarID]int{}
	for id, v := range p.Vars {
		if v.Kind == model.Shared {
			i, ok := at[v.Name]
			if !ok {
				panic("variable " + v.Name)
			}
			where[model.VarID(id)] = i
		}
	}
	vals := append([]int64(nil), w.initial.shared...)
	key := func(s model.State) string { return fmt.Sprint([]uint64(s)) }
	seen := map[string]bool{key(p.Initial()): true}
	queue := []model.State{p.Initial()}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		if len(seen) > 20*diffMaxStates {
			return nil
		}
		for id, i := range where {
			vals[i] = p.Get(s, id)
		}
		v := w.valuation(vals)
		r.reached[v] = true
		if look != nil && rnd.Intn(1+len(seen)/20) == 0 {
			look(s)
		}
		enabled := 0
		for i := range p.Transitions {
			t := &p.Transitions[i]
			if !p.Enabled(s, t) {
				continue
			}
			enabled++
			fault := false
			for _, ch := range t.Checks {
				fault = fault || p.Props[ch.Prop].Fault && p.Eval(s, ch.Cond) == 0
			}
			if fault {
				r.faults[v] = true
				continue
			}
			next := make(model.State, p.Words)
			p.Apply(next, s, t)
			if k := key(next); !seen[k] {
				seen[k] = true
				queue = append(queue, next)
			}
		}
		if enabled > 0 {
			continue
		}
		if p.AtRest(s) {
			r.rest[v] = true
		} else {
			r.stuck[v] = true
		}
	}
	r.states = len(seen)
	return r
}

// diff tells how two sets of sets differ; empty if they do not.
func (r *diffSets) diff(o *diffSets) string {
	var b strings.Builder
	for _, c := range []struct {
		what string
		x, y map[string]bool
	}{{"reached", r.reached, o.reached}, {"stuck", r.stuck, o.stuck}, {"at rest", r.rest, o.rest}, {"faulty", r.faults, o.faults}} {
		for _, d := range []struct {
			who  string
			x, y map[string]bool
		}{{"interpreter", c.x, c.y}, {"compiler", c.y, c.x}} {
			var only []string
			for v := range d.x {
				if !d.y[v] {
					only = append(only, v)
				}
			}
			sort.Strings(only)
			for i, v := range only {
				if i == 5 {
					fmt.Fprintf(&b, "... %d more\n", len(only)-i)
					break
				}
				fmt.Fprintf(&b, "%s, only by the %s: {%s }\n", c.what, d.who, v)
			}
		}
	}
	return b.String()
}

// honest checks the footprints of a thread's transitions in one state: flipping a bit that a transition
// does not read changes neither whether it can happen, nor what it checks, nor what it writes; and it
// writes no other bit.
func honest(p *model.Program, s model.State, rnd *rand.Rand) error {
	after, other, after2 := make(model.State, p.Words), make(model.State, p.Words), make(model.State, p.Words)
	for i := range p.Transitions {
		t := &p.Transitions[i]
		if p.Loc(s, t.Thread) != t.From {
			continue
		}
		pc := p.Threads[t.Thread].PC
		field := func(s model.State, v *model.Var) uint64 {
			if v.Bits == 0 {
				return 0
			}
			return s[v.Word] >> v.Shift & (1<<v.Bits - 1)
		}
		enabled := p.Enabled(s, t)
		p.Apply(after, s, t)
		for id := range p.Vars {
			v := &p.Vars[id]
			if model.VarID(id) == pc {
				continue
			}
			if changed := (field(s, v) ^ field(after, v)) &^ t.Writes[model.VarID(id)]; enabled && changed != 0 {
				return fmt.Errorf("%s writes bits %x of %s outside its footprint", t.Text, changed, v.Name)
			}
			for bit := range v.Bits {
				if t.Reads[model.VarID(id)]>>bit&1 != 0 || rnd.Intn(3) > 0 {
					continue
				}
				copy(other, s)
				other[v.Word] ^= 1 << (v.Shift + bit)
				if p.Enabled(other, t) != enabled {
					return fmt.Errorf("%s: bit %d of %s decides whether it can happen, but it is not read", t.Text, bit, v.Name)
				}
				if !enabled {
					continue
				}
				for _, ch := range t.Checks {
					if (p.Eval(s, ch.Cond) == 0) != (p.Eval(other, ch.Cond) == 0) {
						return fmt.Errorf("%s: bit %d of %s decides a check, but it is not read", t.Text, bit, v.Name)
					}
				}
				p.Apply(after2, other, t)
				for id2 := range p.Vars {
					u := &p.Vars[id2]
					if d := (field(after, u) ^ field(after2, u)) & t.Writes[model.VarID(id2)]; d != 0 {
						return fmt.Errorf("%s: bit %d of %s changes what is written to %s, but it is not read", t.Text, bit, v.Name, u.Name)
					}
				}
			}
		}
	}
	return nil
}

// compareDiff runs a program every way and returns how they differ, and how many states it has; 0 states
// if there were too many.
func compareDiff(p *diffProgram, mutant string) (difference string, states int, err error) {
	w, err := loadDiff(p, mutant)
	if err != nil {
		return "", 0, err
	}
	want := w.explore()
	if want == nil {
		return "", 0, nil
	}
	// Merging must not add states. Resetting may: a dead local whose value was known could have shown that
	// a statement reads nothing.
	least := map[bool]int{}
	for _, v := range []struct {
		name             string
		noMerge, noReset bool
	}{{"default", false, false}, {"NoMerge", true, false}, {"NoReset", false, true}, {"NoMerge and NoReset", true, true}} {
		prog, err := Compile(diffConfigOf(p, v.name, v.noMerge, v.noReset))
		if v.noReset && err != nil && strings.Contains(err.Error(), "locations") {
			continue // every dead local that is known multiplies them
		}
		if err != nil {
			return "", 0, fmt.Errorf("%s: %v", v.name, err)
		}
		rnd := rand.New(rand.NewSource(int64(want.states)))
		var dishonest error
		got := w.exploreProgram(prog, rnd, func(s model.State) {
			if dishonest == nil {
				dishonest = honest(prog, s, rnd)
			}
		})
		if dishonest != nil {
			return fmt.Sprintf("%s: %v", v.name, dishonest), want.states, nil
		}
		if got == nil {
			continue
		}
		if d := want.diff(got); d != "" {
			return v.name + ":\n" + d, want.states, nil
		}
		if v.noMerge && got.states < least[v.noReset] {
			return fmt.Sprintf("%s: %d states, %d when merged", v.name, got.states, least[v.noReset]), want.states, nil
		}
		if !v.noMerge {
			least[v.noReset] = got.states
		}
	}
	return "", want.states, nil
}
