package conformance

import (
	"hpmc/model"
	"hpmc/model/compile"
	"hpmc/scenarios"
)

// Builder makes the programs to hold recordings against.
type Builder struct {
	c         *scenarios.Catalogue
	functions map[string][]compile.FunctionInfo // by kernel, without a user's patches
}

// NewBuilder makes a builder that takes its kernels from a catalogue.
func NewBuilder(c *scenarios.Catalogue) *Builder {
	return &Builder{c, map[string][]compile.FunctionInfo{}}
}

// Build compiles a scenario for a kernel, with patches applied, as a program to hold recordings against: properties are
// left out, since what they remember only makes states different. The vocabulary is that of the kernel and of all others
// but mutants.
func (b *Builder) Build(sc *scenarios.Scenario, kernel string, patches ...scenarios.Patch) (*model.Program, Vocabulary, error) {
	var v Vocabulary
	bare := *sc
	bare.Check, bare.InPlace, bare.Reach = nil, nil, nil
	p, err := b.c.Build(&bare, kernel, scenarios.BuildOptions{Patches: patches, Results: true})
	if err != nil {
		return nil, v, err
	}
	for i := range b.c.Kernels {
		k := &b.c.Kernels[i]
		own := k.Name == kernel
		if k.Kind == scenarios.Mutant && !own {
			continue
		}
		var extra []scenarios.Patch
		if own {
			extra = patches
		}
		fs, err := b.of(k.Name, extra)
		if err != nil {
			return nil, v, err
		}
		v.Add(k.Name, fs, own)
	}
	return p, v, nil
}

// of returns the functions of a kernel.
func (b *Builder) of(kernel string, patches []scenarios.Patch) ([]compile.FunctionInfo, error) {
	if fs, ok := b.functions[kernel]; ok && len(patches) == 0 {
		return fs, nil
	}
	pkgs, err := b.c.KernelSource(kernel, patches...)
	if err != nil {
		return nil, err
	}
	fs, err := compile.Functions(pkgs)
	if err == nil && len(patches) == 0 {
		b.functions[kernel] = fs
	}
	return fs, err
}
