package scenarios

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"github.com/bluekeyes/go-gitdiff/gitdiff"
)

// hunk is where a hunk stands in a patch, which the diff library does not tell.
type hunk struct {
	line             int // of its header, from 1
	fileLine         int // of the header of its file
	oldName, newName string
}

var hunkRE = regexp.MustCompile(`^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@`)

// scanHunks finds the hunks of a patch that the diff library accepts, in their order.
func scanHunks(text string) []hunk {
	var list []hunk
	var cur hunk
	lines := strings.SplitAfter(text, "\n")
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		switch {
		case strings.HasPrefix(l, "--- "):
			cur.oldName, cur.fileLine = fileName(l[4:]), i+1
		case strings.HasPrefix(l, "+++ "):
			cur.newName = fileName(l[4:])
		}
		m := hunkRE.FindStringSubmatch(l)
		if m == nil {
			continue
		}
		cur.line = i + 1
		list = append(list, cur)
		for oldN, newN := count(m[1]), count(m[2]); (oldN > 0 || newN > 0) && i+1 < len(lines); {
			i++
			switch {
			case strings.HasPrefix(lines[i], "-"):
				oldN--
			case strings.HasPrefix(lines[i], "+"):
				newN--
			case !strings.HasPrefix(lines[i], "\\"):
				oldN--
				newN--
			}
		}
	}
	return list
}

func count(s string) int {
	if s == "" {
		return 1
	}
	n, _ := strconv.Atoi(s)
	return n
}

// fileName returns the path in the rest of a line that begins with --- or +++.
func fileName(s string) string {
	s, _, _ = strings.Cut(strings.TrimSuffix(s, "\n"), "\t")
	if u, err := strconv.Unquote(s); err == nil {
		return u
	}
	return s
}

// applyHunks returns the text of a file with the hunks of f applied. Like git, it looks for the place
// nearest to the one a hunk names where its old lines stand.
func (t tree) applyHunks(p Patch, f *gitdiff.File, name string, hunks []hunk) (string, error) {
	if len(f.TextFragments) == 0 {
		return t[name], nil
	}
	lines := splitLines(t[name])
	moved, shift, from := *f, 0, 0 // shift: how far the last hunk was from where it said
	moved.TextFragments = nil
	for i, frag := range f.TextFragments {
		var old, want []string
		var at []int // index in frag.Lines of each old line
		for j, l := range frag.Lines {
			if l.Old() {
				old = append(old, l.Line)
				at = append(at, j)
			}
			if l.New() {
				want = append(want, l.Line)
			}
		}
		if len(old) == 0 && len(lines) > 0 {
			return "", p.errorf(hunks[i].line, "hunk %d of %s has no context lines; make the patch with git diff", i+1, name)
		}
		said := max(int(min(frag.OldPosition, int64(len(lines)+1))), 1) - 1
		pos := locate(lines, old, said+shift, from)
		if pos < 0 {
			return "", p.conflict(i, hunks[i], name, lines, frag, old, want, at, said+shift, from)
		}
		shift, from = pos-said, pos+len(old)
		here := *frag
		here.OldPosition = int64(pos + 1)
		moved.TextFragments = append(moved.TextFragments, &here)
	}
	var b bytes.Buffer
	if err := gitdiff.Apply(&b, strings.NewReader(t[name]), &moved); err != nil || f.IsDelete && b.Len() > 0 {
		if f.IsDelete {
			return "", p.errorf(hunks[0].fileLine, "%s is deleted, but the patch does not delete all of it", name)
		}
		return "", p.errorf(hunks[0].fileLine, "the patch does not apply to %s: %v", name, err)
	}
	return b.String(), nil
}

// splitLines returns the lines of text with their line ends.
func splitLines(text string) []string {
	lines := strings.SplitAfter(text, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// locate returns the index nearest to want, and not before from, at which old stands in lines, or -1.
func locate(lines, old []string, want, from int) int {
	best := -1
	for i := from; i+len(old) <= len(lines); i++ {
		if matching(lines, old, i) == len(old) && (best < 0 || abs(i-want) < abs(best-want)) {
			best = i
		}
	}
	return best
}

// matching returns how many lines of old equal those of lines at i.
func matching(lines, old []string, i int) int {
	n := 0
	for j, l := range old {
		if i+j < len(lines) && lines[i+j] == l {
			n++
		}
	}
	return n
}

// conflict says where a hunk comes closest to applying, and what is different there.
func (p Patch) conflict(i int, h hunk, name string, lines []string, frag *gitdiff.TextFragment, old, want []string, at []int, said, from int) error {
	if pos := locate(lines, want, said, 0); pos >= 0 && len(want) > 0 {
		return p.errorf(h.line, "hunk %d is in %s already, at line %d", i+1, name, pos+1)
	}
	best, bestN := min(max(said, from), len(lines)), -1
	for j := from; j < len(lines); j++ {
		n := matching(lines, old, j)
		if n > bestN || n == bestN && abs(j-said) < abs(best-said) {
			best, bestN = j, n
		}
	}
	for j, l := range old {
		found := "the end of the file"
		if best+j < len(lines) {
			if lines[best+j] == l {
				continue
			}
			found = quoteLine(lines[best+j])
		}
		return p.errorf(h.line+1+at[j], "hunk %d does not apply to %s at line %d: expected %s, found %s",
			i+1, name, best+j+1, quoteLine(l), found)
	}
	return p.errorf(h.line, "hunk %d does not apply to %s", i+1, name)
}

// quoteLine shows a line of source without its indentation.
func quoteLine(l string) string { return strconv.Quote(strings.TrimSpace(l)) }
