package explorer

import (
	"hpmc/explorer/offheap"
	"hpmc/explorer/visited"
)

// table is a visited set as the search uses it.
type table interface {
	// insertAll inserts states, labelled, at most visited.Batch. What is new goes to the front of out, which has room
	// for all. shared says whether other workers insert at the same time. It tells whether there was room in the set.
	insertAll(states []uint64, bare uint64, shared bool, sc *visited.Scratch, out []uint64) (added int, ok bool)
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
func hashState(s []uint64) uint64 { return visited.HashState(s, ^uint64(0)) }

// wordsTable keeps one-word states exactly, or fingerprints.
type wordsTable struct {
	*visited.Words
	w int
}

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

func (t *wordsTable) insertAll(states []uint64, bare uint64, shared bool, sc *visited.Scratch, out []uint64) (int, bool) {
	if t.w == 1 {
		return t.InsertAll(states, bare, shared, sc, out)
	}
	return t.InsertPrints(states, t.w, bare, shared, sc, out)
}

// pairsTable keeps two-word states exactly.
type pairsTable struct{ *visited.Pairs }

func (t *pairsTable) room() int                 { return t.Slots() }
func (t *pairsTable) grow(n, workers int) error { return t.Grow(n, workers) }
func (t *pairsTable) free()                     { t.Free() }
func (t *pairsTable) has(s []uint64) bool       { return t.Has(hashState(s), s[1]) }
func (t *pairsTable) memory() ([]uint64, bool)  { return t.Memory(), false }
func (t *pairsTable) load(n int, _ bool, read func([]uint64) error) error {
	return t.Load(n, read)
}
func (t *pairsTable) insert(s []uint64) visited.Found {
	return t.InsertShared(hashState(s), s[1])
}

func (t *pairsTable) insertAll(states []uint64, bare uint64, shared bool, sc *visited.Scratch, out []uint64) (int, bool) {
	return t.InsertAll(states, bare, shared, sc, out)
}

// wideTable keeps states of three and more words exactly.
type wideTable struct {
	*visited.Wide
	w int
}

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

func (t *wideTable) insertAll(states []uint64, bare uint64, _ bool, sc *visited.Scratch, out []uint64) (int, bool) {
	return t.InsertAll(states, bare, sc, out)
}

// bitsTable is a bitstate set. It never grows, and is never full.
type bitsTable struct {
	*visited.Bitstate
	w int
}

func (t *bitsTable) room() int                { return 1 << 60 }
func (t *bitsTable) grow(int, int) error      { return nil }
func (t *bitsTable) free()                    { t.Free() }
func (t *bitsTable) has([]uint64) bool        { return false }
func (t *bitsTable) memory() ([]uint64, bool) { return t.Memory(), false }
func (t *bitsTable) load(n int, _ bool, read func([]uint64) error) error {
	return t.Load(n, read)
}
func (t *bitsTable) insert(s []uint64) visited.Found {
	return t.Insert(hashState(s))
}

func (t *bitsTable) insertAll(states []uint64, bare uint64, _ bool, sc *visited.Scratch, out []uint64) (int, bool) {
	return t.InsertAll(states, t.w, bare, sc, out), true
}

// newBits returns a bitstate set of a gigabyte, or of half the memory if that is less.
func newBits(mem *offheap.Memory, words int, most int64) (table, error) {
	bytes := int64(1) << 30
	if most > 0 {
		bytes = min(bytes, most/2)
	}
	t, err := visited.NewBitstate(mem, bytes)
	return &bitsTable{t, words}, err
}
