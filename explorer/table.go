package explorer

import (
	"hpmc/explorer/offheap"
	"hpmc/explorer/visited"
)

// table is a visited set as the search uses it. Home indices of a hash h are (h * lines) >> 64 << 3 for sets of cache
// lines, with the next bits of h choosing the slot within the line.
type table interface {
	// flush inserts the batch of a worker, and appends what is new to its part of the next level. shared says
	// whether other workers insert at the same time. It tells whether there was room for all.
	flush(w *worker, shared bool) (added int, ok bool)
	home(h uint64) uint64
	touch(home uint64)
	insert(s []uint64) visited.Found
	has(s []uint64) bool
	room() int // states that it is meant for at most, short of its highest load
	grow(n, workers int) error
	free()
	memory() (slots []uint64, zero bool) // for a checkpoint
	load(n int, zero bool, read func([]uint64) error) error
}

// newTable returns an empty exact or fingerprint table for states of the given number of words.
func newTable(mem *offheap.Memory, words int, s Store, n int) (table, error) {
	switch {
	case words == 1 || s == Fingerprint:
		t, err := visited.NewWords(mem, n)
		return &wordsTable{t, words}, err
	case words == 2:
		t, err := visited.NewPairs(mem, n)
		return &pairsTable{t}, err
	}
	t, err := visited.NewWide(mem, words, n)
	return &wideTable{t, words}, err
}

// hashState hashes a state as every table does.
func hashState(s []uint64) uint64 {
	switch len(s) {
	case 1:
		return visited.Hash1(s[0])
	case 2:
		return visited.Hash2(s[0], s[1])
	}
	return visited.HashN(s)
}

// wordsTable keeps one-word states exactly, or fingerprints.
type wordsTable struct {
	*visited.Words
	w int
}

func (t *wordsTable) home(h uint64) uint64      { return t.Home(h) }
func (t *wordsTable) touch(i uint64)            { t.Touch(i) }
func (t *wordsTable) room() int                 { return t.Slots() }
func (t *wordsTable) grow(n, workers int) error { return t.Grow(n, workers) }
func (t *wordsTable) free()                     { t.Free() }
func (t *wordsTable) has(s []uint64) bool       { return t.Has(hashState(s)) }
func (t *wordsTable) memory() ([]uint64, bool)  { return t.Memory() }
func (t *wordsTable) load(n int, zero bool, read func([]uint64) error) error {
	return t.Load(n, zero, read)
}
func (t *wordsTable) insert(s []uint64) visited.Found {
	h := hashState(s)
	return t.InsertShared(h, t.Home(h))
}

func (t *wordsTable) flush(w *worker, shared bool) (added int, ok bool) {
	keys, homes, n := w.keys, w.homes, w.n
	if len(homes) < n || len(keys) < n {
		return 0, false
	}
	if w.bare != 0 {
		return t.flush1(w, shared)
	}
	for i := range n {
		var f visited.Found
		if shared {
			f = t.InsertShared(keys[i], homes[i])
		} else {
			f = t.Insert(keys[i], homes[i])
		}
		switch f {
		case visited.New:
			added++
			w.states[(i+1)*t.w-1] |= w.labels[i]
			w.keep(w.states[i*t.w : (i+1)*t.w])
		case visited.Full:
			return added, false
		}
	}
	return added, true
}

// flush1 is flush for states of one word with labels, not hashed yet.
func (t *wordsTable) flush1(w *worker, shared bool) (added int, ok bool) {
	for states := w.states[:w.n]; len(states) > 0; {
		if len(w.out) == cap(w.out) {
			w.turn()
		}
		out := w.out[len(w.out):cap(w.out)]
		part := states[:min(len(states), len(out), visited.Batch)]
		n, ok := t.InsertAll(part, w.bare, shared, &w.scratch, out)
		w.out = w.out[:len(w.out)+n]
		added += n
		if !ok {
			return added, false
		}
		states = states[len(part):]
	}
	return added, true
}

// pairsTable keeps two-word states exactly.
type pairsTable struct{ *visited.Pairs }

