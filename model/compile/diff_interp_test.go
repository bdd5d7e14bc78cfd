package compile

import (
	"encoding/binary"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"sort"
)

// diffConfig is one state of the interpreter.
type diffConfig struct {
	shared  []int64
	budget  int
	threads []diffThread
}

// diffThread is where a thread stands: what is left to do, innermost last, and its variables. Calls do not
// recurse, so one map serves all of them.
type diffThread struct {
	stack []diffItem
	env   map[types.Object]diffVal
	ret   []int64 // the result of the call that has just returned
}

// diffVal is the value of a variable, or of a receiver the place it stands for.
type diffVal struct {
	v   []int64
	ref bool
	off int
	typ types.Type
}

type diffKind uint8

const (
	kSeq    diffKind = iota // the statements of list from i on
	kCall                   // a call of decl: a return stops here
	kResult                 // takes ret to lhs
	kReturn                 // returns ret
	kCond                   // the condition of an if, after its init
	kFor                    // a for loop; i is 1 if its post statement comes next
	kRange                  // a range loop; i is its counter
	kSwitch                 // a switch: break stops here
	kCase                   // case i of a switch without a tag
	kAtomic                 // the end of an atomic block
	kDrain                  // the second half of a write lock at off
	kFlush                  // the second half of a flush of the work at off; i is what it waits for
)

type diffItem struct {
	kind diffKind
	node ast.Node
	list []ast.Stmt
	lhs  ast.Expr
	i    int
	off  int
}

// What a flush waits for.
const (
	forQueued = iota + 1
	forRunning
	forNothing
)

func (c *diffConfig) clone() *diffConfig {
	d := &diffConfig{shared: slices.Clone(c.shared), budget: c.budget, threads: make([]diffThread, len(c.threads))}
	for i, t := range c.threads {
		d.threads[i] = diffThread{stack: slices.Clone(t.stack), env: maps.Clone(t.env), ret: t.ret}
	}
	return d
}

// What ends a step before its end.
type (
	diffBlocked struct{}
	diffFault   struct{}
)

// diffExec executes one step of a thread.
type diffExec struct {
	w      *diffWorld
	c      *diffConfig
	th     int
	script []int // what choices are to give
	limits []int // how many ways each choice had
	pos    int
	init   bool
}

func (x *diffExec) thread() *diffThread { return &x.c.threads[x.th] }

func (x *diffExec) push(it diffItem) {
	t := x.thread()
	t.stack = append(t.stack, it)
}

func (x *diffExec) pop() diffItem {
	t := x.thread()
	it := t.stack[len(t.stack)-1]
	t.stack = t.stack[:len(t.stack)-1]
	return it
}

// choose returns a number below n, as the script says.
func (x *diffExec) choose(n int) int {
	if x.pos == len(x.script) {
		x.script, x.limits = append(x.script, 0), append(x.limits, n)
	}
	x.pos++
	return x.script[x.pos-1]
}

// settle runs on while what comes next touches nothing shared.
func (x *diffExec) settle() {
	for n := 0; len(x.thread().stack) > 0 && !x.nextShares(); n++ {
		if n > 100000 {
			panic("a loop without a step")
		}
		x.micro()
	}
}

// diffOutcome is a way in which a step can end.
type diffOutcome struct {
	c     *diffConfig
	fault bool
}

// steps returns every outcome of the next step of a thread; none if it is blocked or has finished.
func (w *diffWorld) steps(c *diffConfig, th int) (out []diffOutcome) {
	if len(c.threads[th].stack) == 0 {
		return nil
	}
	var script, limits []int
	for {
		x := &diffExec{w: w, c: c.clone(), th: th, script: script, limits: limits}
		if o := x.step(); o != nil {
			out = append(out, *o)
		}
		script, limits = x.script, x.limits
		for len(script) > 0 && script[len(script)-1] == limits[len(limits)-1]-1 {
			script, limits = script[:len(script)-1], limits[:len(limits)-1]
		}
		if len(script) == 0 {
			return out
		}
		script[len(script)-1]++
	}
}

func (x *diffExec) step() (o *diffOutcome) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case diffBlocked:
			o = nil
		case diffFault:
			o = &diffOutcome{x.c, true}
		default:
			panic(r)
		}
	}()
	x.micro()
	x.settle()
	return &diffOutcome{x.c, false}
}

// key identifies a state.
func (w *diffWorld) key(c *diffConfig) string {
	var b []byte
	num := func(n int64) { b = binary.AppendVarint(b, n) }
	id := func(n any) {
		if n == nil {
			num(0)
			return
		}
		if _, ok := w.ids[n]; !ok {
			w.ids[n] = len(w.ids) + 1
		}
		num(int64(w.ids[n]))
	}
	for _, v := range c.shared {
		num(v)
	}
	num(int64(c.budget))
	for _, t := range c.threads {
		num(int64(len(t.stack)))
		for _, it := range t.stack {
			num(int64(it.kind))
			id(it.node)
			num(int64(len(it.list)))
			if len(it.list) > 0 {
				id(it.list[0])
			}
			if it.lhs != nil {
				id(it.lhs)
			}
			num(int64(it.i))
			num(int64(it.off))
		}
		objs := slices.Collect(maps.Keys(t.env))
		sort.Slice(objs, func(i, j int) bool { return objs[i].Pos() < objs[j].Pos() })
		num(int64(len(objs)))
		for _, o := range objs {
			id(o)
			v := t.env[o]
			num(int64(v.off))
			for _, n := range v.v {
				num(n)
			}
		}
		num(int64(len(t.ret)))
		for _, n := range t.ret {
			num(n)
		}
	}
	return string(b)
}

// assignOpsDiff are the operators of op=.
var assignOpsDiff = map[token.Token]token.Token{
	token.ADD_ASSIGN: token.ADD, token.SUB_ASSIGN: token.SUB, token.MUL_ASSIGN: token.MUL, token.REM_ASSIGN: token.REM,
	token.AND_ASSIGN: token.AND, token.OR_ASSIGN: token.OR, token.XOR_ASSIGN: token.XOR, token.AND_NOT_ASSIGN: token.AND_NOT,
}
