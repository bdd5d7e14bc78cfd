package packed

import (
	"math/bits"

	"hpmc/model"
)

// bitset is a set of small numbers.
type bitset []uint64

func newBitset(n int) bitset { return make(bitset, (n+63)/64) }

func (b bitset) add(i int) { b[i>>6] |= 1 << (i & 63) }

func (b bitset) or(x bitset) {
	for i, w := range x {
		b[i] |= w
	}
}

func (b bitset) count() (n int) {
	for _, w := range b {
		n += bits.OnesCount64(w)
	}
	return n
}

// each calls f for the numbers in b, ascending.
func (b bitset) each(f func(i int)) {
	for i, w := range b {
		for ; w != 0; w &= w - 1 {
			f(i<<6 + bits.TrailingZeros64(w))
		}
	}
}

// independence tells which transitions of a program are independent: of different threads, so that neither writes what
// the other reads, nor both write the same bit. Wherever one of them can be taken after the other, they can be taken in
// either order, with the same result. A thread's location is written by all its transitions.
type independence struct {
	p       *model.Program
	varying []uint64
	live    bitset // transitions that can be taken, with footprints
	threads []bitset
	first   []int // per variable: the number of its first bit
	// Per bit of a variable: the transitions that write it, and that read or write it. Nil: none.
	writers, users []bitset
	not, out       bitset // scratch
}

func (c *Code) independence() *independence {
	p := c.Layout.Program
	n := len(p.Transitions)
	in := &independence{p: p, varying: c.Layout.varying, live: newBitset(n), not: newBitset(n), out: newBitset(n)}
	for range p.Threads {
		in.threads = append(in.threads, newBitset(n))
	}
	total := 0
	for i := range p.Vars {
		in.first = append(in.first, total)
		total += p.Vars[i].Bits
	}
	in.writers, in.users = make([]bitset, total), make([]bitset, total)
	add := func(to []bitset, bit, t int) {
		if to[bit] == nil {
			to[bit] = newBitset(n)
		}
		to[bit].add(t)
	}
	for i := range p.Transitions {
		t := &p.Transitions[i]
		in.threads[t.Thread].add(i)
		if c.Trans[i].Never || t.Reads == nil { // nobody computed them
			continue
		}
		in.live.add(i)
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
func (in *independence) before(t int) bitset {
	clear(in.out)
	if in.live[t>>6]>>(t&63)&1 == 0 {
		return in.out
	}
	m := &in.p.Transitions[t]
	clear(in.not)
	in.not.or(in.threads[m.Thread])
	in.reads(m, func(bit int) { in.not.or(in.writers[bit]) })
	in.writes(m, func(bit int) { in.not.or(in.users[bit]) })
	copy(in.out, in.live[:t>>6+1])
	for i := range in.out[:t>>6+1] {
		in.out[i] &^= in.not[i]
	}
	in.out[t>>6] &= 1<<(t&63) - 1
	return in.out
}
