package coverage_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"hpmc"
	"hpmc/coverage"
	"hpmc/explorer"
	"hpmc/internal/browser"
	"hpmc/model/compile"
	"hpmc/scenarios"
)

// cover searches scenarios on v5.12, in full.
func cover(t *testing.T, names ...string) *coverage.Coverage {
	t.Helper()
	cat, err := scenarios.Load(hpmc.Sources)
	if err != nil {
		t.Fatal(err)
	}
	pkgs, err := cat.KernelSource("v5.12")
	if err != nil {
		t.Fatal(err)
	}
	var sources []coverage.Source
	for _, p := range pkgs {
		for _, f := range p.Files {
			if p.Path == compile.KernelPath {
				sources = append(sources, coverage.Source{Name: f.Name, Text: f.Text})
			}
		}
	}
	c := coverage.New("v5.12", sources)
	for _, name := range names {
		s, err := cat.Scenario(name)
		if err != nil {
			t.Fatal(err)
		}
		p, err := cat.Build(s, "v5.12", scenarios.BuildOptions{})
		if err != nil {
			t.Fatal(err)
		}
		r, err := explorer.Search(p, explorer.Options{Full: true})
		if err != nil {
			t.Fatal(err)
		}
		c.Add(p, r.Fired)
	}
	return c
}

func uncalled(c *coverage.Coverage) map[string]bool {
	out := map[string]bool{}
	for _, f := range c.Files {
		for _, fn := range f.Uncalled() {
			out[fn.Name] = true
		}
	}
	return out
}

// TestOneScenario knows what a CPU that comes online does and what it does not.
func TestOneScenario(t *testing.T) {
	c := cover(t, "online-uevent")
	un := uncalled(c)
	for _, name := range []string{"pm_suspend", "cpuhp_smt_disable", "sched_cpu_deactivate", "cpuset_write_resmask"} {
		if !un[name] {
			t.Errorf("%s() counts as called", name)
		}
	}
	// The last two only compute.
	for _, name := range []string{"_cpu_up", "sched_cpu_activate", "cpuset_hotplug_workfn", "cpuset_cpus_allowed", "__set_cpus_allowed_ptr"} {
		if un[name] {
			t.Errorf("%s() counts as not called", name)
		}
	}
	var gaps []string
	for _, f := range c.Files {
		for _, g := range f.Gaps() {
			gaps = append(gaps, g.What+": "+g.Text)
		}
	}
	// A step of its own, one merged into the step before, and one on what cannot change here; statements behind such.
	for _, want := range []string{"only true: if k.DevOffline.Has(cpu) {", "only false: if k.CPUHotplugDisabled > 0 {", "only false: if k.CPUHPTasksFrozen {",
		"never: hp.Await(!k.PMFreezing)", "never: left := 0"} {
		if s := strings.Join(gaps, "\n"); !strings.Contains(s, want) {
			t.Errorf("%s is no gap:\n%s", want, s)
		}
	}
}

// TestMoreScenarios covers more with more, and writes it.
func TestMoreScenarios(t *testing.T) {
	one, two := cover(t, "online-uevent").Totals(), cover(t, "online-uevent", "offline-uevent", "smt-off")
	more := two.Totals()
	if more.Called <= one.Called || more.Taken <= one.Taken || more.Functions != one.Functions || more.Called >= more.Functions {
		t.Errorf("%+v, then %+v", one, more)
	}
	var text, page bytes.Buffer
	if err := two.Text(&text); err != nil {
		t.Fatal(err)
	}
	if err := coverage.HTML(&page, []*coverage.Coverage{two}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(text.String(), "not called  pm_suspend()") || !strings.Contains(page.String(), `<i>not called</i>func (k *Kernel) Suspend(`) && !strings.Contains(page.String(), "not called") {
		t.Errorf("%s", &text)
	}
}

// TestLooks looks at the page.
func TestLooks(t *testing.T) {
	c := cover(t, "online-uevent", "smt-off")
	file := filepath.Join(t.TempDir(), "coverage.html")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(coverage.HTML(f, []*coverage.Coverage{c}), f.Close()); err != nil {
		t.Fatal(err)
	}
	p := browser.Open(t, 1280, 800)
	p.Do(t, chromedp.Navigate("file://"+file))
	p.Looks(t, "coverage")
	p.Quiet(t, "file:")
}
