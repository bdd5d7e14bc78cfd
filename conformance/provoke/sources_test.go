package provoke

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hpmc/internal/need"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// plans are counterexamples of which reproducers are made.
var plans = []struct {
	golden             string // a directory in testdata, or ""
	scenario, property string
}{
	{"online", "online-uevent", "affinity-after-online-uevent"},
	{"off-on", "off-on-second-writer", "affinity-after-online-uevent"},
	{"", "offline-uevent", "effective-at-offline-uevent"},
	{"", "read-after-offline", "effective-read-after-uevent"},
	{"", "child-cpuset", "effective-at-online-uevent"},
	{"", "child-cpuset-v1", "affinity-after-online-uevent"},
	{"", "two-child-cpusets", "effective-at-offline-uevent"},
	{"", "smt-off", "consistent-on-return"},
	{"", "smt-on", "effective-at-online-uevent"},
}

// TestSources compares reproducers with golden files, and lets gcc check the programs.
func TestSources(t *testing.T) {
	for _, test := range plans {
		t.Run(test.scenario, func(t *testing.T) {
			s, tr := counterexample(t, test.scenario, "v5.12", test.property)
			p, err := New(s, tr, "5.10")
			if err != nil {
				t.Fatal(err)
			}
			sources, err := p.Sources(Options{Timeout: DefaultTimeout, KnockOut: []string{"cpuset_wait_for_hotplug"}})
			if err != nil {
				t.Fatal(err)
			}
			if test.golden != "" {
				compare(t, filepath.Join("testdata", test.golden), sources)
			}
			need.Tools(t, "gcc")
			dir := t.TempDir()
			if err := Write(dir, sources); err != nil {
				t.Fatal(err)
			}
			c := exec.Command("gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Wno-unused-parameter", "-Wno-missing-field-initializers",
				"-Werror", "-c", "-o", os.DevNull, filepath.Join(dir, "provoke.c"))
			if out, err := c.CombinedOutput(); err != nil {
				t.Errorf("gcc: %v\n%s", err, out)
			}
		})
	}
}

// compare compares sources with the files of a directory.
func compare(t *testing.T, dir string, sources []Source) {
	t.Helper()
	if *update {
		if err := Write(dir, sources); err != nil {
			t.Fatal(err)
		}
	}
	for _, src := range sources {
		want, err := os.ReadFile(filepath.Join(dir, src.Name))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), string(src.Text)); d != "" {
			t.Errorf("%s (-want +got):\n%s", src.Name, d)
		}
	}
}
