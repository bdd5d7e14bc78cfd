package packed

import (
	"math/bits"

	"hpmc/explorer/internal/bitset"
	"hpmc/model"
)

// independence tells which transitions of a program are independent: of different threads, so that neither writes what
// the other reads, nor both write the same bit. Wherever one of them can be taken after the other, they can be taken in
// either order, with the same result. A thread's location is written by all its transitions.
type independence struct {
	p       *model.Program
	varying []uint64
	live    bitset.Set // transitions that can be taken, with footprints
	threads []bitset.Set
	first   []int // per variable: the number of its first bit
	// Per bit of a variable: the transitions that write it, and that read or write it. Nil: none.
	writers, users []bitset.Set
	not, out       bitset.Set // scratch
}

func (c *Code) independence() *independence {
	p := c.Layout.Program
	n := len(p.Transitions)
	in := &independence{p: p, varying: c.Layout.varying, live: bitset.New(n), not: bitset.New(n), out: bitset.New(n)}
	for range p.Threads {
		in.threads = append(in.threads, bitset.New(n))
	}
	total := 0
	for i := range p.Vars {
		in.first = append(in.first, total)
		total += p.Vars[i].Bits
	}
	in.writers, in.users = make([]bitset.Set, total), make([]bitset.Set, total)
	add := func(to []bitset.Set, bit, t int) {
		if to[bit] == nil {
			to[bit] = bitset.New(n)
		}
		to[bit].Add(t)
	}
	for i := range p.Transitions {
		t := &p.Transitions[i]
		in.threads[t.Thread].Add(i)
		if c.Trans[i].Never || t.Reads == nil { // nobody computed them
			continue
		}
		in.live.Add(i)
		in.writes(t, func(bit int) {
			add(in.writers, bit, i)
			add(in.users, bit, i)
		})
		in.reads(t, func(bit int) { add(in.users, bit, i) })
	}
	return in
}

// reads calls f for the bits that a transition reads, and writes for those that it can change.
func (in *independence) reads(t *model.Transition, f func(bit int)) {
	for v, b := range t.Reads {
		in.bits(v, b, f)
	}
}

func (in *independence) writes(t *model.Transition, f func(bit int)) {
	pc := in.p.Threads[t.Thread].PC
	if pc >= 0 {
		in.bits(pc, ^uint64(0), f)
	}
	for v, b := range t.Writes {
		if v != pc {
			in.bits(v, b&in.varying[v], f)
		}
	}
}

func (in *independence) bits(v model.VarID, b uint64, f func(bit int)) {
	for b &= 1<<in.p.Vars[v].Bits - 1; b != 0; b &= b - 1 {
		f(in.first[v] + bits.TrailingZeros64(b))
	}
}

// before returns the transitions before t in the program's order that are independent of it, until it is called next.
func (in *independence) before(t int) bitset.Set {
	clear(in.out)
	if in.live[t>>6]>>(t&63)&1 == 0 {
		return in.out
	}
	m := &in.p.Transitions[t]
	clear(in.not)
	in.not.Or(in.threads[m.Thread])
	in.reads(m, func(bit int) { in.not.Or(in.writers[bit]) })
	in.writes(m, func(bit int) { in.not.Or(in.users[bit]) })
	copy(in.out, in.live[:t>>6+1])
	for i := range in.out[:t>>6+1] {
		in.out[i] &^= in.not[i]
	}
	in.out[t>>6] &= 1<<(t&63) - 1
	return in.out
}
