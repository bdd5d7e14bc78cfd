package stubborn

import "unsafe"

// memo remembers choices. What Choose returns depends on where the threads stand, on which transitions are enabled, and on
// the truth of some conditions. Each of these lies in bits of the packed state: of a cube that holds its mask, of one that
// does not a bit that differs. In every state that has the same bits there the choice is the same.
//
// What was chosen is in leaves, which are chained. Of a chain that became long there are bits that all its leaves depend
// on: by their values it is split into shorter ones. A leaf that comes later and does not depend on all of them is found
// only by states like the one it was made in.
type memo struct {
	where  Words    // the bits of all locations
	roots  []ref    // by the hash of locations and of what is enabled
	blocks [][]leaf // of leafBlock leaves, so that none is moved
	count  int      // leaves in use; leaf 0 is none
	splits []split
	room   int // for leaves, at most

	take func(bytes int64) bool // asks for memory; nil: there is enough
}

// ref is the first leaf of a chain, 0 if it is empty, or a split.
type ref uint32

const isSplit ref = 1 << 31

// leaf is what was chosen in the states of a cube with these transitions enabled. Both are given by plan.bits.
type leaf struct {
	cube    cube
	enabled uint64
	chosen  uint64
	next    uint32 // in the chain
}

// split is chains, by the hash of what is enabled and of the bits of mask.
type split struct {
	mask Words
	to   [splitWays]ref
}

// Leaves take 88 bytes, splits 96; there are fewer of these. Breadth-first search does not come back to locations that it
// left behind: when there are maxLeaves all is forgotten.
const (
	minRoots  = 1 << 8
	maxRoots  = 1 << 16
	maxLeaves = 1 << 17
	leafBlock = 1 << 10
	splitWays = 16
	longChain = 8

	rootBytes  = int64(unsafe.Sizeof(ref(0)))
	leafBytes  = int64(unsafe.Sizeof(leaf{}))
	splitBytes = int64(unsafe.Sizeof(split{}))
)

func newMemo(view *View) memo {
	m := memo{roots: make([]ref, minRoots), count: 1, room: maxLeaves}
	if view != nil {
		m.where = view.all
	}
	return m
}

// account lets take be asked for memory.
func (m *memo) account(take func(bytes int64) bool) {
	m.take = take
	if take(maxRoots * rootBytes) {
		m.roots = make([]ref, maxRoots)
	}
}

// reset forgets all.
func (m *memo) reset() {
	clear(m.roots)
	m.count, m.splits = 1, m.splits[:0]
}

// reserve makes room for another leaf and another split, or forgets what there is if it has become too much. It tells
// whether there is room now.
func (m *memo) reserve() bool {
	if m.count >= m.room {
		m.reset()
	}
	if n := cap(m.splits); len(m.splits) == n {
		more := max(n, leafBlock/splitWays)
		if m.take != nil && !m.take(int64(more)*splitBytes) {
			m.reset()
			return n > 0 && len(m.blocks) > 0
		}
		m.splits = append(make([]split, 0, n+more), m.splits...)
	}
	if m.count >= len(m.blocks)*leafBlock {
		if m.take != nil && !m.take(leafBlock*leafBytes) {
			m.reset()
			return len(m.blocks) > 0
		}
		m.blocks = append(m.blocks, make([]leaf, leafBlock))
	}
	return true
}

// leaf returns leaf number n.
func (m *memo) leaf(n uint32) *leaf { return &m.blocks[n/leafBlock][n%leafBlock] }

// mix hashes what is enabled and the bits of a mask.
func mix(enabled uint64, w, mask *Words) uint64 {
	h := (w[0]&mask[0] ^ w[1]&mask[1]*0x9e3779b97f4a7c15) + (w[2]&mask[2]^w[3]&mask[3]*0xbf58476d1ce4e5b9)*0x94d049bb133111eb
	h = (h ^ h>>32 ^ enabled) * 0xd6e8feb86659fd93
	return (h ^ h>>32) * 0x9e3779b97f4a7c15
}

// chain returns where the chain begins that a state belongs to.
func (m *memo) chain(enabled uint64, w *Words) *ref {
	r := &m.roots[mix(enabled, w, &m.where)>>40&uint64(len(m.roots)-1)]
	for *r&isSplit != 0 {
		s := &m.splits[*r&^isSplit]
		r = &s.to[mix(enabled, w, &s.mask)>>60]
	}
	return r
}

// find returns the leaf of a state with these transitions enabled, or nil.
func (m *memo) find(enabled uint64, w *Words) *leaf {
	for n := uint32(*m.chain(enabled, w)); n != 0; {
		x := m.leaf(n)
		if x.enabled == enabled && x.cube.has(w) {
			return x
		}
		n = x.next
	}
	return nil
}

// keep remembers what was chosen in a state, and on which bits that depends, the locations among them. There is room.
func (m *memo) keep(enabled uint64, w, mask *Words, chosen uint64) {
	r := m.chain(enabled, w)
	x := m.leaf(uint32(m.count))
	*x = leaf{cube: cube{mask: *mask}, enabled: enabled, chosen: chosen, next: uint32(*r)}
	for i := range w {
		x.cube.want[i] = w[i] & mask[i]
	}
	*r = ref(m.count)
	m.count++
	n := 0
	for k := x.next; k != 0; k = m.leaf(k).next {
		n++
	}
	if n >= longChain && n&(n-1) == 0 { // not each time, if it cannot be split
		m.split(r)
	}
}

// split splits a chain, if bits that all its leaves depend on, or what is enabled, differ.
func (m *memo) split(r *ref) {
	x := m.leaf(uint32(*r))
	s := split{mask: x.cube.mask}
	differ, some := Words{}, uint64(0)
	for k := x.next; k != 0; k = m.leaf(k).next {
		y := m.leaf(k)
		for i := range differ {
			s.mask[i] &= y.cube.mask[i]
			differ[i] |= x.cube.want[i] ^ y.cube.want[i]
		}
		some |= x.enabled ^ y.enabled
	}
	for i := range differ {
		some |= differ[i] & s.mask[i]
	}
	if some == 0 {
		return
	}
	at := uint32(*r)
	*r = isSplit | ref(len(m.splits))
	m.splits = append(m.splits, s)
	p := &m.splits[len(m.splits)-1]
	for at != 0 {
		y := m.leaf(at)
		to := &p.to[mix(y.enabled, &y.cube.want, &s.mask)>>60]
		at, y.next, *to = y.next, uint32(*to), ref(at)
	}
}

// needGuard lets the choice depend on the truth of a guard.
func (c *Chooser) needGuard(g int, truth bool) {
	if c.blind {
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
