package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"strings"

	"hpmc/model/compile"
	"hpmc/scenarios"
)

// showKernel returns the source of a kernel's model: all of it, or one file or function.
func showKernel(s *source, args []string) (string, error) {
	pkgs, err := s.KernelSource(args[0], s.patches...)
	if err != nil {
		return "", err
	}
	var files []compile.Source
	for _, p := range pkgs {
		if p.Path == compile.KernelPath {
			files = p.Files
		}
	}
	if len(args) == 1 {
		var b strings.Builder
		for i, f := range files {
			if i > 0 {
				b.WriteByte('\n')
			}
			fmt.Fprintf(&b, "// %s\n\n%s", f.Name, f.Text)
		}
		return b.String(), nil
	}
	var names []string
	for _, f := range files {
		if f.Name == args[1] || path.Base(f.Name) == args[1] {
			return string(f.Text), nil
		}
		names = append(names, path.Base(f.Name))
	}
	var found strings.Builder
	for _, f := range files {
		for _, fn := range functions(f) {
			for _, n := range fn.names {
				if n == strings.TrimSuffix(args[1], "()") {
					fmt.Fprintf(&found, "// %s:%d\n\n%s\n", f.Name, fn.line, fn.text)
					break
				}
			}
			names = append(names, fn.names...)
		}
	}
	if found.Len() > 0 {
		return found.String(), nil
	}
	hint := ""
	if n := scenarios.Nearest(args[1], names); n != "" {
		hint = "; did you mean " + n + "?"
	}
	return "", fmt.Errorf("kernel %s has no file and no function %s%s", args[0], args[1], hint)
}

// function is a function of a source file.
type function struct {
	names []string // in the model, and in Linux
	line  int
	text  string
}

// functions returns the functions of a source with their doc comments.
func functions(src compile.Source) []function {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, src.Name, src.Text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil // a patch that leaves no Go was refused before
	}
	var out []function
	for _, d := range f.Decls {
		fd, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		from := fd.Pos()
		fn := function{names: []string{fd.Name.Name}}
		if fd.Doc != nil {
			from = fd.Doc.Pos()
			for _, c := range fd.Doc.List {
				// gofmt puts a space before a directive whose name begins with an underscore.
				if name, ok := strings.CutPrefix(strings.Replace(c.Text, "// ", "//", 1), "//linux:"); ok {
					name, _, _ = strings.Cut(name, " ")
					fn.names = append(fn.names, name)
				}
			}
		}
		fn.line = fset.Position(fd.Pos()).Line
		fn.text = string(src.Text[fset.Position(from).Offset:fset.Position(fd.End()).Offset])
		out = append(out, fn)
	}
	return out
}

// showProperty returns what a property says and its source.
func showProperty(s *source, args []string) (string, error) {
	p, pkgs, err := s.property(args[0])
	if err != nil {
		return "", err
	}
	head := fmt.Sprintf("%s (%s): %s\n", p.Name, p.Kind, sentence(p.Summary, p.Name))
	for _, pkg := range pkgs {
		for _, f := range pkg.Files {
			if f.Name != p.Pos.File {
				continue
			}
			for _, fn := range functions(f) {
				if fn.line == p.Pos.Line {
					return fmt.Sprintf("%s%s\n\n%s\n", head, place(p.Pos), fn.text), nil
				}
			}
		}
	}
	return head + "Built in.\n", nil
}
