package tlaeval

import (
	"strconv"
	"strings"
)

// kind is what an expression is.
type kind uint8

const (
	number   kind = iota // val
	boolean              // val, 0 or 1
	variable             // val: its index
	param                // val: its index
	call                 // def, args
	operator             // op, args: one of the built-in operators, with as many args as it takes; /\ and \/ with more in lists
	ifThen               // args: condition, then, else
	tuple                // args
	set                  // args
	square               // args: action and subscript of [action]_subscript
)

// level is what the value of an expression depends on.
type level uint8

const (
	constant level = iota
	state          // one state
	action         // two
	temporal       // a behaviour
)

func (l level) String() string { return []string{"constant", "state", "action", "temporal"}[l] }

// node is an expression.
type node struct {
	Pos
	kind  kind
	op    string
	val   int
	def   *definition
	args  []*node
	level level
}

// definition is an operator that a module defines.
type definition struct {
	Pos
	name   string
	params []string
	again  bool  // RECURSIVE
	body   *node // nil as long as it is only declared by RECURSIVE
	level  level
	code   eval // of the body, once something calls it
}

// module is a module that has been read.
type module struct {
	name      string
	variables []string
	defs      map[string]*definition
}

// String writes an expression with every pair of parentheses that it can have.
func (n *node) String() string {
	list := func(before string) string {
		var args []string
		for _, a := range n.args {
			args = append(args, a.String())
		}
		return before + strings.Join(args, " ")
	}
	switch n.kind {
	case number:
		return strconv.Itoa(n.val)
	case boolean:
		return map[int]string{0: "FALSE", 1: "TRUE"}[n.val]
	case variable, param:
		return n.op
	case call:
		if len(n.args) == 0 {
			return n.def.name
		}
		return "(" + list(n.def.name+" ") + ")"
	case ifThen:
		return "(" + list("IF ") + ")"
	case tuple:
		return "<<" + list("") + ">>"
	case set:
		return "{" + list("") + "}"
	case square:
		return "[" + list("") + "]"
	}
	return "(" + list(n.op+" ") + ")"
}
