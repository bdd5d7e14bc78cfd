package sieve

// later is a slow transition that has to be looked at, and the state that it leaves.
type later struct {
	id      uint64
	at      uintptr // byte offset in the chunk; to the assembly, an address
	derived uint64
	of      uint64
}

// begin makes room for the slow transitions of a chunk. Each takes the room of a successor.
func (s *Sieve) begin(chunk, out []uint64) {
	s.chunk, s.laters = chunk, 0
	if most := len(out)/s.words + 1; len(s.later) < most {
		s.later = make([]later, most)
	}
}

// Laters returns how many slow transitions Expand has left to be looked at.
func (s *Sieve) Laters() int { return s.laters }

// Later tells of slow transition i that Expand has left: it writes the state that it leaves, with its derived word, to
// cur, and returns the transition and the state's label.
func (s *Sieve) Later(i int, cur []uint64) (id uint32, label uint64) {
	l := &s.later[i]
	w := s.words
	copy(cur, s.chunk[l.at/8:][:w])
	cur[w-1] &= s.bare
	cur[w] = l.derived
	return ID(uint32(l.id)), l.of
}

// Last tells whether slow transition i leaves what is before left, of the states of the chunk.
func (s *Sieve) Last(i int, left []uint64) bool {
	return int(s.later[i].at)/8+s.words+len(left) == len(s.chunk)
}
