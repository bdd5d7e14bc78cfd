package stubborn

import (
	"sync"
	"sync/atomic"
	"unsafe"
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
	roots  []ref    // by the hash of locations and of what is enabled
	leaves []*block // as many as there may be, made when they are needed; leaf 0 is none
	splits []*splits
	take   func(bytes int64) bool // asks for memory; nil: there is enough

	mu    sync.Mutex
	room  int // for leaves
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

type (
	block  [leafBlock]leaf
	splits [splitBlock]split
)

// Leaves take 88 bytes, splits 96; there are fewer of these. Breadth-first search does not come back to locations that it
// left behind: when there are maxLeaves for each chooser, of at most maxShares, all is forgotten.
const (
	minRoots   = 1 << 8
	maxRoots   = 1 << 16
	maxLeaves  = 1 << 17
	maxShares  = 8
	leafBlock  = 1 << 10
	splitBlock = 1 << 6
	splitWays  = 16
	longChain  = 8

	rootBytes  = int64(unsafe.Sizeof(ref(0)))
	blockBytes = int64(unsafe.Sizeof(block{}))
	splitBytes = int64(unsafe.Sizeof(splits{}))
)

// Memory returns a memory for several choosers, or nil if what they choose cannot be remembered. take is asked for memory,
// in bytes; what it refuses is done without.
func (s *Set) Memory(view *View, choosers int, take func(bytes int64) bool) *Memory {
	if view.wide || !s.plan.small || s.plan.wide {
		// Of a wide location it would not be known which of the transitions that share a candidate are enabled.
		return nil
	}
	n := maxLeaves / leafBlock * min(choosers, maxShares)
	m := &Memory{view: view, take: take, room: n * leafBlock, count: 1, leaves: make([]*block, n), splits: make([]*splits, n)}
	roots := minRoots
	if take(maxRoots * rootBytes) {
		roots = maxRoots
	}
	m.roots = make([]ref, roots)
	return m
}

// Tidy forgets all if that has become too much. Nothing else may use the memory meanwhile.
func (m *Memory) Tidy() {
	if m.full {
		m.forget()
	}
}

func (m *Memory) forget() {
	clear(m.roots)
	m.count, m.cut, m.full = 1, 0, false
}

// reserve makes room for another leaf, and tells whether there is.
func (m *Memory) reserve() bool {
	i := m.count / leafBlock
	switch {
	case m.count >= m.room:
		m.full = true
	case m.leaves[i] != nil:
	case m.take(blockBytes):
		m.leaves[i] = new(block)
	default:
		m.full = true
	}
	return !m.full
}

// leaf returns leaf number n.
func (m *Memory) leaf(n uint32) *leaf { return &m.leaves[n/leafBlock][n%leafBlock] }

// mix hashes what is enabled and the bits of a mask.
func mix(enabled uint64, w, mask *Words) uint64 {
	h := (w[0]&mask[0] ^ w[1]&mask[1]*0x9e3779b97f4a7c15) + (w[2]&mask[2]^w[3]&mask[3]*0xbf58476d1ce4e5b9)*0x94d049bb133111eb
	h = (h ^ h>>32 ^ enabled) * 0xd6e8feb86659fd93
	return (h ^ h>>32) * 0x9e3779b97f4a7c15
}

// chain returns the first leaf of the chain that a state belongs to, and where that stands.
func (m *Memory) chain(enabled uint64, w *Words) (first uint32, at *ref) {
	at = &m.roots[mix(enabled, w, &m.view.all)>>40&uint64(len(m.roots)-1)]
	for {
		first = atomic.LoadUint32(at)
		if first&isSplit == 0 {
			return first, at
		}
		n := first &^ isSplit
		s := &m.splits[n/splitBlock][n%splitBlock]
		at = &s.to[mix(enabled, w, &s.mask)>>60]
	}
}

// find returns the leaf of a state with these transitions enabled, or nil.
func (m *Memory) find(enabled uint64, w *Words) *leaf {
	for n, _ := m.chain(enabled, w); n != 0; {
		x := m.leaf(n)
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
		x := m.leaf(k)
		if x.enabled == enabled && x.cube.has(w) {
			return // another chooser was faster
		}
		k = x.next
	}
	if !m.reserve() {
		return
	}
	x := m.leaf(uint32(m.count))
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
	x := m.leaf(at)
	mask := x.cube.mask
	differ, some := Words{}, uint64(0)
	for k := x.next; k != 0; k = m.leaf(k).next {
		y := m.leaf(k)
		for i := range differ {
			mask[i] &= y.cube.mask[i]
			differ[i] |= x.cube.want[i] ^ y.cube.want[i]
		}
		some |= x.enabled ^ y.enabled
	}
	for i := range differ {
		some |= differ[i] & mask[i]
	}
	i := m.cut / splitBlock
	if some == 0 || i == len(m.splits) {
		return
	}
	if m.splits[i] == nil {
		if !m.take(splitBytes) {
			return
		}
		m.splits[i] = new(splits)
	}
	p := &m.splits[i][m.cut%splitBlock]
	p.mask = mask
	clear(p.to[:])
	for k := at; k != 0; {
		y := m.leaf(k)
		to := &p.to[mix(y.enabled, &y.cube.want, &mask)>>60]
		next := y.next
		atomic.StoreUint32(&y.next, *to)
		*to, k = k, next
	}
	atomic.StoreUint32(r, isSplit|uint32(m.cut))
	m.cut++
}

// needGuard lets the choice depend on the truth of a guard.
func (c *Chooser) needGuard(g int, truth bool) {
	if c.memory == nil {
		return
	}
	cond := &c.view.guards[g]
	if len(cond.tests) > 0 {
		c.mask.add(&cond.all)
		return
	}
	for i := range cond.cubes {
		k := &cond.cubes[i]
		if truth {
			if k.has(c.state) {
				c.mask.add(&k.mask)
				return
			}
			continue
		}
		c.differ(k)
	}
}

// differ lets the choice depend on a bit in which the state differs from a cube.
func (c *Chooser) differ(k *cube) {
	at, bit := 0, uint64(0)
	for i := range c.state {
		d := c.state[i]&k.mask[i] ^ k.want[i]
		if d&c.mask[i] != 0 {
			return
		}
		if d != 0 && bit == 0 {
			at, bit = i, d&-d
		}
	}
	c.mask[at] |= bit
}
