// Package export writes a compiled program in the languages of other model checkers: Promela for SPIN, Murphi for Rumur,
// TLA+ for TLC. One transition becomes one step, so that a search without reduction finds exactly the program's states,
// and violates exactly the properties that it violates.
package export

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strings"

	"hpmc/model"
)

// Options say what is written.
type Options struct {
	Origin string // what the program was made of, for the heading; "" leaves it out
	Props  []int  // the properties to check, indices in Program.Props; nil means all but LockOrder, which is never one
}

// step is a transition with what an export needs of it.
type step struct {
	*model.Transition
	guard  []*model.Expr  // of Transition.Guard, without constants that are true
	whole  []*model.Expr  // conditions without which the step is a fault of the model, and is not taken
	checks []model.Check  // of the properties that are exported
	effect []model.Assign // one a variable, and none that changes nothing
}

// program is a program prepared for export.
type program struct {
	*model.Program
	steps  [][][]*step // by thread and location
	start  []int       // per thread, where it stands first
	live   [][]bool    // per thread and location: can the thread get there, if no guard stopped it
	props  []int       // properties to check, ascending
	want   []bool      // per property: is it among props
	reads  [][]bool    // per property: the variables that its condition reads
	bounds *bounds
	mirror []bool // per variable: a location that an expression reads
}

// prepare checks that p can be exported, and collects what the exports share.
func prepare(p *model.Program, o Options) (*program, error) {
	q := &program{Program: p, want: make([]bool, len(p.Props)), reads: make([][]bool, len(p.Props)), mirror: make([]bool, len(p.Vars))}
	q.bounds = newBounds(p)
	if o.Props == nil {
		for i := range p.Props {
			q.want[i] = p.Props[i].Kind != model.LockOrder
		}
	}
	for _, i := range o.Props {
		if i < 0 || i >= len(p.Props) {
			return nil, fmt.Errorf("%s has no property %d", p.Name, i)
		}
		if p.Props[i].Kind == model.LockOrder {
			return nil, fmt.Errorf("%s is a property of the whole search, which other checkers do not know", p.Props[i].Name)
		}
		q.want[i] = true
	}
	for i := range p.Props {
		if q.want[i] {
			q.props = append(q.props, i)
		}
	}
	for i := range p.Vars {
		if v := &p.Vars[i]; v.Bits > 31 {
			return nil, fmt.Errorf("%s has %d bits: the other checkers compute with 32, one of them the sign", v.Display(), v.Bits)
		}
		if r := q.bounds.variable(model.VarID(i)); r.lo < r.hi && (r.lo <= math.MinInt32 || r.hi > math.MaxInt32) {
			return nil, fmt.Errorf("a value of %s may not fit into the 32 bits that the other checkers compute with", p.Vars[i].Display())
		}
	}
	for th := range p.Threads {
		if err := q.thread(th); err != nil {
			return nil, err
		}
	}
	if err := q.conditions(); err != nil {
		return nil, err
	}
	for i := range p.Transitions {
		if p.Enabled(p.Initial(), &p.Transitions[i]) {
			return q, nil
		}
	}
	return nil, fmt.Errorf("%s takes no step from its initial state: there is nothing to explore", p.Name)
}

// thread prepares the steps of a thread.
func (q *program) thread(th int) error {
	t := &q.Threads[th]
	by := make([][]*step, len(t.Locs))
	for at, ids := range t.Out {
		for _, id := range ids {
			s, err := q.step(&q.Transitions[id])
			if err != nil {
				return fmt.Errorf("%s: %w", place(&q.Transitions[id]), err)
			}
			by[at] = append(by[at], s)
		}
	}
	q.steps = append(q.steps, by)
	start := q.Loc(q.Initial(), th)
	q.start = append(q.start, start)
	live := make([]bool, len(t.Locs))
	live[start] = true
	for todo := []int{start}; len(todo) > 0; {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, s := range by[at] {
			if !live[s.To] {
				live[s.To] = true
				todo = append(todo, s.To)
			}
		}
	}
	q.live = append(q.live, live)
	return nil
}

func (q *program) step(t *model.Transition) (*step, error) {
	s := &step{Transition: t}
	for _, g := range t.Guard {
		if err := q.expr(g); err != nil {
			return nil, err
		}
		if !q.bounds.isTrue(g) {
			s.guard = append(s.guard, g)
		}
	}
	for _, c := range t.Checks {
		if err := q.expr(c.Cond); err != nil {
			return nil, err
		}
		if q.Props[c.Prop].Fault && !q.bounds.isTrue(c.Cond) {
			s.whole = append(s.whole, c.Cond)
		}
		if q.want[c.Prop] && !q.bounds.isTrue(c.Cond) {
			s.checks = append(s.checks, c)
		}
	}
	last := map[model.VarID]int{}
	for i, a := range t.Effect {
		last[a.Var] = i
	}
	for i, a := range t.Effect {
		v := &q.Vars[a.Var]
		switch {
		case a.Var == q.Threads[t.Thread].PC || last[a.Var] != i || v.Bits == 0:
			continue
		case v.Kind == model.PC:
			return nil, fmt.Errorf("it moves another thread, %s", v.Display())
		case a.Val.Op == model.Ref && a.Val.Var == a.Var:
			continue
		}
		if err := q.expr(a.Val); err != nil {
			return nil, err
		}
		s.effect = append(s.effect, a)
	}
	return s, nil
}

