package visited

import "hpmc/explorer/offheap"

// Collapsed is an exact set of states of two and more words, which keeps a word of each. Of a state that word, its
// code, has the low bits of the first word as they are; the rest of the state is a component, which is kept once, and
// the code has its number. (Holzmann, "State compression in SPIN: recursive indexing and compression training runs",
// SPIN 1997.) Where the program counters come first, components are the values that shared variables have together,
// of which there are few.
type Collapsed struct {
	mem     *offheap.Memory
	codes   *Words
	comps   *components
	w       int // words of a state
	bits    int // none from this one on is used
	cut     int // which of cuts
	reserve int
}

// cut says how many bits of a state codes keep as they are, and how many the number of its component has.
type cut struct{ low, number uint }

// cuts are used one after the other, when components have used up the numbers that there are. The fewer bits codes have, the
// less memory they take. States of three words and more have so many components that it would not pay to begin with the first.
var cuts = []cut{{44, 16}, {44, 20}, {32, 32}}

// NewCollapsed returns an empty set with room for at least n states of w words, none of whose bits from number bits on
// is used; the last one always is not. Those who insert may add reserve states before they look at Crowded.
func NewCollapsed(mem *offheap.Memory, w, bits, n, reserve int) (*Collapsed, error) {
	t := &Collapsed{mem: mem, w: w, bits: min(bits, 64*w-1), reserve: reserve}
	for t.cut+1 < len(cuts) && (w > 2 && t.cut == 0 || t.numbers() < 2*int64(reserve)) {
		t.cut++
	}
	return t, t.make(n)
}

// make makes it empty, with room for at least n states.
func (t *Collapsed) make(n int) (err error) {
	if t.codes, err = NewWords(t.mem, t.codeBits(), n); err != nil {
		return err
	}
	if t.comps, err = t.newComponents(); err != nil {
		t.codes.Free()
	}
	return err
}

func (t *Collapsed) newComponents() (*components, error) {
	rest := max(t.bits-int(t.low()), 1)
	return newComponents(t.mem, rest/64+1, t.numbers(), t.reserve)
}

// low returns how many bits of a state codes keep as they are.
func (t *Collapsed) low() uint { return cuts[t.cut].low }

// numbers returns how many components there can be.
func (t *Collapsed) numbers() int64 { return 1 << cuts[t.cut].number }

// codeBits returns how many bits codes have.
func (t *Collapsed) codeBits() uint { return cuts[t.cut].low + cuts[t.cut].number }

// Free gives the memory back.
func (t *Collapsed) Free() {
	t.codes.Free()
	t.comps.free()
}

// Slots returns the number of slots of codes that are homes.
func (t *Collapsed) Slots() int { return t.codes.Slots() }

// component writes a state's component to key; of its last word only the bits under bare count.
func (t *Collapsed) component(key, state []uint64, bare uint64) {
	low := t.low()
	for j := range key {
		w := state[j]
		if j == t.w-1 {
			w &= bare
		}
		key[j] = w >> low
		if j+1 < t.w {
			w = state[j+1]
			if j+1 == t.w-1 {
				w &= bare
			}
			key[j] |= w << (64 - low)
		}
	}
	key[len(key)-1] |= taken
}

// state writes the state of a code and of its component, without the mark.
func (t *Collapsed) state(state []uint64, code uint64, key []uint64) {
	low := t.low()
	clear(state)
	state[0] = code & (1<<low - 1)
	for j, w := range key {
		state[j] |= w << low
		if j+1 < t.w {
			state[j+1] = w >> (64 - low)
		}
	}
}

// code returns what stands for a state. It tells whether there was a number for it.
func (t *Collapsed) code(state []uint64, bare uint64) (code uint64, ok bool) {
	var room [4]uint64
	key := t.key(room[:])
	t.component(key, state, bare)
	n, ok := t.comps.number(key)
	return state[0]&(1<<t.low()-1) | n<<t.low(), ok
}

// key returns room for a component.
func (t *Collapsed) key(room []uint64) []uint64 {
	if n := t.comps.words; n > len(room) {
		return make([]uint64, n)
	}
	return room[:t.comps.words]
}

// Insert adds a state. Several goroutines can insert at once.
func (t *Collapsed) Insert(state []uint64) Found {
	code, ok := t.code(state, ^uint64(0))
	if !ok {
		return Full
	}
	return t.codes.Insert(t.codes.Key(code), true)
}

// Has tells whether a state is in the set. It must not run beside inserts.
func (t *Collapsed) Has(state []uint64) bool {
	var room [4]uint64
	key := t.key(room[:])
	t.component(key, state, ^uint64(0))
	n, _, ok := t.comps.find(key)
	return ok && t.codes.Has(t.codes.Key(state[0]&(1<<t.low()-1)|n<<t.low()))
}

