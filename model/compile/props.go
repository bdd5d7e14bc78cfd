package compile

import (
	"fmt"
	"go/ast"
	"go/types"
	"sort"
	"strings"

	"hpmc/model"
)

// builtinProps are the properties that need no source.
var builtinProps = []model.Property{
	propModel: {Name: "model", Summary: "No value leaves its range, and no lock or queue is misused.", Kind: model.AtEvent, Fault: true},
	propBug:   {Name: "bug", Summary: "No BUG_ON or WARN_ON triggers.", Kind: model.AtEvent},
}

var deadlockProp = model.Property{Name: "deadlock", Kind: model.Deadlock,
	Summary: "No state is stuck: some thread can step, or every thread has finished or may wait."}

var lockOrderProp = model.Property{Name: "lock-order", Kind: model.LockOrder,
	Summary: "No locks depend on each other in a circle, each waited for while the one before it is held; running work is a lock, for which flushers wait."}

// stateless are the properties that need no condition.
var stateless = map[string]*model.Property{deadlockProp.Name: &deadlockProp, lockOrderProp.Name: &lockOrderProp}

// kindDirectives are the directives of which a property has exactly one.
var kindDirectives = []string{"at", "before", "always", "final"}

// propertyInfo reads the directives of a method of Ghost; ok is false for one that is no property.
func (c *compiler) propertyInfo(fn *types.Func) (info PropertyInfo, ok bool) {
	d := c.dirs[fn]
	name, ok := d.hp["property"]
	if !ok {
		return info, false
	}
	info = PropertyInfo{Name: name, Summary: d.doc, Pos: c.pos(c.decl[fn].Pos())}
	var kinds []string
	for _, k := range kindDirectives {
		if _, has := d.hp[k]; has {
			kinds = append(kinds, k)
		}
	}
	if len(kinds) != 1 {
		c.errorf(d.pos["property"], "property %s has %d of //hp:at, //hp:before, //hp:always and //hp:final: it needs exactly one", name, len(kinds))
		return info, true
	}
	switch kinds[0] {
	case "always":
		info.Kind = model.Always
	case "final":
		info.Kind = model.Final
	default:
		info.Kind = model.AtEvent
	}
	return info, true
}

// ghostMethods returns the methods of the invariants' Ghost by position.
func (c *compiler) ghostMethods() []*types.Func {
	if c.ghost == nil {
		return nil
	}
	fns := make([]*types.Func, 0, c.ghost.NumMethods())
	for i := range c.ghost.NumMethods() {
		fns = append(fns, c.ghost.Method(i))
	}
	sort.Slice(fns, func(i, j int) bool {
		a, b := c.pos(fns[i].Pos()), c.pos(fns[j].Pos())
		if a.File != b.File {
			return a.File < b.File
		}
		return a.Line < b.Line
	})
	return fns
}

// findProperties sets up the program's properties and what watches which function.
func (c *compiler) findProperties() {
	c.props = append(c.props, builtinProps...)
	c.hooks = map[*types.Func]*hookSet{}
	byName := map[string]*types.Func{}
	for _, fn := range c.ghostMethods() {
		if info, ok := c.propertyInfo(fn); ok {
			byName[info.Name] = fn
		} else {
			c.watch(fn, -1)
		}
	}
	for _, n := range c.cfg.Properties {
		if p := stateless[n.Text]; p != nil {
			c.props = append(c.props, *p)
			continue
		}
		if n.Text == "bug" || n.Text == "model" {
			continue
		}
		fn := byName[n.Text]
		if fn == nil {
			c.errorAt(n.Pos, "unknown property %s", n.Text)
			continue
		}
		info, _ := c.propertyInfo(fn)
		p := model.Property{Name: info.Name, Summary: info.Summary, Kind: info.Kind, Pos: info.Pos}
		if info.Kind == model.AtEvent {
			c.watch(fn, len(c.props))
		} else {
			p.Cond, p.Clauses = c.stateCondition(fn)
		}
		c.props = append(c.props, p)
	}
	for i, e := range c.cfg.InPlace {
		p := model.Property{Name: e.Text, Summary: e.Text + " holds in every state.", Kind: model.Always, Pos: e.Pos}
		p.Cond, p.Clauses = c.stateCondition(c.method(c.kernel, fmt.Sprintf("%salways%d", synthetic, i)))
		c.props = append(c.props, p)
	}
	for i, e := range c.cfg.Reach {
		p := model.Property{Name: "reach: " + e.Text, Summary: e.Text + " holds in some state.", Kind: model.Reachable, Pos: e.Pos}
		p.Cond, p.Clauses = c.stateCondition(c.method(c.kernel, fmt.Sprintf("%sreach%d", synthetic, i)))
		c.props = append(c.props, p)
	}
	if len(c.errs) > 0 {
		panic(bailout{})
	}
}

