// Package golden compares what formats make of the examples with golden files.
package golden

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hpmc/traces"
	"hpmc/traces/internal/examples"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// Check writes every example's trace, compares it with the golden file of that name and suffix, and hands it to check.
func Check(t *testing.T, suffix string, write func(io.Writer, *traces.Trace) error, check func(*testing.T, *traces.Trace, []byte)) {
	for _, e := range examples.All {
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
