package compile

import (
	"math/bits"

	"hpmc/model"
)

// builder makes expressions. Equal expressions are the same node, and each is simplified as it is made.
type builder struct {
	nodes map[exprKey]*model.Expr
	vars  []variable
}

type exprKey struct {
	op      model.Op
	val     int64
	v       model.VarID
	a, b, c *model.Expr
}

// variable is what the compiler knows of a variable of the state, or of a local of one thread.
type variable struct {
	model.Var
	mask bool // a set: its bits are tracked one by one
	// varying holds the bits that some transition can change; of a scalar, all or none. While it is 0
	// the variable is a constant of the program.
	varying uint64
	ranged  bool // a local whose range is inferred rather than declared
	known   bool // of a ranged local: the range holds something
	widened int
	param   bool
}

func (b *builder) konst(v int64) *model.Expr { return b.node(exprKey{op: model.Const, val: v}) }

func (b *builder) ref(v model.VarID) *model.Expr { return b.node(exprKey{op: model.Ref, v: v}) }

func (b *builder) node(k exprKey) *model.Expr {
	if e := b.nodes[k]; e != nil {
		return e
	}
	e := &model.Expr{Op: k.op, Val: k.val, Var: k.v}
	for _, a := range []*model.Expr{k.a, k.b, k.c} {
		if a != nil {
			e.Args = append(e.Args, a)
		}
	}
	b.nodes[k] = e
	return e
}

func isConst(e *model.Expr) bool { return e.Op == model.Const }

func isVal(e *model.Expr, v int64) bool { return e.Op == model.Const && e.Val == v }

func (b *builder) not(x *model.Expr) *model.Expr {
	switch {
	case isConst(x):
		return b.konst(model.Apply(model.Not, x.Val, 0))
	case x.Op == model.Not:
		return b.truth(x.Args[0])
	case x.Op == model.Eq:
		return b.mk(model.Ne, x.Args[0], x.Args[1])
	case x.Op == model.Ne:
		return b.mk(model.Eq, x.Args[0], x.Args[1])
	case x.Op == model.Lt:
		return b.mk(model.Le, x.Args[1], x.Args[0])
	case x.Op == model.Le:
		return b.mk(model.Lt, x.Args[1], x.Args[0])
	}
	return b.node(exprKey{op: model.Not, a: x})
}

// truth makes a 0-or-1 value of x != 0.
func (b *builder) truth(x *model.Expr) *model.Expr {
	if b.isBool(x) {
		return x
	}
	return b.mk(model.Ne, x, b.konst(0))
}

func (b *builder) isBool(x *model.Expr) bool {
	lo, hi := b.interval(x)
	return lo >= 0 && hi <= 1
}

func (b *builder) ite(c, x, y *model.Expr) *model.Expr {
	switch {
	case isConst(c):
		if c.Val != 0 {
			return x
		}
		return y
	case x == y:
		return x
	case c.Op == model.Not:
		return b.ite(c.Args[0], y, x)
	case b.isBool(x) && b.isBool(y):
		c = b.truth(c)
		switch {
		case isVal(x, 1) && isVal(y, 0):
			return c
		case isVal(x, 0) && isVal(y, 1):
			return b.not(c)
		case isVal(x, 1):
			return b.mk(model.LOr, c, y)
		case isVal(x, 0):
			return b.mk(model.LAnd, b.not(c), y)
		case isVal(y, 0):
			return b.mk(model.LAnd, c, x)
		case isVal(y, 1):
			return b.mk(model.LOr, b.not(c), x)
		}
	}
	return b.node(exprKey{op: model.Ite, a: c, b: x, c: y})
}

