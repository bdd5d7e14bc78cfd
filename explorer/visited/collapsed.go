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

// cuts are the numbers of bits that codes keep as they are: the second one applies when components have used up the
// numbers that the first one leaves room for.
var cuts = []uint{44, 32}

// NewCollapsed returns an empty set with room for at least n states of w words, none of whose bits from number bits on
// is used; the last one always is not. Those who insert may add reserve states before they look at Crowded.
func NewCollapsed(mem *offheap.Memory, w, bits, n, reserve int) (*Collapsed, error) {
	t := &Collapsed{mem: mem, w: w, bits: min(bits, 64*w-1), reserve: reserve}
	var err error
	if t.codes, err = NewWords(mem, n); err != nil {
		return nil, err
	}
	if t.comps, err = t.newComponents(); err != nil {
		t.codes.Free()
		return nil, err
	}
	return t, nil
}

func (t *Collapsed) newComponents() (*components, error) {
	rest := max(t.bits-int(t.low()), 1)
	return newComponents(t.mem, rest/64+1, 1<<(64-t.low()), t.reserve)
}

// low returns how many bits of a state codes keep as they are.
func (t *Collapsed) low() uint { return cuts[t.cut] }

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
	h := Hash1(code)
	return t.codes.InsertShared(h, t.codes.Home(h))
}

// Has tells whether a state is in the set. It must not run beside inserts.
func (t *Collapsed) Has(state []uint64) bool {
	var room [4]uint64
	key := t.key(room[:])
	t.component(key, state, ^uint64(0))
	n, _, ok := t.comps.find(key)
	return ok && t.codes.Has(Hash1(state[0]&(1<<t.low()-1)|n<<t.low()))
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
	t.codes.hashAll(sc.codes[:n], ^uint64(0), sc)
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

// Relieve makes room for more components. Nothing else may use the set meanwhile.
func (t *Collapsed) Relieve() error {
	if c := t.comps; c.count.Load()+int64(c.reserve) >= c.most && t.cut+1 < len(cuts) {
		return t.recut()
	}
	return t.comps.grow()
}

// recut lets codes keep fewer bits as they are, so that they have room for larger numbers.
func (t *Collapsed) recut() error {
	keys, err := t.comps.list()
	if err != nil {
		return err
	}
	defer t.mem.Free(keys)
	next := &Collapsed{mem: t.mem, w: t.w, bits: t.bits, cut: t.cut + 1, reserve: t.reserve}
	if next.codes, err = NewWords(t.mem, t.codes.Slots()); err != nil {
		return err
	}
	if next.comps, err = next.newComponents(); err != nil {
		next.codes.Free()
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
	add := func(hash uint64) error {
		code := Unhash1(hash)
		at := code >> low * n
		t.state(state, code, keys[at:at+n])
		if next.Insert(state) != New {
			return errOverflow
		}
		if next.Crowded() {
			return next.Relieve()
		}
		return nil
	}
	if t.codes.zero.Load() != 0 {
		if err := add(0); err != nil {
			return err
		}
	}
	for _, h := range t.codes.slots {
		if h == 0 {
			continue
		}
		if err := add(h); err != nil {
			return err
		}
	}
	return nil
}

// Memory returns the tables of codes and of components as they lie in memory, whether the key 0 is in the former, and
// how codes are made, for Load.
func (t *Collapsed) Memory() (codes, comps []uint64, zero bool, cut int) {
	return t.codes.slots, t.comps.slots, t.codes.zero.Load() != 0, t.cut
}

// LoadCodes is [Words.Load] for the table of codes. LoadComponents comes after it.
func (t *Collapsed) LoadCodes(n int, zero bool, read func([]uint64) error) error {
	return t.codes.Load(n, zero, read)
}

// LoadComponents puts in the place of the components n words of memory, which read fills with what Memory returned.
func (t *Collapsed) LoadComponents(n, cut int, read func([]uint64) error) (err error) {
	if cut < 0 || cut >= len(cuts) {
		return errComponents
	}
	t.comps.free()
	t.cut = cut
	if t.comps, err = t.newComponents(); err != nil {
		t.comps = &components{mem: t.mem}
		return err
	}
	return t.comps.load(n, read)
}
