package compile

import (
	"go/token"
	"go/types"

	"hpmc/model"
)

// thread is a thread while it is compiled.
type thread struct {
	name   string
	daemon bool
	fn     *types.Func // its body
	args   []int64     // constant arguments of fn
	root   *node
	nodes  []*node
	locals []model.VarID // the variables made for it
}

type nodeKind uint8

const (
	nNop    nodeKind = iota
	nStep            // a step begins here, if it touches shared state
	nAssign          // simultaneous assignments
	nBranch          // next if cond holds, else alt
	nGuard           // blocks until cond holds
	nChoose          // target takes each value below n
	nCheck           // cond must hold
	nEvent           // something a trace shows
	nEnd             // the thread has finished
)

// node is one node of a thread's control-flow graph.
type node struct {
	kind  nodeKind
	id    int // within the thread
	pos   token.Pos
	text  phrase // nStep
	frame *frame
	next  *node
	alt   *node

	touch   *touch         // nStep
	cond    *model.Expr    // nBranch, nGuard, nCheck
	rest    bool           // nGuard: the thread may stay here for ever
	sets    []set          // nAssign
	target  model.VarID    // nChoose
	n       int            // nChoose
	prop    int            // nCheck
	clauses []model.Clause // nCheck: cond's conjuncts as they are written
	loop    bool           // nBranch: of a loop over CPUs, which has a turn for each
	event   *model.Event   // nEvent; Value is over the state at this point
	when    *model.Expr    // nEvent: happens only if this holds
	value   *model.Expr    // nEvent: worth showing
	parts   []part         // nEvent: the scalars of model.Event.Parts
	live    varSet         // locals whose value is still needed
	untold  bool           // the text of the step that it belongs to says nothing of it
}

// set is one assignment.
type set struct {
	v model.VarID
	e *model.Expr
}

// touch collects what one statement reads and writes, which tells whether it is a step.
type touch struct {
	reads  []*model.Expr
	writes []model.VarID
	guards []*model.Expr
	rest   bool
	force  bool // a choice, or merging is off
	local  bool // a statement that is a step only because merging is off
}

// frame is one inlined call.
type frame struct {
	id     int
	fn     *types.Func
	parent *frame
	env    map[types.Object]*tree
	ts     subst
	result *tree
	exit   *node
	loops  []loop
	pos    token.Pos // of the call
	hidden bool      // a function of hp: its call is one step to the reader
	text   phrase    // what the reader sees of a hidden call
	depth  int       // visible frames around it
}

type loop struct{ brk, cont *node }

func (f *frame) stack(c *compiler) []model.Frame {
	var fs []model.Frame
	for ; f != nil; f = f.parent {
		if f.hidden || f.fn == nil {
			continue
		}
		fs = append(fs, model.Frame{ID: f.id, Func: c.funcName(f.fn), Pos: c.pos(f.pos)})
	}
	for i, j := 0, len(fs)-1; i < j; i, j = i+1, j-1 {
		fs[i], fs[j] = fs[j], fs[i]
	}
	return fs
}

// visible returns the innermost frame that the reader sees.
func (f *frame) visible() *frame {
	for f.hidden && f.parent != nil {
		f = f.parent
	}
	return f
}

// lowerer makes the control-flow graph of one thread.
type lowerer struct {
	c      *compiler
	t      *thread
	cur    *node
	f      *frame
	touch  *touch               // of the statement at hand; nil outside steps
	within int                  // depth of atomic regions: no steps begin inside
	given  []*model.Expr        // what && and || around the expression at hand have made sure of
	wrote  bool                 // an atomic region has assigned to something
	untold func(token.Pos) bool // in an atomic region: tells whether its text leaves out what stands there
}

func (l *lowerer) newNode(k nodeKind, pos token.Pos) *node {
	n := &node{kind: k, id: len(l.t.nodes), pos: pos, frame: l.f, untold: l.untold != nil && l.untold(pos)}
	l.t.nodes = append(l.t.nodes, n)
	if len(l.t.nodes) > 200000 {
		l.c.fatalf(pos, "thread %s grows beyond 200000 nodes when its calls are inlined: split the scenario", l.t.name)
	}
	return n
}

// emit appends a node to the path being built.
func (l *lowerer) emit(k nodeKind, pos token.Pos) *node {
	n := l.newNode(k, pos)
	if l.cur != nil {
		l.cur.next = n
	}
	l.cur = n
	return n
}

// jump ends the path being built at an existing node.
func (l *lowerer) jump(to *node) {
	if l.cur != nil {
		l.cur.next = to
	}
	l.cur = nil
}

// begin starts the step of a statement, unless it is part of a larger one, and returns what ends it.
func (l *lowerer) begin(pos token.Pos, text phrase) func() {
	if l.within > 0 {
		return func() {}
	}
	old := l.touch
	n := l.emit(nStep, pos)
	n.text = text
	if l.f.hidden {
		n.text = hiddenText(l.f)
	}
	n.touch = &touch{}
	l.touch = n.touch
	return func() { l.touch = old }
}

func hiddenText(f *frame) phrase {
	text := f.text
	for p := f.parent; p != nil && p.hidden; p = p.parent {
		text = p.text
	}
	return text
}

// reads notes that the statement at hand depends on an expression.
func (l *lowerer) reads(e *model.Expr) {
	if l.touch != nil {
		l.touch.reads = append(l.touch.reads, e)
	}
}

// assign emits the assignment of a value to a place.
func (l *lowerer) assign(pos token.Pos, to []alt, val *tree) {
	n := l.emit(nAssign, pos)
	for _, a := range to {
		l.assignTree(n, a, a.t, val)
	}
}

func (l *lowerer) assignTree(n *node, a alt, to, val *tree) {
	if to.e != nil {
		if to.e.Op != model.Ref {
			l.c.fatalf(n.pos, "this cannot be assigned to: it is a constant or a parameter of an inlined expression")
		}
		v := &l.c.vars[to.e.Var]
		if v.param && l.t != nil && l.t.fn.Name() != "Init" {
			l.c.errorf(n.pos, "%s is a parameter of the scenario and cannot be written", v.Name)
		}
		// Of several assignments to one place in one statement the last counts.
		e, old, at := val.e, to.e, len(n.sets)
		for i, s := range n.sets {
			if s.v == to.e.Var {
				old, at = s.e, i
			}
		}
		if a.cond != nil {
			e = l.c.ite(a.cond, e, old)
		}
		if v.Kind != model.Local {
			l.wrote = true
			if l.touch != nil && v.Kind != model.Ghost {
				l.touch.writes = append(l.touch.writes, to.e.Var)
			}
		}
		l.reads(e)
		n.sets = append(n.sets[:at], append([]set{{to.e.Var, e}}, n.sets[min(at+1, len(n.sets)):]...)...)
		return
	}
	for i, k := range to.kids {
		l.assignTree(n, a, k, val.kids[i])
	}
}

// hook is a property, or an observer if prop is negative, that watches a function.
type hook struct {
	fn   *types.Func
	prop int
}

type hookSet struct{ before, after []hook }

// alt is one place that a place with a dynamic index can mean, and when it does.
type alt struct {
	cond *model.Expr // nil means always
	t    *tree
}
