package stubborn

import (
	"math/bits"

	"hpmc/explorer/packed"
)

// memory remembers choices. What Choose returns depends on where the threads stand, and on which transitions are enabled. Breadth-first
// search comes to the same again soon, or not at all, so a slot holds what was asked for last of those that fall on it, and there
// are few enough for the second-level cache.
type memory struct {
	slots []choice
	shift uint   // 64 less log2 of their number
	where uint64 // the bits of a state's first word that tell where the threads stand
	bits  uint   // how many these are: no others are below them

	// Where the next choice goes, and what it is about; nowhere, if slot is nil.
	slot *choice
	key  choice
}

// choice is where the threads stand and, above that, what is enabled; then the rest of what is, and above that what to take of
// it. None is zero: something is enabled.
type choice [2]uint64

// takeBits is how many of a list of enabled transitions there is room for.
const takeBits = 16

// slotBits is log2 of the number of slots.
const slotBits = 14

// MemoryBytes is how much memory a chooser needs that remembers choices.
const MemoryBytes = 16 << slotBits

// newMemory returns a memory for choices in packed states, or nil if they cannot be remembered: candidates have no numbers, or there are
// more bits to keep than a slot has.
func (s *Set) newMemory(l *packed.Layout) *memory {
	if l == nil || !s.numbered {
		return nil
	}
	m := &memory{shift: 64 - slotBits}
	for t := range s.p.Threads {
		pc := s.p.Threads[t].PC
		if pc < 0 {
			continue
		}
		for _, r := range l.Places[pc].Stored {
			if r.Word > 0 {
				return nil
			}
			m.where |= (1<<r.N - 1) << r.Shift
		}
	}
	m.bits = uint(bits.Len64(m.where))
	enabled := uint64(0)
	for _, b := range s.bits {
		enabled |= b
	}
	if m.bits == 64 || int(m.bits)+bits.Len64(enabled) > 128-takeBits {
		return nil
	}
	m.slots = make([]choice, 1<<slotBits)
	return m
}

// Recall returns what Choose takes in a state whose first packed word this is, with these transitions enabled, if that is known. The
// set of these is as in Alone.Bit. If it is not, what is chosen next is remembered for it.
func (c *Chooser) Recall(word, enabled uint64) (take uint64, known bool) {
	m := c.memory
	if m == nil {
		return 0, false
	}
	k := choice{word&m.where | enabled<<(m.bits&63), enabled >> (64 - m.bits)}
	h := (k[0] ^ k[1]*0x9e3779b97f4a7c15) * 0xd6e8feb86659fd93
	h = (h ^ h>>32) * 0x94d049bb133111eb
	x := &m.slots[h>>(m.shift&63)]
	if x[0] == k[0] && x[1]&(1<<(64-takeBits)-1) == k[1] {
		return x[1] >> (64 - takeBits), true
	}
	m.slot, m.key = x, k
	return 0, false
}

// keep remembers what was chosen of n enabled transitions where Recall knew nothing.
func (m *memory) keep(take uint64, n int) {
	if m.slot != nil && n <= takeBits {
		*m.slot = choice{m.key[0], m.key[1] | take<<(64-takeBits)}
	}
	m.slot = nil
}
