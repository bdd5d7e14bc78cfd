package compile

import (
	"fmt"
	"go/ast"
	"go/types"
	"math/bits"
	"reflect"
	"strconv"
	"strings"

	"hpmc/model"
)

// tree is a value or a place of a Go type, as expressions at its scalar leaves. The leaves of a place are
// references to variables.
type tree struct {
	typ  types.Type
	disp string // how users know the place, if it is one
	kids []*tree
	e    *model.Expr // of a leaf
}

// walk calls f for every leaf.
func (t *tree) walk(f func(*tree)) {
	if t.e != nil {
		f(t)
	}
	for _, k := range t.kids {
		k.walk(f)
	}
}

// leaves returns the leaf expressions in order.
func (t *tree) leaves() []*model.Expr {
	var es []*model.Expr
	t.walk(func(l *tree) { es = append(es, l.e) })
	return es
}

// subst is a mapping of type parameters to types, for methods of generic types.
type subst map[*types.TypeParam]types.Type

func (s subst) apply(t types.Type) types.Type {
	if p, ok := t.(*types.TypeParam); ok && s[p] != nil {
		return s[p]
	}
	return t
}

// place says what to make variables of.
type place struct {
	kind   model.VarKind
	thread int
	name   string // of the Go path
	disp   string // of the kernel's path
	tag    reflect.StructTag
	where  model.Pos
	doc    string
}

// ghostDocs returns the first sentences of the comments on the fields of Ghost, by their positions.
func (c *compiler) ghostDocs() map[model.Pos]string {
	docs := map[model.Pos]string{}
	for _, f := range c.asts[InvariantsPath] {
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok || spec.Name.Name != "Ghost" {
				return true
			}
			if st, ok := spec.Type.(*ast.StructType); ok {
				for _, fl := range st.Fields.List {
					text := oneLine(fl.Doc.Text())
					if first, _, more := strings.Cut(text, ". "); more {
						text = first + "."
					}
					for _, name := range fl.Names {
						docs[c.pos(name.Pos())] = text
					}
				}
			}
			return false
		})
	}
	return docs
}

// newPlace makes variables for a type and returns the place.
func (c *compiler) newPlace(t types.Type, p place, ts subst) *tree {
	t = ts.apply(t)
	switch u := t.Underlying().(type) {
	case *types.Struct:
		tr := &tree{typ: t, disp: p.disp, kids: make([]*tree, u.NumFields())}
		for i := range tr.kids {
			f := u.Field(i)
			q := p
			q.tag = reflect.StructTag(u.Tag(i))
			q.name = join(p.name, f.Name())
			q.where = c.pos(f.Pos())
			if d := c.docs[q.where]; d != "" {
				q.doc = d
			}
			if name, ok := q.tag.Lookup("linux"); !ok {
				q.disp = join(p.disp, f.Name())
			} else if name != "" {
				q.disp = join(p.disp, name)
			}
			tr.kids[i] = c.newPlace(f.Type(), q, ts)
		}
		return tr
	case *types.Array:
		n := int(u.Len())
		tr := &tree{typ: t, disp: p.disp, kids: make([]*tree, n)}
		for i := range tr.kids {
			q := p
			q.name = p.name + "[" + strconv.Itoa(i) + "]"
			q.disp = p.disp + "[" + strconv.Itoa(i) + "]"
			if strings.Contains(p.disp, "%d") {
				q.disp = fmt.Sprintf(p.disp, i)
			}
			tr.kids[i] = c.newPlace(u.Elem(), q, ts)
		}
		return tr
	case *types.Basic:
		if u.Info()&(types.IsInteger|types.IsBoolean) != 0 {
			return &tree{typ: t, disp: p.disp, e: c.ref(c.newVar(t, p))}
		}
	}
	c.errorAt(p.where, "%s has type %s: shared state and locals are bool, integers, hp types, and structs and arrays of them", p.name, t)
	return &tree{typ: t, e: c.konst(0)}
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + "." + b
}

func (c *compiler) newVar(t types.Type, p place) model.VarID {
	v := variable{Var: model.Var{Name: p.name, Kind: p.kind, Type: c.typeOf(t), Thread: p.thread, Doc: p.doc}}
	if p.disp != p.name {
		v.Kernel = p.disp
	}
	lo, hi, ok := c.typeRange(t)
	if r, tagged := p.tag.Lookup("range"); tagged {
		a, b, cut := strings.Cut(r, "..")
		l, err1 := strconv.ParseInt(a, 10, 32)
		h, err2 := strconv.ParseInt(b, 10, 32)
		if !cut || err1 != nil || err2 != nil || l > h {
			c.errorAt(p.where, "range %q of %s: write it as `range:\"0..7\"`", r, p.name)
		}
		lo, hi, ok = l, h, true
	}
	switch {
	case ok:
		v.Min, v.Max = lo, hi
	case p.kind == model.Local:
		v.ranged, v.known = true, true
		v.Min, v.Max = -unbounded, unbounded
	default:
		c.errorAt(p.where, "integer field %s has no range: add the tag `range:\"0..7\"`, or give it a named type with constants", p.name)
	}
	v.mask = v.Type.Kind == model.Mask || v.Type.Kind == model.Bool
	if name, ok := p.tag.Lookup("param"); ok && p.kind == model.Shared {
		v.param = true
		c.paramOf[model.VarID(len(c.vars))] = name
	}
	v.varying = v.width()
	c.vars = append(c.vars, v)
	return model.VarID(len(c.vars) - 1)
}

