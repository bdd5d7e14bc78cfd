package export

import (
	"testing"

	"hpmc/explorer"
	"hpmc/internal/need"
	"hpmc/model"
	"hpmc/scenarios"
)

// forms are the ways to run a Promela export, and whether they test properties.
var forms = []struct {
	checked bool
	flags   []string
}{{true, nil}, {false, []string{"-DNOCHECK"}}}

// TestSpinRandom compares SPIN with the reference explorer on random programs.
func TestSpinRandom(t *testing.T) {
	need.Tools(t, "spin", "gcc")
	someRandom(t, func(t *testing.T, p *model.Program, r *explorer.Result) {
		for _, f := range forms {
			got, err := pan(t.TempDir(), p, Options{}, f.flags...)
			if err != nil {
				t.Fatal(err)
			}
			if err := comparePan(p, r, got, f.checked); err != nil {
				t.Fatalf("properties %v: %v\n%s", f.checked, err, got.text)
			}
		}
	})
}

// TestSpinCatalogue compares SPIN with the reference explorer on every built-in scenario.
func TestSpinCatalogue(t *testing.T) {
	need.Tools(t, "spin", "gcc")
	eachScenario(t, "", func(t *testing.T, i int, p *model.Program, r *explorer.Result) {
		for _, f := range forms[:1+i%4/3] { // without properties, every fourth will do
			got, err := pan(t.TempDir(), p, Options{}, f.flags...)
			if err != nil {
				t.Fatal(err)
			}
			if err := comparePan(p, r, got, f.checked); err != nil {
				t.Errorf("properties %v: %v", f.checked, err)
			}
		}
	})
}

// eachScenario tries every built-in scenario but one, each with one of its kernels in a test of its own, with what the reference
// explorer finds.
func eachScenario(t *testing.T, but string, try func(*testing.T, int, *model.Program, *explorer.Result)) {
	c, err := scenarios.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range c.Scenarios {
		if s.Name == but {
			continue
		}
		kernel := s.Kernels[i%len(s.Kernels)]
		t.Run(s.Name+"/"+kernel, func(t *testing.T) {
			t.Parallel()
			p, err := c.Build(s, kernel, scenarios.BuildOptions{})
			if err != nil {
				t.Fatal(err)
			}
			try(t, i, p, explorer.Run(p, explorer.Options{NoPaths: true}))
		})
	}
}
