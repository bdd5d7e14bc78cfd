package sieve

import (
	"slices"
	"unsafe"

	"hpmc/explorer/packed"
)

// Under reduction a thread runs on as long as what it does next is alone: a stubborn set by itself by where the other threads
// stand. They stand still, so a step of a run is to look up what its thread can do at one location.

// Alone tells where transitions are alone. There are classes of them, of a bit each.
type Alone struct {
	Class []uint64   // of each transition; 0: it is never alone
	Bars  [][]uint64 // per thread and location: the classes of which no transition is alone while the thread stands there
	Rank  []uint32   // of each transition: of several that are alone the one of least rank is to be taken
	Bit   []uint64   // of each transition, its bit in a set of enabled ones, or 0
}

// runs is what a reduced search needs of a sieve besides.
type runs struct {
	trans []follow // what follows each transition
	lanes []follow // and each lane
	spots []spot   // of each location
	parts []*part  // of each location; nil: not known yet
	out   [][]int  // the transitions that leave it
	area  area
	n     int // runs under way

	times, scanned int // how often all was forgotten, and had been when Scan came to its end
}

// follow is what may come behind a transition.
type follow struct {
	class uint64  // the transition's own
	next  uint64  // of what leaves the location that it leads to, if a run may leave it
	delta uint64  // what it adds to the derived word
	part  uintptr // of that location
	bit   uint64  // of the transition
	rank  uint32
}

// Reduce prepares a sieve of a program for Scan and runs. What was learnt stays known.
func (s *Sieve) Reduce(a *Alone) {
	p := s.code.Layout.Program
	r := &runs{trans: make([]follow, len(s.code.Trans))}
	first := make([]int, len(p.Threads))
	for t := range p.Threads {
		first[t] = len(r.out)
		r.out = append(r.out, p.Threads[t].Out...)
	}
	// A thread without transitions is in no group.
	never := uint64(0)
	for t := range p.Threads {
		if !slices.ContainsFunc(s.code.Groups, func(g packed.Group) bool { return slices.Contains(g.Threads, t) }) {
			never |= a.Bars[t][0]
		}
	}
	r.spots, r.parts = make([]spot, len(r.out)), make([]*part, len(r.out))
	for id := range r.trans {
		t := &p.Transitions[id]
		f := &r.trans[id]
		to := first[t.Thread] + t.To
		*f = follow{class: a.Class[id] &^ never, rank: a.Rank[id], bit: a.Bit[id], part: uintptr(unsafe.Pointer(&r.spots[to])),
			delta: s.code.Layout.Part(t.Thread, t.To) - s.code.Layout.Part(t.Thread, t.From)}
		if s.mayLeave(r.out[to]) {
			for _, n := range r.out[to] {
				f.next |= a.Class[n] &^ never
			}
		}
	}
	for i := range s.code.Groups {
		g := &s.code.Groups[i]
		for k, sp := range g.At {
			for j, loc := range sp.Locs {
				s.base(i, k).bars |= a.Bars[g.Threads[j]][loc]
			}
		}
	}
	// Runs that are under way when a state is taken up, and those that it begins.
	r.area = s.newArea(Block+s.code.Most(), entryLanes*(Block+s.code.Most()))
	r.forget()
	for _, id := range s.ids {
		r.lanes = append(r.lanes, r.trans[id])
	}
	s.runs = r
}

// mayLeave tells whether a run may leave a location by these transitions: not where one is watched, since it could be a fault,
// which is to be found and not taken; nor where more could be enabled than there are lanes for, or that depends on too much.
func (s *Sieve) mayLeave(out []int) bool {
	ids := make([]uint32, 0, len(out))
	for _, id := range out {
		if len(s.code.Trans[id].Watches) > 0 {
			return false
		}
		ids = append(ids, uint32(id))
	}
	masks := s.readsOf(ids)
	return len(ids) <= entryLanes && count(masks[:]) <= keyBits
}

func (r *runs) forget() {
	r.times++
	r.lanes = r.lanes[:0]
	clear(r.parts)
	for i := range r.spots {
		r.spots[i] = spot{table: uintptr(unsafe.Pointer(&nothing)), n: 1}
	}
}

// find returns the part of a location, if that is what is at an address.
func (r *runs) find(s *Sieve, addr uintptr) *part {
	first := uintptr(unsafe.Pointer(&r.spots[0]))
	i := (addr - first) / (8 * spotWords)
	if addr < first || i >= uintptr(len(r.spots)) {
		return nil
	}
	if r.parts[i] == nil {
		p := s.fresh.part()
		*p = part{group: -1, spot: int32(i), extra: -1}
		r.parts[i] = p
		var ids []uint32
		for _, id := range r.out[i] {
			if !s.code.Trans[id].Never {
				ids = append(ids, uint32(id))
			}
		}
		s.set(p, ids)
	}
	return r.parts[i]
}

// Scan looks up the first states of chunk, and returns how many; Read tells of each, until Forgotten says something else.
func (s *Sieve) Scan(chunk []uint64) int {
	k := min(len(chunk), Block*s.words)
	s.use(&s.block)
	s.next, s.end = 0, s.scan(chunk[:k])
	s.runs.scanned = s.runs.times
	return k / s.words
}

// Read returns what Scan found in its next state, number i: its words with the derived one, the lanes that are enabled, which
// classes are barred, and whether it has to be looked at: alarms may ring, or nothing is enabled.
func (s *Sieve) Read(i int) (state []uint64, lanes []uint32, barred uint64, look bool) {
	r := s.record(i * s.stride)
	n := r[s.words+1] >> 32
	lanes = s.block.list[s.next:][:n&^odd]
	s.next += len(lanes)
	return r[:s.words+1], lanes, r[s.words+2], n&odd != 0 || n == 0
}

