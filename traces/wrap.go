package traces

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

func width(s string) int { return utf8.RuneCountInString(s) }

// clean makes one line of s, of characters that take one column each.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return '?'
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// wrap breaks s into lines of at most w columns, w at least 1: at spaces if it can, else after punctuation,
// else anywhere. There is always one line.
func wrap(s string, w int) []string {
	r := []rune(clean(s))
	w = max(w, 1)
	var lines []string
	for len(r) > w {
		cut := breakAt(r, w)
		lines = append(lines, strings.TrimRight(string(r[:cut]), " "))
		r = r[cut:]
		for len(r) > 0 && r[0] == ' ' {
			r = r[1:]
		}
	}
	if len(r) > 0 || len(lines) == 0 {
		lines = append(lines, string(r))
	}
	return lines
}

func breakAt(r []rune, w int) int {
	for i := w; i > w/3 && i > 0; i-- {
		if r[i] == ' ' {
			return i
		}
	}
	for _, marks := range []string{"(,", "._>&|=/:-"} {
		for i := w - 1; i > w/3; i-- {
			// Brackets that belong together stay so.
			if strings.ContainsRune(marks, r[i]) && !(r[i] == '(' && r[i+1] == ')') {
				return i + 1
			}
		}
	}
	return w
}
