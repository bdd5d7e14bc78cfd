// Package examples makes traces of the catalogue's scenarios for the tests of the formats.
package examples

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hpmc"
	"hpmc/explorer"
	"hpmc/scenarios"
	"hpmc/traces"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Example names a trace: the way in which a kernel violates a property in a scenario.
type Example struct{ File, Scenario, Kernel, Property string }

// All are the thread's own bug, a deadlock, and a trace in which many threads act.
var All = []Example{
	{"online-uevent", "online-uevent", "v5.12", "affinity-after-online-uevent"},
	{"deadlock", "online-uevent", "wait-under-lock", "deadlock"},
	{"smt-off", "smt-off", "v3", "consistent-on-return"},
}

// Trace makes the trace.
func (e Example) Trace(t *testing.T) *traces.Trace {
	t.Helper()
	cat, err := scenarios.Load(hpmc.Sources)
	if err != nil {
		t.Fatal(err)
	}
	s, err := cat.Scenario(e.Scenario)
	if err != nil {
		t.Fatal(err)
	}
	p, err := cat.Build(s, e.Kernel, scenarios.BuildOptions{})
	if err != nil {
		t.Fatal(err)
	}
	r, err := explorer.Search(p, explorer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, pr := range r.Props {
		if p.Props[pr.Prop].Name == e.Property && len(pr.Path) > 0 {
			tr, err := traces.New(p, pr.Path, pr.Prop, pr.Check)
			if err != nil {
				t.Fatal(err)
			}
			tr.Kernel = e.Kernel
			return tr
		}
	}
	t.Fatalf("%s on %s does not violate %s", e.Scenario, e.Kernel, e.Property)
	return nil
}

// Golden writes every example's trace, compares it with the golden file of that name and suffix, and hands it to check.
func Golden(t *testing.T, suffix string, write func(io.Writer, *traces.Trace) error, check func(*testing.T, *traces.Trace, []byte)) {
	for _, e := range All {
		t.Run(e.File, func(t *testing.T) {
			tr := e.Trace(t)
			var b bytes.Buffer
			if err := write(&b, tr); err != nil {
				t.Fatal(err)
			}
			check(t, tr, b.Bytes())
			file := filepath.Join("testdata", e.File+suffix)
			if *update {
				if err := os.MkdirAll("testdata", 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), b.String()); d != "" {
				t.Errorf("%s (-want +got):\n%s", file, d)
			}
		})
	}
}
