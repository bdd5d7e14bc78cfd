package compile

import (
	"go/ast"
	"go/constant"
	"go/types"

	"hpmc/model"
)

// effectCall returns x if it is a call that has steps of its own or can have effects, and nil otherwise.
func (l *lowerer) effectCall(x ast.Expr) *ast.CallExpr {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return nil
	}
	fn := l.c.callee(call)
	if fn == nil {
		return nil
	}
	if l.c.isHP(fn) {
		switch fn.Name() {
		case "If", "Self", "NumCPUs", "ThreadsPerCore", "OfflineAtBoot", "QueueCap", "Count", "AllCPUs", "MaskOf":
			return nil
		}
	}
	if l.c.pure(fn, nil) {
		return nil
	}
	return call
}

// pure tells whether a function is one return expression without effects.
func (c *compiler) pure(fn *types.Func, from []*types.Func) bool {
	fd := c.decl[fn.Origin()]
	if fd == nil || fd.Body == nil || len(fd.Body.List) != 1 {
		return false
	}
	ret, ok := fd.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(ret.Results) != 1 {
		return false
	}
	for _, f := range from {
		if f == fn.Origin() {
			return false // recursion, reported where it is called
		}
	}
	if c.isHP(fn) && (fn.Name() == "Choose" || fn.Name() == "Fault" || fn.Name() == "Self") {
		return fn.Name() == "Self"
	}
	pure := true
	ast.Inspect(ret, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return pure
		}
		g := c.callee(call)
		if g == nil || c.isHP(g) && (g.Name() == "If" || g.Name() == "Count") {
			return pure
		}
		pure = pure && c.pure(g, append(from, fn.Origin()))
		return pure
	})
	return pure
}

func (l *lowerer) callStmt(call *ast.CallExpr) {
	c := l.c
	fn := c.callee(call)
	if fn == nil {
		c.fatalf(call.Pos(), "this call has no effect")
	}
	if c.isHP(fn) && fn.Type().(*types.Signature).Recv() == nil {
		switch fn.Name() {
		case "Await", "Rest":
			l.await(call, fn.Name() == "Rest")
			return
		case "Atomic":
			l.atomic(call)
			return
		case "BugOn":
			v := l.expr(call.Args[0])
			n := l.emit(nCheck, call.Pos())
			n.cond, n.prop, n.text = c.not(v.e), propBug, l.textWith("BUG_ON ", call.Args[0])
			return
		case "Require":
			v := l.expr(call.Args[0])
			l.require(call.Pos(), v.e, constant.StringVal(c.info.Types[call.Args[1]].Value))
			return
		}
	}
	if l.effectCall(call) == nil {
		c.fatalf(call.Pos(), "call of %s has no effect here: use its result", fn.Name())
	}
	l.call(call)
}

// call inlines a call and returns the place of its result, or nil.
func (l *lowerer) call(call *ast.CallExpr) *tree {
	c := l.c
	fn := c.callee(call)
	if c.isHP(fn) && (fn.Name() == "Choose" || fn.Name() == "Fault") {
		end := l.begin(call.Pos(), l.textOf(call))
		t := l.choice(fn, call)
		end()
		return t
	}
	fd := c.decl[fn.Origin()]
	if fd == nil || fd.Body == nil {
		c.fatalf(call.Pos(), "%s has no body", fn.Name())
	}
	if c.isHP(fn) && fn.Type().(*types.Signature).Recv() == nil {
		c.fatalf(call.Pos(), "hp.%s cannot stand here: it is a statement of its own", fn.Name())
	}
	for p := l.f; p != nil; p = p.parent {
		if p.fn != nil && p.fn.Origin() == fn.Origin() && !c.isHP(fn) {
			c.fatalf(call.Pos(), "%s calls itself: calls are inlined, so write a loop with a step in its body", fn.Name())
		}
	}
	f := &frame{id: c.frameCount, fn: fn, parent: l.f, env: map[types.Object]*tree{}, ts: typeArgs(fn), pos: call.Pos(), hidden: c.isHP(fn)}
	c.frameCount++
	f.depth = l.f.depth
	if !f.hidden {
		f.depth++
	} else {
		f.text = l.textOf(call)
	}
	l.bindReceiver(f, fd, call)
	end := l.begin(call.Pos(), l.textOf(call))
	copyReceiver := l.receiverCopy(f, fd)
	var args []*tree
	for _, a := range call.Args {
		args = append(args, l.expr(a))
	}
	params := paramIdents(fd)
	assign := l.newNode(nAssign, call.Pos())
	caller := l.f
	l.f = f
	copyReceiver(assign)
	for i, p := range params {
		if p.Name == "_" {
			continue
		}
		obj := c.info.Defs[p]
		// What a function of hp is given is part of its own step.
		if (constTree(args[i]) || f.hidden) && !c.assignedIn(fd.Body, obj) {
			f.env[obj] = args[i]
			continue
		}
		l.assignTree(assign, alt{}, l.bind(p, obj), args[i])
	}
	if len(assign.sets) > 0 {
		l.cur.next, l.cur = assign, assign
	}
	l.f = caller
	end()
	l.enter(f, fd, params)
	return f.result
}

