package visited

import (
	"errors"
	"math/bits"
	"sync"
	"sync/atomic"

	"hpmc/explorer/offheap"
)

// components numbers keys of one or more words from 0 on, in the order in which they come. A bucket has four slots: the
// first words of their keys side by side, then the second ones and so on, then their numbers. A bucket is filled from
// its first slot on, and when it is full it overflows into the next one. The top bit of a key's last word is set, which
// tells a slot that is taken from an empty one.
//
// Of what states have in common there is little that is new, so keys are put in under a lock, their last word last, and
// looked up without one.
type components struct {
	mem     *offheap.Memory
	words   int // of a key
	stride  int // words of a bucket
	slots   []uint64
	shift   uint // what is left of a hash when it is shifted so far is a bucket
	most    int64
	reserve int // keys that may come before somebody looks at crowded
	limit   int64
	mu      sync.Mutex
	count   atomic.Int64
}

const (
	taken         = uint64(1) << 63
	bucketSlots   = 4
	minComponents = 1 << 12
)

// newComponents returns an empty set of keys of the given number of words, with numbers below most.
func newComponents(mem *offheap.Memory, words int, most int64, reserve int) (*components, error) {
	c := &components{mem: mem, words: words, most: most, reserve: reserve}
	c.stride = 1 << bits.Len(uint(bucketSlots*(words+1)-1))
	return c, c.make(1 << bits.Len(uint(max(minComponents, 4*reserve)-1)))
}

// make maps an empty table of so many slots, a power of two.
func (c *components) make(slots int) error {
	w, err := c.mem.Words(slots / bucketSlots * c.stride)
	if err != nil {
		return err
	}
	offheap.Populate(w)
	c.use(w)
	return nil
}

// use takes words as the table.
func (c *components) use(w []uint64) {
	c.slots = w
	c.shift = uint(64 - bits.TrailingZeros(uint(len(w)/c.stride)))
	c.limits()
}

// limits sets what follows from the size of the table and from most.
func (c *components) limits() {
	c.limit = min(int64(len(c.slots)/c.stride*bucketSlots)*5/8, c.most-int64(c.reserve))
}

func (c *components) free() {
	c.mem.Free(c.slots)
	c.slots = nil
}

// crowded tells whether there should be more room before more keys come.
func (c *components) crowded() bool { return c.count.Load() >= c.limit }

// bucket returns the index of the first word of a key's bucket.
func (c *components) bucket(key []uint64) uint64 {
	h := uint64(0)
	for _, w := range key {
		h = (bits.RotateLeft64(h, 31) ^ w) * prime1
	}
	return h >> c.shift * uint64(c.stride)
}

// find returns the number of a key, if it has one, and else where to look for a free slot.
func (c *components) find(key []uint64) (number, bucket uint64, ok bool) {
	n := c.words
	for at := c.bucket(key); ; at = (at + uint64(c.stride)) % uint64(len(c.slots)) {
		b := c.slots[at : at+uint64(c.stride)]
	slots:
		for i := range bucketSlots {
			last := atomic.LoadUint64(&b[(n-1)*bucketSlots+i])
			if last == 0 {
				return 0, at, false
			}
			if last != key[n-1] {
				continue
			}
			for j, w := range key[:n-1] {
				if atomic.LoadUint64(&b[j*bucketSlots+i]) != w {
					continue slots
				}
			}
			return atomic.LoadUint64(&b[n*bucketSlots+i]), 0, true
		}
	}
}

// number returns the number of a key, which it gets if it has none. It tells whether there was room.
func (c *components) number(key []uint64) (n uint64, ok bool) {
	if n, _, ok = c.find(key); ok {
		return n, true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	n, at, ok := c.find(key)
	if ok {
		return n, true
	}
	count := c.count.Load()
	if count >= c.most || count >= int64(len(c.slots)/c.stride*bucketSlots*7/8) {
		return 0, false
	}
	c.put(at, key, uint64(count))
	c.count.Store(count + 1)
	return uint64(count), true
}

// put fills the first free slot of a bucket.
func (c *components) put(at uint64, key []uint64, number uint64) {
	b := c.slots[at : at+uint64(c.stride)]
	last := (c.words - 1) * bucketSlots
	i := 0
	for b[last+i] != 0 {
		i++
	}
	atomic.StoreUint64(&b[c.words*bucketSlots+i], number)
	for j, w := range key {
		atomic.StoreUint64(&b[j*bucketSlots+i], w)
	}
}

// grow makes room for twice as many keys. Nothing else may use the set meanwhile.
func (c *components) grow() error {
	old := c.slots
	if err := c.make(2 * len(old) / c.stride * bucketSlots); err != nil {
		return err
	}
	c.each(old, func(key []uint64, number uint64) {
		_, at, _ := c.find(key)
		c.put(at, key, number)
	})
	c.mem.Free(old)
	return nil
}

// each calls f with every key of a table and its number; the key is only good for the call.
func (c *components) each(table []uint64, f func(key []uint64, number uint64)) {
	key := make([]uint64, c.words)
	for ; len(table) > 0; table = table[c.stride:] {
		for i := range bucketSlots {
			if table[(c.words-1)*bucketSlots+i] == 0 {
				break
			}
			for j := range key {
				key[j] = table[j*bucketSlots+i]
			}
			f(key, table[c.words*bucketSlots+i])
		}
	}
}

// list returns the keys in the order of their numbers, without marks, in mapped memory.
func (c *components) list() ([]uint64, error) {
	keys, err := c.mem.Words(int(c.count.Load()) * c.words)
	if err != nil {
		return nil, err
	}
	c.each(c.slots, func(key []uint64, number uint64) {
		key[c.words-1] &^= taken
		copy(keys[int(number)*c.words:], key)
	})
	return keys, nil
}

// errComponents means that a table of numbered keys is none.
var errComponents = errors.New("visited set: impossible components")

// load puts n words that read fills in the place of the table.
func (c *components) load(n int, read func([]uint64) error) error {
	buckets := n / c.stride
	if n <= 0 || n%c.stride != 0 || buckets&(buckets-1) != 0 || buckets < minComponents/bucketSlots {
		return errComponents
	}
	c.free()
	w, err := c.mem.Words(n)
	if err != nil {
		return err
	}
	if err := read(w); err != nil {
		c.mem.Free(w)
		return err
	}
	c.use(w)
	count, top := int64(0), uint64(0)
	c.each(w, func(_ []uint64, number uint64) {
		count++
		top = max(top, number)
	})
	if count > 0 && top != uint64(count-1) || count >= int64(buckets*bucketSlots) || count > c.most {
		return errComponents
	}
	c.count.Store(count)
	return nil
}
