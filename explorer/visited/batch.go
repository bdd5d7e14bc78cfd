package visited

import (
	"math"
	"unsafe"
)

// Batch is how many states are looked up together, at most.
const Batch = 256

// Scratch is room for what slots have of the keys of a batch, for the indices of their lines' first words, for which of them
// are new, for codes, and for which of them come late.
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
// and the last one looks at these, and so on. At the highest load two fifths of the lines are full, and a state
// that is new looks at two.

// InsertAll adds states of one word, at most Batch, as words of as many bits as keys have; what is above those does not count.
// Those that are new go to the front of out, whole, which must have room for all; it returns how many they are, and
// whether there was room in the set. shared says whether other goroutines insert at the same time.
func (t *Words) InsertAll(states []uint64, shared bool, sc *Scratch, out []uint64) (added int, ok bool) {
	n := len(states)
	if n == 0 {
		return 0, true
	}
	_, _ = sc.keys[n-1], out[n-1]
	t.hashAll(states, sc)
	return t.insertAll(&states[0], n, shared, sc, &out[0])
}

// hashAll hashes a batch and asks for its lines.
func (t *Words) hashAll(states []uint64, sc *Scratch) {
	switch few := t.lines <= math.MaxUint32; {
	case wide && few:
		hashWordsWide(&states[0], len(states), &t.mixer, &t.shape, &t.slots[0], sc)
	case vector && few:
		hashWords(&states[0], len(states), &t.mixer, &t.shape, &t.slots[0], sc)
	default:
		for i, s := range states {
			t.ask(i, t.Key(s), sc)
		}
	}
}

// InsertPrints is InsertAll for fingerprints, which are keys of 64 bits, of states of the given number of words; of
// the last one only the bits under bare count.
func (t *Words) InsertPrints(states []uint64, words int, bare uint64, shared bool, sc *Scratch, out []uint64) (added int, ok bool) {
	n := len(states) / words
	if n == 0 {
		return 0, true
	}
	_, _ = sc.keys[n-1], out[n*words-1]
	switch {
	case words == 2 && wide && t.lines <= math.MaxUint32:
		hashPairsWide(&states[0], n, bare, &t.shape, &t.slots[0], sc)
	case words == 2 && vector:
		hashPairs(&states[0], n, bare, &t.shape, &t.slots[0], sc)
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

// ask notes what a slot has of a key, and asks for its line.
func (t *Words) ask(i int, key uint64, sc *Scratch) {
	line, slot := t.split(key)
	sc.keys[i], sc.homes[i] = slot, line*lineWords
	Prefetch(unsafe.Pointer(&t.slots[sc.homes[i]]))
}

// insertAll adds a batch that is hashed.
func (t *Words) insertAll(states *uint64, n int, shared bool, sc *Scratch, out *uint64) (added int, ok bool) {
	for list := order[:n]; len(list) > 0; {
		late := 0
		for at := 0; at < len(list); at++ {
			if vector {
				at, added, late = insertFast(t.form, shared, &t.slots[0], states, &list[0], len(list), sc, at, added, late, out)
				if at == len(list) {
					break
				}
			}
			i := list[at]
			switch t.insertFrom(sc.homes[i]/lineWords, sc.keys[i], shared) {
			case New:
				unsafe.Slice(out, n)[added] = unsafe.Slice(states, n)[i]
				added++
			case Full:
				return added, false
			}
		}
		list = sc.late[:late]
	}
	return added, true
}
