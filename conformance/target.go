package conformance

import (
	"hpmc/model"
	"hpmc/model/compile"
	"hpmc/scenarios"
)

// Build compiles a scenario for a kernel, with patches applied, as a program to hold recordings against: properties are
// left out, since what they remember only makes states different. The vocabulary is that of the kernel and of all others
// but mutants.
func Build(c *scenarios.Catalogue, sc *scenarios.Scenario, kernel string, patches ...scenarios.Patch) (*model.Program, Vocabulary, error) {
	var v Vocabulary
	bare := *sc
	bare.Check, bare.InPlace, bare.Reach = nil, nil, nil
	p, err := c.Build(&bare, kernel, scenarios.BuildOptions{Patches: patches, Results: true})
	if err != nil {
		return nil, v, err
	}
	for i := range c.Kernels {
		k := &c.Kernels[i]
		own := k.Name == kernel
		if k.Kind == scenarios.Mutant && !own {
			continue
		}
		var extra []scenarios.Patch
		if own {
			extra = patches
		}
		pkgs, err := c.KernelSource(k.Name, extra...)
		if err != nil {
			return nil, v, err
		}
		fs, err := compile.Functions(pkgs)
		if err != nil {
			return nil, v, err
		}
		v.Add(k.Name, fs, own)
	}
	return p, v, nil
}
