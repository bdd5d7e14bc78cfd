package traces

import (
	"fmt"
	"strings"

	"hpmc/model"
)

// Width is the number of columns that no line of a rendering exceeds, so that it survives being quoted in a mail.
const Width = 75

// maxColumns is how many contexts are drawn side by side; more make a numbered list.
const maxColumns = 3

// Options say how a trace is rendered.
type Options struct {
	All   bool // every step, not only those that matter
	CPUs  bool // columns are headed by CPUs, as lockdep does, with the threads below
	Width int  // columns that no line exceeds; 0 means Width
}

func (o *Options) width() int {
	if o.Width > 0 {
		return o.Width
	}
	return Width
}

// Table draws the trace: a column for each thread that acts, time downwards, calls as indentation. Below
// stands what is violated.
func (t *Trace) Table(o Options) string {
	return t.picture(o) + "\n" + t.verdict(o.width())
}

// picture is the table without what is violated, but with who waits for whom in a deadlock.
func (t *Trace) picture(o Options) string {
	rows := t.shown(o.All)
	var b strings.Builder
	cols, index := t.columns(rows)
	mark := t.markText()
	switch {
	case len(rows) == 0:
		para(&b, "", "The initial state, before any step.", o.width())
	case len(cols) > maxColumns:
		if len(rows) > longList && !o.All {
			rows = collapse(rows)
		}
		t.list(&b, rows, mark, o.width())
	default:
		var g *grid
		g, rows = fit(cols, rows, index, o)
		if o.CPUs {
			g.heads = t.cpus(rows, index, len(cols))
		}
		g.header(&b)
		for i := range rows {
			m := ""
			if rows[i].marked {
				m = mark
			}
			g.row(&b, index[rows[i].thread], rows[i].depth, rowText(&rows[i]), m)
		}
	}
	if t.deadlocked() {
		b.WriteString("\n *** DEADLOCK ***\n\n")
		b.WriteString(t.locks(o.width()))
	}
	return b.String()
}

// columns returns the names of the threads that act, in the program's order, and the column of each thread.
func (t *Trace) columns(rows []row) (names []string, index []int) {
	acts := make([]bool, len(t.Program.Threads))
	for i := range rows {
		acts[rows[i].thread] = true
	}
	index = make([]int, len(acts))
	for i := range acts {
		if acts[i] {
			index[i] = len(names)
			names = append(names, clean(t.Program.Threads[i].Name))
		}
	}
	return names, index
}

func rowText(r *row) string {
	if r.blocks {
		return r.text + " // waits"
	}
	return r.text
}

// markText is what stands at the step that breaks the property; empty for a deadlock, which is no step's.
func (t *Trace) markText() string {
	if t.deadlocked() {
		return ""
	}
	switch t.Property().Kind {
	case model.Reachable:
		return "here"
	case model.LockOrder:
		if l := &t.circle[0]; l.next {
			return fmt.Sprintf("and wants (%s)", clean(l.wanted.Name))
		}
		return fmt.Sprintf("with (%s) held", clean(t.circle[0].held.Name))
	}
	return clean(t.Property().Name)
}

// grid is a table's geometry.
type grid struct {
	names  []string
	heads  []string // to stand above the names, or nil
	most   int      // columns of a line
	start  []int    // first column of each column
	width  []int
	indent int // columns for each call
}

const (
	margin = 2  // left of a table
	narrow = 16 // the width that the last column leaves to each of the others
	gap    = 2  // between columns
	second = 36 // where a second column begins if there is room
)

// fit makes a table of the rows. If they are too wide to stand side by side, calls that only lead to the next
// one are left out, and a line may reach into the columns to its right, which are blank in that row. If a
// line is still too wide, calls are indented less, and lose their arguments; what remains is wrapped.
func fit(names []string, rows []row, index []int, o Options) (*grid, []row) {
	room := o.width() - margin - gap*(len(names)-1)
	g := &grid{names: names, most: o.width(), indent: 2}
	if sum(g.natural(rows, index)) > room && !o.All {
		rows = collapse(rows)
	}
	g.place(rows, index, room)
	if g.wraps(rows, index) {
		g.indent = 1
		g.place(rows, index, room)
	}
	if g.wraps(rows, index) {
		dropArgs(rows)
		g.place(rows, index, room)
	}
	return g, rows
}

// wraps tells whether a row does not fit a line.
func (g *grid) wraps(rows []row, index []int) bool {
	for i := range rows {
		c := index[rows[i].thread]
		if g.start[c]+g.in(c, rows[i].depth)+width(rowText(&rows[i])) > g.most {
			return true
		}
	}
	return false
}

