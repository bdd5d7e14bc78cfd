package compile

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hpmc/explorer"
	"hpmc/model"
)

// hpPackage reads the vocabulary from its source.
func hpPackage(t testing.TB) Package {
	t.Helper()
	files, err := filepath.Glob("../hp/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no source of hp: %v", err)
	}
	p := Package{Path: HPPath}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		p.Files = append(p.Files, Source{Name: "model/hp/" + filepath.Base(f), Text: text})
	}
	return p
}

// config returns a configuration for a kernel given as text; body holds the threads' calls by name.
func config(t testing.TB, kernel string, threads ...string) Config {
	t.Helper()
	if !strings.Contains(kernel, "package ") {
		kernel = "package linux\nimport \"hpmc/model/hp\"\nvar _ hp.CPU\n" + kernel
	}
	cfg := Config{Name: t.Name(), CPUs: 2, ThreadsPerCore: 1,
		Packages: []Package{hpPackage(t), {Path: KernelPath, Files: []Source{{Name: "k.go", Text: []byte(kernel)}}}}}
	for i, call := range threads {
		cfg.Threads = append(cfg.Threads, Thread{Name: string(rune('a' + i)),
			Body: []Expr{{Text: call, Pos: model.Pos{File: "s.yaml", Line: i + 1, Col: 5}}}})
	}
	return cfg
}

func TestMutualExclusion(t *testing.T) {
	cfg := config(t, `
type Kernel struct {
	L hp.Mutex `+"`linux:\"lock\"`"+`
	N int `+"`range:\"0..3\"`"+`
}
func (k *Kernel) Inc(by int) {
	k.L.Lock()
	n := k.N
	k.N = n + by
	k.L.Unlock()
}
`, "Inc(1)", "Inc(1)")
	p, err := Compile(cfg)
	if err != nil {
		t.Fatal(err)
	}
	// lock, read, write, unlock: one step each, and n is dead before and after.
	if len(p.Transitions) != 8 || p.Bits != 13 {
		t.Errorf("%d transitions over %d bits, want 8 over 13", len(p.Transitions), p.Bits)
	}
	r := explorer.Run(p, explorer.Options{})
	if r.States != 5*5-3*3 || r.Verdict != explorer.Holds { // all pairs of locations but those inside twice
		t.Errorf("%d states, %v; want 16, holds", r.States, r.Verdict)
	}
}

// A value that is written and taken back at once varies all the same: others can see it in between.
func TestBriefChange(t *testing.T) {
	cfg := config(t, `
type Kernel struct {
	N, Seen bool
}
func (k *Kernel) Pulse() {
	k.N = true
	k.N = false
}
func (k *Kernel) Look() {
	if k.N {
		k.Seen = true
	}
}
`, "Pulse()", "Look()")
	cfg.Reach = []Expr{{Text: "k.Seen", Pos: model.Pos{File: "s.yaml", Line: 1, Col: 1}}}
	p, err := Compile(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if r := explorer.Run(p, explorer.Options{}); r.Verdict != explorer.Holds {
		t.Errorf("the pulse is never seen: %v", r.Verdict)
	}
}
