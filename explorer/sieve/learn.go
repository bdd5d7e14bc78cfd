package sieve

import (
	"math/bits"
	"slices"
	"unsafe"

	"hpmc/explorer/packed"
)

// spot is packed.Spot, and the first part of its transitions. A part is looked up by its key: the bits of the state that are
// under its masks, side by side. The key times mult, shifted right, is where its entry is in the table, or a few entries behind.
type spot struct {
	derived uint64
	masks   [MaxWords + 1]uint64 // of each word, the derived one last
	table   uintptr
	mult    uint64
	hash    uint8           // how far right
	shifts  [MaxWords]uint8 // how far left what is under each mask but the first is in the key; the derived one's last
	n       uint8           // parts
	_       uint8
	more    uint16 // where in extra the others are, one behind the other
	bars    uint64 // classes of which no transition is alone while threads stand there (runs.go)
	_       [7]uint64
}

const (
	spotWords = 16  // of a spot: a cache line for what is always needed, and one for bars
	mostParts = 255 // of a spot
	keyBits   = 63  // of a key at most, so that none is empty
)

// limits bounds what is learnt. A part of several transitions that has as many entries as split is split in two; one of a single
// transition that has as many as forget begins anew; and everything does when there are too many lanes, or tables have too many
// words. What the states of a block need has to have room.
type limits struct{ split, forget, lanes, words int }

var usual = limits{1 << 12, 1 << 15, 1 << 16, 1 << 21}

// home is the parts of a spot.
type home struct {
	first *part
	all   []*part // nil if there is only one
}

// part is some of the transitions that leave a spot.
type part struct {
	group, spot int32
	extra       int32 // where in extra it is; -1: it is the spot's own
	bits        uint8 // of the key
	size        uint8 // log2 of its table, without what lies behind
	ids         []uint32
	gathers     []packed.Gather // of the key
	entries     []uint64        // its table
	used        int
}

type laneKey struct {
	id uint32
	or [MaxWords]uint64
}

// forget forgets all that was learnt.
func (s *Sieve) forget() {
	for i := range s.homes {
		g := &s.code.Groups[i]
		for k := range s.homes[i] {
			s.homes[i][k] = home{}
			sp := s.base(i, k)
			sp.masks, sp.mult, sp.table, sp.n = [MaxWords + 1]uint64{}, 0, uintptr(unsafe.Pointer(&nothing)), 0
			if g.At[k].N > 0 {
				sp.n = 1
			}
		}
	}
	s.extra, s.extras = nil, nil
	clear(s.reads)
	s.fresh.forget()
	s.lanes, s.ids, s.laneOf = s.lanes[:0], s.ids[:0], map[laneKey]uint16{}
	if s.runs != nil {
		s.runs.forget()
	}
}

func (s *Sieve) base(group, k int) *spot {
	return (*spot)(unsafe.Add(unsafe.Pointer(s.groups[group].at), k*8*spotWords))
}

// find returns the part at an address.
func (s *Sieve) find(addr uintptr) *part {
	const size = 8 * spotWords
	if s.runs != nil {
		if p := s.runs.find(s, addr); p != nil {
			return p
		}
	}
	if first := uintptr(unsafe.Pointer(s.extra0)); len(s.extra) > 0 && addr >= first && (addr-first)/size < uintptr(len(s.extra)) {
		return s.extras[(addr-first)/size]
	}
	for i := range s.homes {
		first := uintptr(unsafe.Pointer(s.groups[i].at))
		if k := (addr - first) / size; addr >= first && k < uintptr(len(s.homes[i])) {
			h := &s.homes[i][k]
			if h.first == nil {
				sp := &s.code.Groups[i].At[k]
				h.first = s.fresh.part()
				*h.first = part{group: int32(i), spot: int32(k), extra: -1}
				s.set(h.first, s.code.List[sp.First:sp.First+sp.N])
			}
			return h.first
		}
	}
	panic("sieve: no part there")
}

func (s *Sieve) spot(p *part) *spot {
	if p.group < 0 {
		return &s.runs.spots[p.spot]
	}
	if p.extra >= 0 {
		return &s.extra[p.extra]
	}
	return s.base(int(p.group), int(p.spot))
}

// set gives a part its transitions, and no entries. Until it has a table, no bit is under its masks, so that nothing is found.
func (s *Sieve) set(p *part, ids []uint32) {
	s.fresh.back(p.entries)
	p.ids = ids
	p.gathers, p.bits, p.entries, p.used = nil, 0, nil, 0
	sp := s.spot(p)
	sp.table, sp.mult, sp.masks = uintptr(unsafe.Pointer(&nothing)), 0, [MaxWords + 1]uint64{}
}

// begin gives a part a table. It fails if there are too many bits for a key.
func (s *Sieve) begin(p *part) bool {
	masks := s.readsOf(p.ids)
	if count(masks[:]) > keyBits {
		return false
	}
	sp := s.spot(p)
	first := len(s.fresh.gathers)
	for i, m := range masks[:s.words+1] {
		k := i
		if i == s.words {
			k = MaxWords
		}
		sp.masks[k] = m
		if k > 0 {
			sp.shifts[k-1] = p.bits
		}
		for ; m != 0; m &= m - 1 {
			g := packed.Gather{Word: i, Rot: (int(p.bits) - bits.TrailingZeros64(m)) & 63, Mask: 1 << p.bits}
			if n := len(s.fresh.gathers); n > first && s.fresh.gathers[n-1].Word == g.Word && s.fresh.gathers[n-1].Rot == g.Rot {
				s.fresh.gathers[n-1].Mask |= g.Mask
			} else {
				s.fresh.gathers = append(s.fresh.gathers, g)
			}
			p.bits++
		}
	}
	p.gathers = s.fresh.gathers[first:len(s.fresh.gathers):len(s.fresh.gathers)]
	p.grow(sp, &s.fresh)
	return true
}

