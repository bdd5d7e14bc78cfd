package compile

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"hpmc/model"
)

// This file and the other diff_ files hold a second implementation of the model language, which shares no
// code with the compiler: it interprets the syntax tree directly, with meanings of its own for the types
// of hp. Random programs must mean the same to both.

// diffProgram is what is run: the kernel's source and who calls what.
type diffProgram struct {
	text    string
	calls   []string // one a thread: "T0(1)"
	cpus    int
	offline []int
	queue   int
	budget  int  // of the fault "boom"
	readers bool // the parameter reader-preference
}

func (p *diffProgram) String() string {
	return fmt.Sprintf("%s\n// threads %v, %d CPUs, offline %v, queue %d, boom %d, reader-preference %v",
		p.text, p.calls, p.cpus, p.offline, p.queue, p.budget, p.readers)
}

// GoString keeps rapid from printing the text on one line.
func (p *diffProgram) GoString() string { return "see below" }

// hpOnce parses the vocabulary once: the interpreter needs its types, not its bodies.
var hpOnce = sync.OnceValues(func() (*types.Package, []Source) {
	names, _ := filepath.Glob("../hp/*.go")
	fset := token.NewFileSet()
	var files []*ast.File
	var src []Source
	for _, n := range names {
		if strings.HasSuffix(n, "_test.go") {
			continue
		}
		text, err := os.ReadFile(n)
		if err != nil {
			panic(err)
		}
		f, err := parser.ParseFile(fset, n, text, parser.SkipObjectResolution)
		if err != nil {
			panic(err)
		}
		files = append(files, f)
		src = append(src, Source{Name: "model/hp/" + filepath.Base(n), Text: text})
	}
	conf := types.Config{GoVersion: "go1.23"}
	p, err := conf.Check(HPPath, fset, files, nil)
	if err != nil {
		panic(err)
	}
	return p, src
})

type diffImporter struct{}

func (diffImporter) Import(string) (*types.Package, error) {
	p, _ := hpOnce()
	return p, nil
}

// diffWorld is a loaded program: what never changes while it runs.
type diffWorld struct {
	p      *diffProgram
	info   *types.Info
	hp     *types.Package
	decl   map[*types.Func]*ast.FuncDecl
	leaves []diffLeaf // of the shared state
	kernel types.Type
	ntask  int
	ids    map[any]int // of syntax and objects, for keys of states
	shares map[ast.Node]bool
	mutant string // a deliberate mistake

	initial *diffConfig
}

// diffLeaf is a scalar of the shared state.
type diffLeaf struct {
	name   string
	lo, hi int64
}

// loadDiff loads a program, or fails.
func loadDiff(p *diffProgram, mutant string) (*diffWorld, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "k.go", p.text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	w := &diffWorld{p: p, mutant: mutant, decl: map[*types.Func]*ast.FuncDecl{}, ids: map[any]int{}, shares: map[ast.Node]bool{},
		info: &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{},
			Uses: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}}}
	w.hp, _ = hpOnce()
	conf := types.Config{Importer: diffImporter{}, GoVersion: "go1.23"}
	pkg, err := conf.Check(KernelPath, fset, []*ast.File{f}, w.info)
	if err != nil {
		return nil, err
	}
	var workers []*ast.FuncDecl
	for _, d := range f.Decls {
		fd, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		w.decl[w.info.Defs[fd.Name].(*types.Func)] = fd
		if fd.Doc != nil && strings.Contains(fd.Doc.List[len(fd.Doc.List)-1].Text, "//hp:thread") {
			workers = append(workers, fd)
		}
	}
	w.ntask = len(p.calls) + len(workers)
	w.kernel = pkg.Scope().Lookup("Kernel").Type()
	w.layout(w.kernel, "", "")
	c := &diffConfig{shared: make([]int64, len(w.leaves)), budget: p.budget}
	for i, l := range w.leaves {
		if strings.HasSuffix(l.name, ".ReaderPreference") && p.readers {
			c.shared[i] = 1
		}
	}
	if fd := w.method("Init"); fd != nil {
		x := &diffExec{w: w, c: c, init: true}
		c.threads = []diffThread{{}}
		x.enter(fd, nil)
		for len(c.threads[0].stack) > 0 {
			x.micro()
		}
		c.threads = nil
	}
	start := func(fd *ast.FuncDecl, args [][]int64) {
		c.threads = append(c.threads, diffThread{})
		x := &diffExec{w: w, c: c, th: len(c.threads) - 1}
		x.enter(fd, args)
		x.settle()
	}
	for _, call := range p.calls {
		name, rest, _ := strings.Cut(call, "(")
		var args [][]int64
		if rest = strings.TrimSuffix(rest, ")"); rest != "" {
			n, err := strconv.Atoi(rest)
			if err != nil {
				return nil, err
			}
			args = [][]int64{{int64(n)}}
		}
		start(w.method(name), args)
	}
	for _, fd := range workers {
		start(fd, nil)
	}
	w.initial = c
	return w, nil
}

