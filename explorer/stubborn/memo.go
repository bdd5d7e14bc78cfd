package stubborn

import "hpmc/explorer/packed"

// memory remembers choices. What Choose returns depends on where the threads stand, and on which transitions are enabled. Breadth-first
// search comes to the same again soon, or not at all, so a slot holds what was asked for last of those that fall on it, and there
// are few enough for the second-level cache.
type memory struct {
	mask   Words // of the bits that tell where the threads stand
	stride int   // of a slot, in words: what is enabled, what is chosen, and where
	slots  []uint64
	shift  uint // 64 less log2 of their number

	// Where the next choice goes, and what it is about; nowhere, if slot is nil.
	slot    []uint64
	enabled uint64
	at      Words
}

// Words is a packed state.
type Words [MaxWords]uint64

// MaxWords is the number of words of states up to which choices are remembered.
const MaxWords = 3

// slotBits is log2 of the number of slots.
const slotBits = 13

// newMemory returns a memory for choices in packed states, or nil if they cannot be remembered.
func (s *Set) newMemory(l *packed.Layout) *memory {
	if l == nil || l.Words > MaxWords || !s.numbered {
		return nil
	}
	m := &memory{stride: 2 + l.Words, shift: 64 - slotBits}
	m.slots = make([]uint64, m.stride<<slotBits)
	for t := range s.p.Threads {
		pc := s.p.Threads[t].PC
		if pc < 0 {
			continue
		}
		for _, r := range l.Places[pc].Stored {
			m.mask[r.Word] |= (1<<r.N - 1) << r.Shift
		}
	}
	return m
}

// Recall returns what Choose takes in a state with these transitions enabled, if that is known. Both sets are as in Alone.Bit. If it
// is not, what is chosen next is remembered for it. What lies behind the words of the state does not matter.
func (c *Chooser) Recall(state *Words, enabled uint64) (chosen uint64, known bool) {
	m := c.memory
	if m == nil {
		return 0, false
	}
	at := *state
	for i := range at {
		at[i] &= m.mask[i]
	}
	h := (at[0] ^ at[1]*0x9e3779b97f4a7c15 ^ enabled) * 0xd6e8feb86659fd93
	h = (h ^ h>>32 ^ at[2]) * 0x94d049bb133111eb
	x := m.slots[int(h>>(m.shift&63))*m.stride:][:m.stride]
	if x[0] == enabled && x[2] == at[0] && (m.stride < 4 || x[3] == at[1]) && (m.stride < 5 || x[4] == at[2]) {
		return x[1], true
	}
	m.slot, m.enabled, m.at = x, enabled, at
	return 0, false
}

// keep remembers what was chosen where Recall knew nothing.
func (m *memory) keep(chosen uint64) {
	if m.slot != nil {
		m.slot[0], m.slot[1] = m.enabled, chosen
		copy(m.slot[2:], m.at[:])
		m.slot = nil
	}
}
