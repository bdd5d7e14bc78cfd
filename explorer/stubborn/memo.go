package stubborn

import (
	"math/bits"
	"unsafe"
)

// memo remembers what was chosen. What Choose returns depends on nothing but the locations, which transitions are
// enabled, and the answers to its questions, which it asks in an order that depends on nothing else either: for each
// locations and enabled transitions there is a tree of questions.
type memo struct {
	place []uint8 // per thread, the first bit of its location in a key; nil if keys would be too long
	roots []root
	used  int          // roots since the last growth
	nodes [][]memoNode // in blocks of nodeBlock, so that none is moved
	count int          // nodes in use
	room  int          // for nodes, at most
	asked []answer     // in this state

	take func(bytes int64) bool // asks for memory; nil: there is enough
}

// memoKey is the locations and the enabled candidates.
type memoKey [3]uint64

// memoNode asks for a guard, or is a leaf.
type memoNode struct {
	guard int32
	next  [2]uint32 // if it is false, and if it is true; 0 if that did not happen yet. Of a leaf: what was chosen
}

const (
	leaf      = -1 // a leaf's guard
	nodeBlock = 1 << 12
)

// root is where the tree of a key begins, or an empty slot, of node 0.
type root struct {
	key  memoKey
	node uint32
}

type answer struct {
	guard int32
	truth uint8
}

// A memo has at most maxNodes nodes, of 12 bytes, and maxRoots roots, of 32. Breadth-first search does not come back to
// locations that it left behind: a root gives way to another one, and when the nodes are used up all is forgotten.
const (
	minRoots = 1 << 8
	maxRoots = 1 << 16
	maxNodes = 1 << 20

	nodeBytes = int64(unsafe.Sizeof(memoNode{}))
	rootBytes = int64(unsafe.Sizeof(root{}))
)

func newMemo(s *Set) (m memo) {
	m.room = maxNodes
	n := 0
	for t := range s.p.Threads {
		w := bits.Len(uint(len(s.p.Threads[t].Locs) - 1))
		if n&63+w > 64 { // no location crosses a word
			n = (n | 63) + 1
		}
		m.place = append(m.place, uint8(n&127))
		n += w
	}
	if n > 128 {
		m.place = nil
	}
	m.reset()
	return m
}

// reset forgets all.
func (m *memo) reset() {
	if m.roots == nil {
		m.roots = make([]root, minRoots)
	}
	clear(m.roots)
	m.used, m.count = 0, 1 // node 0 is no node
}

// reserve makes room for n more nodes, or forgets what there is; it tells whether there is room now.
func (m *memo) reserve(n int) bool {
	if m.count+n > m.room {
		m.reset()
	}
	for have := len(m.nodes) * nodeBlock; m.count+n > have; have += nodeBlock {
		if m.take != nil && !m.take(nodeBlock*nodeBytes) {
			m.reset()
			return m.count+n <= have
		}
		m.nodes = append(m.nodes, make([]memoNode, nodeBlock))
	}
	return m.count+n <= m.room
}

// add returns the number of a new node, for which there is room.
func (m *memo) add() uint32 {
	n := uint32(m.count)
	m.count++
	*m.node(n) = memoNode{}
	return n
}

func (m *memo) node(n uint32) *memoNode { return &m.nodes[n/nodeBlock][n%nodeBlock] }

// slot returns the place of a key's root.
func (m *memo) slot(k memoKey) *root {
	h := (k[0]*0x9e3779b97f4a7c15 ^ k[1]) * 0xd6e8feb86659fd93
	h = (h ^ h>>32 ^ k[2]) * 0x9e3779b97f4a7c15
	return &m.roots[h>>40&uint64(len(m.roots)-1)]
}

// grow doubles the number of roots.
func (m *memo) grow() {
	old := m.roots
	if m.take != nil && !m.take(int64(len(old))*rootBytes) {
		return
	}
	m.roots, m.used = make([]root, 2*len(old)), 0
	for i := range old {
		if old[i].node != 0 {
			*m.slot(old[i].key) = old[i]
			m.used++
		}
	}
}

// key returns the key of a state.
func (m *memo) key(locs []uint16, enabled uint64) (k memoKey) {
	for t, l := range locs {
		n := m.place[t]
		k[n>>6] |= uint64(l) << (n & 63)
	}
	k[2] = enabled
	return k
}

// find follows the answers in a state and returns the candidates that were chosen with them, or 0.
func (m *memo) find(k memoKey, truth func(int) bool) uint64 {
	r := m.slot(k)
	if r.key != k {
		return 0
	}
	for n := r.node; n != 0; {
		x := m.node(n)
		if x.guard == leaf {
			return uint64(x.next[1])<<32 | uint64(x.next[0])
		}
		n = x.next[0]
		if truth(int(x.guard)) {
			n = x.next[1]
		}
	}
	return 0
}

// keep remembers the candidates chosen after the questions that were asked.
func (m *memo) keep(k memoKey, chosen uint64) {
	if !m.reserve(len(m.asked) + 1) {
		return
	}
	if m.used > len(m.roots)/2 && len(m.roots) < maxRoots {
		m.grow()
	}
	r := m.slot(k)
	if r.key != k || r.node == 0 {
		*r = root{k, m.add()}
		m.used++
	}
	n := r.node
	for _, a := range m.asked {
		x := m.node(n)
		x.guard = a.guard
		if x.next[a.truth] == 0 {
			x.next[a.truth] = m.add()
		}
		n = x.next[a.truth]
	}
	*m.node(n) = memoNode{leaf, [2]uint32{uint32(chosen), uint32(chosen >> 32)}}
}
