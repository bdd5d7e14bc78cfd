// Package scenarios reads scenarios and kernels, and puts a scenario, a kernel with its patches, and the
// properties together into a program.
package scenarios

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"hpmc"
	"hpmc/model"
	"hpmc/model/compile"
)

// Catalogue is the kernels and scenarios there are.
type Catalogue struct {
	Kernels   []Kernel    // in the order of the series
	Scenarios []*Scenario // in the order of their names

	fsys   fs.FS
	mu     sync.Mutex
	trees  map[string]tree         // by kernel, without a user's patches
	defs   map[string]*definitions // by kernel, without a user's patches
	parsed *compile.Parsed         // by the compilations so far
}

// Load reads the kernels and scenarios of fsys, which is laid out as the repository; nil stands for the
// files built into the program. A mistake in them is an Errors.
func Load(fsys fs.FS) (*Catalogue, error) {
	if fsys == nil {
		fsys = hpmc.Sources
	}
	var errs Errors
	c := &Catalogue{fsys: fsys, trees: map[string]tree{}, defs: map[string]*definitions{}, parsed: compile.NewParsed()}
	c.Kernels = readSeries(fsys, &errs)
	if err := errs.err(); err != nil { // a scenario's kernels cannot be told right from wrong
		return nil, err
	}
	names, err := fs.Glob(fsys, "scenarios/*.yaml")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		text, err := fs.ReadFile(fsys, name)
		if err != nil {
			errs.addf(posOf(name), "%v", err)
			continue
		}
		c.Scenarios = append(c.Scenarios, decodeScenario(name, text, c.Kernels, &errs))
	}
	sameNames(c.Scenarios, &errs)
	if err := errs.err(); err != nil {
		return nil, err
	}
	return c, nil
}

// LoadFile reads a user's scenario file, or every .yaml and .yml file of a directory. A mistake in them is
// an Errors.
func (c *Catalogue) LoadFile(name string) ([]*Scenario, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	files := []string{name}
	if info.IsDir() {
		files = nil
		list, err := os.ReadDir(name)
		if err != nil {
			return nil, err
		}
		for _, e := range list {
			if ext := path.Ext(e.Name()); !e.IsDir() && (ext == ".yaml" || ext == ".yml") {
				files = append(files, filepath.Join(name, e.Name()))
			}
		}
		if len(files) == 0 {
			return nil, Errors{{Pos: posOf(name), Msg: "no .yaml file in this directory"}}
		}
	}
	var errs Errors
	var list []*Scenario
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		list = append(list, decodeScenario(f, text, c.Kernels, &errs))
	}
	sameNames(list, &errs)
	if err := errs.err(); err != nil {
		return nil, err
	}
	return list, nil
}

// Decode reads a scenario from text. file is how errors call it; a mistake is an Errors.
func (c *Catalogue) Decode(file string, text []byte) (*Scenario, error) {
	var errs Errors
	s := decodeScenario(file, text, c.Kernels, &errs)
	if err := errs.err(); err != nil {
		return nil, err
	}
	return s, nil
}

// Scenario returns the scenario with a name. The error names the nearest one.
func (c *Catalogue) Scenario(name string) (*Scenario, error) {
	names := make([]string, len(c.Scenarios))
	for i, s := range c.Scenarios {
		if s.Name == name {
			return s, nil
		}
		names[i] = s.Name
	}
	return nil, Error{Msg: "unknown scenario " + name + didYouMean(name, names)}
}

// Kernel returns the kernel with a name. The error names the nearest one.
func (c *Catalogue) Kernel(name string) (*Kernel, error) {
	names := make([]string, len(c.Kernels))
	for i := range c.Kernels {
		if c.Kernels[i].Name == name {
			return &c.Kernels[i], nil
		}
		names[i] = c.Kernels[i].Name
	}
	return nil, Error{Msg: "unknown kernel " + name + didYouMean(name, names)}
}

// sameNames reports scenarios of one name.
func sameNames(list []*Scenario, errs *Errors) {
	first := map[string]*Scenario{}
	for _, s := range list {
		if old := first[s.Name]; old != nil && s.Name != "" {
			errs.addf(s.Pos, "a scenario named %s stands in %s too", s.Name, old.Pos.File)
			continue
		}
		first[s.Name] = s
	}
}

func posOf(file string) model.Pos { return model.Pos{File: strings.TrimSuffix(file, "/")} }