// conditions prepares the conditions of properties.
func (q *program) conditions() error {
	for i := range q.Props {
		pr := &q.Props[i]
		q.reads[i] = make([]bool, len(q.Vars))
		if !q.want[i] || pr.Cond == nil {
			continue
		}
		if err := q.expr(pr.Cond); err != nil {
			return fmt.Errorf("property %s: %w", pr.Name, err)
		}
		walk(pr.Cond, func(id model.VarID) { q.reads[i][id] = true })
	}
	return nil
}

// expr checks that the values of an expression and of all its parts fit, and notes the locations it reads.
func (q *program) expr(e *model.Expr) error {
	if _, err := q.bounds.of(e); err != nil {
		return err
	}
	walk(e, func(id model.VarID) {
		if q.Vars[id].Kind == model.PC {
			q.mirror[id] = true
		}
	})
	return nil
}

// walk calls f for the variables of an expression.
func walk(e *model.Expr, f func(model.VarID)) {
	if e.Op == model.Ref {
		f(e.Var)
	}
	for _, a := range e.Args {
		walk(a, f)
	}
}

// all calls f for every step that a thread can get to.
func (q *program) all(f func(*step)) {
	for th := range q.steps {
		for l, steps := range q.steps[th] {
			for _, s := range steps {
				if q.live[th][l] {
					f(s)
				}
			}
		}
	}
}

// cuts checks that where a value may not fit into the bits of its variable, what is lost can be computed. most is the number of bits
// that all of a variable's values may take for that.
func (q *program) cuts(most int) error {
	var err error
	q.all(func(s *step) {
		for _, a := range s.effect {
			v := &q.Vars[a.Var]
			if err != nil || v.Min == 0 || q.bounds.fits(a.Val, a.Var) {
				continue
			}
			less := &model.Expr{Op: model.Sub, Args: []*model.Expr{a.Val, {Op: model.Const, Val: v.Min}}}
			if _, err = q.bounds.of(less); err == nil && v.Bits > most {
				err = fmt.Errorf("what does not fit into the %d bits of %s needs more than the 32 bits that the other checkers compute with", v.Bits, v.Display())
			}
			if err != nil {
				err = fmt.Errorf("%s: %w", place(s.Transition), err)
			}
		}
	})
	return err
}

// rests returns the locations at which a thread may stay, of those that it can get to, and whether these are all.
func (q *program) rests(th int) (at []int, everywhere bool) {
	everywhere = true
	for l, live := range q.live[th] {
		switch {
		case !live:
		case q.Threads[th].Locs[l].Rest:
			at = append(at, l)
		default:
			everywhere = false
		}
	}
	return at, everywhere
}

// idle tells whether a thread neither moves nor matters for what a deadlock is.
func (q *program) idle(th int) bool {
	at := q.start[th]
	return len(q.steps[th][at]) == 0 && q.Threads[th].Locs[at].Rest
}

// place says where a transition comes from.
func place(t *model.Transition) string {
	if t.Pos.File == "" {
		return fmt.Sprintf("transition %d", t.ID)
	}
	return t.Pos.String()
}

// about says in one line what a transition is.
func about(t *model.Transition) string {
	s := t.Text
	if t.Func != "" {
		s = t.Func + "(): " + s
	}
	if t.Pos.File != "" {
		s += fmt.Sprintf("  %s:%d", t.Pos.File, t.Pos.Line)
	}
	return comment(s)
}

// comment makes a text fit for a comment of either language: one line of ASCII that ends no comment.
func comment(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r < ' ' || r == '\\':
			return ' '
		case r > '~':
			return '?'
		}
		return r
	}, s)
	return strings.NewReplacer("*/", "* /", "/*", "/ *", "*)", "* )", "(*", "( *").Replace(strings.TrimSpace(s))
}

// printer writes lines. Its writer keeps the first error until it is flushed.
type printer struct {
	w *bufio.Writer
}

func newPrinter(w io.Writer) *printer { return &printer{bufio.NewWriter(w)} }

func (p *printer) line(format string, args ...any) {
	fmt.Fprintf(p.w, format, args...)
	p.w.WriteByte('\n')
}

// conjunction makes one expression of conditions, nil if there are none.
func conjunction(conds []*model.Expr) *model.Expr {
	var all *model.Expr
	for _, c := range conds {
		if all == nil {
			all = c
		} else {
			all = &model.Expr{Op: model.LAnd, Args: []*model.Expr{all, c}}
		}
	}
	return all
}
