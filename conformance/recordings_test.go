package conformance

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"hpmc/conformance/ftrace"
	"hpmc/scenarios"
)

func builder(t *testing.T) *Builder {
	t.Helper()
	c, err := scenarios.Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	return NewBuilder(c)
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// plainRun is the workload of the recordings in testdata, in which nothing says who is who.
func plainRun(t *testing.T) string { return string(read(t, "testdata/plain.yaml")) }

// hold holds a recording against a kernel. scenario is YAML; "" stands for what the recording says.
func hold(t *testing.T, b *Builder, name string, text []byte, scenario, kernel string, patches ...scenarios.Patch) *Result {
	t.Helper()
	rec, err := ftrace.Read(name, text)
	if err != nil {
		t.Fatal(err)
	}
	yaml := []byte(scenario)
	if scenario == "" {
		if yaml, err = Derive(rec); err != nil {
			t.Fatal(err)
		}
	}
	sc, err := b.c.Decode("scenario", yaml)
	if err != nil {
		t.Fatalf("%v in\n%s", err, yaml)
	}
	p, voc, err := b.Build(sc, kernel, patches...)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Check(context.Background(), p, rec, Options{Vocabulary: voc})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// own returns the model of the kernel that a recording is of, by its file's name.
func own(file string) string {
	series, _, _ := strings.Cut(filepath.Base(file), "-")
	return "v" + series
}

// noModel are recordings of what no model has.
var noModel = []string{"hibernate"}

func recordings(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("recordings/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	files = slices.DeleteFunc(files, func(f string) bool {
		return slices.ContainsFunc(noModel, func(w string) bool { return strings.HasSuffix(f, "-"+w+".txt") })
	})
	if len(files) == 0 {
		t.Fatal("there are no recordings")
	}
	return files
}

// TestOwn: every recording is a behaviour of the model of its kernel.
func TestOwn(t *testing.T) {
	b := builder(t)
	for _, f := range recordings(t) {
		t.Run(filepath.Base(f), func(t *testing.T) {
			if r := hold(t, b, f, read(t, f), "", own(f)); r.Verdict != Conforms {
				t.Error(r.Text(f, own(f)))
			}
		})
	}
}

// TestOthers: the models of kernels that update cpusets by a work item do not have the runs of those that do so on the CPU's
// hotplug thread, nor the other way round: in all workloads a CPU comes up or goes down, by a suspend at least.
func TestOthers(t *testing.T) {
	b := builder(t)
	for _, f := range recordings(t) {
		others := []string{"v6.12"}
		if own(f) == "v6.12" {
			others = []string{"v5.12", "tglx", "v5.10", "v5.15", "v6.1"}
		}
		for _, k := range others {
			t.Run(filepath.Base(f)+" on "+k, func(t *testing.T) {
				if r := hold(t, b, f, read(t, f), "", k); r.Verdict != Differs {
					t.Error(r.Text(f, k))
				}
			})
		}
	}
}

// TestPlain has recordings of a function tracer alone, of few functions: which task is which thread is found by the search.
func TestPlain(t *testing.T) {
	b := builder(t)
	for _, tt := range []struct {
		file, kernel string
		want         Verdict
	}{
		{"5.10-plain", "tglx", Conforms},
		{"5.10-plain", "v5.12", Differs}, // does not wait
		{"5.10-plain", "v3", Differs},    // does not wait when a CPU goes down, and later when one comes up
		{"6.1-plain", "tglx", Differs},   // has no kworker for _cpu_down()
		{"6.12-plain", "tglx", Differs},
		{"5.10-plain", "v6.12", Differs},
		{"6.1-plain", "v6.1", Conforms},
		{"6.1-plain", "v6.12", Differs},
		{"6.12-plain", "v6.12", Conforms},
		{"6.12-plain", "v6.1", Differs},
		{"6.12-plain", "v5.15", Differs},
	} {
		t.Run(tt.file+" on "+tt.kernel, func(t *testing.T) {
			f := "testdata/" + tt.file + ".txt"
			if r := hold(t, b, f, read(t, f), plainRun(t), tt.kernel); r.Verdict != tt.want {
				t.Error(r.Text(f, tt.kernel))
			}
		})
	}
}

// TestWrong: models with a deliberate mistake do not have the run that the right one has.
func TestWrong(t *testing.T) {
	b := builder(t)
	const f = "recordings/5.10-offline-online.txt"
	for _, tt := range []struct {
		patch string
		want  Verdict
	}{
		{"no-wait", Differs},
		{"wait-first", Differs},
		{"uevent-first", Differs},
		{"takedown-first", Differs},
		{"no-update", Differs},
		// The run is among those of this model, which has more: the worker may run between the swapped steps, and need not.
		{"update-first", Conforms},
	} {
		t.Run(tt.patch, func(t *testing.T) {
			p, err := scenarios.ReadPatch("testdata/wrong/" + tt.patch + ".patch")
			if err != nil {
				t.Fatal(err)
			}
			if r := hold(t, b, f, read(t, f), "", "tglx", p); r.Verdict != tt.want {
				t.Error(r.Text(f, tt.patch))
			}
		})
	}
	for _, tt := range []struct {
		mutant, file string
		want         Verdict
	}{
		{"wait-under-lock", f, Differs}, // the worker would wait for the lock
		{"always-wait", f, Conforms},    // is wrong only while tasks are frozen
		{"always-wait", "recordings/5.10-suspend.txt", Differs},
	} {
		t.Run(tt.mutant+" "+filepath.Base(tt.file), func(t *testing.T) {
			if r := hold(t, b, tt.file, read(t, tt.file), "", tt.mutant); r.Verdict != tt.want {
				t.Error(r.Text(tt.file, tt.mutant))
			}
		})
	}
}
