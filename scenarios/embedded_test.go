package scenarios

import (
	"io/fs"
	"testing"

	"hpmc"
)

// TestEmbedded builds every built-in scenario on each of its kernels.
func TestEmbedded(t *testing.T) {
	c, err := Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, k := range c.Kernels {
		for _, p := range k.Patches {
			used[p] = true
		}
		if _, err := c.KernelSource(k.Name); err != nil {
			t.Errorf("kernel %s:\n%v", k.Name, err)
		}
	}
	patches, _ := fs.Glob(hpmc.Sources, patchDir+"/*.patch")
	for _, p := range patches {
		if !used[p] {
			t.Errorf("%s is not in the series", p)
		}
	}
	for _, s := range c.Scenarios {
		if s.Summary == "" || s.Pos.File != "scenarios/"+s.Name+".yaml" {
			t.Errorf("%s: scenario %s needs a summary, and its name as the file's", s.Pos, s.Name)
		}
		for _, k := range s.Kernels {
			if _, err := c.Build(s, k, BuildOptions{}); err != nil {
				t.Errorf("%s on %s:\n%v", s.Name, k, err)
			}
		}
	}
}
