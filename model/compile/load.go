package compile

import (
	"fmt"
	"go/ast"
	"go/scanner"
	"go/token"
	"go/types"
	"strings"

	"hpmc/model"
)

// compiler holds everything about one compilation.
type compiler struct {
	builder
	cfg  Config
	fset *token.FileSet
	errs Errors
	info *types.Info
	pkgs map[string]*types.Package
	asts map[string][]*ast.File
	docs map[model.Pos]string // of Ghost's fields
	decl map[*types.Func]*ast.FuncDecl
	dirs map[*types.Func]directives

	hp     *types.Package
	kernel *types.Named
	ghost  *types.Named

	kroot, groot *tree // the shared state and the ghost state
	hooks        map[*types.Func]*hookSet
	props        []model.Property
	threads      []*thread
	budgets      map[string]model.VarID
	paramOf      map[model.VarID]string
	types        map[types.Type]*model.Type
	stats        model.Stats
	frameCount   int
}

// directives are the //hp: and //linux: lines of a function's doc comment.
type directives struct {
	linux string            // the kernel's name of the function
	file  string            // the kernel's file that it is in
	hp    map[string]string // name -> rest of the line
	pos   map[string]token.Pos
	doc   string // the first sentence, without the name
}

func newCompiler(cfg Config) *compiler {
	if cfg.Parsed == nil {
		cfg.Parsed = NewParsed()
	}
	text := 0
	for _, p := range cfg.Packages {
		for _, src := range p.Files {
			text += len(src.Text)
		}
	}
	return &compiler{
		builder: builder{nodes: map[exprKey]*model.Expr{}},
		cfg:     cfg,
		fset:    cfg.Parsed.fset,
		// Sized by what the kernels have: these maps are the largest part of what is allocated.
		info: &types.Info{
			Types: make(map[ast.Expr]types.TypeAndValue, text/16), Defs: make(map[*ast.Ident]types.Object, text/80),
			Uses: make(map[*ast.Ident]types.Object, text/22), Selections: make(map[*ast.SelectorExpr]*types.Selection, text/80),
			Instances: map[*ast.Ident]types.Instance{}, Implicits: map[ast.Node]types.Object{},
		},
		pkgs:    map[string]*types.Package{},
		asts:    map[string][]*ast.File{},
		decl:    map[*types.Func]*ast.FuncDecl{},
		dirs:    map[*types.Func]directives{},
		budgets: map[string]model.VarID{},
		paramOf: map[model.VarID]string{},
		types:   map[types.Type]*model.Type{},
	}
}

// load parses and type-checks all packages, with extra appended to the kernel's files.
func (c *compiler) load(extra ...Source) {
	for _, p := range c.cfg.Packages {
		files := p.Files
		if p.Path == KernelPath {
			files = append(files[:len(files):len(files)], extra...)
		}
		for _, f := range files {
			a, err := c.cfg.Parsed.file(f)
			if list, ok := err.(scanner.ErrorList); ok {
				for _, e := range list {
					c.errorAt(model.Pos{File: e.Pos.Filename, Line: e.Pos.Line, Col: e.Pos.Column}, "%s", e.Msg)
				}
			} else if err != nil {
				c.errorAt(model.Pos{File: f.Name}, "%v", err)
			}
			c.asts[p.Path] = append(c.asts[p.Path], a)
		}
	}
	if len(c.errs) > 0 {
		panic(bailout{})
	}
	for _, p := range c.cfg.Packages {
		c.check(p.Path, nil)
	}
	if len(c.errs) > 0 {
		panic(bailout{})
	}
	for _, p := range c.cfg.Packages {
		for _, f := range c.asts[p.Path] {
			c.collect(f)
			if p.Path != HPPath {
				c.restrict(f)
			}
		}
	}
	c.hp = c.pkgs[HPPath]
	c.kernel = c.named(KernelPath, "Kernel")
	if c.kernel == nil {
		c.errorAt(model.Pos{File: KernelPath}, "no type Kernel: the shared state must be a struct of that name")
	}
	c.ghost = c.named(InvariantsPath, "Ghost")
	if len(c.errs) > 0 {
		panic(bailout{})
	}
}

func (c *compiler) named(pkg, name string) *types.Named {
	p := c.pkgs[pkg]
	if p == nil {
		return nil
	}
	obj := p.Scope().Lookup(name)
	if obj == nil {
		return nil
	}
	n, _ := obj.Type().(*types.Named)
	return n
}

type importerFunc func(string) (*types.Package, error)

func (f importerFunc) Import(p string) (*types.Package, error) { return f(p) }

// check type-checks a package after what it imports.
func (c *compiler) check(pkgPath string, from []string) *types.Package {
	if p := c.pkgs[pkgPath]; p != nil {
		return p
	}
	var imp types.Importer = importerFunc(func(p string) (*types.Package, error) {
		for _, seen := range from {
			if seen == p {
				return nil, fmt.Errorf("import cycle through %s", p)
			}
		}
		if _, ok := c.asts[p]; !ok {
			return nil, fmt.Errorf("a model can import only hp, and properties the kernel; not %q", p)
		}
		return c.check(p, append(from, pkgPath)), nil
	})
	conf := types.Config{
		Importer: imp, GoVersion: "go1.23",
		Error: func(err error) {
			if e, ok := err.(types.Error); ok {
				c.errorf(e.Pos, "%s", e.Msg)
			}
		},
	}
	p, _ := conf.Check(pkgPath, c.fset, c.asts[pkgPath], c.info)
	c.pkgs[pkgPath] = p
	return p
}

// collect records a file's functions and their directives.
func (c *compiler) collect(f *ast.File) {
	for _, d := range f.Decls {
		fd, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		fn, ok := c.info.Defs[fd.Name].(*types.Func)
		if !ok {
			continue
		}
		c.decl[fn] = fd
		c.dirs[fn] = parseDirectives(fd)
	}
}

func parseDirectives(fd *ast.FuncDecl) directives {
	d := directives{hp: map[string]string{}, pos: map[string]token.Pos{}}
	if fd.Doc == nil {
		return d
	}
	for _, l := range fd.Doc.List {
		// gofmt takes //linux:_cpu_up for prose, and puts a space before it.
		if rest, ok := strings.CutPrefix(strings.Replace(l.Text, "// linux:", "//linux:", 1), "//linux:"); ok {
			d.linux, d.file, _ = strings.Cut(strings.TrimSpace(rest), " ")
		}
		if rest, ok := strings.CutPrefix(l.Text, "//hp:"); ok {
			name, arg, _ := strings.Cut(strings.TrimSpace(rest), " ")
			if old, dup := d.hp[name]; dup {
				arg = old + " " + arg
			}
			d.hp[name] = strings.TrimSpace(arg)
			d.pos[name] = l.Pos()
		}
	}
	text := strings.TrimSpace(strings.ReplaceAll(fd.Doc.Text(), "\n", " "))
	if i := strings.Index(text, ". "); i >= 0 {
		text = text[:i+1]
	}
	text = strings.TrimPrefix(text, fd.Name.Name)
	d.doc = strings.TrimSpace(strings.TrimPrefix(text, ":"))
	return d
}

// funcName returns the name by which users know a function.
func (c *compiler) funcName(fn *types.Func) string {
	if d := c.dirs[fn.Origin()]; d.linux != "" {
		return d.linux
	}
	return fn.Name()
}

func (c *compiler) isHP(fn *types.Func) bool { return fn.Pkg() == c.hp }
