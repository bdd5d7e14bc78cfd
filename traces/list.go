package traces

import (
	"fmt"
	"strings"

	"hpmc/model"
)

// maxName is how many columns a thread's name gets in a list.
const maxName = 16

// longList is how many rows a list may have before calls that only lead to the next one are left out.
const longList = 25

// list writes the rows as a numbered list of at most so many columns, for traces in which too many threads act for a
// table.
func (t *Trace) list(b *strings.Builder, rows []row, mark string, most int) {
	digits := len(fmt.Sprint(len(rows)))
	w := 0
	for i := range rows {
		w = max(w, min(maxName, width(clean(t.Program.Threads[rows[i].thread].Name))))
	}
	prev := -1
	for i := range rows {
		r := &rows[i]
		name := ""
		if r.thread != prev {
			name = clean(t.Program.Threads[r.thread].Name)
			if n := []rune(name); len(n) > w {
				name = string(n[:w])
			}
		}
		prev = r.thread
		m := ""
		if r.marked {
			m = mark
		}
		head := fmt.Sprintf("%*d  %-*s", digits, i+1, w, name)
		start := digits + 2 + w + 2
		in := min(2*r.depth, (most-start)/2)
		var line strings.Builder
		writeRow(&line, most, start, in, rowText(r), m)
		// The head goes into the blank that the first line begins with.
		first, rest, _ := strings.Cut(line.String(), "\n")
		first = head + strings.TrimPrefix(first, strings.Repeat(" ", min(width(head), width(first))))
		b.WriteString(strings.TrimRight(first, " ") + "\n" + rest)
	}
}

// deadlocked tells whether the trace ends in a deadlock.
func (t *Trace) deadlocked() bool { return t.Property().Kind == model.Deadlock }