func (t *pairsTable) home(h uint64) uint64      { return t.Home(h) }
func (t *pairsTable) touch(i uint64)            { t.Touch(i) }
func (t *pairsTable) room() int                 { return t.Slots() }
func (t *pairsTable) grow(n, workers int) error { return t.Grow(n, workers) }
func (t *pairsTable) free()                     { t.Free() }
func (t *pairsTable) has(s []uint64) bool       { return t.Has(hashState(s), s[1]) }
func (t *pairsTable) memory() ([]uint64, bool)  { return t.Memory(), false }
func (t *pairsTable) load(n int, _ bool, read func([]uint64) error) error {
	return t.Load(n, read)
}
func (t *pairsTable) insert(s []uint64) visited.Found {
	h := hashState(s)
	return t.InsertShared(h, s[1], t.Home(h))
}

func (t *pairsTable) flush(w *worker, shared bool) (added int, ok bool) {
	out := w.out
	for i, h := range w.keys[:w.n] {
		var f visited.Found
		a, b := w.states[2*i], w.states[2*i+1]
		if shared {
			f = t.InsertShared(h, b, w.homes[i])
		} else {
			f = t.Insert(h, b, w.homes[i])
		}
		if f == visited.Old {
			continue
		}
		if f == visited.Full {
			w.out = out
			return added, false
		}
		added++
		if len(out) == cap(out) {
			w.out = out
			w.turn()
			out = w.out
		}
		out = append(out, a, b|w.labels[i])
	}
	w.out = out
	return added, true
}

// wideTable keeps states of three and more words exactly.
type wideTable struct {
	*visited.Wide
	w int
}

func (t *wideTable) home(h uint64) uint64      { return t.Home(h) }
func (t *wideTable) touch(i uint64)            { t.Touch(i) }
func (t *wideTable) room() int                 { return t.Slots() }
func (t *wideTable) grow(n, workers int) error { return t.Grow(n, workers) }
func (t *wideTable) free()                     { t.Free() }
func (t *wideTable) has(s []uint64) bool       { return t.Has(s) }
func (t *wideTable) memory() ([]uint64, bool)  { return t.Memory(), false }
func (t *wideTable) load(n int, _ bool, read func([]uint64) error) error {
	return t.Load(n, read)
}
func (t *wideTable) insert(s []uint64) visited.Found {
	return t.Insert(s, t.Home(hashState(s)))
}

func (t *wideTable) flush(w *worker, _ bool) (added int, ok bool) {
	for i := range w.n {
		s := w.states[i*t.w : (i+1)*t.w]
		switch t.Insert(s, w.homes[i]) {
		case visited.New:
			added++
			w.keep(s)
		case visited.Full:
			return added, false
		}
	}
	return added, true
}

// bitsTable is a bitstate set. It never grows, and is never full.
type bitsTable struct {
	*visited.Bitstate
	w int
}

func (t *bitsTable) home(h uint64) uint64     { return t.Home(h) }
func (t *bitsTable) touch(i uint64)           { t.Touch(i) }
func (t *bitsTable) room() int                { return 1 << 60 }
func (t *bitsTable) grow(int, int) error      { return nil }
func (t *bitsTable) free()                    { t.Free() }
func (t *bitsTable) has([]uint64) bool        { return false }
func (t *bitsTable) memory() ([]uint64, bool) { return t.Memory(), false }
func (t *bitsTable) load(n int, _ bool, read func([]uint64) error) error {
	return t.Load(n, read)
}
func (t *bitsTable) insert(s []uint64) visited.Found {
	h := hashState(s)
	return t.Insert(h, t.Home(h))
}

func (t *bitsTable) flush(w *worker, _ bool) (added int, ok bool) {
	for i := range w.n {
		if t.Insert(w.keys[i], w.homes[i]) == visited.New {
			added++
			w.states[(i+1)*t.w-1] |= w.labels[i]
			w.keep(w.states[i*t.w : (i+1)*t.w])
		}
	}
	return added, true
}
