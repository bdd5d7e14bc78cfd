package model

import (
	"fmt"
	"math/bits"
	"strings"
)

// State is a packed state: Program.Words words.
type State []uint64

// Get returns the value of a variable in s.
func (p *Program) Get(s State, id VarID) int64 {
	v := &p.Vars[id]
	if v.Bits == 0 {
		return v.Min
	}
	return int64(s[v.Word]>>v.Shift&(1<<v.Bits-1)) + v.Min
}

// Set gives a variable a value within its range in s. Bits outside the range are lost.
func (p *Program) Set(s State, id VarID, val int64) {
	v := &p.Vars[id]
	if v.Bits == 0 {
		return
	}
	m := uint64(1)<<v.Bits - 1
	s[v.Word] = s[v.Word]&^(m<<v.Shift) | (uint64(val-v.Min)&m)<<v.Shift
}

// Initial returns the initial state.
func (p *Program) Initial() State {
	s := make(State, p.Words)
	for id := range p.Vars {
		p.Set(s, VarID(id), p.Vars[id].Init)
	}
	return s
}

// Loc returns the location at which a thread stands in s.
func (p *Program) Loc(s State, thread int) int {
	pc := p.Threads[thread].PC
	if pc < 0 {
		return 0
	}
	return int(p.Get(s, pc))
}

// Eval returns the value of e in s.
func (p *Program) Eval(s State, e *Expr) int64 {
	return e.Eval(func(id VarID) int64 { return p.Get(s, id) })
}

// Enabled tells whether t can happen in s.
func (p *Program) Enabled(s State, t *Transition) bool {
	if p.Loc(s, t.Thread) != t.From {
		return false
	}
	for _, g := range t.Guard {
		if p.Eval(s, g) == 0 {
			return false
		}
	}
	return true
}

// Apply writes to dst, which must not overlap s, the state after t, which must be enabled in s.
func (p *Program) Apply(dst, s State, t *Transition) {
	copy(dst, s)
	for _, a := range t.Effect {
		p.Set(dst, a.Var, p.Eval(s, a.Val))
	}
	if pc := p.Threads[t.Thread].PC; pc >= 0 {
		p.Set(dst, pc, int64(t.To))
	}
}

// AtRest tells whether every thread has finished, is at rest, or stands where it may wait for ever in s.
// A state without an enabled transition that is not at rest is a deadlock.
func (p *Program) AtRest(s State) bool {
	for i := range p.Threads {
		if !p.Threads[i].Locs[p.Loc(s, i)].Rest {
			return false
		}
	}
	return true
}

// FormatValue writes a value as users read it.
func (t *Type) FormatValue(v int64) string {
	switch {
	case t == nil:
		return fmt.Sprint(v)
	case t.Kind == Bool:
		return fmt.Sprint(v != 0)
	case t.Kind == Mask:
		return FormatMask(uint64(v))
	case t.Kind == Enum && t.Names[v] != "":
		return t.Names[v]
	case t.Kind == Errno && t.Names[v] != "":
		if v == 0 {
			return "0"
		}
		if t.Names[v] == "One" {
			return "1"
		}
		return "-" + t.Names[v]
	}
	return fmt.Sprint(v)
}

// FormatMask writes a set of small numbers as the kernel's cpulist format does, in braces: {0-1,3}.
func FormatMask(m uint64) string {
	var parts []string
	for m != 0 {
		lo := bits.TrailingZeros64(m)
		n := bits.TrailingZeros64(^(m >> lo))
		if n == 1 {
			parts = append(parts, fmt.Sprint(lo))
		} else {
			parts = append(parts, fmt.Sprintf("%d-%d", lo, lo+n-1))
		}
		if lo+n >= 64 {
			break
		}
		m &^= (1<<n - 1) << lo
	}
	return "{" + strings.Join(parts, ",") + "}"
}
