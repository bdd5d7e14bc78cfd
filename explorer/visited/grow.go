package visited

import (
	"errors"
	"math"
	"sync"
)

// errOverflow cannot happen with keys that are mixed well: too many keys aside.
var errOverflow = errors.New("visited set: the table overflows although it has room: the keys are not mixed")

// A table grows where it lies. Its homes are in the order of the keys, so when there are r times as many, what lies at
// line i moves to about r*i. The contents move from the end to the beginning, in steps so small that what a step moves
// comes to lie behind all that has not moved yet. What does not, because it had overflowed far from its home, is put
// aside and comes last, as do the first few lines.

// firstLines is how many lines are put aside altogether at the beginning of a table.
const firstLines = 1 << 7

// sharedLines is from how many lines on a step is done by several workers.
const sharedLines = 1 << 12

// Grow gives the set room for n keys, more than it had. Nothing else may use it meanwhile; workers goroutines move
// the keys.
func (t *Words) Grow(n, workers int) error {
	to := newShape(t.keyBits, n, t.lines+t.lines/8)
	bigger, err := t.mem.Grow(t.slots, to.words())
	if err != nil {
		return err
	}
	had, from := t.words()/lineWords, t.shape
	late := t.aside
	t.slots, t.shape, t.aside = bigger, to, nil
	for _, k := range t.spread(from, had, workers) {
		if t.Insert(k, false) == Full {
			return errOverflow
		}
	}
	for k := range late {
		if t.Insert(k, false) == Full {
			return errOverflow
		}
	}
	return nil
}

// spread moves the contents of a table that had another shape, and so many lines, and returns the keys that were put aside.
func (t *Words) spread(from shape, had, workers int) (aside []uint64) {
	ratio := float64(t.lines) / float64(from.lines)
	total := len(t.slots) / lineWords
	end := total // behind it there is what came before
	movers := make([]mover, max(workers, 1))
	for w := range movers {
		movers[w] = mover{slots: t.slots, from: from, to: t.shape}
	}
	for had > firstLines {
		lo := max(int(float64(had)/ratio)+1, firstLines)
		if lo >= had {
			break
		}
		n := workers
		if had-lo < sharedLines {
			n = 1
		}
		asides := make([][]uint64, n)
		share := (had - lo + n - 1) / n
		var wg sync.WaitGroup
		for w := range n {
			wg.Go(func() {
				first, last := min(lo+w*share, had), min(lo+(w+1)*share, had)
				base, limit := max(int(float64(first)*ratio), had), max(int(float64(last)*ratio), had)
				if w == 0 {
					base = had
				}
				if w == n-1 {
					limit = end
				}
				asides[w] = movers[w].move(first, last, base, limit, nil)
			})
		}
		wg.Wait()
		for _, a := range asides {
			aside = append(aside, a...)
		}
		had, end = lo, had
	}
	return movers[0].move(0, had, total, total, aside)
}

// mover moves the contents of lines of one shape to where they belong in another one.
type mover struct {
	slots    []uint64
	from, to shape
	room     moveRoom
}

// moveRoom is for what slots have of the keys under way, for where these belong, for the keys, and for those that have no place.
type moveRoom [4][moveLines*maxSlots + 16]uint64

// asideRoom is which of moveRoom the keys are that have no place.
const asideRoom = 3

// moveLines is how many lines are moved at a time, and pageLines how many fill the smallest page.
const (
	moveLines = 16
	pageLines = 4096 / 8 / lineWords
)

// move empties lines lo to hi. Where it moves their keys are lines base to end, which nobody else moves anything to. It appends
// the keys to aside that have no place there.
func (m *mover) move(lo, hi, base, end int, aside []uint64) []uint64 {
	for i := base; i < end; i += pageLines { // where the system has to provide a page, reading first would take it twice as long
		m.slots[i*lineWords] = 0
	}
	for ; lo < hi; lo += moveLines {
		n := min(moveLines, hi-lo)
		asides, ok := 0, false
		if vector && base < end && m.to.lines <= math.MaxUint32 {
			asides, ok = moveFast(&m.slots[lo*lineWords], n, uint64(lo), &m.from, &m.to, &m.slots[base*lineWords],
				uint64(base), uint64(end-base), &m.room)
		}
		if !ok {
			asides = m.plain(lo, lo+n, base, end)
		}
		aside = append(aside, m.room[asideRoom][:asides]...)
	}
	return aside
}

// plain is what moveFast does.
func (m *mover) plain(lo, hi, base, end int) (asides int) {
	f := forms[m.from.form]
	for i := lo; i < hi; i++ {
		l := (*line)(m.slots[i*lineWords:])
		for j := range int(l[0] & countOf) {
			key := m.from.join(uint64(i), f.get(l, j))
			if !m.place(key, base, end) {
				m.room[asideRoom][asides] = key
				asides++
			}
		}
		clear(l[:])
	}
	return asides
}

// place puts a key where it belongs, and tells whether there was room among lines base to end.
func (m *mover) place(key uint64, base, end int) bool {
	f := forms[m.to.form]
	at, slot := m.to.split(key)
	for int(at) >= base && int(at) < end {
		l := (*line)(m.slots[at*lineWords:])
		if n := int(l[0] & countOf); n < f.slots {
			f.put(l, n, slot, false)
			return true
		}
		if slot&maxHops == maxHops {
			return false
		}
		at += hop(slot)
		slot++
	}
	return false
}
