package scenarios

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"slices"
	"sort"

	"hpmc/model"
	"hpmc/model/compile"
)

// BuildOptions change what Build makes of a scenario and a kernel.
type BuildOptions struct {
	Patches []Patch // applied on top of the kernel's own
	NoMerge bool    // make a step of every statement, local ones too
	NoReset bool    // keep the values of dead locals
	Results bool    // keep what functions return until they have returned: compile.Config.KeepResults
	Until   string  // a Go expression to reach besides those of the scenario; "" for none
}

// UntilFile is the name by which errors call the expression of BuildOptions.Until.
const UntilFile = "--until"

// Build compiles a scenario for a kernel. A mistake in the scenario or a patch is an Errors, one in Go
// source a compile.Errors.
func (c *Catalogue) Build(s *Scenario, kernel string, opts BuildOptions) (*model.Program, error) {
	pkgs, err := c.KernelSource(kernel, opts.Patches...)
	if err != nil {
		return nil, err
	}
	defs, err := c.definitions(kernel, pkgs, len(opts.Patches) == 0)
	if err != nil {
		return nil, err
	}
	if opts.Until != "" {
		with := *s
		with.Reach = append(slices.Clone(s.Reach), compile.Expr{Text: opts.Until, Pos: model.Pos{File: UntilFile, Line: 1, Col: 1}})
		s = &with
	}
	if err := defs.check(s); err != nil {
		return nil, err
	}
	cfg := s.config(pkgs, opts)
	cfg.Parsed = c.parsed
	return compile.Compile(cfg)
}

func (s *Scenario) config(pkgs []compile.Package, opts BuildOptions) compile.Config {
	return compile.Config{
		Name:           s.Name,
		Packages:       pkgs,
		Threads:        s.Threads,
		Params:         s.Params,
		Properties:     s.Check,
		InPlace:        s.InPlace,
		Reach:          s.Reach,
		Faults:         s.Faults,
		CPUs:           s.CPUs,
		ThreadsPerCore: s.ThreadsPerCore,
		Offline:        s.Offline,
		QueueCap:       s.Queue,
		NoMerge:        opts.NoMerge,
		NoReset:        opts.NoReset,
		KeepResults:    opts.Results,
	}
}

// definitions are the names that a scenario can use.
type definitions struct {
	properties, params, faults, methods []string // ascending
}

func (c *Catalogue) definitions(kernel string, pkgs []compile.Package, cache bool) (*definitions, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d := c.defs[kernel]; d != nil && cache {
		return d, nil
	}
	d := &definitions{properties: []string{"deadlock", "lock-order"}}
	props, err := compile.Properties(pkgs)
	if err != nil {
		return nil, err
	}
	for _, p := range props {
		if !contains([]string{"deadlock", "lock-order", "bug", "model"}, p.Name) {
			d.properties = append(d.properties, p.Name)
		}
	}
	params, err := compile.Params(pkgs)
	if err != nil {
		return nil, err
	}
	for _, p := range params {
		d.params = append(d.params, p.Name)
	}
	faults, err := compile.FaultNames(pkgs)
	if err != nil {
		return nil, err
	}
	d.faults = append(d.faults, faults...)
	d.methods = kernelMethods(pkgs)
	for _, list := range [][]string{d.properties, d.params, d.faults, d.methods} {
		sort.Strings(list)
	}
	if cache {
		c.defs[kernel] = d
	}
	return d, nil
}

// kernelMethods returns the exported methods of Kernel.
func kernelMethods(pkgs []compile.Package) []string {
	var names []string
	for _, p := range pkgs {
		if p.Path != compile.KernelPath {
			continue
		}
		for _, src := range p.Files {
			f, err := parser.ParseFile(token.NewFileSet(), src.Name, src.Text, parser.SkipObjectResolution)
			if err != nil {
				continue // compile reports it
			}
			for _, decl := range f.Decls {
				fn, ok := decl.(*ast.FuncDecl)
				if !ok || fn.Recv == nil || len(fn.Recv.List) != 1 || !fn.Name.IsExported() || fn.Name.Name == "Init" {
					continue
				}
				t := fn.Recv.List[0].Type
				if star, ok := t.(*ast.StarExpr); ok {
					t = star.X
				}
				if id, ok := t.(*ast.Ident); ok && id.Name == "Kernel" {
					names = append(names, fn.Name.Name)
				}
			}
		}
	}
	return names
}

// check reports every name of s that is not defined, and every expression that is not Go.
func (d *definitions) check(s *Scenario) error {
	var errs Errors
	name := func(n compile.Name, what string, valid []string) {
		if !contains(valid, n.Text) {
			errs.addf(n.Pos, "unknown %s %s%s", what, n.Text, didYouMean(n.Text, valid))
		}
	}
	for _, p := range s.Check {
		name(p, "property", d.properties)
	}
	for i, p := range s.Params {
		name(compile.Name{Text: p.Name, Pos: s.paramPos[i]}, "param", d.params)
		parseExpr(p.Value, &errs)
	}
	for _, f := range s.Faults {
		name(compile.Name{Text: f.Name, Pos: f.Pos}, "fault", d.faults)
	}
	for _, list := range [][]compile.Expr{s.InPlace, s.Reach} {
		for _, x := range list {
			parseExpr(x, &errs)
		}
	}
	for _, t := range s.Threads {
		for _, x := range t.Body {
			e := parseExpr(x, &errs)
			if e == nil {
				continue
			}
			call, ok := e.(*ast.CallExpr)
			if !ok {
				errs.addf(x.Pos, "a thread's body is a call of a kernel function, such as OnlineStore(1, true), not %s", x.Text)
				continue
			}
			if id, ok := call.Fun.(*ast.Ident); ok {
				pos := x.Pos
				pos.Col += int(id.Pos()) - 1
				name(compile.Name{Text: id.Name, Pos: pos}, "kernel function", d.methods)
			} else {
				errs.addf(x.Pos, "call a kernel function by its name alone, such as OnlineStore(1, true)")
			}
		}
	}
	return errs.err()
}

// parseExpr reports x if it is not a Go expression, and returns nil then.
func parseExpr(x compile.Expr, errs *Errors) ast.Expr {
	e, err := parser.ParseExprFrom(token.NewFileSet(), "", x.Text, 0)
	if err == nil {
		return e
	}
	var list scanner.ErrorList
	if errors.As(err, &list) && len(list) > 0 {
		pos := x.Pos
		pos.Col += max(list[0].Pos.Column, 1) - 1
		errs.addf(pos, "%s in the Go expression %s", list[0].Msg, x.Text)
	} else {
		errs.addf(x.Pos, "%v in the Go expression %s", err, x.Text)
	}
	return nil
}