func (c *compiler) isKernel(t types.Type) bool {
	p, ok := t.(*types.Pointer)
	return ok && types.Identical(p.Elem(), c.kernel)
}

// returnsBool tells whether a function has one result, of type bool.
func returnsBool(fn *types.Func) bool {
	res := fn.Type().(*types.Signature).Results()
	return res.Len() == 1 && isBoolean(res.At(0).Type())
}

// watch attaches a property, or an observer, to the kernel's functions that its directives name.
func (c *compiler) watch(fn *types.Func, prop int) {
	d := c.dirs[fn]
	if prop < 0 && fn.Type().(*types.Signature).Results().Len() > 0 {
		if len(d.pos) > 0 {
			c.errorf(c.decl[fn].Pos(), "%s watches a function and returns something: a property needs //hp:property NAME, an observer returns nothing", fn.Name())
		}
		return
	} else if prop >= 0 && !returnsBool(fn) {
		c.errorf(c.decl[fn].Pos(), "property %s must return bool", fn.Name())
		return
	}
	for _, when := range []string{"at", "before"} {
		arg, ok := d.hp[when]
		if !ok {
			continue
		}
		names := strings.Fields(arg)
		if len(names) == 0 {
			c.errorf(d.pos[when], "//hp:%s needs the name of a method of Kernel", when)
		}
		for _, name := range names {
			target := c.method(c.kernel, name)
			if target == nil {
				c.errorf(d.pos[when], "//hp:%s %s: Kernel has no such method", when, name)
				continue
			}
			hs := c.hooks[target]
			if hs == nil {
				hs = &hookSet{}
				c.hooks[target] = hs
			}
			if when == "at" {
				hs.after = append(hs.after, hook{fn, prop})
			} else {
				hs.before = append(hs.before, hook{fn, prop})
			}
			sort.SliceStable(hs.after, func(i, j int) bool { return hs.after[i].prop > hs.after[j].prop })
			sort.SliceStable(hs.before, func(i, j int) bool { return hs.before[i].prop > hs.before[j].prop })
		}
	}
}

// stateCondition evaluates a property over one state, and its conjuncts one by one.
func (c *compiler) stateCondition(fn *types.Func) (*model.Expr, []model.Clause) {
	fd := c.decl[fn]
	if !returnsBool(fn) {
		c.fatalf(fd.Pos(), "property %s must return bool", fn.Name())
	}
	newFrame := func() *lowerer {
		l := &lowerer{c: c, t: &thread{fn: fn}, within: 1}
		f := &frame{fn: fn, env: map[types.Object]*tree{}, hidden: true}
		recv := c.groot
		if isSynthetic(fn.Name()) {
			recv = c.kroot
		}
		f.env[c.info.Defs[fd.Recv.List[0].Names[0]]] = recv
		for _, p := range paramIdents(fd) {
			obj := c.info.Defs[p]
			if obj != nil && !c.isKernel(obj.Type()) {
				c.fatalf(p.Pos(), "a property of every state, or of the last, is given k alone: %s is known only to one that watches a function", p.Name)
			}
			f.env[obj] = c.kroot
		}
		l.f = f
		return l
	}
	cond := newFrame().pureBody(fd)
	return cond.e, newFrame().clauses(fd)
}

func conjuncts(x ast.Expr) []ast.Expr {
	if b, ok := ast.Unparen(x).(*ast.BinaryExpr); ok && b.Op.String() == "&&" {
		return append(conjuncts(b.X), conjuncts(b.Y)...)
	}
	return []ast.Expr{ast.Unparen(x)}
}
