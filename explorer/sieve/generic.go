package sieve

import "unsafe"

// The same as the assembly, in Go.

func (s *Sieve) scanGo(states []uint64) int {
again:
	n, odds := 0, 0
	w := s.words
	for i := 0; len(states) >= (i+1)*w; i++ {
		r := s.record(i * s.stride)
		copy(r, states[i*w:(i+1)*w])
		label := r[w-1] >> s.shift & s.label
		r[w-1] &= s.bare
		r[w] = s.derived0
		barred := uint64(0)
		for g := range s.homes {
			cg := &s.code.Groups[g]
			sp := s.base(g, int(r[cg.Word]>>cg.Shift&cg.Mask))
			r[w] += sp.derived
			barred |= sp.bars
		}
		count := uint64(0)
		for g := range s.homes {
			cg := &s.code.Groups[g]
			k := int(r[cg.Word] >> cg.Shift & cg.Mask)
			first := s.base(g, k)
			for part := range int(first.n) {
				sp := first
				if part > 0 {
					sp = &s.extra[int(first.more)+part-1]
				}
				e := s.look(sp, r)
				if e == nil {
					if s.learn(uintptr(unsafe.Pointer(sp)), r) {
						goto again
					}
					e = s.look(sp, r)
				}
				for j := range e[1] &^ odd {
					s.block.list[n] = uint32(e[2+j/4]>>(j%4*16)&(1<<16-1)) | uint32(i*s.stride*8)<<16
					n++
				}
				count += e[1] &^ odd
				count |= e[1] & odd
			}
		}
		r[w+1] = label | count<<32
		if s.runs != nil {
			r[w+2] = barred
		}
		if count&odd != 0 || count == 0 {
			s.block.odds[odds] = uint32(i * s.stride * 8)
			odds++
		}
	}
	s.oddsEnd = uintptr(unsafe.Pointer(s.odds0)) + uintptr(odds*4)
	return n
}

// look returns the entry of a part for a state, or nil.
func (s *Sieve) look(sp *spot, state []uint64) []uint64 {
	p := s.find(uintptr(unsafe.Pointer(sp)))
	if p.entries == nil {
		return nil
	}
	return p.look(sp, p.key(state))
}

func (s *Sieve) makeGo(list []uint32, out []uint64, n int) int {
	w := s.words
	for _, x := range list {
		r := s.record(int(x>>16) / 8)
		l := s.lanes[int(x&(1<<16-1))*s.laneWords():]
		if l[2*w]>>(r[w+1]&63)&1 == 0 {
			continue
		}
		for i := range w {
			out[n+i] = r[i]&l[i] | l[w+i]
		}
		n += w
	}
	return n
}
