// Package coverage tells what of the model no scenario ever does: functions that are not called, statements that are not
// reached, conditions that only ever go one way. A property that holds says nothing of those.
package coverage

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"sort"
	"strings"

	"hpmc/model"
)

// Source is a file of the model.
type Source struct {
	Name string
	Text []byte
}

// Line is what is known of a line of source.
type Line struct {
	Possible, Taken bool // whether some program has a step there, and whether a search took one
	// Of a condition: whether some program has the outcome, and whether a search took it.
	True, False Branch
}

// Branch is an outcome of a condition.
type Branch struct{ Possible, Taken bool }

// condition tells whether a condition stands on a line. One that is constant in every program counts, too: the scenarios
// leave the other way out.
func (l *Line) condition() bool { return l.True.Possible || l.False.Possible }

// Function is a function of the model.
type Function struct {
	Name     string // in Linux, where it has a name there
	From, To int    // lines
	Called   bool   // a search called it

	ident string
	calls map[int][]string // by line, the functions that it names
}

// File is a file of the model with its lines, by number.
type File struct {
	Name      string
	Text      []string
	Lines     map[int]*Line
	Functions []*Function

	bodies []*ast.FuncDecl
	fset   *token.FileSet
	dead   map[int]bool // lines that no program has steps of, behind conditions that never went that way
}

// Coverage is what searches of the scenarios of one kernel did.
type Coverage struct {
	Kernel string
	Runs   int
	Files  []*File // ascending by name
	byName map[string]*File
}

// New returns an empty coverage of a kernel's source.
func New(kernel string, sources []Source) *Coverage {
	c := &Coverage{Kernel: kernel, byName: map[string]*File{}}
	for _, s := range sources {
		f := &File{Name: s.Name, Text: strings.Split(strings.TrimSuffix(string(s.Text), "\n"), "\n"), Lines: map[int]*Line{}}
		f.functions(s.Text)
		c.Files = append(c.Files, f)
		c.byName[s.Name] = f
	}
	sort.Slice(c.Files, func(i, j int) bool { return c.Files[i].Name < c.Files[j].Name })
	return c
}

// functions finds the functions of the file.
func (f *File) functions(text []byte) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, f.Name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return // what is no Go does not compile, and is not searched
	}
	for _, d := range file.Decls {
		fd, ok := d.(*ast.FuncDecl)
		if !ok || fd.Body == nil || fd.Name.Name == "Init" { // Init makes the initial state, and takes no step
			continue
		}
		fn := &Function{Name: fd.Name.Name, ident: fd.Name.Name, calls: map[int][]string{}, From: fset.Position(fd.Pos()).Line, To: fset.Position(fd.End()).Line}
		if fd.Doc != nil {
			for _, c := range fd.Doc.List {
				if name, ok := strings.CutPrefix(strings.Replace(c.Text, "// ", "//", 1), "//linux:"); ok {
					fn.Name, _, _ = strings.Cut(name, " ")
				}
			}
		}
		ast.Inspect(fd.Body, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				line := fset.Position(call.Pos()).Line
				switch x := call.Fun.(type) {
				case *ast.SelectorExpr:
					line = fset.Position(x.Sel.Pos()).Line
					fn.calls[line] = append(fn.calls[line], x.Sel.Name)
				case *ast.Ident:
					fn.calls[line] = append(fn.calls[line], x.Name)
				}
			}
			return true
		})
		f.Functions = append(f.Functions, fn)
		f.bodies, f.fset = append(f.bodies, fd), fset
	}
}

func (c *Coverage) line(pos model.Pos) *Line {
	f := c.byName[pos.File]
	if f == nil || pos.Line == 0 {
		return nil
	}
	l := f.Lines[pos.Line]
	if l == nil {
		l = &Line{}
		f.Lines[pos.Line] = l
	}
	return l
}

