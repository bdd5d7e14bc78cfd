package scenarios

import (
	"strings"
)

// Nearest returns the name among valid that name is most likely a misspelling of, and "" if none is close.
// Of equally close names it returns the first.
func Nearest(name string, valid []string) string {
	best, bestDist := "", len(name)/3+2
	for _, v := range valid {
		d := distance(strings.ToLower(name), strings.ToLower(v))
		if d < bestDist && d < len([]rune(v)) {
			best, bestDist = v, d
		}
	}
	if best != "" || len(name) < 3 {
		return best
	}
	// An abbreviation or a longer form is close too, if there is only one.
	for _, v := range valid {
		if strings.Contains(v, name) || len(v) >= 3 && strings.Contains(name, v) {
			if best != "" {
				return ""
			}
			best = v
		}
	}
	return best
}

// distance is the number of insertions, deletions, substitutions and swaps of neighbours that lead from a to b.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	two, one, row := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range one {
		one[j] = j
	}
	for i := 1; i <= len(s); i++ {
		row[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			row[j] = min(one[j]+1, row[j-1]+1, one[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				row[j] = min(row[j], two[j-2]+1)
			}
		}
		two, one, row = one, row, two
	}
	return one[len(t)]
}

// maxListed is how many valid names a message lists when none is close.
const maxListed = 8

// didYouMean returns the end of a message about a name that is not valid.
func didYouMean(name string, valid []string) string {
	if n := Nearest(name, valid); n != "" {
		return "; did you mean " + n + "?"
	}
	switch {
	case len(valid) == 0:
		return ""
	case len(valid) == 1:
		return "; the only one is " + valid[0]
	case len(valid) <= maxListed:
		return "; it can be " + strings.Join(valid[:len(valid)-1], ", ") + " or " + valid[len(valid)-1]
	}
	return ""
}
