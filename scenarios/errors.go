package scenarios

import (
	"fmt"
	"sort"
	"strings"

	"hpmc/model"
)

// Error is a mistake in a scenario, a series file or a patch.
type Error struct {
	Pos model.Pos // Col is 0 where only the line is known, Line 0 where only the file is
	Msg string
}

func (e Error) Error() string {
	switch {
	case e.Pos.File == "":
		return e.Msg
	case e.Pos.Line > 0 && e.Pos.Col == 0:
		return fmt.Sprintf("%s:%d: %s", e.Pos.File, e.Pos.Line, e.Msg)
	}
	return e.Pos.String() + ": " + e.Msg
}

// Errors is a list of mistakes, sorted by position.
type Errors []Error

func (es Errors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

func (es *Errors) addf(pos model.Pos, format string, args ...any) {
	*es = append(*es, Error{Pos: pos, Msg: fmt.Sprintf(format, args...)})
}

// err returns the sorted list as an error, and nil if it is empty.
func (es Errors) err() error {
	if len(es) == 0 {
		return nil
	}
	sort.SliceStable(es, func(i, j int) bool {
		a, b := es[i].Pos, es[j].Pos
		if a.File != b.File {
			return a.File < b.File
		}
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		return a.Col < b.Col
	})
	return es
}
