package visited

import (
	"errors"
	"sync"
)

// errOverflow cannot happen with keys that are mixed well: a run of full lines longer than spare.
var errOverflow = errors.New("visited set: the table overflows although it has room: the keys are not mixed")

// A table grows where it lies. Its homes are in the order of the keys, so when there are r times as many, what lies at
// line i moves to about r*i. The contents move from the end to the
// beginning, in steps so small that what a step moves comes to lie behind all that has not moved yet. What does not,
// because it had overflowed far from its home, is put aside and comes last, as do the first few units.

// firstUnits is how many units are put aside altogether at the beginning of a table.
const firstUnits = 1 << 10

// sharedUnits is from how many units on a step is done by several workers.
const sharedUnits = 1 << 14

// mover moves what units lo to hi hold to where it belongs, at about ratio times as far, among units from to upto, which
// nobody else moves anything to. It appends to aside what has no place there.
type mover func(ratio float64, lo, hi, from, upto int, aside []uint64) []uint64

// spread moves the contents of a table that had so many units, has total now, and has ratio times as many homes, and
// returns what was put aside.
func spread(units, total int, ratio float64, workers int, move mover) (aside []uint64) {
	end := total // behind it there is what came before
	for units > firstUnits {
		lo := max(int(float64(units)/ratio)+1, firstUnits)
		if lo >= units {
			break
		}
		n := workers
		if units-lo < sharedUnits {
			n = 1
		}
		asides := make([][]uint64, n)
		share := (units - lo + n - 1) / n
		var wg sync.WaitGroup
		for w := range n {
			wg.Go(func() {
				first, last := min(lo+w*share, units), min(lo+(w+1)*share, units)
				from, upto := max(int(float64(first)*ratio), units), max(int(float64(last)*ratio), units)
				if w == 0 {
					from = units
				}
				if w == n-1 {
					upto = end
				}
				asides[w] = move(ratio, first, last, from, upto, nil)
			})
		}
		wg.Wait()
		for _, a := range asides {
			aside = append(aside, a...)
		}
		units, end = lo, units
	}
	return move(ratio, 0, units, total, total, aside)
}

// Grow gives the set room for n keys, more than it had. Nothing else may use it meanwhile; workers goroutines move
// the keys.
func (t *Words) Grow(n, workers int) error {
	lines := uint64(n+lineWords-1) / lineWords
	bigger, err := t.mem.Grow(t.slots, int(lines+spare)*lineWords)
	if err != nil {
		return err
	}
	units, ratio := len(t.slots)/lineWords, float64(lines)/float64(t.lines)
	t.slots, t.lines = bigger, lines
	aside := spread(units, len(bigger)/lineWords, ratio, workers, t.move)
	for _, k := range aside {
		if t.Insert(k, t.Home(k)) == Full {
			return errOverflow
		}
	}
	return nil
}

func (t *Words) move(ratio float64, lo, hi, from, upto int, aside []uint64) []uint64 {
	m := lineMover{slots: t.slots, lines: t.lines}
	return m.move(ratio, lo, hi, from, upto, aside)
}
