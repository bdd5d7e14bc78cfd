package compile

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"reflect"
	"sort"

	"hpmc/model"
)

// PropertyInfo describes a property of the invariants.
type PropertyInfo struct {
	Name, Summary string
	Kind          model.PropKind
	Pos           model.Pos
}

// ParamInfo describes a parameter: a field of the kernel that scenarios set.
type ParamInfo struct {
	Name, Summary, Type string
	Pos                 model.Pos
}

// inspect loads packages and calls f, and turns faults in the sources into Errors.
func inspect(pkgs []Package, f func(*compiler)) (err error) {
	c := newCompiler(Config{Packages: pkgs, CPUs: 1, QueueCap: 1})
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(bailout); !ok {
				panic(r)
			}
			err = c.failure()
		}
	}()
	c.load()
	f(c)
	return c.failure()
}

// Check reports every fault that the packages have on their own, whatever the scenario.
func Check(pkgs []Package) error { return inspect(pkgs, func(*compiler) {}) }

// Properties lists the properties of the invariants, and the built-in ones, in the order of their source.
func Properties(pkgs []Package) ([]PropertyInfo, error) {
	var out []PropertyInfo
	err := inspect(pkgs, func(c *compiler) {
		for _, fn := range c.ghostMethods() {
			if info, ok := c.propertyInfo(fn); ok {
				out = append(out, info)
			}
		}
	})
	for _, p := range append(builtinProps[propBug:propBug+1:propBug+1], deadlockProp, lockOrderProp) {
		out = append(out, PropertyInfo{Name: p.Name, Summary: p.Summary, Kind: p.Kind})
	}
	return out, err
}

// Params lists the parameters of the kernel by name.
func Params(pkgs []Package) ([]ParamInfo, error) {
	found := map[string]ParamInfo{}
	err := inspect(pkgs, func(c *compiler) {
		for _, files := range c.asts {
			for _, f := range files {
				ast.Inspect(f, func(n ast.Node) bool {
					fl, ok := n.(*ast.Field)
					if !ok || fl.Tag == nil {
						return true
					}
					tag := constant.StringVal(constant.MakeFromLiteral(fl.Tag.Value, token.STRING, 0))
					if name, ok := reflect.StructTag(tag).Lookup("param"); ok {
						doc := fl.Doc.Text()
						if doc == "" {
							doc = fl.Comment.Text()
						}
						found[name] = ParamInfo{Name: name, Summary: oneLine(doc), Type: types.ExprString(fl.Type), Pos: c.pos(fl.Pos())}
					}
					return true
				})
			}
		}
	})
	var out []ParamInfo
	for _, p := range found {
		out = append(out, p)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out, err
}

// FaultNames lists the names that the kernel gives to hp.Fault.
func FaultNames(pkgs []Package) ([]string, error) {
	found := map[string]bool{}
	err := inspect(pkgs, func(c *compiler) {
		for _, f := range c.asts[KernelPath] {
			ast.Inspect(f, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok {
					if fn := c.callee(call); fn != nil && c.isHP(fn) && fn.Name() == "Fault" {
						if v := c.info.Types[call.Args[0]].Value; v != nil {
							found[constant.StringVal(v)] = true
						}
					}
				}
				return true
			})
		}
	})
	var out []string
	for n := range found {
		out = append(out, n)
	}
	sort.Strings(out)
	return out, err
}

// FunctionInfo describes a function of the kernel.
type FunctionInfo struct {
	Kernel string // the kernel's name of it, where it has one; else its name in the model
	File   string // the kernel's file that it is in, where that is known
	Expr   bool   // a single expression without effects, which is part of the step that calls it
	Pos    model.Pos
}

// Functions lists the functions of the kernel in the order of their source.
func Functions(pkgs []Package) ([]FunctionInfo, error) {
	var out []FunctionInfo
	err := inspect(pkgs, func(c *compiler) {
		for _, f := range c.asts[KernelPath] {
			for _, d := range f.Decls {
				fd, ok := d.(*ast.FuncDecl)
				if !ok {
					continue
				}
				if fn, ok := c.info.Defs[fd.Name].(*types.Func); ok {
					out = append(out, FunctionInfo{Kernel: c.funcName(fn), File: c.dirs[fn].file, Expr: c.pure(fn, nil), Pos: c.pos(fd.Pos())})
				}
			}
		}
	})
	return out, err
}

func oneLine(s string) string {
	out := make([]byte, 0, len(s))
	for _, b := range []byte(s) {
		if b == '\n' {
			b = ' '
		}
		out = append(out, b)
	}
	for len(out) > 0 && out[len(out)-1] == ' ' {
		out = out[:len(out)-1]
	}
	return string(out)
}
