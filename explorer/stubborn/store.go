package stubborn

import "slices"

// store has an item per key, numbered in the order in which keys come.
type store[T any] struct {
	interner
	items []T
}

// find returns the number of a key's item. If the key has not come before the item is yet to be set.
func (s *store[T]) find(key []uint64) (n int, known bool) {
	n, known = s.number(key)
	if !known {
		s.items = append(s.items, *new(T))
	}
	return n, known
}

// interner numbers keys.
type interner struct {
	slots []int32  // 1 + the number of a key, or 0; twice as many as there are keys, at least
	words []uint64 // of the keys, one after the other
	ends  []int32  // per key, where its words end
}

// number returns the number of a key, and whether it has come before.
func (n *interner) number(key []uint64) (id int, known bool) {
	if 2*len(n.ends) >= len(n.slots) {
		n.grow()
	}
	for at := hash(key) & uint64(len(n.slots)-1); ; at = (at + 1) & uint64(len(n.slots)-1) {
		id = int(n.slots[at]) - 1
		if id < 0 {
			id = len(n.ends)
			n.slots[at] = int32(id) + 1
			n.words = append(n.words, key...)
			n.ends = append(n.ends, int32(len(n.words)))
			return id, false
		}
		if slices.Equal(n.key(id), key) {
			return id, true
		}
	}
}

func (n *interner) key(id int) []uint64 {
	start := int32(0)
	if id > 0 {
		start = n.ends[id-1]
	}
	return n.words[start:n.ends[id]]
}

func (n *interner) grow() {
	n.slots = make([]int32, max(64, 2*len(n.slots)))
	for id := range n.ends {
		at := hash(n.key(id)) & uint64(len(n.slots)-1)
		for n.slots[at] != 0 {
			at = (at + 1) & uint64(len(n.slots)-1)
		}
		n.slots[at] = int32(id) + 1
	}
}

func hash(key []uint64) (h uint64) {
	for _, w := range key {
		h = (h ^ w) * 0x9e3779b97f4a7c15
		h ^= h >> 29
	}
	return h ^ h>>32
}