// width returns all bits that values of the variable can have.
func (v *variable) width() uint64 {
	if v.Min < 0 || v.Max >= unbounded {
		return ^uint64(0)
	}
	return 1<<bits.Len64(uint64(v.Max)) - 1
}

// typeRange returns the values that a type can have, if the type says so.
func (c *compiler) typeRange(t types.Type) (lo, hi int64, ok bool) {
	if isBoolean(t) {
		return 0, 1, true
	}
	n, isNamed := t.(*types.Named)
	if !isNamed {
		return 0, 0, false
	}
	if c.hp != nil && n.Obj().Pkg() == c.hp {
		switch n.Obj().Name() {
		case "CPU":
			return 0, int64(c.cfg.CPUs) - 1, true
		case "CPUMask":
			return 0, 1<<c.cfg.CPUs - 1, true
		case "Task":
			return 0, int64(max(1, len(c.threads))) - 1, true
		case "TaskMask":
			return 0, 1<<len(c.threads) - 1, true
		}
	}
	for i, k := range c.constants(n) {
		if i == 0 || k.val < lo {
			lo = k.val
		}
		if i == 0 || k.val > hi {
			hi = k.val
		}
		ok = true
	}
	return lo, hi, ok
}

func isBoolean(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsBoolean != 0
}

type named struct {
	name string
	val  int64
}

// constants returns the constants of a named type that its package declares.
func (c *compiler) constants(n *types.Named) []named {
	var ks []named
	if n.Obj().Pkg() == nil {
		return nil
	}
	scope := n.Obj().Pkg().Scope()
	for _, name := range scope.Names() {
		if k, ok := scope.Lookup(name).(*types.Const); ok && types.Identical(k.Type(), n) {
			if v, exact := constInt(k.Val()); exact {
				ks = append(ks, named{name, v})
			}
		}
	}
	return ks
}

// typeOf returns how values of t are shown.
func (c *compiler) typeOf(t types.Type) *model.Type {
	if mt := c.types[t]; mt != nil {
		return mt
	}
	mt := &model.Type{Name: types.TypeString(t, func(p *types.Package) string { return p.Name() }), Kind: model.Int}
	c.types[t] = mt
	if isBoolean(t) {
		mt.Kind = model.Bool
	}
	n, ok := t.(*types.Named)
	if !ok {
		return mt
	}
	switch mt.Name {
	case "hp.CPUMask", "hp.TaskMask":
		mt.Kind = model.Mask
		return mt
	case "hp.CPU", "hp.Task":
		return mt
	case "hp.Errno":
		mt.Kind = model.Errno
	}
	for _, k := range c.constants(n) {
		if mt.Names == nil {
			mt.Names = map[int64]string{}
			if mt.Kind == model.Int {
				mt.Kind = model.Enum
			}
		}
		mt.Names[k.val] = k.name
	}
	return mt
}

// zero returns the zero value of a type.
func (c *compiler) zero(t types.Type, ts subst) *tree {
	t = ts.apply(t)
	switch u := t.Underlying().(type) {
	case *types.Struct:
		tr := &tree{typ: t, kids: make([]*tree, u.NumFields())}
		for i := range tr.kids {
			tr.kids[i] = c.zero(u.Field(i).Type(), ts)
		}
		return tr
	case *types.Array:
		tr := &tree{typ: t, kids: make([]*tree, u.Len())}
		for i := range tr.kids {
			tr.kids[i] = c.zero(u.Elem(), ts)
		}
		return tr
	}
	return &tree{typ: t, e: c.konst(0)}
}

// merge returns the tree that is x where cond holds and y elsewhere.
func (c *compiler) merge(cond *model.Expr, x, y *tree) *tree {
	if x == y {
		return x
	}
	t := &tree{typ: x.typ, disp: x.disp}
	if x.e != nil && y.e != nil {
		t.e = c.ite(cond, x.e, y.e)
		return t
	}
	t.kids = make([]*tree, len(x.kids))
	for i := range t.kids {
		t.kids[i] = c.merge(cond, x.kids[i], y.kids[i])
	}
	return t
}
