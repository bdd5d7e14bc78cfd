package stubborn

import "hpmc/model"

// barred tells whether a transition can be no part of a way to a target while another thread stands still: because
// it cannot be enabled, or because the thread cannot leave where it leads. A thread that flushes a work item does not
// come past the flush as long as the worker stands in the middle of it.
func (b *builder) barred(id, still, target int) bool {
	if !b.guarded[id] {
		return false
	}
	key := [2]int{id, still}
	r, known := b.bars[key]
	if !known {
		r = b.bar(id, still)
		b.bars[key] = r
	}
	return r == never || r == deadEnd && b.a.to(&b.a.ts[id]) != target
}

// bar is what stands in a transition's way.
type bar uint8

const (
	nothing bar = iota
	never       // it is not enabled
	deadEnd     // the thread stays where it leads
)

func (b *builder) bar(id, still int) bar {
	a := b.a
	t := &a.ts[id]
	for _, g := range t.guards {
		for _, v := range a.guardVars[g] {
			b.in[v] = a.facts.at[t.at][v].and(&a.facts.at[still][v])
		}
	}
	if !a.restrict(b.in, t.guards) {
		return never
	}
	if !b.gated[a.to(t)] {
		return nothing
	}
	for _, out := range a.out(a.to(t)) {
		if u := &a.ts[out]; u.feasible && !b.shut(t, u, still) {
			return nothing
		}
	}
	return deadEnd
}

// shut tells whether a guard of what may follow t in its thread is false after t and stays so, because only threads
// that do not move write what it reads.
func (b *builder) shut(t, next *transition, still int) bool {
	a := b.a
	for _, g := range next.guards {
		if b.writers[g]&^(1<<t.Thread|1<<a.owner[still]) != 0 {
			continue
		}
		q := question{bits: model.Footprint{}, actors: []*transition{t}, filter: t.guards}
		join(q.bits, a.guardReads[g])
		q.close()
		axes, known, ok := a.questionAxes(&q, t.at, still)
		after := make(env, len(a.env))
		if ok && a.try(axes, known, func() bool {
			a.after(after, a.env, q.effects[0])
			return after.eval(a.guards[g]) == 0
		}) {
			return true
		}
	}
	return false
}

// findBars prepares for barred.
func (b *builder) findBars() {
	a := b.a
	b.bars, b.in = map[[2]int]bar{}, make([]values, len(a.p.Vars))
	b.writers = make([]uint64, len(a.guards))
	b.gated, b.guarded = make([]bool, len(a.owner)), make([]bool, len(a.ts))
	writes := make([]model.Footprint, len(a.p.Threads))
	for i := range writes {
		writes[i] = model.Footprint{}
	}
	for i := range a.ts {
		if t := &a.ts[i]; t.feasible {
			join(writes[t.Thread], t.writes)
		}
	}
	for g := range a.guards {
		for t := range writes {
			if writes[t].Overlaps(a.guardReads[g]) {
				b.writers[g] |= 1 << t
			}
		}
	}
	for l := range a.owner {
		b.gated[l] = true
		for _, id := range a.out(l) {
			b.gated[l] = b.gated[l] && (!a.ts[id].feasible || len(a.ts[id].guards) > 0)
		}
	}
	for i := range a.ts {
		t := &a.ts[i]
		b.guarded[i] = len(t.guards) > 0
		for _, out := range a.out(a.to(t)) {
			b.guarded[i] = b.guarded[i] || b.gated[a.to(t)] && t.writes.Overlaps(a.ts[out].reads)
		}
	}
}