// receiverCopy returns what gives a method with a value receiver its own copy, when it is called.
func (l *lowerer) receiverCopy(f *frame, fd *ast.FuncDecl) func(*node) {
	if fd.Recv == nil || f.hidden || len(fd.Recv.List[0].Names) == 0 {
		return func(*node) {}
	}
	if _, ptr := fd.Recv.List[0].Type.(*ast.StarExpr); ptr {
		return func(*node) {}
	}
	id := fd.Recv.List[0].Names[0]
	obj := l.c.info.Defs[id]
	val := f.env[obj]
	return func(n *node) { l.assignTree(n, alt{}, l.bind(id, obj), val) }
}

func constTree(t *tree) bool {
	ok := true
	t.walk(func(l *tree) { ok = ok && isConst(l.e) })
	return ok
}

// assignedIn tells whether a block assigns to a variable.
func (c *compiler) assignedIn(body *ast.BlockStmt, obj types.Object) bool {
	found := false
	is := func(x ast.Expr) {
		for {
			switch y := ast.Unparen(x).(type) {
			case *ast.SelectorExpr:
				x = y.X
				continue
			case *ast.IndexExpr:
				x = y.X
				continue
			case *ast.Ident:
				found = found || c.info.Uses[y] == obj
			}
			return
		}
	}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, x := range n.Lhs {
				is(x)
			}
		case *ast.IncDecStmt:
			is(n.X)
		case *ast.CallExpr: // a method that changes its receiver
			if s, ok := n.Fun.(*ast.SelectorExpr); ok {
				is(s.X)
			}
		}
		return !found
	})
	return found
}

// enter inlines a function whose parameters are bound.
func (l *lowerer) enter(f *frame, fd *ast.FuncDecl, params []*ast.Ident) {
	c := l.c
	caller := l.f
	l.f = f
	if res := fd.Type.Results; res != nil {
		typ := c.info.Types[res.List[0].Type].Type
		f.result = l.newLocal(fd.Name.Name+".ret", typ, c.pos(fd.Pos()))
		n := l.emit(nAssign, fd.Pos())
		l.assignTree(n, alt{}, f.result, c.zero(typ, f.ts))
		if names := res.List[0].Names; len(names) == 1 {
			f.env[c.info.Defs[names[0]]] = f.result
		}
	}
	if !f.hidden {
		n := l.emit(nEvent, fd.Pos())
		n.event = &model.Event{Kind: model.Enter, Depth: f.depth - 1, Frame: f.id}
		n.text = phrase{{s: c.funcName(f.fn) + "("}}
		shown := 0
		for _, p := range params {
			t := f.env[c.info.Defs[p]]
			if t == nil || t.e == nil {
				continue
			}
			if shown > 0 {
				n.text = append(n.text, part{s: ", "})
			}
			shown++
			arg := part{s: p.Name, e: t.e, typ: c.typeOf(t.typ)}
			n.text, n.parts = append(n.text, arg), append(n.parts, arg)
		}
		n.text = append(n.text, part{s: ")"})
	}
	hooks := c.hooks[f.fn.Origin()]
	if hooks != nil {
		l.runHooks(hooks.before, f, fd)
	}
	f.exit = l.newNode(nNop, fd.End())
	l.block(fd.Body.List)
	l.jump(f.exit)
	l.cur = f.exit
	if hooks != nil {
		l.runHooks(hooks.after, f, fd)
	}
	if f.hidden {
		l.lockEvent(f, fd)
	} else {
		n := l.emit(nEvent, fd.End())
		n.event = &model.Event{Kind: model.Leave, Depth: f.depth - 1, Frame: f.id}
		n.text = phrase{{s: c.funcName(f.fn) + "()"}}
		if f.result != nil && f.result.e != nil {
			n.value, n.event.Type = f.result.e, c.typeOf(f.result.typ)
		} else if f.result != nil {
			f.result.walk(func(leaf *tree) { n.parts = append(n.parts, part{e: leaf.e, typ: c.typeOf(leaf.typ)}) })
		}
	}
	l.f = caller
}

