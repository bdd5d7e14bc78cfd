package visited

import (
	"errors"
	"sync"

	"hpmc/explorer/offheap"
)

// Words is a set of keys of up to 64 bits in open addressing. A key's home is a cache line, chosen by its high bits, so that
// keys lie in the table roughly in their order and a larger table is filled in one sweep; what the home tells of a key
// is not kept in its slot. A line is filled from its first slot on, and when it is full it overflows into another one
// near by. Keys must be well mixed, and have their bits at the top of the word.
type Words struct {
	mem     *offheap.Memory
	slots   []uint64 // lines of 8
	keyBits uint
	mixer   mixer
	shape

	// The few keys for which there was no room in any of the lines that they may be in.
	mu    sync.Mutex
	aside map[uint64]bool
}

// NewWords returns an empty set of keys of 1 to 64 bits with room for at least n.
func NewWords(mem *offheap.Memory, keyBits uint, n int) (*Words, error) {
	t := &Words{mem: mem, keyBits: keyBits, mixer: newMixer(keyBits), shape: newShape(keyBits, n, 0)}
	var err error
	if t.slots, err = mem.Growing(t.words()); err != nil {
		return nil, err
	}
	offheap.Populate(t.slots)
	return t, nil
}

// Free gives the memory back.
func (t *Words) Free() { t.mem.Free(t.slots); t.slots, t.aside = nil, nil }

// Slots returns the number of slots that are homes.
func (t *Words) Slots() int { return int(t.lines) * forms[t.form].slots }

// Key returns the key of a word of as many bits as keys have, of which it is a bijection.
func (t *Words) Key(w uint64) uint64 { return t.mixer.mix(w) }

// Word undoes Key.
func (t *Words) Word(key uint64) uint64 { return t.mixer.unmix(key) }

// Found is what an insert did.
type Found uint8

// The outcomes of an insert.
const (
	Old  Found = iota // the key was there
	New               // it is there now
	Full              // there was no room
)

// Insert adds a key. shared says whether other goroutines insert at the same time.
func (t *Words) Insert(key uint64, shared bool) Found {
	line, slot := t.split(key)
	return t.insertFrom(line, slot, shared)
}

// insertFrom adds the key that would have a slot's content in a line if that had room; it is not in those before, and
// they are full.
func (t *Words) insertFrom(at, slot uint64, shared bool) Found {
	f := forms[t.form]
	for {
		if found := f.find((*line)(t.slots[at*lineWords:]), slot, shared); found != Full {
			return found
		}
		if slot&maxHops == maxHops {
			return t.putAside(t.join(at, slot))
		}
		at += hop(slot)
		slot++
	}
}

// mostAside is how many keys can be aside at most. Of keys that are mixed well 0.0005 are at the highest load.
func (t *Words) mostAside() int { return t.Slots()/32 + 1 }

func (t *Words) putAside(key uint64) Found {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.aside[key]:
		return Old
	case len(t.aside) >= t.mostAside():
		return Full
	case t.aside == nil:
		t.aside = map[uint64]bool{}
	}
	t.aside[key] = true
	return New
}

// Has tells whether a key is in the set. It must not run beside inserts.
func (t *Words) Has(key uint64) bool {
	f := forms[t.form]
	at, slot := t.split(key)
	for {
		l := (*line)(t.slots[at*lineWords:])
		n := int(l[0] & countOf)
		for j := range n {
			if f.get(l, j) == slot {
				return true
			}
		}
		if n < f.slots {
			return false
		}
		if slot&maxHops == maxHops {
			return t.aside[key]
		}
		at += hop(slot)
		slot++
	}
}

// each calls f with every key of the set, until it returns an error.
func (t *Words) each(f func(key uint64) error) error {
	if err := t.eachIn(0, int(t.lines+spare), f); err != nil {
		return err
	}
	for key := range t.aside {
		if err := f(key); err != nil {
			return err
		}
	}
	return nil
}

// eachIn is each for the keys in lines lo to hi.
func (t *Words) eachIn(lo, hi int, f func(key uint64) error) error {
	for at := lo; at < hi; at++ {
		l := (*line)(t.slots[at*lineWords:])
		for j := range int(l[0] & countOf) {
			if err := f(t.join(uint64(at), forms[t.form].get(l, j))); err != nil {
				return err
			}
		}
	}
	return nil
}

// copyTo puts the words of the set into another one, which is empty and has room for them. workers goroutines do that.
func (t *Words) copyTo(other *Words, workers int) error {
	lines := int(t.lines + spare)
	share := (lines + workers - 1) / workers
	errs := make([]error, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			errs[w] = t.copyLines(other, min(w*share, lines), min((w+1)*share, lines))
		})
	}
	wg.Wait()
	for key := range t.aside {
		if other.Insert(other.Key(t.Word(key)), false) == Full {
			return errOverflow
		}
	}
	return errors.Join(errs...)
}

// copyLines is copyTo for some lines.
func (t *Words) copyLines(other *Words, lo, hi int) error {
	var sc Scratch
	var out [Batch]uint64
	batch := make([]uint64, 0, Batch)
	flush := func() error {
		if _, ok := other.InsertAll(batch, true, &sc, out[:]); !ok {
			return errOverflow
		}
		batch = batch[:0]
		return nil
	}
	err := t.eachIn(lo, hi, func(key uint64) error {
		batch = append(batch, t.Word(key))
		if len(batch) == Batch {
			return flush()
		}
		return nil
	})
	return errors.Join(err, flush())
}
