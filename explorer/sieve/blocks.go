package sieve

import (
	"unsafe"

	"hpmc/explorer/packed"
)

// A block is four candidates side by side, a lane of 64 bits each, in the order in which they are needed. In bytes, for
// states of W words:
//
//	64*i           masks of word i of a guard, and what they must leave; word W is the derived one
//	64*(W+1)+64*i  what is kept of word i, and what is put to it
//	64*(2*W+1)     the labels with which a successor is left out
//	+32            four ids of 32 bits
//	+48            lanes that count when they are enabled, lanes that have to be looked at, and lanes that count
//	               but were not enabled yet, a byte each
//
// A lane without a candidate has a guard that never holds.
const (
	metaQuick = iota
	metaOdd
	metaFresh
)

// blockWords returns the size of a block.
func blockWords(words int) int { return 8*(2*words+1) + 8 }

// slabBlocks is how many blocks are mapped at a time: more than a page, so that they begin at the start of one.
const slabBlocks = 128

func (s *Sieve) tail(b *uint64) unsafe.Pointer {
	return unsafe.Add(unsafe.Pointer(b), 64*(2*s.words+1))
}

func (s *Sieve) idOf(b *uint64, lane int) *uint32 {
	return (*uint32)(unsafe.Add(s.tail(b), 32+4*lane))
}

func (s *Sieve) bytes(b *uint64, which int) *uint8 { return (*uint8)(unsafe.Add(s.tail(b), 48+which)) }

// make makes the blocks of the spot at an address.
func (s *Sieve) make(addr uintptr) {
	var ids []uint32
	var sp *spot
	for i := range s.code.Groups {
		g := &s.groups[i]
		k := (addr - uintptr(unsafe.Pointer(g.at))) / unsafe.Sizeof(spot{})
		if addr >= uintptr(unsafe.Pointer(g.at)) && k < uintptr(len(g.spots)) {
			p := &s.code.Groups[i].At[k]
			sp, ids = &g.spots[k], s.code.List[p.First:p.First+p.N]
		}
	}
	var ps []piece
	for _, id := range ids {
		if s.pieces[id] == nil {
			s.pieces[id] = s.split(id)
		}
		ps = append(ps, s.pieces[id]...)
	}
	n, size := (len(ps)+lanes-1)/lanes, blockWords(s.words)
	if len(s.slab) < n*size {
		s.slab = make([]uint64, max(slabBlocks, n)*size)
	}
	sp.n, sp.first = int32(n), uint64(len(s.blocks))
	if n > 0 {
		sp.blocks = uintptr(unsafe.Pointer(&s.slab[0]))
	}
	for i := range n {
		b := s.slab[:size:size]
		s.slab = s.slab[size:]
		s.blocks = append(s.blocks, &b[0])
		s.fill(b, ps[i*lanes:min((i+1)*lanes, len(ps))])
	}
}

func (s *Sieve) fill(b []uint64, ps []piece) {
	w := s.words
	b[lanes] = 1 // of the first mask
	for i := range lanes {
		if i >= len(ps) {
			b[lanes+i] = 1
			continue
		}
		p := &ps[i]
		for k := range w + 1 {
			b[8*k+i], b[8*k+4+i] = p.mask[k], p.want[k]
		}
		for k := range p.keep {
			b[8*(w+1+k)+i], b[8*(w+1+k)+4+i] = p.keep[k], p.or[k]
		}
		b[8*(2*w+1)+i] = p.skip
		*s.idOf(&b[0], i) = p.id
		meta := metaQuick
		if p.id != ID(p.id) {
			meta = metaOdd
		}
		*s.bytes(&b[0], meta) |= 1 << i
		if meta == metaQuick {
			*s.bytes(&b[0], metaFresh) |= 1 << i
		}
	}
}

// split makes the pieces of a transition.
func (s *Sieve) split(id uint32) []piece {
	t := &s.code.Trans[id]
	slow := []piece{s.slow(t)}
	cubes, ok := t.Cubes(most)
	if !ok {
		return slow
	}
	ps := []piece{}
	for _, c := range cubes {
		c.Or[s.words-1] |= s.labels.Of[id]
		ps = append(ps, piece{id, c.Mask, c.Want, c.Keep, c.Or, s.labels.Skip[id]})
	}
	for i := range t.Watches {
		x := &t.Watches[i]
		if !x.Fault && !s.watched(x.Prop) {
			continue
		}
		alarms, ok := t.Alarms(x, most)
		if !ok || x.Fault {
			return slow
		}
		for _, c := range alarms {
			ps = append(ps, piece{id: id | Alarm, mask: c.Mask, want: c.Want, skip: ^uint64(0)})
		}
		if len(ps) > mostPieces {
			return slow
		}
	}
	return ps
}

// slow makes the piece of a slow transition. It is not to be counted, so what it puts is where its memo is.
func (s *Sieve) slow(t *packed.Trans) piece {
	id := uint32(t.ID)
	p := piece{id: id | Slow, mask: t.Guard.Mask, want: t.Guard.Want, keep: t.Keep, or: make([]uint64, s.words), skip: ^uint64(0)}
	if s.memos[id] == nil {
		s.memos[id] = newMemo(t.Reads(), s.labels.Skip[id])
	}
	p.or[0] = uint64(uintptr(unsafe.Pointer(s.memos[id])))
	return p
}

func blockOf(b *uint64, words int) []uint64 { return unsafe.Slice(b, blockWords(words)) }
