package stubborn

// plan is what a chooser looks at in every state, side by side.
type plan struct {
	ranks    []uint32 // per transition, its place among seeds, shifted up by rankShift
	bits     []uint64 // per transition, its candidate, numbered for all locations of all threads, if that is possible
	siblings []uint8  // per transition, those of alpha
	free     []bool   // per transition, whether it asks for nothing but of other threads where they stand
	rows     []span   // per transition, its row, in scans
	scans    []scan
	small    bool // there are never more than 64 candidates, and bits number them
	wide     bool // there are wide locations
}

const rankShift = 8

// scan is rowThread with a stop for each location.
type scan struct {
	thread uint8
	stops  []stop
}

// stop says what a row asks of a thread at a location.
type stop struct {
	some bool  // whether it asks for anything
	must uint8 // these candidates are added with the row
}

func newPlan(s *Set) *plan {
	p := &plan{}
	most := 0
	shifts := make([]int, len(s.slots))
	for t := range s.slots {
		shifts[t] = most
		n := uint8(0)
		for _, x := range s.slots[t] {
			n = max(n, x)
		}
		most += int(n)
	}
	p.small = most <= 64
	for id := range s.alpha {
		t := &s.p.Transitions[id]
		p.ranks = append(p.ranks, (uint32(s.progress[t.Thread][t.From])<<12|uint32(t.Thread)<<6|uint32(s.slot[id]))<<rankShift)
		p.bits = append(p.bits, 1<<(shifts[t.Thread]+int(s.slot[id])))
		p.siblings = append(p.siblings, uint8(s.alpha[id].siblings))
		p.free = append(p.free, s.alpha[id].siblings == 0 && s.alpha[id].row.free == span{} && s.wide[t.Thread][t.From] == nil)
	}
	for t := range s.wide {
		for _, x := range s.wide[t] {
			p.wide = p.wide || x != nil
		}
	}
	shared := map[*span][]stop{}
	for i := range s.alpha {
		first := uint32(len(p.scans))
		for _, t := range s.alpha[i].row.threads {
			stops := shared[&t.at[0]]
			if stops == nil {
				for _, sp := range t.at {
					stops = append(stops, stopOf(s, sp))
				}
				shared[&t.at[0]] = stops
			}
			p.scans = append(p.scans, scan{thread: uint8(t.thread), stops: stops})
		}
		p.rows = append(p.rows, span{first, uint32(len(p.scans))})
	}
	return p
}

func stopOf(s *Set, sp span) (x stop) {
	x.some = sp.end > sp.start
	for i := sp.start; i < sp.end; i++ {
		if g := &s.tails[i]; len(g.gates) == 0 && !g.only && g.prop < 0 {
			x.must |= uint8(g.mask)
		}
	}
	return x
}
