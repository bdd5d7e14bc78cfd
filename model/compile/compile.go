package compile

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"go/types"
	"sort"
	"strings"

	"hpmc/model"
)

// The properties that every program has come first.
const (
	propModel = iota
	propBug
	firstProp
)

// Compile makes a program of a configuration. Faults in the sources come back as Errors.
func Compile(cfg Config) (p *model.Program, err error) {
	if cfg.QueueCap == 0 {
		cfg.QueueCap = 4
	}
	c := newCompiler(cfg)
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(bailout); !ok {
				panic(r)
			}
			p, err = nil, c.failure()
		}
	}()
	c.checkConfig()
	c.load(c.scenarioFile())
	c.findThreads()
	c.makeState()
	c.runInit()
	c.findProperties()
	c.lowerThreads()
	if len(c.errs) > 0 {
		return nil, c.failure()
	}
	xs := c.fixpoint()
	if len(c.errs) > 0 {
		return nil, c.failure()
	}
	return c.program(xs), nil
}

func (c *compiler) checkConfig() {
	cfg := &c.cfg
	bad := func(format string, args ...any) { c.errorAt(model.Pos{}, format, args...) }
	if cfg.CPUs < 1 || cfg.CPUs > 16 {
		bad("%d CPUs: a topology has 1 to 16", cfg.CPUs)
	}
	if cfg.QueueCap < 1 || cfg.QueueCap > 8 {
		bad("queues of %d: a queue holds 1 to 8 messages", cfg.QueueCap)
	}
	for _, o := range cfg.Offline {
		if o < 0 || o >= cfg.CPUs {
			bad("CPU %d is not in a topology of %d", o, cfg.CPUs)
		}
	}
	if len(c.errs) > 0 {
		panic(bailout{})
	}
}

// Synthetic names are those of the file that scenarioFile makes; they cannot clash with a model's.
const synthetic = "ʂ"

func isSynthetic(name string) bool { return strings.HasPrefix(name, synthetic) }

// scenarioFile makes a file of the kernel's package from the expressions of the scenario, so that they are
// type-checked where they mean something. Line directives make positions the scenario's own.
func (c *compiler) scenarioFile() Source {
	var b strings.Builder
	fmt.Fprintf(&b, "package %s\nimport \"%s\"\nvar _ hp.CPU\n", kernelPackageName(c.cfg.Packages), HPPath)
	at := func(e Expr) string {
		return fmt.Sprintf("/*line %s:%d:%d*/", e.Pos.File, e.Pos.Line, e.Pos.Col)
	}
	for i, t := range c.cfg.Threads {
		fmt.Fprintf(&b, "func (k *Kernel) %sthread%d() {\n", synthetic, i)
		for _, e := range t.Body {
			if call, ok := c.parseExpr(e).(*ast.CallExpr); ok {
				if _, ok := call.Fun.(*ast.Ident); ok {
					fmt.Fprintf(&b, "k.%s%s\n", at(e), e.Text)
					continue
				}
			}
			c.errorAt(e.Pos, "a thread is a call of one of the kernel's methods, such as OnlineStore(1, true)")
		}
		b.WriteString("}\n")
	}
	expr := func(kind string, i int, typ string, e Expr) {
		if c.parseExpr(e) != nil {
			fmt.Fprintf(&b, "func (k *Kernel) %s%s%d() %s { return %s%s\n}\n", synthetic, kind, i, typ, at(e), e.Text)
		}
	}
	for i, e := range c.cfg.InPlace {
		expr("always", i, "bool", e)
	}
	for i, e := range c.cfg.Reach {
		expr("reach", i, "bool", e)
	}
	for i, p := range c.cfg.Params {
		if c.parseExpr(p.Value) != nil {
			fmt.Fprintf(&b, "func (k *Kernel) %sparam%d() { v := %s%s; _ = v\n}\n", synthetic, i, at(p.Value), p.Value.Text)
		}
	}
	if len(c.errs) > 0 {
		panic(bailout{})
	}
	return Source{Name: "scenario.go", Text: []byte(b.String())}
}

func kernelPackageName(pkgs []Package) string {
	for _, p := range pkgs {
		if p.Path == KernelPath && len(p.Files) > 0 {
			f, err := parser.ParseFile(token.NewFileSet(), "", p.Files[0].Text, parser.PackageClauseOnly)
			if err == nil {
				return f.Name.Name
			}
		}
	}
	return "linux"
}

