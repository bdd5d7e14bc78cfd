package visited

import "unsafe"

// Batch is how many states are looked up together, at most.
const Batch = 256

// Scratch is room for the hashes of a batch and for where they belong.
type Scratch struct{ keys, homes [Batch]uint64 }

// InsertAll adds states of one word, at most Batch: what Hash1 makes of their bits under bare. Those that are new go
// to the front of out, whole, which must have room for all; it returns how many they are, and whether there was room
// in the set. shared says whether other goroutines insert at the same time.
//
// It asks for all cache lines before it looks at any, so that the misses overlap.
func (t *Words) InsertAll(states []uint64, bare uint64, shared bool, sc *Scratch, out []uint64) (added int, ok bool) {
	n := len(states)
	if n == 0 {
		return 0, true
	}
	_, _ = sc.keys[n-1], out[n-1]
	if vector {
		hashWords(&states[0], n, bare, t.lines, &t.slots[0], sc)
	} else {
		for i, s := range states {
			h := Hash1(s & bare)
			sc.keys[i], sc.homes[i] = h, t.Home(h)
			t.Touch(sc.homes[i])
		}
	}
	return t.insertAll(&states[0], n, shared, sc, &out[0])
}

// insertAll adds a batch that is hashed.
func (t *Words) insertAll(states *uint64, n int, shared bool, sc *Scratch, out *uint64) (added int, ok bool) {
	insert, one := insertWords, t.Insert
	if shared {
		insert, one = insertWordsShared, t.InsertShared
	}
	end := &t.slots[len(t.slots)-1]
	for at := 0; ; at++ {
		if at, added = insert(&t.slots[0], states, n, sc, at, added, out, end); at >= n {
			return added, true
		}
		switch one(sc.keys[at], sc.homes[at]) {
		case New:
			unsafe.Slice(out, n)[added] = unsafe.Slice(states, n)[at]
			added++
		case Full:
			return added, false
		}
	}
}

// place adds keys that are not in the set.
func (t *Words) place(keys []uint64, shared bool, sc *Scratch, spare *[Batch]uint64) (ok bool) {
	for len(keys) > 0 {
		n := 0
		for ; len(keys) > 0 && n < Batch; keys = keys[1:] {
			sc.keys[n], sc.homes[n] = keys[0], t.Home(keys[0])
			if keys[0] != 0 {
				n++
			}
		}
		if _, ok := t.insertAll(&sc.keys[0], n, shared, sc, &spare[0]); !ok {
			return false
		}
	}
	return true
}