// mk makes a binary expression.
func (b *builder) mk(op model.Op, x, y *model.Expr) *model.Expr {
	if isConst(x) && isConst(y) {
		return b.konst(model.Apply(op, x.Val, y.Val))
	}
	switch op {
	case model.Eq, model.Ne, model.Lt, model.Le:
		return b.compare(op, x, y)
	case model.LAnd, model.LOr:
		return b.logical(op, x, y)
	}
	if isConst(x) && !isConst(y) {
		switch op { // constants to the right
		case model.Add, model.Mul, model.And, model.Or, model.Xor:
			x, y = y, x
		}
	}
	switch {
	case isVal(y, 0):
		switch op {
		case model.Add, model.Sub, model.Or, model.Xor, model.AndNot, model.Shl, model.Shr:
			return x
		case model.Mul, model.And:
			return y
		}
	case isVal(y, 1) && (op == model.Mul || op == model.Div):
		return x
	case isVal(x, 0):
		switch op {
		case model.AndNot, model.Shl, model.Shr:
			return x
		}
	case x == y:
		switch op {
		case model.And, model.Or:
			return x
		case model.Sub, model.Xor, model.AndNot:
			return b.konst(0)
		}
	}
	if isConst(y) && len(x.Args) == 2 && isConst(x.Args[1]) {
		switch { // (a op k) op k'
		case op == x.Op && (op == model.Add || op == model.And || op == model.Or || op == model.Xor):
			return b.mk(op, x.Args[0], b.konst(model.Apply(op, x.Args[1].Val, y.Val)))
		case op == model.AndNot && x.Op == model.AndNot:
			return b.mk(op, x.Args[0], b.konst(x.Args[1].Val|y.Val))
		case op == model.AndNot && x.Op == model.Or && x.Args[1].Val&^y.Val == 0:
			return b.mk(op, x.Args[0], y)
		case op == model.Or && x.Op == model.AndNot && x.Args[1].Val&^y.Val == 0:
			return b.mk(op, x.Args[0], y)
		case op == model.Sub && x.Op == model.Add:
			return b.mk(model.Add, x.Args[0], b.konst(x.Args[1].Val-y.Val))
		case op == model.Add && x.Op == model.Sub:
			return b.mk(model.Add, x.Args[0], b.konst(y.Val-x.Args[1].Val))
		}
	}
	e := b.node(exprKey{op: op, a: x, b: y})
	switch op {
	case model.And, model.Or, model.Xor, model.AndNot, model.Shr, model.Shl:
		if known, val := b.knownBits(e); known == ^uint64(0) {
			return b.konst(int64(val))
		}
	}
	return e
}

func (b *builder) compare(op model.Op, x, y *model.Expr) *model.Expr {
	if x == y {
		return b.konst(model.Apply(op, 0, 0))
	}
	xlo, xhi := b.interval(x)
	ylo, yhi := b.interval(y)
	switch op {
	case model.Lt:
		if xhi < ylo {
			return b.konst(1)
		}
		if xlo >= yhi {
			return b.konst(0)
		}
		return b.node(exprKey{op: op, a: x, b: y})
	case model.Le:
		if xhi <= ylo {
			return b.konst(1)
		}
		if xlo > yhi {
			return b.konst(0)
		}
		return b.node(exprKey{op: op, a: x, b: y})
	}
	if isConst(x) {
		x, y = y, x
		xlo, xhi, ylo, yhi = ylo, yhi, xlo, xhi
	}
	if xhi < ylo || yhi < xlo {
		return b.konst(model.Apply(op, 0, 1))
	}
	kx, vx := b.knownBits(x)
	ky, vy := b.knownBits(y)
	if (vx^vy)&kx&ky != 0 {
		return b.konst(model.Apply(op, 0, 1))
	}
	if isConst(y) {
		if xlo >= 0 && xhi <= 1 { // of a truth value
			if (y.Val == 1) == (op == model.Eq) {
				return x
			}
			return b.not(x)
		}
		if x.Op == model.Ite && (isConst(x.Args[1]) || isConst(x.Args[2])) {
			return b.ite(x.Args[0], b.mk(op, x.Args[1], y), b.mk(op, x.Args[2], y))
		}
	}
	return b.node(exprKey{op: op, a: x, b: y})
}

func (b *builder) logical(op model.Op, x, y *model.Expr) *model.Expr {
	x, y = b.truth(x), b.truth(y)
	absorb := int64(0) // the operand that decides
	if op == model.LOr {
		absorb = 1
	}
	for _, p := range [][2]*model.Expr{{x, y}, {y, x}} {
		if isConst(p[0]) {
			if p[0].Val == absorb {
				return p[0]
			}
			return p[1]
		}
	}
	switch {
	case x == y:
		return x
	case b.not(x) == y:
		return b.konst(absorb)
	}
	return b.node(exprKey{op: op, a: x, b: y})
}

// una makes a unary expression, of Not or Count.
func (b *builder) una(op model.Op, x *model.Expr) *model.Expr {
	if op == model.Not {
		return b.not(x)
	}
	if isConst(x) {
		return b.konst(model.Apply(op, x.Val, 0))
	}
	return b.node(exprKey{op: op, a: x})
}

// remake makes an expression of e's operator from other operands.
func (b *builder) remake(e *model.Expr, args []*model.Expr) *model.Expr {
	switch len(args) {
	case 1:
		return b.una(e.Op, args[0])
	case 3:
		return b.ite(args[0], args[1], args[2])
	}
	return b.mk(e.Op, args[0], args[1])
}

// unbounded stands for "any value" in intervals; far from the ends of int64 so that sums do not overflow.
const unbounded = int64(1) << 60