// flowWords are the directives of functions of hp that pass something on.
var flowWords = map[model.FlowOp]string{model.Queues: "queues", model.Sends: "sends", model.Receives: "receives"}

// lockEvent emits what a function of hp has done to the lock it was called on.
func (l *lowerer) lockEvent(f *frame, fd *ast.FuncDecl) {
	c := l.c
	d := c.dirs[f.fn.Origin()].hp
	var ev model.Event
	mode, isAcquire := d["acquire"]
	_, isRelease := d["release"]
	flushes, isFlush := d["flush"]
	switch {
	case isAcquire:
		ev.Op = model.Acquire
	case isRelease:
		ev.Op, mode = model.Release, d["release"]
	case isFlush:
		ev.Op, mode = model.Flush, flushes
	default:
		for flow, word := range flowWords {
			if _, is := d[word]; is {
				recv := f.env[c.info.Defs[fd.Recv.List[0].Names[0]]]
				l.emit(nEvent, f.pos).event = &model.Event{Flow: flow, Via: recv.disp}
			}
		}
		return
	}
	switch mode {
	case "shared":
		ev.Mode = model.SharedMode
	case "work":
		ev.Mode = model.WorkItem
	case "map":
		ev.Mode = model.Annotated
	}
	recv := f.env[c.info.Defs[fd.Recv.List[0].Names[0]]]
	e := l.emit(nEvent, f.pos)
	ev.Kind = model.Step // amends the step it belongs to
	ev.Lock = recv.disp
	if fd.Name.Name == "TryLock" {
		e.when, ev.Try = f.result.e, true
	}
	e.event = &ev
}

// runHooks lowers the properties and observers that watch a function.
func (l *lowerer) runHooks(hs []hook, f *frame, fd *ast.FuncDecl) {
	c := l.c
	for _, h := range hs {
		hd := c.decl[h.fn]
		hf := &frame{id: c.frameCount, fn: h.fn, parent: f, env: map[types.Object]*tree{}, hidden: true, pos: hd.Pos()}
		c.frameCount++
		if names := hd.Recv.List[0].Names; len(names) == 1 {
			hf.env[c.info.Defs[names[0]]] = c.groot
		}
		for _, p := range paramIdents(hd) {
			obj := c.info.Defs[p]
			if obj == nil {
				continue
			}
			if c.isKernel(obj.Type()) {
				hf.env[obj] = c.kroot
				continue
			}
			if t := hookArg(c, f, fd, p.Name); t != nil {
				if t.typ != nil && !types.Identical(t.typ, obj.Type()) {
					c.fatalf(p.Pos(), "%s of %s has type %s, not %s", p.Name, fd.Name.Name, c.typeOf(t.typ).Name, c.typeOf(obj.Type()).Name)
				}
				hf.env[obj] = t
				continue
			}
			c.fatalf(p.Pos(), "%s has no parameter or result called %s (an unnamed result is called ret)", fd.Name.Name, p.Name)
		}
		old, oldTouch := l.f, l.touch
		l.f, l.touch = hf, nil
		l.within++
		if h.prop >= 0 {
			v := l.pureBody(hd)
			clauses := l.clauses(hd)
			n := l.emit(nCheck, hd.Pos())
			n.cond, n.prop, n.clauses = v.e, h.prop, clauses
		} else {
			hf.exit = l.newNode(nNop, hd.End())
			l.block(hd.Body.List)
			l.jump(hf.exit)
			l.cur = hf.exit
		}
		l.within--
		l.f, l.touch = old, oldTouch
	}
}

// clauses returns the conjuncts of a property that is a single expression, as they are written.
func (l *lowerer) clauses(fd *ast.FuncDecl) (out []model.Clause) {
	if ret, ok := fd.Body.List[0].(*ast.ReturnStmt); ok && len(ret.Results) == 1 {
		for _, x := range conjuncts(ret.Results[0]) {
			out = append(out, model.Clause{Text: types.ExprString(x), Cond: l.expr(x).e})
		}
	}
	return out
}

func hookArg(c *compiler, f *frame, fd *ast.FuncDecl, name string) *tree {
	for _, p := range paramIdents(fd) {
		if p.Name == name {
			return f.env[c.info.Defs[p]]
		}
	}
	if res := fd.Type.Results; res != nil {
		if len(res.List[0].Names) == 0 && name == "ret" || len(res.List[0].Names) == 1 && res.List[0].Names[0].Name == name {
			return f.result
		}
	}
	return nil
}