// ID returns the transition of a lane.
func (s *Sieve) ID(lane uint32) uint32 { return s.ids[lane&(1<<16-1)] }

// Lone returns which of some lanes is alone, or -1, and the set of their transitions.
func (s *Sieve) Lone(lanes []uint32, barred uint64) (at int, enabled uint64) {
	at = -1
	least := ^uint32(0)
	for i, l := range lanes {
		f := &s.runs.lanes[l&(1<<16-1)]
		enabled |= f.bit
		if f.class&^barred != 0 && f.rank < least {
			at, least = i, f.rank
		}
	}
	return at, enabled
}

// Start begins a run with a lane that is enabled in a state. If there is nothing to run on with, it puts the successor to out from
// word n on; it returns where out is filled to. Where more than Block runs are under way, Follow must come first.
func (s *Sieve) Start(state []uint64, barred uint64, lane uint32, out []uint64, n int) int {
	r := s.runs
	f := &r.lanes[lane&(1<<16-1)]
	if f.next&^barred == 0 {
		s.step(state, lane, out[n:])
		return n + s.words
	}
	to := r.area.records[r.n*s.stride:][:s.words+3]
	s.step(state, lane, to)
	r.ask(s, f, to, state[s.words], barred)
	return n
}

// step puts the successor of a state by a lane to the front of to, without its label.
func (s *Sieve) step(state []uint64, lane uint32, to []uint64) {
	at := int(lane & (1<<16 - 1))
	switch s.words {
	case 1:
		l := s.lanes[at*laneWords1:][:laneWords1]
		to[0] = (state[0]&l[0] | l[1]) & s.bare
	case 2:
		l := s.lanes[at*laneWords:][:laneWords]
		to[1] = (state[1]&l[1] | l[3]) & s.bare
		to[0] = state[0]&l[0] | l[2]
	default:
		l := s.lanes[at*laneWords:][:laneWords]
		to[2] = (state[2]&l[2] | l[5]) & s.bare
		to[1] = state[1]&l[1] | l[4]
		to[0] = state[0]&l[0] | l[3]
	}
}

// ask asks for what can come behind a transition, in the run whose record comes next. The state before had this derived word.
func (r *runs) ask(s *Sieve, f *follow, record []uint64, derived, barred uint64) {
	at := uint32(r.n * s.stride * 8)
	r.area.asks[r.n] = ask{f.part, at, at << 16}
	r.n++
	rest := record[s.words:][:3]
	rest[0], rest[1], rest[2] = derived+f.delta, 0, barred
}

// Running returns how many runs are under way.
func (s *Sieve) Running() int { return s.runs.n }

// Follow ends all runs, and puts where they end to out from word n on. It returns where out is filled to.
func (s *Sieve) Follow(out []uint64, n int) int {
	w := s.words
	r := s.runs
	for r.n > 0 {
		list := s.lookup()
		had := r.n
		r.n = 0
		for i := range had {
			from := r.area.records[i*s.stride:][:w+3]
			k := int(from[w+1] >> 32)
			lanes := list[:k]
			list = list[k:]
			barred := from[w+2]
			next := ^uint32(0)
			for _, l := range lanes {
				if r.lanes[l&(1<<16-1)].class&^barred != 0 {
					next = l & (1<<16 - 1)
					break
				}
			}
			if next != ^uint32(0) {
				f := &r.lanes[next]
				to := r.area.records[r.n*s.stride:][:w+3]
				derived := from[w]
				s.step(from, next, to)
				if f.next&^barred != 0 {
					r.ask(s, f, to, derived, barred)
					continue
				}
				from = to
			}
			copy(out[n:n+w], from)
			n += w
		}
	}
	return n
}

// lookup looks up what the threads of runs can do, and returns the lanes, run by run.
func (s *Sieve) lookup() []uint32 {
	r := s.runs
	if !assembly {
		return s.lookupGo()
	}
	s.use(&r.area)
	first := uintptr(unsafe.Pointer(s.asks0))
	s.at, s.stop = 0, uintptr(r.n*s.words*8)
	s.resume, s.asksEnd = first, first+uintptr(r.n)*unsafe.Sizeof(ask{})
	s.listEnd = uintptr(unsafe.Pointer(s.list0))
	for scanners[s.words](&s.run) != 0 {
		i := int((s.resume - first) / unsafe.Sizeof(ask{}))
		if s.learn(r.area.asks[i].part, r.area.records[i*s.stride:][:s.stride]) {
			for i := range r.n {
				r.area.records[i*s.stride+s.words+1] = 0
			}
			s.resume, s.listEnd = first, uintptr(unsafe.Pointer(s.list0))
		}
	}
	return r.area.list[:int(s.listEnd-uintptr(unsafe.Pointer(s.list0)))/4]
}

// lookupGo is lookup without assembly.
func (s *Sieve) lookupGo() []uint32 {
	r := s.runs
again:
	list := r.area.list[:0]
	for i := range r.n {
		rec := r.area.records[i*s.stride:]
		sp := (*spot)(unsafe.Add(unsafe.Pointer(&r.spots[0]), r.area.asks[i].part-uintptr(unsafe.Pointer(&r.spots[0]))))
		e := s.look(sp, rec)
		if e == nil {
			if s.learn(r.area.asks[i].part, rec) {
				goto again
			}
			e = s.look(sp, rec)
		}
		for j := range e[1] {
			list = append(list, uint32(e[2+j/4]>>(j%4*16)&(1<<16-1)))
		}
		rec[s.words+1] = e[1] << 32
	}
	return list
}

// Forgotten tells whether the lanes that Scan listed are no longer known: everything was forgotten since, and the states that were
// not read yet must be looked up again.
func (s *Sieve) Forgotten() bool { return s.runs.times != s.runs.scanned }
