package scenarios

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hpmc/explorer"
	"hpmc/model"
	"hpmc/model/compile"
)

func TestDecode(t *testing.T) {
	c := miniCatalogue(t)
	s, err := c.Scenario("online")
	if err != nil {
		t.Fatal(err)
	}
	const file = "scenarios/good.yaml"
	expr := func(text string, line, col int) compile.Expr {
		return compile.Expr{Text: text, Pos: model.Pos{File: file, Line: line, Col: col}}
	}
	want := &Scenario{
		Name: "online", Summary: "Two writers, one CPU.", Pos: model.Pos{File: file, Line: 2, Col: 7},
		CPUs: 4, ThreadsPerCore: 2, Offline: []int{1, 3}, Queue: 3,
		Threads: []compile.Thread{
			{Name: "writer", Body: []compile.Expr{expr("OnlineStore(1, true)", 8, 11)}},
			{Name: "other", Body: []compile.Expr{expr("OnlineStore(2, false)", 10, 8), expr("OnlineStore(2, true)", 11, 9)}},
		},
		Params:  []compile.Param{{Name: "cgroup-v2", Value: expr("true", 12, 21)}},
		Faults:  []compile.Fault{{Name: "enomem", Budget: 2, Pos: model.Pos{File: file, Line: 14, Col: 3}}},
		Check:   []compile.Name{{Text: "boot-cpu-online", Pos: model.Pos{File: file, Line: 16, Col: 9}}, {Text: "deadlock", Pos: model.Pos{File: file, Line: 16, Col: 26}}},
		InPlace: []compile.Expr{expr("k.Online.Has(0)", 16, 37), expr("!k.Online.Empty()", 16, 56)},
		Reach:   []compile.Expr{expr("k.Online.Has(1) && !k.V2", 18, 5), expr("k.Online.Has(3)", 19, 6)},
		Kernels: []string{"v5.12", "tglx", "late"},
	}
	opt := cmp.FilterPath(func(p cmp.Path) bool {
		f, ok := p.Last().(cmp.StructField)
		return ok && (f.Name() == "expect" || f.Name() == "others" || f.Name() == "paramPos")
	}, cmp.Ignore())
	if d := cmp.Diff(want, s, opt); d != "" {
		t.Errorf("decoded (-want +got):\n%s", d)
	}
	for kernel, want := range map[string]string{
		"v5.12": "violated: boot-cpu-online, reach: k.Online.Has(3)",
		"late":  "inconclusive",
		"tglx":  "holds",
	} {
		if e, ok := s.Expected(kernel); !ok || e.String() != want {
			t.Errorf("expected of %s: %v, %v; want %s", kernel, e, ok, want)
		}
	}
}

func TestChooseKernels(t *testing.T) {
	const head = "name: a\ntopology: {cpus: 1}\nthreads: {w: Udevd()}\ncheck: [deadlock]\n"
	for _, tt := range []struct{ text, want string }{
		{"", "v5.12 tglx"},
		{"kernels: [late]\n", "late"},
		{"expect: {late: holds}\n", "v5.12 tglx late"},
		{"kernels: [tglx]\nexpect: {late: holds, others: holds}\n", "tglx late"},
	} {
		var errs Errors
		s := decodeScenario("a.yaml", []byte(head+tt.text), miniCatalogue(t).Kernels, &errs)
		if err := errs.err(); err != nil {
			t.Errorf("%q: %v", tt.text, err)
		}
		if got := strings.Join(s.Kernels, " "); got != tt.want {
			t.Errorf("%q: kernels %s, want %s", tt.text, got, tt.want)
		}
		if _, ok := s.Expected("v5.12"); ok && !strings.Contains(tt.text, "others") {
			t.Errorf("%q: something is expected of v5.12", tt.text)
		}
	}
}

// TestReleases: releases stands for the releases that are not named, others for what is left.
func TestReleases(t *testing.T) {
	kernels := append(miniCatalogue(t).Kernels, Kernel{Name: "v6.1", Kind: Release}, Kernel{Name: "v6.12", Kind: Release})
	const text = "name: a\ntopology: {cpus: 1}\nthreads: {w: Udevd()}\ncheck: [deadlock, k.V2]\n" +
		"expect: {releases: {violated: [k.V2]}, v6.12: inconclusive, others: holds}\n"
	var errs Errors
	s := decodeScenario("a.yaml", []byte(text), kernels, &errs)
	if err := errs.err(); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(s.Kernels, " "); got != "v5.12 tglx v6.1 v6.12" {
		t.Errorf("kernels %s", got)
	}
	for kernel, want := range map[string]string{"v5.12": "holds", "tglx": "holds", "v6.1": "violated: k.V2", "v6.12": "inconclusive"} {
		if e, ok := s.Expected(kernel); !ok || e.String() != want {
			t.Errorf("expected of %s: %v, %v; want %s", kernel, e, ok, want)
		}
	}
}