// interval returns bounds of e's value.
func (b *builder) interval(e *model.Expr) (lo, hi int64) {
	switch e.Op {
	case model.Const:
		return e.Val, e.Val
	case model.Ref:
		v := &b.vars[e.Var]
		if v.ranged && !v.known {
			return 0, 0
		}
		return v.Min, v.Max
	case model.Eq, model.Ne, model.Lt, model.Le, model.LAnd, model.LOr, model.Not:
		return 0, 1
	case model.Count:
		_, h := b.interval(e.Args[0])
		if h < 0 || h >= unbounded {
			return 0, 64
		}
		return 0, int64(bits.Len64(uint64(h)))
	case model.Ite:
		lo, hi = b.interval(e.Args[1])
		l2, h2 := b.interval(e.Args[2])
		return min(lo, l2), max(hi, h2)
	}
	l1, h1 := b.interval(e.Args[0])
	l2, h2 := b.interval(e.Args[1])
	switch e.Op {
	case model.Add:
		return clamp(l1 + l2), clamp(h1 + h2)
	case model.Sub:
		return clamp(l1 - h2), clamp(h1 - l2)
	case model.Mul:
		if l1 >= 0 && l2 >= 0 && h1 < 1<<30 && h2 < 1<<30 {
			return l1 * l2, h1 * h2
		}
	case model.Div:
		if l1 >= 0 && l2 > 0 {
			return l1 / h2, h1 / l2
		}
	case model.Rem:
		if l1 >= 0 && l2 > 0 {
			return 0, min(h1, h2-1)
		}
	case model.And:
		if l1 >= 0 && l2 >= 0 {
			return 0, min(h1, h2)
		}
		if l2 >= 0 {
			return 0, h2
		}
		if l1 >= 0 {
			return 0, h1
		}
	case model.AndNot:
		if l1 >= 0 {
			return 0, h1
		}
	case model.Or, model.Xor:
		if l1 >= 0 && l2 >= 0 && h1 < unbounded && h2 < unbounded {
			return 0, 1<<bits.Len64(uint64(h1|h2)) - 1
		}
	case model.Shl:
		if l1 >= 0 && l2 >= 0 && h2 < 60 && bits.Len64(uint64(h1))+int(h2) < 60 {
			return l1 << uint(l2), h1 << uint(h2)
		}
	case model.Shr:
		if l1 >= 0 && l2 >= 0 {
			return 0, h1 >> uint(min(l2, 63))
		}
	}
	return -unbounded, unbounded
}

func clamp(v int64) int64 { return max(-unbounded, min(unbounded, v)) }

// knownBits returns which bits of e's value are the same in every state, and those bits.
func (b *builder) knownBits(e *model.Expr) (known, val uint64) {
	switch e.Op {
	case model.Const:
		return ^uint64(0), uint64(e.Val)
	case model.Ref:
		v := &b.vars[e.Var]
		if v.Min != 0 || v.ranged {
			return 0, 0
		}
		width := uint64(1)<<bits.Len64(uint64(v.Max)) - 1
		known = ^width
		if v.Kind == model.Shared || v.Kind == model.Ghost {
			known |= ^v.varying
		}
		return known, uint64(v.Init) & known
	case model.Eq, model.Ne, model.Lt, model.Le, model.LAnd, model.LOr, model.Not:
		return ^uint64(1), 0
	case model.Ite:
		k1, v1 := b.knownBits(e.Args[1])
		k2, v2 := b.knownBits(e.Args[2])
		known = k1 & k2 &^ (v1 ^ v2)
		return known, v1 & known
	}
	if len(e.Args) < 2 {
		return 0, 0
	}
	k1, v1 := b.knownBits(e.Args[0])
	k2, v2 := b.knownBits(e.Args[1])
	switch e.Op {
	case model.And:
		known = k1&k2 | k1&^v1 | k2&^v2
		return known, v1 & v2 & known
	case model.Or:
		known = k1&k2 | k1&v1 | k2&v2
		return known, (v1 | v2) & known
	case model.Xor:
		known = k1 & k2
		return known, (v1 ^ v2) & known
	case model.AndNot:
		known = k1&k2 | k1&^v1 | k2&v2
		return known, v1 &^ v2 & known
	case model.Shl:
		if s := e.Args[1]; isConst(s) && s.Val >= 0 && s.Val < 64 {
			return k1<<uint(s.Val) | (1<<uint(s.Val) - 1), v1 << uint(s.Val)
		}
	case model.Shr:
		if s := e.Args[1]; isConst(s) && s.Val >= 0 && s.Val < 64 {
			return k1>>uint(s.Val) | ^(^uint64(0) >> uint(s.Val)), v1 >> uint(s.Val)
		}
	}
	return 0, 0
}
