package traces

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"hpmc/model"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (-want +got):\n%s", name, d)
	}
}

func mustNew(t *testing.T, p *model.Program, path []int, check int) *Trace {
	t.Helper()
	tr, err := New(p, path, 0, check)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func TestTable(t *testing.T) {
	p, path := race()
	tr := mustNew(t, p, path, 0)
	golden(t, "race.txt", tr.Table(Options{}))
	golden(t, "race-all.txt", tr.Table(Options{All: true}))
	p, path = inversion()
	golden(t, "inversion.txt", mustNew(t, p, path, -1).Table(Options{}))
}

func TestThreadsBeyondThreeMakeAList(t *testing.T) {
	b := newBuilder("many")
	var path []int
	for _, n := range []string{"writer", "udevd", "kworker/cpuset", "cpuhp/1"} {
		th := b.thread(n, 1)
		path = append(path, b.step(th, model.Transition{Text: "x", Events: []model.Event{enter(0, n+"_fn()"), stmt(1, "step of "+n)}}))
	}
	b.p.Props = []model.Property{{Name: "never", Kind: model.Always, Cond: val(0), Summary: "it never ends so."}}
	b.p.SetFootprints()
	golden(t, "list.txt", mustNew(t, &b.p, path, -1).Table(Options{All: true}))
}

func TestJSON(t *testing.T) {
	p, path := race()
	tr := mustNew(t, p, path, 0)
	tr.Kernel = "v5.12"
	out, err := tr.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var got Saved
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Steps) != 4 || got.Kernel != "v5.12" || got.Steps[1].Thread != "writer" {
		t.Errorf("got %s", out)
	}
	if d := cmp.Diff([]SavedChange{{"cpu_active_mask", "{0}", "{0-1}"}}, got.Steps[1].Changed); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"k.Top.Effective.Has(c)"}, got.Property.False); d != "" {
		t.Error(d)
	}
}

func TestReplayRefuses(t *testing.T) {
	p, path := race()
	dead, dpath := inversion()
	for _, c := range []struct {
		name        string
		p           *model.Program
		path        []int
		prop, check int
		want        string
	}{
		{"not enabled", p, []int{5}, 0, 0, "cannot take"},
		{"unknown transition", p, []int{99}, 0, 0, "no transition 99"},
		{"unknown property", p, path, 7, 0, "no property 7"},
		{"no such check", p, path, 0, 3, "no check 3"},
		{"check elsewhere", p, path[:2], 0, 0, "no check 0"},
		{"holds", p, []int{0, 1, 2, 5, 3}, 0, 0, "not violated"},
		{"no event", p, nil, 0, 0, "there is none"},
		{"not dead", dead, dpath[:1], 0, -1, "no deadlock"},
	} {
		_, err := New(c.p, c.path, c.prop, c.check)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got error %v, want %q in it", c.name, err, c.want)
		}
	}
}

func TestInitialStateViolates(t *testing.T) {
	p, _ := race()
	p.Props[0] = model.Property{Name: "both-active", Kind: model.Always, Cond: op(model.Eq, ref(0), val(3))}
	out := mustNew(t, p, nil, -1).Table(Options{})
	if !strings.Contains(out, "initial state") || !strings.Contains(out, "cpu_active_mask = {0}") {
		t.Errorf("got:\n%s", out)
	}
}
