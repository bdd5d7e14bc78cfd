package coverage

import (
	"fmt"
	"html/template"
	"io"
	"strings"

	_ "embed" // the page
)

// Text writes the totals and the gaps.
func (c *Coverage) Text(w io.Writer) error {
	var b strings.Builder
	t := c.Totals()
	runs := fmt.Sprintf("%d runs", c.Runs)
	if c.Runs == 1 {
		runs = "1 run"
	}
	fmt.Fprintf(&b, "Coverage of %s in %s: %d of %d functions called, %d of %d lines with steps taken, %d of %d conditions both ways.\n",
		c.Kernel, runs, t.Called, t.Functions, t.Taken, t.Lines, t.Both, t.Conditions)
	for _, f := range c.Files {
		gaps, uncalled := f.Gaps(), f.Uncalled()
		if len(gaps)+len(uncalled) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n%s\n", f.Name)
		for _, g := range gaps {
			fmt.Fprintf(&b, "  %5d  %-10s  %s\n", g.Line, g.What, g.Text)
		}
		for _, fn := range uncalled {
			fmt.Fprintf(&b, "  %5d  %-10s  %s()\n", fn.From, "not called", fn.Name)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

//go:embed page.html
var page string

var tmpl = template.Must(template.New("page").Parse(page))

type htmlLine struct {
	Number            int
	Text, Class, Note string
}

type htmlFile struct {
	Name  string
	Gaps  int
	Lines []htmlLine
}

type htmlKernel struct {
	*Coverage
	Totals Totals
	Files  []htmlFile
}

// HTML writes annotated sources as one page that needs nothing else.
func HTML(w io.Writer, list []*Coverage) error {
	var ks []htmlKernel
	for _, c := range list {
		k := htmlKernel{Coverage: c, Totals: c.Totals()}
		for _, f := range c.Files {
			x := htmlFile{Name: f.Name, Gaps: len(f.Gaps()) + len(f.Uncalled())}
			for i, text := range f.Text {
				l := htmlLine{Number: i + 1, Text: strings.ReplaceAll(text, "\t", "    ")}
				l.Class, l.Note = f.mark(i + 1)
				x.Lines = append(x.Lines, l)
			}
			k.Files = append(k.Files, x)
		}
		ks = append(ks, k)
	}
	return tmpl.Execute(w, ks)
}

// mark says how a line is shown: its class, and a note.
func (f *File) mark(line int) (class, note string) {
	if fn := f.function(line); fn != nil && !fn.Called {
		if line == fn.From {
			note = "not called"
		}
		return "dead", note
	}
	l := f.Lines[line]
	switch {
	case f.dead[line]:
		return "dead", "never"
	case l == nil:
		return "", ""
	case !l.Taken:
		return "dead", "never"
	case l.condition() && !l.False.Taken:
		return "half", "only true"
	case l.condition() && !l.True.Taken:
		return "half", "only false"
	}
	return "taken", ""
}
