package compile

import (
	"go/ast"
	"go/types"
)

// This file holds the interpreter's own meaning of what hp offers. It shares only the layout of the fields
// with hp, because those are compared by name.

func (x *diffExec) exprStmt(call *ast.CallExpr) {
	w := x.w
	if w.userCall(call) == nil {
		if fn := w.callee(call); fn.Pkg() == w.hp && fn.Type().(*types.Signature).Recv() == nil {
			switch fn.Name() {
			case "Await", "Rest":
				if x.num(call.Args[0]) == 0 {
					panic(diffBlocked{})
				}
			case "Atomic":
				x.atomically(call.Args[0].(*ast.FuncLit).Body.List)
			case "Require":
				if x.num(call.Args[0]) == 0 {
					panic(diffFault{})
				}
			default:
				panic("statement hp." + fn.Name())
			}
			return
		}
	}
	x.call(call)
	if w.userCall(call) == nil {
		x.thread().ret = nil // nobody looks at it
	}
}

// atomically runs statements to their end at once.
func (x *diffExec) atomically(list []ast.Stmt) {
	t := x.thread()
	depth := len(t.stack)
	x.block(list)
	for len(t.stack) > depth {
		x.micro()
		if x.w.mutant == "atomic splits" && len(t.stack) > depth {
			return
		}
	}
}

// call makes a call; its result is in ret when what it has pushed is done.
func (x *diffExec) call(call *ast.CallExpr) {
	w, t := x.w, x.thread()
	if w.userCall(call) != nil {
		wanted := false
		if n := len(t.stack); n > 0 {
			k := t.stack[n-1].kind
			wanted = k == kResult || k == kReturn
		}
		var args [][]int64
		for _, a := range call.Args {
			args = append(args, append([]int64(nil), x.eval(a)...))
		}
		recv := x.place(call.Fun.(*ast.SelectorExpr).X)
		fd := w.decl[w.callee(call)]
		x.enterOn(fd, x.receiver(fd, recv), args, wanted)
		return
	}
	fn := w.callee(call)
	if fn.Type().(*types.Signature).Recv() == nil {
		t.ret = x.callValue(call, nil)
		return
	}
	p := x.place(call.Fun.(*ast.SelectorExpr).X)
	name := p.typ.(*types.Named).Obj().Name() + "." + fn.Name()
	switch name {
	case "CPUMask.Set":
		x.put(p, []int64{x.get(p)[0] | 1<<x.num(call.Args[0])})
	case "CPUMask.Clear":
		x.put(p, []int64{x.get(p)[0] &^ (1 << x.num(call.Args[0]))})
	case "Queue.Send":
		x.send(p, append([]int64(nil), x.eval(call.Args[0])...))
	case "Queue.Receive":
		t.ret = x.receive(p)
	case "Work.Begin":
		x.workBegin(p.off, x.num(call.Args[0]) != 0)
	default:
		x.sync(name, p.off)
	}
}

func (x *diffExec) sync(name string, off int) {
	s := x.c.shared
	wait := func(ok bool) {
		if !ok {
			panic(diffBlocked{})
		}
	}
	require := func(ok bool) {
		if !ok {
			panic(diffFault{})
		}
	}
	switch name {
	case "Mutex.Lock":
		wait(s[off] == 0 || x.w.mutant == "lock does not block")
		s[off] = 1
	case "Mutex.TryLock":
		x.thread().ret = []int64{1 - s[off]}
		s[off] = 1
	case "Mutex.Unlock":
		require(s[off] == 1)
		s[off] = 0
	case "RWSem.Lock": // fields: a writer is in or waits for readers, number of readers, readers first
		wait(s[off] == 0 && (s[off+2] == 0 || s[off+1] == 0))
		s[off] = 1
		if s[off+1] > 0 && x.w.mutant != "writer does not drain" {
			x.push(diffItem{kind: kDrain, off: off})
		}
	case "RWSem.Unlock":
		require(s[off] == 1)
		s[off] = 0
	case "RWSem.RLock":
		wait(s[off] == 0)
		x.write(off+1, s[off+1]+1)
	case "RWSem.RUnlock":
		require(s[off+1] > 0)
		s[off+1]--
	case "Completion.Complete":
		require(s[off] == 0)
		s[off] = 1
	case "Completion.Wait":
		wait(s[off] == 1)
		s[off] = 0
	case "Work.Queue":
		s[off] = 1
	case "Work.Flush": // fields: pending, running, who waits for which instance
		switch {
		case x.w.mutant == "flush does not wait":
		case s[off] == 1:
			x.push(diffItem{kind: kFlush, off: off, i: forQueued})
		case s[off+1] == 1:
			x.push(diffItem{kind: kFlush, off: off, i: forRunning})
		}
		x.waiters(off)
	case "Work.End":
		s[off+1] = 0
		x.flushers(off, func(it *diffItem) {
			if it.i == forRunning {
				it.i = forNothing
			}
		})
	default:
		panic(name)
	}
}

func (x *diffExec) workBegin(off int, mayRun bool) {
	s := x.c.shared
	if s[off] == 0 || !mayRun {
		panic(diffBlocked{})
	}
	s[off], s[off+1] = 0, 1
	x.flushers(off, func(it *diffItem) {
		if it.i == forQueued {
			it.i = forRunning
		}
	})
}

// flushers changes what the threads that flush a work item wait for.
func (x *diffExec) flushers(off int, f func(*diffItem)) {
	for i := range x.c.threads {
		if st := x.c.threads[i].stack; len(st) > 0 && st[len(st)-1].kind == kFlush && st[len(st)-1].off == off {
			f(&st[len(st)-1])
		}
	}
	x.waiters(off)
}

// waiters writes down who waits for what, as hp.Work shows it.
func (x *diffExec) waiters(off int) {
	s := x.c.shared
	s[off+2], s[off+3] = 0, 0
	for i := range x.c.threads {
		if st := x.c.threads[i].stack; len(st) > 0 && st[len(st)-1].kind == kFlush && st[len(st)-1].off == off {
			switch st[len(st)-1].i {
			case forQueued:
				s[off+2] |= 1 << i
			case forRunning:
				s[off+3] |= 1 << i
			}
		}
	}
}

// slots returns the messages of a queue, each with the mark that it is there.
func (x *diffExec) slots(p diffPlace) [][]int64 {
	n := diffSize(p.typ) / 8
	var out [][]int64
	for i := range x.w.p.queue {
		out = append(out, x.c.shared[p.off+i*n:p.off+(i+1)*n])
	}
	return out
}

func (x *diffExec) send(p diffPlace, v []int64) {
	q := x.slots(p)
	if x.w.mutant == "queue is a stack" && q[len(q)-1][0] == 0 {
		for i := len(q) - 1; i > 0; i-- {
			copy(q[i], q[i-1])
		}
		q[0][0] = 0
	}
	for _, s := range q {
		if s[0] == 0 {
			s[0] = 1
			copy(s[1:], v)
			return
		}
	}
	panic(diffFault{})
}

func (x *diffExec) receive(p diffPlace) []int64 {
	q := x.slots(p)
	if q[0][0] == 0 {
		panic(diffBlocked{})
	}
	v := append([]int64(nil), q[0][1:]...)
	for i := range q {
		clear(q[i])
		if i+1 < len(q) {
			copy(q[i], q[i+1])
		}
	}
	return v
}
