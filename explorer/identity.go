package explorer

import (
	"encoding/binary"
	"fmt"

	"github.com/cespare/xxhash/v2"

	"hpmc/model"
)

// identity returns a number that tells programs apart as far as a search is concerned: variables, guards, effects,
// checks and properties; not texts and positions.
func identity(p *model.Program) uint64 {
	h := &hasher{xxhash.New(), map[*model.Expr]uint64{}}
	h.say(p.Words, p.Bits, len(p.Vars), len(p.Threads), len(p.Transitions), len(p.Props))
	for i := range p.Vars {
		v := &p.Vars[i]
		h.say(v.Name, v.Kind, v.Min, v.Max, v.Init, v.Word, v.Shift, v.Bits)
	}
	for i := range p.Threads {
		t := &p.Threads[i]
		h.say(t.PC, len(t.Locs))
		for j := range t.Locs {
			h.say(t.Locs[j].Rest)
		}
	}
	for i := range p.Transitions {
		t := &p.Transitions[i]
		h.say(t.Thread, t.From, t.To, len(t.Guard), len(t.Effect), len(t.Checks))
		for _, g := range t.Guard {
			h.say(h.expr(g))
		}
		for _, a := range t.Effect {
			h.say(a.Var, h.expr(a.Val))
		}
		for _, c := range t.Checks {
			h.say(c.Prop, h.expr(c.Cond))
		}
	}
	for i := range p.Props {
		pr := &p.Props[i]
		h.say(pr.Name, pr.Kind, pr.Fault)
		if pr.Cond != nil {
			h.say(h.expr(pr.Cond))
		}
	}
	return h.d.Sum64()
}

type hasher struct {
	d    *xxhash.Digest
	memo map[*model.Expr]uint64
}

func (h *hasher) say(what ...any) { fmt.Fprintln(h.d, what...) }

// expr hashes an expression, each node of its graph once.
func (h *hasher) expr(e *model.Expr) uint64 {
	if x, ok := h.memo[e]; ok {
		return x
	}
	b := []byte{byte(e.Op)}
	b = binary.LittleEndian.AppendUint64(b, uint64(e.Val))
	b = binary.LittleEndian.AppendUint64(b, uint64(e.Var))
	for _, a := range e.Args {
		b = binary.LittleEndian.AppendUint64(b, h.expr(a))
	}
	x := xxhash.Sum64(b)
	h.memo[e] = x
	return x
}
