package tlaeval

import (
	"math"
	"slices"
	"strconv"
)

// pending is an operator that waits for its right operand.
type pending struct {
	*fixity
	Pos
	prefix bool
}

// ends are the symbols that an expression can stand before.
var ends = []string{")", ",", ">>", "}", "]_"}

// expr reads an expression up to the first token that cannot go on with it.
func (p *parser) expr() *node {
	var operands []*node
	var ops []pending
	reduce := func() {
		o := ops[len(ops)-1]
		ops = ops[:len(ops)-1]
		n := 2
		if o.prefix {
			n = 1
		}
		args := slices.Clone(operands[len(operands)-n:])
		operands = append(operands[:len(operands)-n], built(o.Pos, o.name, args...))
	}
	// compete gives the last operand to the operators before it that get it rather than the one after it.
	compete := func(after *fixity, at Pos) {
		for len(ops) > 0 {
			before := ops[len(ops)-1]
			sign, ok := order(before.fixity, after)
			switch {
			case !ok:
				fail(at, "%s and the %s in line %d, column %d compete for what is between them: parentheses must say which gets it", after.name, before.name, before.Line, before.Col)
			case sign > 0:
				return
			}
			reduce()
		}
	}
	for {
		for f := find(prefixes, p.tok); f != nil && !p.outside(); f = find(prefixes, p.tok) {
			p.defined(f)
			ops = append(ops, pending{f, p.tok.Pos, true})
			p.advance()
		}
		operands = append(operands, p.primary())
		for p.at("'") {
			at := p.tok.Pos
			compete(&prime, at)
			last := len(operands) - 1
			operands[last] = built(at, "'", operands[last])
			p.advance()
		}
		f := find(infixes, p.tok)
		if f == nil && p.tok.kind == symbol && !p.outside() && !slices.Contains(ends, p.tok.text) {
			fail(p.tok.Pos, "%v is no operator that is known here", p.tok)
		}
		if f == nil || p.outside() {
			for len(ops) > 0 {
				reduce()
			}
			return operands[0]
		}
		p.defined(f)
		compete(f, p.tok.Pos)
		ops = append(ops, pending{f, p.tok.Pos, false})
		p.advance()
	}
}

// defined checks that one of the modules that define an operator is extended.
func (p *parser) defined(f *fixity) {
	if !p.provided(f.modules) {
		fail(p.tok.Pos, "%v is not defined: EXTENDS Integers would define it", p.tok)
	}
}

// built makes an expression of a built-in operator, and checks what its operands depend on.
func built(at Pos, op string, args ...*node) *node {
	n := &node{Pos: at, kind: operator, op: op, args: args}
	for _, a := range args {
		n.level = max(n.level, a.level)
	}
	switch op {
	case "'":
		if args[0].kind != variable {
			fail(at, "' after what is no variable: only primes of variables are known here")
		}
		n.level = action
	case "UNCHANGED":
		if n.level > state {
			fail(at, "UNCHANGED of a formula of level %v", n.level)
		}
		n.level = action
	case "[]":
		if args[0].kind != square {
			fail(at, "[] of anything but [action]_subscript is not known here")
		}
		n.level = temporal
	case `/\`:
	default:
		if n.level == temporal {
			fail(at, "%s of a temporal formula is not known here", op)
		}
	}
	return n
}

// primary reads an expression that no operator outside it can take apart.
func (p *parser) primary() *node {
	t := p.tok
	switch {
	case p.outside():
	case t.kind == numeral:
		p.advance()
		v, err := strconv.ParseInt(t.text, 10, 64)
		if err != nil || v > math.MaxInt32 {
			fail(t.Pos, "%s has more than 32 bits", t.text)
		}
		return &node{Pos: t.Pos, kind: number, val: int(v)}
	case t.kind == identifier:
		return p.reference()
	case p.at("TRUE"), p.at("FALSE"):
		p.advance()
		return &node{Pos: t.Pos, kind: boolean, val: map[string]int{"TRUE": 1}[t.text]}
	case p.at(`/\`), p.at(`\/`), p.at(`\land`), p.at(`\lor`):
		return p.junction()
	case p.at("("):
		p.advance()
		n := p.expr()
		p.expect(")")
		return n
	case p.at("IF"):
		p.advance()
		c := p.expr()
		p.expect("THEN")
		a := p.expr()
		p.expect("ELSE")
		b := p.expr()
		n := &node{Pos: t.Pos, kind: ifThen, args: []*node{c, a, b}, level: max(c.level, a.level, b.level)}
		if n.level == temporal {
			fail(t.Pos, "IF with a temporal formula is not known here")
		}
		return n
	case p.at("<<"):
		return p.list(tuple, ">>")
	case p.at("{"):
		return p.list(set, "}")
	case p.at("["):
		p.advance()
		a := p.expr()
		p.expect("]_")
		return p.square(t.Pos, a)
	}
	p.unexpected("where an expression must be, of the kinds that are known here")
	return nil
}

// square reads the subscript of [action]_subscript. It is a name or in brackets, so that nothing can be taken for a part of it.
func (p *parser) square(at Pos, a *node) *node {
	if p.tok.kind != identifier && !p.at("<<") && !p.at("(") {
		p.unexpected("where a subscript must be")
	}
	sub := p.primary()
	if a.level > action || sub.level > state {
		fail(at, "[A]_v of an action of level %v and a subscript of level %v", a.level, sub.level)
	}
	return &node{Pos: at, kind: square, args: []*node{a, sub}, level: action}
}

// list reads a tuple or a set of expressions with commas between them.
func (p *parser) list(k kind, end string) *node {
	n := &node{Pos: p.tok.Pos, kind: k}
	p.advance()
	for !p.at(end) {
		if len(n.args) > 0 {
			p.expect(",")
		}
		a := p.expr()
		n.args, n.level = append(n.args, a), max(n.level, a.level)
	}
	p.advance()
	return n
}

// junction reads a list of conjuncts or disjuncts whose bullets stand in one column, and which are to the right of
// it. It binds as if it was in parentheses. (Lamport, Specifying Systems, 15.2.2.)
func (p *parser) junction() *node {
	bullet, at := find(infixes, p.tok), p.tok.Pos
	var items []*node
	for find(infixes, p.tok) == bullet && p.tok.Col == at.Col && !p.outside() {
		p.advance()
		p.bullets = append(p.bullets, at.Col)
		items = append(items, p.expr())
		p.bullets = p.bullets[:len(p.bullets)-1]
	}
	return built(at, bullet.name, items...)
}

// reference reads a name and its arguments, if any.
func (p *parser) reference() *node {
	t := p.tok
	p.advance()
	n := &node{Pos: t.Pos, op: t.text}
	if i := slices.Index(p.params, t.text); i >= 0 {
		n.kind, n.val = param, i
		return n
	}
	if i := slices.Index(p.module.variables, t.text); i >= 0 {
		n.kind, n.val, n.level = variable, i, state
		return n
	}
	n.kind, n.def = call, p.module.defs[t.text]
	if n.def == nil {
		fail(t.Pos, "%s is not defined", t.text)
	}
	n.level = n.def.level
	p.parameters(func() string {
		a := p.expr()
		n.args, n.level = append(n.args, a), max(n.level, a.level)
		return ""
	})
	if len(n.args) != len(n.def.params) {
		fail(t.Pos, "%s takes %d arguments, not %d", t.text, len(n.def.params), len(n.args))
	}
	return n
}