// parseExpr parses an expression of the scenario and reports what is wrong with it.
func (c *compiler) parseExpr(e Expr) ast.Expr {
	if strings.ContainsAny(e.Text, "\n\r") || strings.Contains(e.Text, "//") || strings.Contains(e.Text, "/*") {
		c.errorAt(e.Pos, "an expression is one line without comments")
		return nil
	}
	x, err := parser.ParseExprFrom(token.NewFileSet(), "", e.Text, 0)
	if err != nil {
		pos, msg := e.Pos, err.Error()
		if list, ok := err.(scanner.ErrorList); ok && len(list) > 0 {
			pos.Col += list[0].Pos.Column - 1
			msg = list[0].Msg
		}
		c.errorAt(pos, "%s", msg)
		return nil
	}
	return x
}

// findThreads lists the kernel's threads and the scenario's; their order is that of hp.Task.
func (c *compiler) findThreads() {
	for i, t := range c.cfg.Threads {
		fn := c.method(c.kernel, fmt.Sprintf("%sthread%d", synthetic, i))
		c.threads = append(c.threads, &thread{name: t.Name, fn: fn})
	}
	var fns []*types.Func
	for fn, d := range c.dirs {
		if _, ok := d.hp["thread"]; ok {
			fns = append(fns, fn)
		}
	}
	sort.Slice(fns, func(i, j int) bool { return fns[i].Name() < fns[j].Name() })
	for _, fn := range fns {
		name := c.dirs[fn].hp["thread"]
		params := paramIdents(c.decl[fn])
		switch {
		case len(params) == 0 && !strings.Contains(name, "%d"):
			c.threads = append(c.threads, &thread{name: name, daemon: true, fn: fn})
		case len(params) == 1 && strings.Contains(name, "%d"):
			for cpu := range c.cfg.CPUs {
				c.threads = append(c.threads, &thread{name: fmt.Sprintf(name, cpu), daemon: true, fn: fn, args: []int64{int64(cpu)}})
			}
		default:
			c.errorf(c.dirs[fn].pos["thread"], "//hp:thread NAME goes with a method without parameters, //hp:thread NAME/%%d with one of a single hp.CPU")
		}
	}
	if len(c.threads) > 32 {
		c.errorAt(model.Pos{}, "%d threads: a scenario has at most 32, the kernel's included", len(c.threads))
	}
	if len(c.errs) > 0 {
		panic(bailout{})
	}
}

func (c *compiler) method(n *types.Named, name string) *types.Func {
	for i := range n.NumMethods() {
		if m := n.Method(i); m.Name() == name {
			return m
		}
	}
	return nil
}

// makeState makes the variables of the shared state, the ghost state and the fault budgets.
func (c *compiler) makeState() {
	c.kroot = c.newPlace(c.kernel, place{kind: model.Shared, thread: -1}, nil)
	if c.ghost != nil {
		c.docs = c.ghostDocs()
		c.groot = c.newPlace(c.ghost, place{kind: model.Ghost, thread: -1}, nil)
	} else {
		c.groot = &tree{kids: []*tree{}}
	}
	for _, f := range c.cfg.Faults {
		if f.Budget <= 0 {
			continue
		}
		v := variable{Var: model.Var{Name: "fault " + f.Name, Kind: model.Budget, Type: c.typeOf(types.Typ[types.Int]), Thread: -1,
			Max: int64(f.Budget), Init: int64(f.Budget)}}
		v.varying = v.width()
		c.vars = append(c.vars, v)
		c.budgets[f.Name] = model.VarID(len(c.vars) - 1)
	}
	if len(c.errs) > 0 {
		panic(bailout{})
	}
}