// InsertAll is that of Words for states of several words, bare being for the last one.
func (t *Collapsed) InsertAll(states []uint64, bare uint64, shared bool, sc *Scratch, out []uint64) (added int, ok bool) {
	n := len(states) / t.w
	if n == 0 {
		return 0, true
	}
	if !t.encode(states, n, bare, sc) {
		return 0, false
	}
	t.codes.hashAll(sc.codes[:n], sc)
	added, ok = t.codes.insertAll(&order[0], n, shared, sc, &sc.fresh[0])
	gather(out, states, t.w, sc.fresh[:added])
	return added, ok
}

// encode finds the codes of a batch of n states.
func (t *Collapsed) encode(states []uint64, n int, bare uint64, sc *Scratch) (ok bool) {
	for at := 0; ; at++ {
		if vector {
			at = t.encodeFast(states, n, bare, sc, at)
		}
		if at >= n {
			return true
		}
		if sc.codes[at], ok = t.code(states[at*t.w:(at+1)*t.w], bare); !ok {
			return false
		}
	}
}

// encodeFast does that by vector instructions from state number at on. It stops at a state whose component has no
// number yet, or lies in another bucket than its own.
func (t *Collapsed) encodeFast(states []uint64, n int, bare uint64, sc *Scratch, at int) int {
	c := t.comps
	_ = states[n*t.w-1]
	switch {
	case t.w == 2 && c.words == 1:
		return encodePairs(&states[0], n, bare, t.low(), &c.slots[0], c.shift, &sc.codes, at)
	case t.w == 3 && c.words == 2:
		return encodeTriples(&states[0], n, bare, t.low(), &c.slots[0], c.shift, &sc.codes, at)
	}
	return at
}

// Grow gives the set room for n states; see [Words.Grow].
func (t *Collapsed) Grow(n, workers int) error { return t.codes.Grow(n, workers) }

// Crowded tells whether Relieve must be called before more is inserted.
func (t *Collapsed) Crowded() bool { return t.comps.crowded() }

// Relieve makes room for more components. Nothing else may use the set meanwhile; workers goroutines do what takes long.
func (t *Collapsed) Relieve(workers int) error {
	switch c := t.comps; {
	case c.count.Load()+int64(c.reserve) < c.most || t.cut+1 == len(cuts):
		return c.grow()
	case cuts[t.cut+1].low == t.low():
		return t.widen(workers)
	}
	return t.recut()
}

// widen lets codes have more bits for the same numbers.
func (t *Collapsed) widen(workers int) error {
	wide, err := NewWords(t.mem, cuts[t.cut+1].low+cuts[t.cut+1].number, t.codes.Slots())
	if err != nil {
		return err
	}
	if err := t.codes.copyTo(wide, workers); err != nil {
		wide.Free()
		return err
	}
	t.codes.Free()
	t.codes = wide
	t.cut++
	t.comps.most = t.numbers()
	t.comps.limits()
	return nil
}

// recut lets codes keep fewer bits as they are, so that they have room for larger numbers.
func (t *Collapsed) recut() error {
	keys, err := t.comps.list()
	if err != nil {
		return err
	}
	defer t.mem.Free(keys)
	next := &Collapsed{mem: t.mem, w: t.w, bits: t.bits, cut: t.cut + 1, reserve: t.reserve}
	if err := next.make(t.codes.Slots()); err != nil {
		return err
	}
	if err := t.copyTo(next, keys); err != nil {
		next.Free()
		return err
	}
	t.Free()
	t.codes, t.comps, t.cut = next.codes, next.comps, next.cut
	return nil
}

// copyTo inserts all states in another set; keys are those of the components, by number.
func (t *Collapsed) copyTo(next *Collapsed, keys []uint64) error {
	state, low, n := make([]uint64, t.w), t.low(), uint64(t.comps.words)
	return t.codes.each(func(key uint64) error {
		code := t.codes.Word(key)
		at := code >> low * n
		t.state(state, code, keys[at:at+n])
		if next.Insert(state) != New {
			return errOverflow
		}
		if next.Crowded() {
			return next.Relieve(1)
		}
		return nil
	})
}

// Memory returns the table of components as it lies in memory, and how codes are made, for LoadComponents.
func (t *Collapsed) Memory() (comps []uint64, cut int) { return t.comps.slots, t.cut }

// Codes returns the set of codes, for a checkpoint.
func (t *Collapsed) Codes() *Words { return t.codes }

// Recut lets an empty set make codes as the one that Memory told of, before its codes and its components are loaded.
func (t *Collapsed) Recut(cut int) error {
	if cut < 0 || cut >= len(cuts) {
		return errComponents
	}
	t.Free()
	t.cut = cut
	return t.make(0)
}

// LoadComponents puts in the place of the components n words of memory, which read fills with what Memory returned.
func (t *Collapsed) LoadComponents(n int, read func([]uint64) error) error {
	return t.comps.load(n, read)
}
