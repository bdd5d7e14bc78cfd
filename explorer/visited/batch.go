package visited

import "unsafe"

// Batch is how many states are looked up together, at most.
const Batch = 256

// Scratch is room for the hashes of a batch, for where they belong, for which of them are new, for codes, and for which of
// them come late.
type Scratch struct{ keys, homes, fresh, codes, late [Batch]uint64 }

// order is the numbers of the states of a batch.
var order = func() (o [Batch]uint64) {
	for i := range o {
		o[i] = uint64(i)
	}
	return o
}()

// Inserting a batch takes three passes, so that cache misses overlap: the first one hashes the states and asks for the
// lines of all, the second one looks at them, and asks for the next lines of those that are full and do not have the key,
// and the last one looks at these, and so on. At the highest load half of the lines are full, and a state that is new looks
// at two.

// InsertAll adds states of one word, at most Batch: what Hash1 makes of their bits under bare. Those that are new go
// to the front of out, whole, which must have room for all; it returns how many they are, and whether there was room
// in the set. shared says whether other goroutines insert at the same time.
func (t *Words) InsertAll(states []uint64, bare uint64, shared bool, sc *Scratch, out []uint64) (added int, ok bool) {
	n := len(states)
	if n == 0 {
		return 0, true
	}
	_, _ = sc.keys[n-1], out[n-1]
	t.hashAll(states, bare, sc)
	return t.insertAll(&states[0], n, shared, sc, &out[0])
}

// hashAll hashes a batch and asks for its lines.
func (t *Words) hashAll(states []uint64, bare uint64, sc *Scratch) {
	if vector {
		hashWords(&states[0], len(states), bare, t.lines, &t.slots[0], sc)
		return
	}
	for i, s := range states {
		t.ask(i, Hash1(s&bare), sc)
	}
}

// InsertPrints is InsertAll for fingerprints, of states of the given number of words; bare is for
// the last one.
func (t *Words) InsertPrints(states []uint64, words int, bare uint64, shared bool, sc *Scratch, out []uint64) (added int, ok bool) {
	n := len(states) / words
	if n == 0 {
		return 0, true
	}
	_, _ = sc.keys[n-1], out[n*words-1]
	switch {
	case words == 2 && vector:
		hashPairs(&states[0], n, bare, t.lines, &t.slots[0], sc)
	default:
		for i := range n {
			t.ask(i, HashState(states[i*words:(i+1)*words], bare), sc)
		}
	}
	added, ok = t.insertAll(&order[0], n, shared, sc, &sc.fresh[0])
	gather(out, states, words, sc.fresh[:added])
	return added, ok
}

// gather copies the states with some numbers.
func gather(out, states []uint64, words int, numbers []uint64) {
	switch words {
	case 2:
		for k, i := range numbers {
			*(*[2]uint64)(out[2*k:]) = *(*[2]uint64)(states[2*i:])
		}
	case 3:
		for k, i := range numbers {
			*(*[3]uint64)(out[3*k:]) = *(*[3]uint64)(states[3*i:])
		}
	default:
		for k, i := range numbers {
			copy(out[k*words:(k+1)*words], states[int(i)*words:])
		}
	}
}

// ask notes a hash and asks for its line.
func (t *Words) ask(i int, h uint64, sc *Scratch) {
	sc.keys[i], sc.homes[i] = h, t.Home(h)
	Prefetch(unsafe.Pointer(&t.slots[sc.homes[i]]))
}

// insertAll adds a batch that is hashed.
func (t *Words) insertAll(states *uint64, n int, shared bool, sc *Scratch, out *uint64) (added int, ok bool) {
	insert, one := insertWords, t.Insert
	if shared {
		insert, one = insertWordsShared, t.InsertShared
	}
	last := uint64(len(t.slots) - lineWords)
	for list := order[:n]; len(list) > 0; {
		late := 0
		for at := 0; at < len(list); at++ {
			if at, added, late = insert(&t.slots[0], states, &list[0], len(list), sc, at, added, late, out); at == len(list) {
				break
			}
			i := list[at]
			switch one(sc.keys[i], sc.homes[i]) {
			case New:
				unsafe.Slice(out, n)[added] = unsafe.Slice(states, n)[i]
				added++
			case Full:
				return added, false
			}
		}
		list = sc.late[:late]
		for _, i := range list {
			if sc.homes[i] > last {
				return added, false
			}
		}
	}
	return added, true
}