// in returns the indentation of a row, such that it begins well within its column.
func (g *grid) in(col, depth int) int { return max(0, min(depth*g.indent, g.width[col]-8)) }

// dropArgs drops the arguments of calls below which something is shown.
func dropArgs(rows []row) {
	for i := range rows {
		if p := rows[i].parent; p >= 0 && rows[p].kind == model.Enter {
			if name, _, ok := strings.Cut(rows[p].text, "("); ok && rows[p].depth > 0 {
				rows[p].text = name + "()"
			}
		}
	}
}

// place shares the room among the columns. The last one comes first, as its lines cannot reach to the right.
func (g *grid) place(rows []row, index []int, room int) {
	n := len(g.names)
	natural := g.natural(rows, index)
	g.start = make([]int, n)
	if sum(natural) <= room {
		g.width = natural
		if n == 2 {
			g.width[0] = max(g.width[0], min(second-margin-gap, room-g.width[1]))
		}
	} else {
		last := min(natural[n-1], room-narrow*(n-1))
		g.width = append(share(natural[:n-1], room-last), last)
	}
	x := margin
	for i := range g.names {
		g.start[i] = x
		x += g.width[i] + gap
	}
}

// natural returns the width each column would need to have nothing wrapped.
func (g *grid) natural(rows []row, index []int) []int {
	w := make([]int, len(g.names))
	for i, name := range g.names {
		w[i] = max(width(name), 1)
	}
	for i := range rows {
		c := index[rows[i].thread]
		w[c] = max(w[c], rows[i].depth*g.indent+width(rowText(&rows[i])))
	}
	return w
}

// share divides room: columns that need less than their share get what they need, the others share the rest.
func share(need []int, room int) []int {
	w := make([]int, len(need))
	open := make([]bool, len(need))
	left, n := room, len(need)
	for i := range open {
		open[i] = true
	}
	for again := true; again && n > 0; {
		again = false
		for i := range need {
			if open[i] && need[i] <= left/n {
				w[i], open[i], again = need[i], false, true
				left -= need[i]
				n--
				break
			}
		}
	}
	for i := range need {
		if open[i] {
			w[i] = left / n
			left -= w[i]
			n--
		}
	}
	return w
}

func sum(xs []int) (n int) {
	for _, x := range xs {
		n += x
	}
	return n
}

func (g *grid) header(b *strings.Builder) {
	lines := [][]string{g.names}
	if g.heads != nil {
		lines = [][]string{g.heads, g.names}
	}
	widest := make([]int, len(g.names))
	for _, names := range lines {
		var line strings.Builder
		for i, name := range names {
			if width(name) > g.width[i] {
				name = string([]rune(name)[:g.width[i]])
			}
			widest[i] = max(widest[i], width(name))
			pad(&line, g.start[i])
			line.WriteString(name)
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	var rules strings.Builder
	for i, w := range widest {
		pad(&rules, g.start[i])
		rules.WriteString(strings.Repeat("-", w))
	}
	b.WriteString(strings.TrimRight(rules.String(), " ") + "\n")
}

// pad fills the line with spaces up to a column.
func pad(b *strings.Builder, col int) {
	if n := col - width(b.String()); n > 0 {
		b.WriteString(strings.Repeat(" ", n))
	}
}

// row writes one row, and the mark to its right or below it.
func (g *grid) row(b *strings.Builder, col, depth int, text, mark string) {
	in := g.in(col, depth)
	writeRow(b, g.most, g.start[col], in, text, mark)
}

func writeRow(b *strings.Builder, most, start, in int, text, mark string) {
	room := most - start - in
	lines := wrap(text, room)
	if len(lines) > 1 && room > 12 {
		first := lines[0]
		lines = append([]string{first}, wrap(strings.TrimPrefix(clean(text), first), room-2)...)
	}
	for i, l := range lines {
		x := start + in
		if i > 0 && room > 12 {
			x += 2
		}
		line := strings.TrimRight(strings.Repeat(" ", x)+l, " ")
		if i < len(lines)-1 || mark == "" {
			b.WriteString(line + "\n")
			continue
		}
		if tagged := line + "  <-- " + mark; width(tagged) <= most {
			b.WriteString(tagged + "\n")
			continue
		}
		b.WriteString(line + "\n" + strings.Repeat(" ", x) + strings.Repeat("^", max(width(l), 1)) + "\n")
		x = max(0, min(x, most-width(mark)))
		for _, m := range wrap(mark, most-x) {
			b.WriteString(strings.TrimRight(strings.Repeat(" ", x)+m, " ") + "\n")
		}
	}
}
