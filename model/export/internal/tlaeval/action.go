package tlaeval

import "slices"

// act goes through the ways to make a formula true, one after the other, by giving values to variables in e.next, and
// calls what is to be done next in each.
type act func(*env)

// assigner makes functions of formulas that give values to variables: of an initial predicate to variables, and of an action
// to variables with a prime.
type assigner struct {
	prime bool
}

// compile makes a function of a formula, with what is to be done after it. A conjunction is gone through from left to right; a
// disjunction is as many ways as it has operands that can be made true, even if they are the same. (Lamport,
// Specifying Systems, 14.2.6.)
func (a *assigner) compile(n *node, then act) act {
	switch {
	case n.kind == call && len(n.args) == 0 && !n.def.again:
		return a.compile(n.def.body, then)
	case n.kind == ifThen:
		c, yes, no := compile(n.args[0]), a.compile(n.args[1], then), a.compile(n.args[2], then)
		return func(e *env) {
			if e.truth(c, n.Pos, "the condition") {
				yes(e)
			} else {
				no(e)
			}
		}
	case n.kind != operator:
		return test(n, then)
	}
	switch n.op {
	case `/\`:
		for _, arg := range slices.Backward(n.args) {
			then = a.compile(arg, then)
		}
		return then
	case `\/`:
		ways := make([]act, len(n.args))
		for i, arg := range n.args {
			ways[i] = a.compile(arg, then)
		}
		return func(e *env) {
			for _, w := range ways {
				w(e)
			}
		}
	case "=>":
		c, yes := compile(n.args[0]), a.compile(n.args[1], then)
		return func(e *env) {
			if e.truth(c, n.Pos, "=>") {
				yes(e)
			} else {
				then(e)
			}
		}
	case "=":
		if v := a.target(n.args[0]); v != nil {
			val := compile(n.args[1])
			return a.assign(n.Pos, v, val, then)
		}
	case "UNCHANGED":
		vars := variables(n.args[0])
		for _, v := range slices.Backward(vars) {
			then = a.assign(n.Pos, v, compile(v), then)
		}
		return then
	}
	return test(n, then)
}

// test makes a function of a formula that assigns nothing.
func test(n *node, then act) act {
	f := compile(n)
	return func(e *env) {
		if e.truth(f, n.Pos, "a formula") {
			then(e)
		}
	}
}

// target returns the variable that an equation with n to its left assigns to, or nil.
func (a *assigner) target(n *node) *node {
	switch {
	case a.prime && n.kind == operator && n.op == "'":
		return n.args[0]
	case !a.prime && n.kind == variable:
		return n
	}
	return nil
}

// assign makes a function that gives a variable a value. TLC would compare a second one with the first; here there must be
// none.
func (a *assigner) assign(at Pos, v *node, val eval, then act) act {
	return func(e *env) {
		to := e.next
		if !a.prime {
			to = e.cur
		}
		x := val(e)
		if to[v.val].sort != unassigned {
			fail(at, "%s is given a value twice", v.op)
		}
		to[v.val] = x
		then(e)
		to[v.val] = value{}
	}
}

// variables returns those of a tuple of variables, or of what is defined as one.
func variables(n *node) []*node {
	switch {
	case n.kind == variable:
		return []*node{n}
	case n.kind == call && len(n.args) == 0 && !n.def.again:
		return variables(n.def.body)
	case n.kind == tuple:
		var list []*node
		for _, arg := range n.args {
			list = append(list, variables(arg)...)
		}
		return list
	}
	fail(n.Pos, "%v is no tuple of variables, as it must be here", n)
	return nil
}
