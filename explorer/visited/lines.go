package visited

import "math/bits"

// lineMover moves the contents of lines, which are filled from their first slot on. It goes through them in order, so
// that all that it moves lies in a window of lines which goes along, and keeps account of how many slots of those are
// taken, rather than look.
type lineMover struct {
	slots []uint64
	lines uint64

	base, size int // of the window
	used       [window]uint8
	aside      [stepLines * lineWords]uint64
}

// The sizes of the window, of what is moved before it goes along, and of its margins, in lines.
const (
	window    = 512
	stepLines = 64
	margin    = 128
)

func (m *lineMover) move(ratio float64, lo, hi, from, upto int, aside []uint64) []uint64 {
	m.base = from
	step := min(max(int((window-2*margin)/ratio), 1), stepLines)
	for ; lo < hi; lo += step {
		m.slide(min(max(int(float64(lo)*ratio)-margin, from), upto))
		m.size = min(window, upto-m.base)
		n := min(step, hi-lo)
		part := m.slots[lo*lineWords : (lo+n)*lineWords]
		asides := 0
		if vector {
			asides = moveWords(&part[0], n, &m.slots[0], m.lines, uint64(m.base), uint64(m.size), &m.used[0], &m.aside[0])
		} else {
			asides = m.plain(part)
		}
		aside = append(aside, m.aside[:asides]...)
	}
	return aside
}

// slide lets the window begin at a line.
func (m *lineMover) slide(base int) {
	by := min(base-m.base, window)
	n := copy(m.used[:], m.used[by:])
	clear(m.used[n:])
	m.base = base
}

// plain is what moveWords does.
func (m *lineMover) plain(part []uint64) (asides int) {
	for line := part; len(line) > 0; line = line[lineWords:] {
		for _, key := range line[:lineWords] {
			if key == 0 {
				break
			}
			hi, _ := bits.Mul64(key, m.lines)
			at := hi - uint64(m.base)
			for at < uint64(m.size) && m.used[at] == lineWords {
				at += step(key) / lineWords
			}
			if at >= uint64(m.size) {
				m.aside[asides] = key
				asides++
				continue
			}
			m.slots[(m.base+int(at))*lineWords+int(m.used[at])] = key
			m.used[at]++
		}
	}
	clear(part)
	return asides
}
