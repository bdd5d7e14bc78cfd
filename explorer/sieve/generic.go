package sieve

import (
	"math/bits"
	"unsafe"
)

// The same as the assembly, in Go.

func (s *Sieve) expandGo(chunk, out []uint64, n, limit int) (left []uint64, filled, why int) {
	s.begin(chunk, out)
	for w := s.words; ; chunk = chunk[w:] {
		switch {
		case len(chunk) == 0:
			return chunk, n, Done
		case n >= limit:
			return chunk, n, Room
		}
		copy(s.state[:w], chunk)
		last := &s.state[w-1]
		s.of = *last >> s.shift & s.label
		*last &= s.bare
		s.enabled, s.odd = 0, 0
		s.each(func(b *uint64, lane int) {
			x := s.lane(b, lane)
			if x(2*w+1, 0)>>s.of&1 != 0 {
				return
			}
			for i := range w {
				out[n+i] = s.state[i]&x(w+1+i, 0) | x(w+1+i, 1)
			}
			n += w
		}, func(id uint32) bool {
			if id&Slow != 0 {
				s.later[s.laters] = later{uint64(id), uintptr(len(s.chunk)-len(chunk)) * 8, s.derived, s.of}
				s.laters++
				limit -= w
			}
			return id&Slow == 0
		})
		s.taken += s.enabled
		if s.odd > 0 || s.enabled == 0 {
			return chunk[w:], n, Look
		}
	}
}

func (s *Sieve) scanGo(state []uint64) []uint32 {
	copy(s.state[:], state)
	s.odd = 0
	s.each(func(b *uint64, lane int) {
		s.ids[s.odd] = *s.idOf(b, lane)
		s.odd++
	}, func(uint32) bool { return true })
	return s.ids[:s.odd]
}

// each fills in what follows from the state, counts the lanes that are enabled, calls quick for those that count, and
// puts the others to the ids if odd says so.
func (s *Sieve) each(quick func(b *uint64, lane int), odd func(id uint32) bool) {
	s.derived = s.derived0
	var at []*uint64
	for i := range s.count {
		sp := s.groups[i].spot(s.state[:])
		if sp.n < 0 {
			s.make(uintptr(unsafe.Pointer(sp)))
		}
		s.derived += sp.derived
		at = append(at, s.blocks[sp.first:][:sp.n]...)
	}
	w := s.words
	for _, b := range at {
		on := uint8(0)
		for i := range lanes {
			x := s.lane(b, i)
			off := s.derived&x(w, 0) ^ x(w, 1)
			for k := range w {
				off |= s.state[k]&x(k, 0) ^ x(k, 1)
			}
			if off == 0 {
				on |= 1 << i
			}
		}
		counts := on & *s.bytes(b, metaQuick)
		s.enabled += bits.OnesCount8(counts)
		*s.bytes(b, metaFresh) &^= counts
		for i := range lanes {
			switch {
			case on>>i&1 == 0:
			case counts>>i&1 != 0:
				quick(b, i)
			default:
				if id := *s.idOf(b, i); odd(id) {
					s.ids[s.odd] = id
					s.odd++
				}
			}
		}
	}
}

// lane returns a function for what a lane of a block holds: number i of the pairs of vectors, the first or the second.
func (s *Sieve) lane(b *uint64, lane int) func(i, second int) uint64 {
	words := blockOf(b, s.words)
	return func(i, second int) uint64 { return words[8*i+4*second+lane] }
}
