package tlaeval

import "math"

// value is the value of an expression: one that a variable can have here, which no set and no tuple is.
type value struct {
	sort sort
	n    int32 // 0 and 1 are FALSE and TRUE
}

type sort uint8

const (
	unassigned sort = iota
	integer
	truth
)

func (s sort) String() string { return []string{"nothing", "an integer", "a boolean"}[s] }

func truthOf(b bool) value {
	if b {
		return value{truth, 1}
	}
	return value{truth, 0}
}

// env is what expressions are evaluated in.
type env struct {
	cur, next []value // of the variables
	stack     []value // arguments
	base      int     // where those of the operator that is being evaluated begin
	depth     int     // of calls
}

// maxDepth is how deeply calls of operators may be nested: about as deep as TLC's stack lets them be.
const maxDepth = 1000

// eval evaluates an expression. Operands are evaluated from left to right; /\, \/, => and IF leave out what does not matter.
// Arguments of operators are evaluated before the call; TLC does so when they are needed, so that it misses errors in
// those that are not.
type eval func(*env) value

func (e *env) truth(f eval, at Pos, of string) bool {
	v := f(e)
	if v.sort != truth {
		fail(at, "%s of %v, not a boolean", of, v.sort)
	}
	return v.n != 0
}

func (e *env) integer(f eval, at Pos, of string) int64 {
	v := f(e)
	if v.sort != integer {
		fail(at, "%s of %v, not an integer", of, v.sort)
	}
	return int64(v.n)
}

// compile makes a function of an expression that no action is in, but for primes.
func compile(n *node) eval {
	switch n.kind {
	case number:
		v := value{integer, int32(n.val)}
		return func(*env) value { return v }
	case boolean:
		v := truthOf(n.val != 0)
		return func(*env) value { return v }
	case variable:
		return func(e *env) value { return read(n, e.cur, "") }
	case param:
		return func(e *env) value { return e.stack[e.base+n.val] }
	case call:
		return compileCall(n)
	case ifThen:
		c, a, b := compile(n.args[0]), compile(n.args[1]), compile(n.args[2])
		return func(e *env) value {
			if e.truth(c, n.Pos, "the condition") {
				return a(e)
			}
			return b(e)
		}
	case operator:
		return compileOperator(n)
	}
	fail(n.Pos, "%v is a value of no kind that is known here", n)
	return nil
}

func read(n *node, from []value, prime string) value {
	v := from[n.val]
	if v.sort == unassigned {
		fail(n.Pos, "%s%s is read before it has a value", n.op, prime)
	}
	return v
}

func compileCall(n *node) eval {
	d := n.def
	if d.code == nil {
		d.code = func(e *env) value { return d.code(e) } // for calls of itself, before there is anything to call
		d.code = compile(d.body)
	}
	args := make([]eval, len(n.args))
	for i, a := range n.args {
		args[i] = compile(a)
	}
	return func(e *env) value {
		if e.depth++; e.depth > maxDepth {
			fail(n.Pos, "%s is called more than %d deep", d.name, maxDepth)
		}
		base, top := e.base, len(e.stack)
		for _, a := range args {
			v := a(e)
			e.stack = append(e.stack, v)
		}
		e.base = top
		v := d.code(e)
		e.base, e.stack = base, e.stack[:top]
		e.depth--
		return v
	}
}