func (w *diffWorld) method(name string) *ast.FuncDecl {
	for fn, fd := range w.decl {
		if fn.Name() == name {
			return fd
		}
	}
	return nil
}

// layout lists the scalars of a type in order.
func (w *diffWorld) layout(t types.Type, name, tag string) {
	switch u := t.Underlying().(type) {
	case *types.Struct:
		for i := range u.NumFields() {
			n := u.Field(i).Name()
			if name != "" {
				n = name + "." + n
			}
			w.layout(u.Field(i).Type(), n, reflect.StructTag(u.Tag(i)).Get("range"))
		}
	case *types.Array:
		for i := range u.Len() {
			w.layout(u.Elem(), fmt.Sprintf("%s[%d]", name, i), tag)
		}
	default:
		l := diffLeaf{name: name}
		l.lo, l.hi = w.bounds(t, tag)
		w.leaves = append(w.leaves, l)
	}
}

func (w *diffWorld) bounds(t types.Type, tag string) (lo, hi int64) {
	if tag != "" {
		fmt.Sscanf(tag, "%d..%d", &lo, &hi)
		return lo, hi
	}
	switch s := t.String(); {
	case s == "bool":
		return 0, 1
	case s == HPPath+".CPU":
		return 0, int64(w.p.cpus) - 1
	case s == HPPath+".CPUMask":
		return 0, 1<<w.p.cpus - 1
	case s == HPPath+".TaskMask":
		return 0, 1<<w.ntask - 1
	case strings.HasSuffix(s, ".Mode"):
		return 0, 2
	}
	panic("no bounds for " + t.String())
}

func diffSize(t types.Type) int {
	switch u := t.Underlying().(type) {
	case *types.Struct:
		n := 0
		for i := range u.NumFields() {
			n += diffSize(u.Field(i).Type())
		}
		return n
	case *types.Array:
		return int(u.Len()) * diffSize(u.Elem())
	}
	return 1
}

// diffField returns the offset and type of field i of a struct.
func diffField(t types.Type, i int) (int, types.Type) {
	st := t.Underlying().(*types.Struct)
	n := 0
	for j := range i {
		n += diffSize(st.Field(j).Type())
	}
	return n, st.Field(i).Type()
}

func diffConst(v constant.Value) int64 {
	if v.Kind() == constant.Bool {
		return diffBool(constant.BoolVal(v))
	}
	if n, ok := constant.Int64Val(v); ok {
		return n
	}
	n, _ := constant.Uint64Val(v)
	return int64(n)
}

func diffBool(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// diffConfigOf returns the compiler's configuration for a program.
func diffConfigOf(p *diffProgram, name string, noMerge, noReset bool) Config {
	_, hp := hpOnce()
	cfg := Config{Name: name, CPUs: p.cpus, ThreadsPerCore: 1, Offline: p.offline, QueueCap: p.queue, NoMerge: noMerge, NoReset: noReset,
		Packages: []Package{{Path: HPPath, Files: hp}, {Path: KernelPath, Files: []Source{{Name: "k.go", Text: []byte(p.text)}}}}}
	for i, call := range p.calls {
		cfg.Threads = append(cfg.Threads, Thread{Name: fmt.Sprintf("t%d", i), Body: []Expr{{Text: call, Pos: diffPos(i)}}})
	}
	cfg.Faults = []Fault{{Name: "boom", Budget: p.budget}}
	if strings.Contains(p.text, "hp.RWSem") {
		cfg.Params = []Param{{Name: "reader-preference", Value: Expr{Text: strconv.FormatBool(p.readers), Pos: diffPos(99)}}}
	}
	return cfg
}

func diffPos(i int) model.Pos { return model.Pos{File: "s.yaml", Line: i + 1, Col: 1} }
