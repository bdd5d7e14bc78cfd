// Package tlaeval checks TLA+ modules as TLC does, but more strictly, so that tests can tell what TLC would refuse or count
// otherwise. It knows the part of the language that exports are written in, and refuses everything else: definitions,
// RECURSIVE, junction lists, IF, the operators of Integers, primes, UNCHANGED, and one specification Init /\ [][Next]_vars.
// It is made after Lamport's Specifying Systems and the behaviour of TLC, not after what writes the modules.
package tlaeval

import (
	"encoding/binary"
	"errors"
	"slices"
)

// Result is what a search found.
type Result struct {
	Initial   int            // states
	Distinct  int            // states
	Generated int            // states, one for every way to make Next true: what TLC calls states generated, with those of Init
	Steps     int            // distinct successors of each state by each disjunct of Next, added up
	Stuck     int            // states without a successor
	Deadlock  bool           // there is one, and the configuration has this checked
	Violated  map[string]int // by invariant: the states in which it is false; without those that hold
	Named     map[string]int // by invariant: the states in which it is the first that is false, which alone TLC -continue names
}

// ErrStates is returned when there are more states than allowed.
var ErrStates = errors.New("there are too many states")

// Check reads a module and a configuration, and goes through all states breadth first. An error is ErrStates, or an *Error that
// names the file name.tla or name.cfg.
func Check(name, moduleText, configText string, maxStates int) (r *Result, err error) {
	file := name + ".tla"
	defer func() {
		switch x := recover().(type) {
		case nil:
		case *Error:
			x.File = file
			r, err = nil, x
		default:
			panic(x)
		}
	}()
	m := parseModule(moduleText)
	if m.name != name {
		fail(Pos{1, 1}, "the module is %s, and the file %s", m.name, file)
	}
	file = name + ".cfg"
	c := parseConfig(configText)
	invariants := make([]*node, len(c.invariants))
	for i, t := range c.invariants {
		invariants[i] = predicate(m, t, "an invariant", state)
		if n := invariants[i]; n.level == constant && !(&env{}).truth(compile(n), t.Pos, "the invariant "+t.text) {
			fail(t.Pos, "the invariant %s is equal to FALSE whatever the state: TLC refuses it", t.text)
		}
	}
	predicate(m, c.spec, "a specification", temporal)
	file = name + ".tla"
	initial, next := specification(m, c.spec)
	s := &search{module: m, config: c, max: maxStates, seen: map[string]int{}}
	for _, n := range invariants {
		s.invariants = append(s.invariants, compile(n))
	}
	s.run(initial, next)
	if s.tooMany {
		return nil, ErrStates
	}
	return &s.Result, nil
}

// search is a search under way.
type search struct {
	Result
	module     *module
	config     *config
	invariants []eval
	max        int
	seen       map[string]int // by state, its index
	states     [][]value
	tooMany    bool
}

func (s *search) run(initial, next *node) {
	s.Violated, s.Named = map[string]int{}, map[string]int{}
	vars := len(s.module.variables)
	e := &env{cur: make([]value, vars), next: make([]value, vars)}
	init := assigner{prime: false}
	init.compile(initial, func(e *env) {
		s.complete(e.cur, initial.Pos, "the initial state")
		s.Generated++
		s.add(e.cur)
	})(e)
	s.Initial = len(s.states)

	var found []int // by one disjunct, from one state
	take := assigner{prime: true}
	var actions []act
	for _, n := range disjuncts(next) {
		actions = append(actions, take.compile(n, func(e *env) {
			s.complete(e.next, n.Pos, "the successor by "+n.String())
			s.Generated++
			if id := s.add(e.next); !slices.Contains(found, id) {
				found = append(found, id)
			}
		}))
	}
	for i := 0; i < len(s.states) && !s.tooMany; i++ {
		e.cur = s.states[i]
		steps := s.Steps
		for _, a := range actions {
			found = found[:0]
			a(e)
			s.Steps += len(found)
		}
		if s.Steps == steps {
			s.Stuck++
		}
	}
	s.Distinct = len(s.states)
	s.Deadlock = s.config.deadlock && s.Stuck > 0
}

// disjuncts takes apart what an action is a disjunction of.
func disjuncts(n *node) []*node {
	switch {
	case n.kind == call && len(n.args) == 0 && !n.def.again && n.def.body.kind == operator && n.def.body.op == `\/`:
		return disjuncts(n.def.body)
	case n.kind == operator && n.op == `\/`:
		var list []*node
		for _, a := range n.args {
			list = append(list, disjuncts(a)...)
		}
		return list
	}
	return []*node{n}
}

// complete checks that every variable has a value.
func (s *search) complete(vals []value, at Pos, of string) {
	for i, v := range vals {
		if v.sort == unassigned {
			fail(at, "%s is not completely specified: %s has no value", of, s.module.variables[i])
		}
	}
}

// add returns the index of a state. The invariants are evaluated in one that is new.
func (s *search) add(vals []value) int {
	var key []byte
	for _, v := range vals {
		key = append(key, byte(v.sort))
		key = binary.AppendVarint(key, int64(v.n))
	}
	if i, ok := s.seen[string(key)]; ok {
		return i
	}
	i := len(s.states)
	if i >= s.max {
		s.tooMany = true
		return i
	}
	s.seen[string(key)] = i
	s.states = append(s.states, slices.Clone(vals))
	e := &env{cur: s.states[i]}
	named := false
	for k, f := range s.invariants {
		if t := s.config.invariants[k]; !e.truth(f, s.module.defs[t.text].Pos, "the invariant "+t.text) {
			s.Violated[t.text]++
			if !named {
				s.Named[t.text]++
			}
			named = true
		}
	}
	return i
}