func compileOperator(n *node) eval {
	switch n.op {
	case "'":
		return func(e *env) value { return read(n.args[0], e.next, "'") }
	case `\in`:
		return compileIn(n)
	case "..":
		fail(n.Pos, "sets are known only to the right of \\in")
	case "UNCHANGED", "[]":
		fail(n.Pos, "%s in an expression, not in an action, is not known here", n.op)
	}
	args := make([]eval, len(n.args))
	for i, a := range n.args {
		args[i] = compile(a)
	}
	switch n.op {
	case `/\`, `\/`:
		ends := n.op == `\/`
		return func(e *env) value {
			for _, a := range args {
				if e.truth(a, n.Pos, n.op) == ends {
					return truthOf(ends)
				}
			}
			return truthOf(!ends)
		}
	case "=>":
		return func(e *env) value { return truthOf(!e.truth(args[0], n.Pos, "=>") || e.truth(args[1], n.Pos, "=>")) }
	case "<=>":
		return func(e *env) value { return truthOf(e.truth(args[0], n.Pos, "<=>") == e.truth(args[1], n.Pos, "<=>")) }
	case "~":
		return func(e *env) value { return truthOf(!e.truth(args[0], n.Pos, "~")) }
	case "=":
		return func(e *env) value { return truthOf(same(n.Pos, args[0](e), args[1](e))) }
	case "#":
		return func(e *env) value { return truthOf(!same(n.Pos, args[0](e), args[1](e))) }
	case "-":
		if len(args) == 1 {
			return func(e *env) value { return fit(n, -e.integer(args[0], n.Pos, "-")) }
		}
	}
	f := arithmetic[n.op]
	return func(e *env) value {
		x := e.integer(args[0], n.Pos, n.op)
		y := e.integer(args[1], n.Pos, n.op)
		return f(n, x, y)
	}
}

// compileIn makes a function of x \in {...} or x \in a..b.
func compileIn(n *node) eval {
	x, s := compile(n.args[0]), n.args[1]
	switch {
	case s.kind == set:
		elems := make([]eval, len(s.args))
		for i, a := range s.args {
			elems[i] = compile(a)
		}
		return func(e *env) value {
			v, in := x(e), false
			for _, elem := range elems {
				in = same(n.Pos, v, elem(e)) || in
			}
			return truthOf(in)
		}
	case s.kind == operator && s.op == "..":
		from, to := compile(s.args[0]), compile(s.args[1])
		return func(e *env) value {
			v := e.integer(x, n.Pos, `\in`)
			return truthOf(e.integer(from, s.Pos, "..") <= v && v <= e.integer(to, s.Pos, ".."))
		}
	}
	fail(s.Pos, "%v is no set of a kind that is known here", s)
	return nil
}

// same compares two values. To compare those of different types is an error, not FALSE.
func same(at Pos, x, y value) bool {
	if x.sort != y.sort {
		fail(at, "%v is compared with %v", x.sort, y.sort)
	}
	return x.n == y.n
}

// fit makes a value of an integer, if it has one.
func fit(n *node, v int64) value {
	if v < math.MinInt32 || v > math.MaxInt32 {
		fail(n.Pos, "%s overflows: %d has more than 32 bits", n.op, v)
	}
	return value{integer, int32(v)}
}

// arithmetic are the operators of Integers that take two. What \div gives is rounded down, so that x % y, of a positive y
// alone, is never negative.
var arithmetic = map[string]func(n *node, x, y int64) value{
	"+":  func(n *node, x, y int64) value { return fit(n, x+y) },
	"-":  func(n *node, x, y int64) value { return fit(n, x-y) },
	"*":  func(n *node, x, y int64) value { return fit(n, x*y) },
	"<":  func(_ *node, x, y int64) value { return truthOf(x < y) },
	">":  func(_ *node, x, y int64) value { return truthOf(x > y) },
	"<=": func(_ *node, x, y int64) value { return truthOf(x <= y) },
	">=": func(_ *node, x, y int64) value { return truthOf(x >= y) },
	`\div`: func(n *node, x, y int64) value {
		if y == 0 {
			fail(n.Pos, "%d is divided by 0", x)
		}
		q := x / y
		if x%y != 0 && (x < 0) != (y < 0) {
			q--
		}
		return fit(n, q)
	},
	"%": func(n *node, x, y int64) value {
		if y <= 0 {
			fail(n.Pos, "%d %% %d: the second operand must be positive", x, y)
		}
		return fit(n, (x%y+y)%y)
	},
	"^": func(n *node, x, y int64) value {
		switch {
		case y < 0:
			fail(n.Pos, "%d ^ %d: the second operand must not be negative", x, y)
		case x == 0 && y == 0:
			fail(n.Pos, "0 ^ 0 has no value")
		case x == 0 || x == 1:
			return fit(n, x)
		case x == -1:
			return fit(n, 1-2*(y%2))
		}
		r := int64(1)
		for range y {
			r *= x
			fit(n, r)
		}
		return fit(n, r)
	},
}