// readsOf returns masks of what transitions depend on.
func (s *Sieve) readsOf(ids []uint32) (all [MaxWords + 1]uint64) {
	w := s.words + 1
	for _, id := range ids {
		m := s.reads[int(id)*w:][:w]
		if count(m) == 0 {
			s.code.Trans[id].Reads(m, s.watched)
		}
		for i := range m {
			all[i] |= m[i]
		}
	}
	return all
}

func count(masks []uint64) (n int) {
	for _, m := range masks {
		n += bits.OnesCount64(m)
	}
	return n
}

// key returns the key of a state, with its derived word.
func (p *part) key(state []uint64) (k uint64) {
	for i := range p.gathers {
		g := &p.gathers[i]
		k |= bits.RotateLeft64(state[g.Word], g.Rot) & g.Mask
	}
	return k
}

// learn finds out what a part does in a state that it has no entry for. It tells whether parts have changed, so that what was
// to be asked has to be found anew.
func (s *Sieve) learn(addr uintptr, state []uint64) (changed bool) {
	p := s.find(addr)
	if p.entries == nil && !s.begin(p) {
		s.split(p)
		return true
	}
	var e [entryWords]uint64
	e[0] = p.key(state)
	n, flags := 0, uint64(0)
	for _, id := range p.ids {
		t := &s.code.Trans[id]
		if !t.Guard.Holds(state, &s.regs) {
			continue
		}
		rang, fault := s.rings(t, state)
		if rang {
			flags = odd
		}
		if n == entryLanes {
			s.split(p)
			return true
		}
		l, ok := s.lane(t, state, fault)
		if !ok {
			s.forget()
			return true
		}
		e[2+n/4] |= uint64(l) << (n % 4 * 16)
		n++
		s.fired[id] = true
	}
	e[1] = uint64(n) | flags
	sp := s.spot(p)
	switch {
	case s.fresh.taken > s.limits.words:
		s.forget()
		return true
	case p.used >= s.limits.split && len(p.ids) > 1 && p.group >= 0:
		s.split(p)
		return true
	case p.used >= s.limits.forget:
		s.set(p, p.ids)
		return true
	}
	p.used++
	for 2*p.used > 1<<p.size && p.size < p.bits || !p.add(sp, &e) {
		p.grow(sp, &s.fresh)
	}
	return false
}

// rings tells whether a watch of a transition rings, and whether it is one for a fault.
func (s *Sieve) rings(t *packed.Trans, state []uint64) (rang, fault bool) {
	for i := range t.Watches {
		x := &t.Watches[i]
		if !x.Fault && !s.watched(x.Prop) {
			continue
		}
		for _, a := range x.Any {
			if a.Holds(state, &s.regs) {
				rang, fault = true, fault || x.Fault
			}
		}
	}
	return rang, fault
}

// lane returns the lane for an enabled transition in a state. The successor by one that is a fault is always left out. ok is
// false if there are too many lanes.
func (s *Sieve) lane(t *packed.Trans, state []uint64, fault bool) (n uint16, ok bool) {
	k := laneKey{id: uint32(t.ID)}
	if fault {
		k.id |= 1 << 31
	} else {
		copy(s.put, t.Or)
		t.Finish(state, s.put, &s.regs)
		copy(k.or[:], s.put)
	}
	if n, ok := s.laneOf[k]; ok {
		return n, true
	}
	if len(s.ids) >= s.limits.lanes {
		return 0, false
	}
	n = uint16(len(s.ids))
	s.laneOf[k] = n
	l := make([]uint64, s.laneWords())
	w := s.words
	copy(l, t.Keep)
	copy(l[w:], k.or[:w])
	l[2*w-1] |= s.labels.Of[t.ID]
	if !fault {
		l[2*w] = ^s.labels.Skip[t.ID]
	}
	s.lanes, s.ids = append(s.lanes, l...), append(s.ids, uint32(t.ID))
	if s.runs != nil {
		s.runs.lanes = append(s.runs.lanes, s.runs.trans[t.ID])
	}
	s.lane0 = &s.lanes[0]
	return n, true
}

// split makes two parts of one.
func (s *Sieve) split(p *part) {
	h := &s.homes[p.group][p.spot]
	if h.all == nil {
		h.all = []*part{p}
	}
	if len(s.extra)+len(h.all) > 1<<16 {
		s.forget()
		return
	}
	q := s.fresh.part()
	*q = part{group: p.group, spot: p.spot}
	h.all = slices.Insert(h.all, slices.Index(h.all, p)+1, q) // what is enabled is listed in the program's order, always
	first := len(s.extra)
	for _, x := range h.all[1:] {
		at := spot{}
		if x != q {
			at = s.extra[x.extra]
		}
		x.extra = int32(len(s.extra))
		s.extra, s.extras = append(s.extra, at), append(s.extras, x)
	}
	s.extra0 = &s.extra[0]
	sp := s.base(int(p.group), int(p.spot))
	sp.n, sp.more = uint8(len(h.all)), uint16(first)
	ids, half := p.ids, len(p.ids)/2
	s.set(p, ids[:half])
	s.set(q, ids[half:])
}
