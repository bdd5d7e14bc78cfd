package compile

import (
	"fmt"
	"go/token"
	"sort"
	"strings"

	"hpmc/model"
)

// Error is a fault in a source, and what to do about it.
type Error struct {
	Pos model.Pos
	Msg string
}

func (e Error) Error() string {
	if e.Pos.File == "" {
		return e.Msg
	}
	return e.Pos.String() + ": " + e.Msg
}

// Errors is a list of faults in the order of their positions.
type Errors []Error

func (es Errors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// maxErrors bounds a report: what follows the first few faults is mostly their consequence.
const maxErrors = 20

// bailout ends a compilation whose errors have been recorded.
type bailout struct{}

func (c *compiler) errorf(pos token.Pos, format string, args ...any) {
	c.errorAt(c.pos(pos), format, args...)
}

func (c *compiler) errorAt(pos model.Pos, format string, args ...any) {
	e := Error{Pos: pos, Msg: fmt.Sprintf(format, args...)}
	for _, old := range c.errs {
		if old == e {
			return
		}
	}
	c.errs = append(c.errs, e)
	if len(c.errs) >= maxErrors {
		panic(bailout{})
	}
}

// fatalf records an error and ends the compilation.
func (c *compiler) fatalf(pos token.Pos, format string, args ...any) {
	c.errorf(pos, format, args...)
	panic(bailout{})
}

func (c *compiler) pos(p token.Pos) model.Pos {
	if !p.IsValid() {
		return model.Pos{}
	}
	at := c.fset.Position(p)
	return model.Pos{File: at.Filename, Line: at.Line, Col: at.Column}
}

func (c *compiler) failure() error {
	if len(c.errs) == 0 {
		return nil
	}
	sort.SliceStable(c.errs, func(i, j int) bool {
		a, b := c.errs[i].Pos, c.errs[j].Pos
		if a.File != b.File {
			return a.File < b.File
		}
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		return a.Col < b.Col
	})
	return c.errs
}
