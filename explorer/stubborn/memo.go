package stubborn

import (
	"sync"
	"sync/atomic"
)

// Memory remembers choices, for all choosers of a search. What Choose returns depends on where the threads stand, on which
// transitions are enabled, and on the truth of some conditions. Each of these lies in bits of the packed state: of a cube
// that holds its mask, of one that does not a bit that differs. In every state that has the same bits there the choice is
// the same.
//
// What was chosen is in leaves, which are chained. Of a chain that became long there are bits that all its leaves depend
// on: by their values it is split into shorter ones. A leaf that comes later and does not depend on all of them is found
// only by states like the one it was made in.
//
// Choosers look leaves up while others are being added, under a lock that nobody waits for: what cannot be added at once is
// not remembered. A leaf does not change but for what comes behind it. Who follows a chain while it is split may miss a
// leaf, which costs time only.
type Memory struct {
	view   *View
	roots  array[ref]  // by the hash of locations and of what is enabled
	leaves array[leaf] // leaf 0 is none
	splits array[split]
	more   Grower

	mu    sync.Mutex
	room  int // for leaves, at most
	count int // leaves in use
	cut   int // splits in use
	full  bool
}

// ref is the first leaf of a chain, 0 if it is empty, or a split. It is read and written atomically.
type ref = uint32

const isSplit ref = 1 << 31

// leaf is what was chosen in the states of a cube with these transitions enabled. Both are given by plan.bits.
type leaf struct {
	cube    cube
	enabled uint64
	chosen  uint64
	next    uint32 // in the chain; read and written atomically
}

// split is chains, by the hash of what is enabled and of the bits of mask.
type split struct {
	mask Words
	to   [splitWays]ref
}

// Leaves take 88 bytes, splits 96; there are fewer of these. Breadth-first search does not come back to locations that it
// left behind: when there are maxLeaves for each chooser, of at most maxShares, all is forgotten.
const (
	minRoots  = 1 << 8
	maxRoots  = 1 << 16
	maxLeaves = 1 << 17
	maxShares = 8
	maxSplits = maxLeaves / 16
	atOnce    = 1 << 10 // leaves or splits that room is made for
	splitWays = 16
	longChain = 8
)

// Memory returns a memory for several choosers, or nil if what they choose cannot be remembered, or there is no room for it.
// What more does not give is done without. The words it gave are in use until the memory is.
func (s *Set) Memory(view *View, choosers int, more Grower) *Memory {
	s.finish()
	if view.wide || !s.plan.small || s.plan.wide {
		// Of a wide location it would not be known which of the transitions that share a candidate are enabled.
		return nil
	}
	m := &Memory{view: view, more: more, room: maxLeaves * min(choosers, maxShares), count: 1}
	if !m.leaves.grow(atOnce, more) || !m.roots.grow(maxRoots, more) && !m.roots.grow(minRoots, more) {
		return nil
	}
	return m
}

// Tidy forgets all if that has become too much. Nothing else may use the memory meanwhile.
func (m *Memory) Tidy() {
	if m.full {
		m.forget()
	}
}

func (m *Memory) forget() {
	clear(m.roots.words)
	m.count, m.cut, m.full = 1, 0, false
}

// reserve makes room for another leaf, and tells whether there is.
func (m *Memory) reserve() bool {
	if m.count >= m.room || m.count == m.leaves.len && !m.leaves.grow(m.count+atOnce, m.more) {
		m.full = true
	}
	return !m.full
}

// mix hashes what is enabled and the bits of a mask.
func mix(enabled uint64, w, mask *Words) uint64 {
	h := (w[0]&mask[0] ^ w[1]&mask[1]*0x9e3779b97f4a7c15) + (w[2]&mask[2]^w[3]&mask[3]*0xbf58476d1ce4e5b9)*0x94d049bb133111eb
	h = (h ^ h>>32 ^ enabled) * 0xd6e8feb86659fd93
	return (h ^ h>>32) * 0x9e3779b97f4a7c15
}

// chain returns the first leaf of the chain that a state belongs to, and where that stands.
func (m *Memory) chain(enabled uint64, w *Words) (first uint32, at *ref) {
	at = m.roots.at(uint32(mix(enabled, w, &m.view.all) >> 40 & uint64(m.roots.len-1)))
	for {
		first = atomic.LoadUint32(at)
		if first&isSplit == 0 {
			return first, at
		}
		s := m.splits.at(first &^ isSplit)
		at = &s.to[mix(enabled, w, &s.mask)>>60]
	}
}

// find returns the leaf of a state with these transitions enabled, or nil.
func (m *Memory) find(enabled uint64, w *Words) *leaf {
	for n, _ := m.chain(enabled, w); n != 0; {
		x := m.leaves.at(n)
		if x.enabled == enabled && x.cube.has(w) {
			return x
		}
		n = atomic.LoadUint32(&x.next)
	}
	return nil
}

// keep remembers what was chosen in a state, and on which bits that depends, the locations among them.
func (m *Memory) keep(enabled uint64, w, mask *Words, chosen uint64) {
	if !m.mu.TryLock() {
		return
	}
	defer m.mu.Unlock()
	first, at := m.chain(enabled, w)
	n := 0
	for k := first; k != 0; n++ {
		x := m.leaves.at(k)
		if x.enabled == enabled && x.cube.has(w) {
			return // another chooser was faster
		}
		k = x.next
	}
	if !m.reserve() {
		return
	}
	x := m.leaves.at(uint32(m.count))
	x.cube.mask, x.enabled, x.chosen = *mask, enabled, chosen
	for i := range w {
		x.cube.want[i] = w[i] & mask[i]
	}
	atomic.StoreUint32(&x.next, first)
	atomic.StoreUint32(at, uint32(m.count))
	m.count++
	if n >= longChain && n&(n-1) == 0 { // not each time, if it cannot be split
		m.split(at)
	}
}

// split splits a chain, if bits that all its leaves depend on, or what is enabled, differ.
func (m *Memory) split(r *ref) {
	at := *r
	x := m.leaves.at(at)
	mask := x.cube.mask
	differ, some := Words{}, uint64(0)
	for k := x.next; k != 0; k = m.leaves.at(k).next {
		y := m.leaves.at(k)
		for i := range differ {
			mask[i] &= y.cube.mask[i]
			differ[i] |= x.cube.want[i] ^ y.cube.want[i]
		}
		some |= x.enabled ^ y.enabled
	}
	for i := range differ {
		some |= differ[i] & mask[i]
	}
	if some == 0 || m.cut == maxSplits || m.cut == m.splits.len && !m.splits.grow(m.cut+atOnce, m.more) {
		return
	}
	p := m.splits.at(uint32(m.cut))
	p.mask = mask
	clear(p.to[:])
	for k := at; k != 0; {
		y := m.leaves.at(k)
		to := &p.to[mix(y.enabled, &y.cube.want, &mask)>>60]
		next := y.next
		atomic.StoreUint32(&y.next, *to)
		*to, k = k, next
	}
	atomic.StoreUint32(r, isSplit|uint32(m.cut))
	m.cut++
}