func TestLoadFile(t *testing.T) {
	c := miniCatalogue(t)
	dir := t.TempDir()
	if _, err := c.LoadFile(dir); err == nil || !strings.Contains(err.Error(), "no .yaml file") {
		t.Errorf("an empty directory gives %v", err)
	}
	if _, err := c.LoadFile(filepath.Join(dir, "none.yaml")); err == nil {
		t.Error("a missing file gives no error")
	}
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("a.yaml", goodScenario)
	write("b.yml", strings.ReplaceAll(strings.Replace(goodScenario, "name: online", "name: b", 1), "\n", "\r\n"))
	write("notes.txt", "not a scenario")
	list, err := c.LoadFile(dir)
	if err != nil || len(list) != 2 || list[0].Name != "online" || list[1].Name != "b" {
		t.Fatalf("LoadFile = %v, %v", list, err)
	}
	if list, err := c.LoadFile(filepath.Join(dir, "b.yml")); err != nil || len(list) != 1 {
		t.Errorf("LoadFile of one file = %v, %v", list, err)
	}
	write("c.yaml", goodScenario)
	want := filepath.Join(dir, "c.yaml") + ":2:7: a scenario named online stands in " + filepath.Join(dir, "a.yaml") + " too"
	if _, err := c.LoadFile(dir); err == nil || err.Error() != want {
		t.Errorf("LoadFile = %v, want %s", err, want)
	}
}

func TestUnknownNames(t *testing.T) {
	c := miniCatalogue(t)
	if _, err := c.Scenario("onlin"); err == nil || err.Error() != "unknown scenario onlin; the only one is online" &&
		err.Error() != "unknown scenario onlin; did you mean online?" {
		t.Error(err)
	}
	if _, err := c.Kernel("tgls"); err == nil || err.Error() != "unknown kernel tgls; did you mean tglx?" {
		t.Error(err)
	}
	if _, err := c.Kernel("z"); err == nil || err.Error() != "unknown kernel z; it can be v5.12, tglx or late" {
		t.Error(err)
	}
}

func TestNearest(t *testing.T) {
	valid := []string{"topology", "threads", "check", "effective-at-online-uevent", "effective-at-offline-uevent", "v1", "v2"}
	for name, want := range map[string]string{
		"topolgy": "topology", "Topology": "topology", "thread": "threads", "chekc": "check",
		"effective-at-onlin-uevent": "effective-at-online-uevent", "v4": "v1", "xyzzy": "", "": "", "offline": "effective-at-offline-uevent",
	} {
		if got := Nearest(name, valid); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestOutcome(t *testing.T) {
	p := &model.Program{Props: []model.Property{
		{Name: "a"}, {Name: "b"}, {Name: "model", Fault: true}, {Name: "reach: k.X", Kind: model.Reachable},
	}}
	const h, v, i = explorer.Holds, explorer.Violated, explorer.Inconclusive
	run := func(all explorer.Verdict, each ...explorer.Verdict) Outcome {
		r := &explorer.Result{Verdict: all}
		for n, x := range each {
			r.Props = append(r.Props, explorer.PropResult{Prop: n, Verdict: x})
		}
		return NewOutcome(p, r)
	}
	expect := func(text string) Expectation {
		var errs Errors
		s := decodeScenario("a.yaml", []byte("name: a\ntopology: {cpus: 1}\nthreads: {w: X()}\ncheck: [a, b]\nreach: [k.X]\nexpect: {others: "+text+"}\n"), nil, &errs)
		if err := errs.err(); err != nil {
			t.Fatal(err)
		}
		e, _ := s.Expected("any")
		return e
	}
	for _, tt := range []struct {
		outcome Outcome
		verdict explorer.Verdict
		matches string // the expectations it matches
	}{
		{run(h, h, h, h, h), h, "holds"},
		{run(v, v, h, h, h), v, "{violated: [a]}"},
		{run(v, v, v, h, h), v, "{violated: [b, a]}"},
		{run(v, h, h, h, v), v, "{violated: ['reach: k.X']}"},
		{run(v, v, h, h, v), v, ""},
		{run(v, v, h, v, h), v, ""},
		{run(v, v, i, h, h), v, ""},
		{run(i, i, i, i, i), i, "inconclusive"},
		{run(i, h, h, h, h), i, "inconclusive"},
	} {
		if tt.outcome.Verdict != tt.verdict {
			t.Errorf("%+v: verdict is not %v", tt.outcome, tt.verdict)
		}
		for _, e := range []string{"holds", "inconclusive", "{violated: [a]}", "{violated: [b, a]}", "{violated: ['reach: k.X']}"} {
			if got := expect(e).Matches(tt.outcome); got != (e == tt.matches) {
				t.Errorf("%s matches %+v: %v", e, tt.outcome, got)
			}
		}
	}
	if d := cmp.Diff(Outcome{Verdict: v, Violated: []string{"a", "reach: k.X"}, Unreached: []string{"k.X"}}, run(v, v, h, h, v)); d != "" {
		t.Error(d)
	}
}