// Add adds what a search of a program took: fired tells it of each transition.
func (c *Coverage) Add(p *model.Program, fired []bool) {
	c.Runs++
	for i := range p.Transitions {
		t := &p.Transitions[i]
		places := []model.Pos{t.Pos}
		for _, e := range t.Events {
			places = append(places, e.Pos)
		}
		for _, pos := range places {
			if l := c.line(pos); l != nil {
				l.Possible = true
				l.Taken = l.Taken || fired[i]
			}
		}
		for _, d := range t.Branches {
			if l := c.line(d.Pos); l != nil {
				b := &l.False
				if d.Taken {
					b = &l.True
				}
				b.Possible = true
				b.Taken = b.Taken || fired[i]
				l.Possible = true
				l.Taken = l.Taken || fired[i]
			}
		}
	}
	c.called()
	for _, f := range c.Files {
		f.unreached()
	}
}

// called finds the functions that were called: those in which a step was taken, and those without a step of their own,
// which only compute, that a line names that was taken, or another such function.
func (c *Coverage) called() {
	computes := map[string][]*Function{}
	for _, f := range c.Files {
		for _, fn := range f.Functions {
			steps := false
			for n, l := range f.Lines {
				if n >= fn.From && n <= fn.To {
					steps = true
					fn.Called = fn.Called || l.Taken
				}
			}
			if !steps {
				computes[fn.ident] = append(computes[fn.ident], fn)
			}
		}
	}
	for again := true; again; {
		again = false
		for _, f := range c.Files {
			for _, fn := range f.Functions {
				for n, names := range fn.calls {
					l := f.Lines[n]
					if l == nil && !(fn.Called && len(computes[fn.ident]) > 0) || l != nil && !l.Taken {
						continue
					}
					for _, name := range names {
						for _, callee := range computes[name] {
							again = again || !callee.Called
							callee.Called = true
						}
					}
				}
			}
		}
	}
}

// Totals counts what there is and what was done.
type Totals struct {
	Functions, Called int
	Lines, Taken      int
	Conditions, Both  int // all of them; those that went both ways
}

// Totals adds up the files of the kernel.
func (c *Coverage) Totals() (t Totals) {
	for _, f := range c.Files {
		for _, fn := range f.Functions {
			t.Functions++
			if fn.Called {
				t.Called++
			}
		}
		t.Lines += len(f.dead)
		for _, l := range f.Lines {
			t.Lines++
			if l.Taken {
				t.Taken++
			}
			if l.condition() {
				t.Conditions++
				if l.True.Taken && l.False.Taken {
					t.Both++
				}
			}
		}
	}
	return t
}

// Gap is a line that was not taken, or a condition that went one way only.
type Gap struct {
	Line int
	What string // "never", "only true" or "only false"
	Text string
}

// Gaps returns the gaps of a file, but for those in functions that are never called, in order.
func (f *File) Gaps() []Gap {
	var out []Gap
	for n := range f.dead {
		if fn := f.function(n); fn == nil || fn.Called {
			out = append(out, Gap{n, "never", strings.TrimSpace(f.Text[n-1])})
		}
	}
	for n, l := range f.Lines {
		if fn := f.function(n); fn != nil && !fn.Called {
			continue
		}
		what := ""
		switch {
		case !l.Taken:
			what = "never"
		case l.condition() && !l.False.Taken:
			what = "only true"
		case l.condition() && !l.True.Taken:
			what = "only false"
		default:
			continue
		}
		text := ""
		if n <= len(f.Text) {
			text = strings.TrimSpace(f.Text[n-1])
		}
		out = append(out, Gap{n, what, text})
	}
	slices.SortFunc(out, func(a, b Gap) int { return a.Line - b.Line })
	return out
}

// Uncalled returns the functions of a file that are never called.
func (f *File) Uncalled() (out []*Function) {
	for _, fn := range f.Functions {
		if !fn.Called {
			out = append(out, fn)
		}
	}
	return out
}

func (f *File) function(line int) *Function {
	for _, fn := range f.Functions {
		if line >= fn.From && line <= fn.To {
			return fn
		}
	}
	return nil
}