// runInit executes the parameters and Kernel.Init on the zero state.
func (c *compiler) runInit() {
	for i, p := range c.cfg.Params {
		fn := c.method(c.kernel, fmt.Sprintf("%sparam%d", synthetic, i))
		value := c.decl[fn].Body.List[0].(*ast.AssignStmt).Rhs[0]
		l := &lowerer{c: c, t: &thread{fn: fn}, within: 1}
		recv := c.info.Defs[c.decl[fn].Recv.List[0].Names[0]]
		l.f = &frame{env: map[types.Object]*tree{recv: c.kroot}}
		v := l.expr(value)
		if v.e == nil || !isConst(v.e) {
			c.fatalf(value.Pos(), "a parameter must be a constant")
		}
		for j := range c.vars {
			w := &c.vars[j]
			if !w.param || c.paramOf[model.VarID(j)] != p.Name {
				continue
			}
			if v.e.Val < w.Min || v.e.Val > w.Max || w.Type.Kind == model.Bool && !isBoolean(c.info.Types[value].Type) {
				c.errorAt(p.Value.Pos, "%s is not a value of %s, which is %s from %s to %s", p.Value.Text, p.Name, w.Type.Name,
					w.Type.FormatValue(w.Min), w.Type.FormatValue(w.Max))
				continue
			}
			w.Init = v.e.Val
		}
	}
	if len(c.errs) > 0 {
		panic(bailout{})
	}
	for i := range c.vars { // parameters are constants from here on
		if v := &c.vars[i]; v.param {
			v.varying = 0
		}
	}
	fn := c.method(c.kernel, "Init")
	if fn == nil {
		return
	}
	t := &thread{name: "Init", fn: fn}
	c.lowerBody(t, 1)
	c.liveness(t)
	x := &exec{c: c, t: t, locs: map[string]*location{}, final: true, merged: map[*node]bool{}}
	p := &pathState{env: map[model.VarID]*model.Expr{}, facts: map[*model.Expr]bool{}, values: map[model.VarID]int64{}}
	for i := range c.vars {
		if v := &c.vars[i]; v.Kind == model.Shared {
			p.env[model.VarID(i)] = c.konst(v.Init)
		}
	}
	done := false
	x.runRaw(t.root, p, func(q *pathState) {
		done = true
		for id, e := range q.env {
			if c.vars[id].Kind != model.Shared {
				continue
			}
			if !isConst(e) {
				c.fatalf(c.decl[fn].Pos(), "Init gives %s a value that is not a constant", c.vars[id].Name)
			}
			c.vars[id].Init = e.Val
		}
	})
	if !done || len(c.errs) > 0 {
		c.fatalf(c.decl[fn].Pos(), "Init must run to its end without waiting")
	}
	for i := range c.vars {
		if v := &c.vars[i]; v.Kind != model.Local && (v.Init < v.Min || v.Init > v.Max) {
			c.errorf(c.decl[fn].Pos(), "Init gives %s the value %d, outside %d..%d", v.Name, v.Init, v.Min, v.Max)
		}
	}
}

// lowerBody makes the graph of a thread; within is 1 for code that has no steps.
func (c *compiler) lowerBody(t *thread, within int) {
	l := &lowerer{c: c, t: t, within: within}
	fd := c.decl[t.fn]
	l.f = &frame{id: c.frameCount, env: map[types.Object]*tree{}}
	c.frameCount++
	t.root = l.emit(nNop, fd.Pos())
	f := &frame{id: c.frameCount, fn: t.fn, parent: l.f, env: map[types.Object]*tree{}, hidden: isSynthetic(t.fn.Name()), pos: fd.Pos()}
	c.frameCount++
	if !f.hidden {
		f.depth = 1
	}
	f.env[c.info.Defs[fd.Recv.List[0].Names[0]]] = c.kroot
	params := paramIdents(fd)
	for i, p := range params {
		f.env[c.info.Defs[p]] = &tree{typ: c.info.Defs[p].Type(), e: c.konst(t.args[i])}
	}
	l.enter(f, fd, params)
	if l.cur != nil {
		l.emit(nEnd, fd.End())
	}
}

func (c *compiler) lowerThreads() {
	for _, t := range c.threads {
		c.lowerBody(t, 0)
		c.liveness(t)
	}
	for i := range c.vars { // nothing varies until an assignment shows that it does
		switch v := &c.vars[i]; v.Kind {
		case model.Shared, model.Ghost:
			v.varying = 0
		case model.Local:
			if v.ranged {
				v.known, v.Min, v.Max = false, 0, 0
			}
		}
	}
}

// fixpoint executes all threads until no more variables turn out to vary, and returns the last execution.
func (c *compiler) fixpoint() []*exec {
	for {
		xs := make([]*exec, len(c.threads))
		grown := false
		for i, t := range c.threads {
			xs[i] = c.execThread(t, false)
			grown = grown || xs[i].grown
		}
		if grown {
			continue
		}
		for i, t := range c.threads {
			xs[i] = c.execThread(t, true)
		}
		return xs
	}
}
