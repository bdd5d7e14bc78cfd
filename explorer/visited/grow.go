package visited

import (
	"errors"
	"sync"
)

// errOverflow cannot happen with keys that are mixed well: a run of full lines longer than spare.
var errOverflow = errors.New("visited set: the table overflows although it has room: the keys are not mixed")

// A table grows where it lies. Its homes are in the order of the keys, so when there are r times as many, what lies at
// line i moves to about r*i. The contents move from the end to the beginning, in steps so small that what a step moves
// comes to lie behind all that has not moved yet. What does not, because it had overflowed far from its home, is put
// aside and comes last, as do the first few lines.

// firstLines is how many lines are put aside altogether at the beginning of a table.
const firstLines = 1 << 10

// sharedLines is from how many lines on a step is done by several workers.
const sharedLines = 1 << 12

// Grow gives the set room for n keys, more than it had. Nothing else may use it meanwhile; workers goroutines move
// the keys.
func (t *Words) Grow(n, workers int) error {
	lines := linesFor(n)
	bigger, err := t.mem.Grow(t.slots, int(lines+spare)*lineWords)
	if err != nil {
		return err
	}
	had, ratio := len(t.slots)/lineWords, float64(lines)/float64(t.lines)
	t.slots, t.lines = bigger, lines
	for _, k := range t.spread(had, ratio, workers) {
		if t.Insert(k, t.Home(k)) == Full {
			return errOverflow
		}
	}
	return nil
}

// spread moves the contents of a table that had so many lines, and has ratio times as many homes now, and returns what
// was put aside.
func (t *Words) spread(had int, ratio float64, workers int) (aside []uint64) {
	total := len(t.slots) / lineWords
	end := total // behind it there is what came before
	movers := make([]lineMover, max(workers, 1))
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
				from, upto := max(int(float64(first)*ratio), had), max(int(float64(last)*ratio), had)
				if w == 0 {
					from = had
				}
				if w == n-1 {
					upto = end
				}
				asides[w] = t.move(&movers[w], ratio, first, last, from, upto, nil)
			})
		}
		wg.Wait()
		for _, a := range asides {
			aside = append(aside, a...)
		}
		had, end = lo, had
	}
	return t.move(&movers[0], ratio, 0, had, total, total, aside)
}

// move moves what lines lo to hi hold to where it belongs, at about ratio times as far, among lines from to upto, which
// nobody else moves anything to. It appends to aside what has no place there.
func (t *Words) move(m *lineMover, ratio float64, lo, hi, from, upto int, aside []uint64) []uint64 {
	*m = lineMover{slots: t.slots, lines: t.lines}
	return m.move(ratio, lo, hi, from, upto, aside)
}
