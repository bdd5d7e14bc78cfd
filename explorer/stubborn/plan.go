package stubborn

// plan is what a chooser looks at in every state, side by side.
type plan struct {
	ranks  []uint32 // per transition, its place among seeds, shifted up by rankShift
	bits   []uint64 // per transition, its candidate, numbered for all locations of all threads, if that is possible
	must   []uint8  // per transition, siblings of alpha
	free   []bool   // per transition, whether it asks for nothing but of other threads where they stand
	rows   []span   // per transition, its row, in scans
	frees  []stop   // and what the row asks for whatever the locations
	guards []span   // per transition, the gates of one of which something is added if it is not enabled
	nes    []span   // per necessary enabling set, its row, in scans
	scans  []scan
	stops  []stop
	asks   []ask
	gates  []gate
	places []uint32 // per thread, the first of its locations in outs
	outs   []uint32 // per location, the first of the transitions that leave it in ids
	ids    []int32
	most   int       // gates side by side
	off    []uint8   // per thread, its first candidate, if small
	owner  [64]uint8 // and per candidate, its thread
	small  bool      // there are never more than 64 candidates, and bits number them
	wide   bool      // there are wide locations
}

const rankShift = 8

// scan is a thread that a row asks something of, at some of its locations.
type scan struct {
	thread uint32
	stops  uint32 // the first of as many as it has locations
}

// stop says what a row asks of a thread at a location.
type stop struct {
	asks span
	must uint8 // these places are added with the row
	may  uint8 // and these may be
	some bool  // whether it asks for anything
}

// ask is a group that can be satisfied in several ways, or that a property asks for.
type ask struct {
	marks uint64 // of the necessary enabling sets of its gates
	gates span
	prop  int32 // these three are as in group
	mask  uint8
	only  bool
}

// mark returns a bit that stands for a necessary enabling set, and for some others.
func mark(nes int32) uint64 { return 1 << (nes & 63) }

func newPlan(s *Set) *plan {
	p := &plan{}
	most := 0
	for t := range s.slots {
		p.off = append(p.off, uint8(min(most, 255)))
		n := uint8(0)
		for _, x := range s.slots[t] {
			n = max(n, x)
		}
		for range n {
			if most < len(p.owner) {
				p.owner[most] = uint8(t)
			}
			most++
		}
	}
	p.small = most <= len(p.owner)
	for t := range s.wide {
		for _, x := range s.wide[t] {
			p.wide = p.wide || x != nil
		}
	}
	for t := range s.slots {
		p.places = append(p.places, uint32(len(p.outs)))
		for _, out := range s.p.Threads[t].Out {
			p.outs = append(p.outs, uint32(len(p.ids)))
			for _, id := range out {
				p.ids = append(p.ids, int32(id))
			}
		}
	}
	b := planner{s, p, map[*gate]uint32{}, map[span]stop{}, map[*span]uint32{}}
	for id := range s.alpha {
		t, al := &s.p.Transitions[id], &s.alpha[id]
		p.ranks = append(p.ranks, s.rank(id)<<rankShift)
		p.bits = append(p.bits, 1<<((p.off[t.Thread]+s.slot[id])&63))
		p.must = append(p.must, uint8(al.siblings))
		p.free = append(p.free, s.free(id))
		p.rows = append(p.rows, b.row(&al.row))
		p.frees = append(p.frees, b.stop(al.row.free))
		p.guards = append(p.guards, b.gates(al.guards))
	}
	for i := range s.nes {
		p.nes = append(p.nes, b.row(&s.nes[i]))
	}
	return p
}

// planner makes a plan. What is equal is there once.
type planner struct {
	s     *Set
	p     *plan
	gated map[*gate]uint32
	spans map[span]stop
	rows  map[*span]uint32
}

func (b *planner) row(r *row) span {
	first := uint32(len(b.p.scans))
	for _, t := range r.threads {
		n, known := b.rows[&t.at[0]]
		if !known {
			n = uint32(len(b.p.stops))
			b.rows[&t.at[0]] = n
			for _, sp := range t.at {
				b.p.stops = append(b.p.stops, b.stop(sp))
			}
		}
		b.p.scans = append(b.p.scans, scan{uint32(t.thread), n})
	}
	return span{first, uint32(len(b.p.scans))}
}

func (b *planner) stop(sp span) stop {
	x, known := b.spans[sp]
	if known || sp.start == sp.end {
		return x
	}
	x.some, x.asks.start = true, uint32(len(b.p.asks))
	for i := sp.start; i < sp.end; i++ {
		g := &b.s.tails[i]
		if len(g.gates) == 0 && !g.only && g.prop < 0 {
			x.must |= uint8(g.mask)
			continue
		}
		y := ask{gates: b.gates(g.gates), prop: g.prop, mask: uint8(g.mask), only: g.only}
		for _, k := range g.gates {
			y.marks |= mark(k.nes)
		}
		x.may |= y.mask
		b.p.asks = append(b.p.asks, y)
	}
	x.asks.end = uint32(len(b.p.asks))
	b.spans[sp] = x
	return x
}

func (b *planner) gates(list []gate) span {
	if len(list) == 0 {
		return span{}
	}
	n, known := b.gated[&list[0]]
	if !known {
		n = uint32(len(b.p.gates))
		b.gated[&list[0]] = n
		b.p.gates = append(b.p.gates, list...)
		b.p.most = max(b.p.most, len(list))
	}
	return span{n, n + uint32(len(list))}
}
