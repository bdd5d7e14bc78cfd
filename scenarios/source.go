package scenarios

import (
	"errors"
	"go/parser"
	"go/scanner"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"sort"
	"strings"

	"hpmc/model"
	"hpmc/model/compile"
)

// packageDirs are the folders that make up a model, by import path.
var packageDirs = []struct{ dir, path string }{
	{"model/hp", compile.HPPath},
	{"model/linux", compile.KernelPath},
	{"invariants", compile.InvariantsPath},
}

// KernelSource returns the packages of a kernel: the sources with the kernel's patches, and then the extra
// ones, applied. A patch that does not apply, or leaves something that is not Go, is an Errors.
func (c *Catalogue) KernelSource(name string, extra ...Patch) ([]compile.Package, error) {
	t, err := c.tree(name)
	if err != nil {
		return nil, err
	}
	for _, p := range extra {
		if err := t.apply(p); err != nil {
			return nil, err
		}
	}
	return t.packages(), nil
}

// tree returns the source of a kernel, the caller's to change. It is patched once: every scenario builds it anew.
func (c *Catalogue) tree(name string) (tree, error) {
	k, err := c.Kernel(name)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if t := c.trees[name]; t != nil {
		return maps.Clone(t), nil
	}
	t, err := readTree(c.fsys)
	if err != nil {
		return nil, err
	}
	patches, err := c.patches(k)
	if err != nil {
		return nil, err
	}
	for _, p := range patches {
		if err := t.apply(p); err != nil {
			return nil, err
		}
	}
	c.trees[name] = maps.Clone(t)
	return t, nil
}

// Diff returns the text of a kernel's patches, one after the other; it is empty for the kernel that the
// others are patches of.
func (c *Catalogue) Diff(name string) (string, error) {
	k, err := c.Kernel(name)
	if err != nil {
		return "", err
	}
	patches, err := c.patches(k)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, p := range patches {
		b.Write(p.Text)
	}
	return b.String(), nil
}

func (c *Catalogue) patches(k *Kernel) ([]Patch, error) {
	var list []Patch
	for _, p := range k.Patches {
		text, err := fs.ReadFile(c.fsys, p)
		if err != nil {
			return nil, err
		}
		list = append(list, Patch{Name: p, Text: text})
	}
	return list, nil
}

// tree is the source of a model, by path from the root of the repository.
type tree map[string]string

// isSource tells whether a path is one of a model's source files.
func isSource(name string) bool {
	return dirIndex(name) >= 0 && strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go")
}

func dirIndex(name string) int {
	for i, p := range packageDirs {
		if path.Dir(name) == p.dir {
			return i
		}
	}
	return -1
}

func readTree(fsys fs.FS) (tree, error) {
	t := tree{}
	for _, p := range packageDirs {
		names, err := fs.Glob(fsys, p.dir+"/*.go")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			if !isSource(name) {
				continue
			}
			text, err := fs.ReadFile(fsys, name)
			if err != nil {
				return nil, err
			}
			t[name] = string(text)
		}
	}
	return t, nil
}

func (t tree) names() []string {
	names := make([]string, 0, len(t))
	for name := range t {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func (t tree) packages() []compile.Package {
	pkgs := make([]compile.Package, len(packageDirs))
	for i, p := range packageDirs {
		pkgs[i].Path = p.path
	}
	for _, name := range t.names() {
		i := dirIndex(name)
		pkgs[i].Files = append(pkgs[i].Files, compile.Source{Name: name, Text: []byte(t[name])})
	}
	return pkgs
}

// checkSyntax reports what is not Go in the files that a patch has changed.
func (t tree) checkSyntax(patch string, changed []string) error {
	var errs Errors
	for _, name := range changed {
		text, ok := t[name]
		if !ok {
			continue
		}
		_, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
		var list scanner.ErrorList
		if errors.As(err, &list) {
			for _, e := range list {
				pos := model.Pos{File: name, Line: e.Pos.Line, Col: e.Pos.Column}
				errs.addf(pos, "%s (after %s is applied)", e.Msg, patch)
			}
		} else if err != nil {
			errs.addf(posOf(name), "%v (after %s is applied)", err, patch)
		}
	}
	return errs.err()
}
