package explorer

import (
	"hpmc/explorer/offheap"
	"hpmc/explorer/packed"
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
	crowded() bool             // whether there must be more room, though not for states, before more is inserted
	relieve(workers int) error // makes it
	free()
	// For a checkpoint: parts are in the order in which load reads them, by functions that read has for each.
	parts() ([]part, tableMeta)
	load(m tableMeta, read func(part string) func([]uint64) error) error
}

// part is some of the memory of a visited set.
type part struct {
	name  string
	words []uint64
}

// tableMeta is what a checkpoint says of a visited set besides its memory.
type tableMeta struct {
	Slots      int // words of its table
	Form       int `json:",omitempty"` // of its lines
	Aside      int `json:",omitempty"` // keys beside its table
	Components int `json:",omitempty"` // words of its table of components
	Cut        int `json:",omitempty"` // how it cuts states into codes and components
}

// simple is what tables have in common that are nothing but a table of states.
type simple struct{}

func (simple) crowded() bool     { return false }
func (simple) relieve(int) error { return nil }

// newTable returns an empty exact or fingerprint table with room for n states. Those who insert may add reserve states
// before they look whether it is crowded.
func newTable(mem *offheap.Memory, l *packed.Layout, s Store, n, reserve int) (table, error) {
	if l.Words == 1 || s == Fingerprint {
		keyBits := uint(64) // of a fingerprint
		if l.Words == 1 {
			keyBits = uint(max(l.Top(), 1))
		}
		t, err := visited.NewWords(mem, keyBits, n)
		if err != nil {
			return nil, err
		}
		return &wordsTable{Words: t, w: l.Words}, nil
	}
	t, err := visited.NewCollapsed(mem, l.Words, 64*(l.Words-1)+l.Top(), n, reserve)
	if err != nil {
		return nil, err
	}
	return &collapsedTable{t}, nil
}

// hashState hashes a state, as all tables do that keep fingerprints.
func hashState(s []uint64) uint64 { return visited.HashState(s, ^uint64(0)) }

// wordsTable keeps one-word states exactly, or fingerprints.
type wordsTable struct {
	*visited.Words
	simple
	w int
}

func (t *wordsTable) room() int                       { return t.Slots() }
func (t *wordsTable) grow(n, workers int) error       { return t.Grow(n, workers) }
func (t *wordsTable) free()                           { t.Free() }
func (t *wordsTable) has(s []uint64) bool             { return t.Has(t.key(s)) }
func (t *wordsTable) insert(s []uint64) visited.Found { return t.Insert(t.key(s), true) }

func (t *wordsTable) key(s []uint64) uint64 {
	if t.w == 1 {
		return t.Key(s[0])
	}
	return hashState(s)
}

func (t *wordsTable) insertAll(states []uint64, bare uint64, shared bool, sc *visited.Scratch, out []uint64) (int, bool) {
	if t.w == 1 {
		return t.InsertAll(states, shared, sc, out)
	}
	return t.InsertPrints(states, t.w, bare, shared, sc, out)
}

// collapsedTable keeps states of several words exactly.
type collapsedTable struct{ *visited.Collapsed }

func (t *collapsedTable) room() int                       { return t.Slots() }
func (t *collapsedTable) grow(n, workers int) error       { return t.Grow(n, workers) }
func (t *collapsedTable) crowded() bool                   { return t.Crowded() }
func (t *collapsedTable) relieve(workers int) error       { return t.Relieve(workers) }
func (t *collapsedTable) free()                           { t.Free() }
func (t *collapsedTable) has(s []uint64) bool             { return t.Has(s) }
func (t *collapsedTable) insert(s []uint64) visited.Found { return t.Insert(s) }

func (t *collapsedTable) insertAll(states []uint64, bare uint64, shared bool, sc *visited.Scratch, out []uint64) (int, bool) {
	return t.InsertAll(states, bare, shared, sc, out)
}

// bitsTable is a bitstate set. It never grows, and is never full.
type bitsTable struct {
	*visited.Bitstate
	simple
	w int
}

func (t *bitsTable) room() int                       { return 1 << 60 }
func (t *bitsTable) grow(int, int) error             { return nil }
func (t *bitsTable) free()                           { t.Free() }
func (t *bitsTable) has([]uint64) bool               { return false }
func (t *bitsTable) insert(s []uint64) visited.Found { return t.Insert(hashState(s)) }

func (t *bitsTable) insertAll(states []uint64, bare uint64, shared bool, sc *visited.Scratch, out []uint64) (int, bool) {
	return t.InsertAll(states, t.w, bare, sc, out), true
}

// newBits returns a bitstate set of a gigabyte, or of half the memory if that is less.
func newBits(mem *offheap.Memory, words int, most int64) (table, error) {
	bytes := int64(1) << 30
	if most > 0 {
		bytes = min(bytes, most/2)
	}
	t, err := visited.NewBitstate(mem, bytes)
	if err != nil {
		return nil, err
	}
	return &bitsTable{Bitstate: t, w: words}, nil
}

// The sections of a checkpoint that hold a visited set.
const (
	visitedSection    = "visited"
	asideSection      = "aside"
	componentsSection = "components"
)

func wordsParts(t *visited.Words) ([]part, tableMeta) {
	slots, form, aside := t.Memory()
	return []part{{visitedSection, slots}, {asideSection, aside}}, tableMeta{Slots: len(slots), Form: form, Aside: len(aside)}
}

func loadWords(t *visited.Words, m tableMeta, read func(string) func([]uint64) error) error {
	if err := t.Load(m.Slots, m.Form, read(visitedSection)); err != nil {
		return err
	}
	return t.LoadAside(m.Aside, read(asideSection))
}

func (t *wordsTable) parts() ([]part, tableMeta) { return wordsParts(t.Words) }

func (t *wordsTable) load(m tableMeta, read func(string) func([]uint64) error) error {
	return loadWords(t.Words, m, read)
}

func (t *bitsTable) parts() ([]part, tableMeta) {
	return []part{{visitedSection, t.Memory()}}, tableMeta{Slots: len(t.Memory())}
}

func (t *bitsTable) load(m tableMeta, read func(string) func([]uint64) error) error {
	return t.Load(m.Slots, read(visitedSection))
}

func (t *collapsedTable) parts() ([]part, tableMeta) {
	parts, meta := wordsParts(t.Codes())
	comps, cut := t.Memory()
	meta.Components, meta.Cut = len(comps), cut
	return append(parts, part{componentsSection, comps}), meta
}

func (t *collapsedTable) load(m tableMeta, read func(string) func([]uint64) error) error {
	if err := t.Recut(m.Cut); err != nil {
		return err
	}
	if err := loadWords(t.Codes(), m, read); err != nil {
		return err
	}
	return t.LoadComponents(m.Components, read(componentsSection))
}
