package stubborn

// bar is what stands in a transition's way.
type bar uint8

const (
	nothing bar = iota
	never       // it is not enabled
	deadEnd     // the thread stays where it leads
)

// bar tells whether a transition can be no part of a way to a target while another thread stands still: because it
// cannot be enabled, or because the thread cannot leave where it leads, unless that is the target. A thread that flushes
// a work item does not come past the flush as long as the worker stands in the middle of it.
func (b *builder) bar(id, still int) bar {
	a := b.a
	t := &a.ts[id]
	here, there := a.facts.at(t.at), a.facts.at(still)
	for _, g := range t.guards {
		for _, v := range a.guards[g].vars {
			f := &a.fields.of[v]
			for w := f.word; w < f.word+f.words; w++ {
				b.in[w] = here[w] & there[w]
			}
		}
	}
	if !a.restrict(b.in, t.guards) {
		return never
	}
	if !b.gated[t.to] {
		return nothing
	}
	for _, out := range a.out(t.to) {
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
		q := a.asker
		q.begin(t)
		q.bits.join(a.guards[g].reads)
		q.close()
		if q.domain(t.at, still) && q.assume(t.guards) && q.ask(question{kind: askShuts, of: g}) {
			return true
		}
	}
	return false
}

// findBars prepares for bar.
func (b *builder) findBars() {
	a := b.a
	b.in = make([]uint64, a.fields.words)
	b.writers = make([]uint64, len(a.guards))
	b.gated, b.guarded = make([]bool, len(a.owner)), make([]bool, len(a.ts))
	for t := range a.p.Threads {
		writes := make(footprint, a.spots.words)
		for i := range a.ts {
			if u := &a.ts[i]; u.Thread == t && u.feasible {
				writes.join(u.writes)
			}
		}
		for g := range a.guards {
			if writes.overlaps(a.guards[g].reads) {
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
		for _, out := range a.out(t.to) {
			b.guarded[i] = b.guarded[i] || b.gated[t.to] && t.writes.overlaps(a.ts[out].reads)
		}
	}
}
