package traces_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"hpmc"
	"hpmc/explorer"
	"hpmc/scenarios"
	"hpmc/traces"
	"hpmc/traces/internal/examples"
)

// TestSaved saves traces, holds them against the published schema, reads them and replays them.
func TestSaved(t *testing.T) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(traces.Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("trace.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("trace.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range examples.All {
		tr := e.Trace(t)
		out, err := tr.JSON()
		if err != nil {
			t.Fatal(err)
		}
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(v); err != nil {
			t.Errorf("%s: %v", e.File, err)
		}
		delete(v.(map[string]any), "steps")
		if schema.Validate(v) == nil {
			t.Error("the schema accepts a trace without steps")
		}
		s, err := traces.Read(e.File, out)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(tr.Save(), s); d != "" {
			t.Error(d)
		}
	}
}

// TestReplayCatalogue replays the violations of the catalogue, whose paths are not too long, where they were found.
func TestReplayCatalogue(t *testing.T) {
	cat, err := scenarios.Load(hpmc.Sources)
	if err != nil {
		t.Fatal(err)
	}
	replayed := 0
	for i, s := range cat.Scenarios {
		if i%3 != 0 {
			continue
		}
		for _, k := range s.Kernels {
			p, err := cat.Build(s, k, scenarios.BuildOptions{})
			if err != nil {
				t.Fatal(err)
			}
			r, err := explorer.Search(p, explorer.Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, pr := range r.Props {
				if len(pr.Path) == 0 {
					continue
				}
				tr, err := traces.New(p, pr.Path, pr.Prop, pr.Check)
				if pr.Circle != nil {
					tr, err = traces.NewCircle(p, pr.Prop, pr.Circle, pr.Runs)
				}
				if err != nil {
					t.Fatal(err)
				}
				got, err := tr.Save().Replay(p)
				if err != nil {
					t.Fatal(err)
				}
				replayed++
				if got.Outcome != traces.Possible || len(got.Notes) > 0 || len(got.Trace.Steps) != len(tr.Steps) {
					t.Errorf("%s on %s, %s: %d %s %v", s.Name, k, p.Props[pr.Prop].Name, got.Outcome, got.Why, got.Notes)
				}
			}
		}
	}
	if replayed < 30 {
		t.Errorf("only %d traces were replayed", replayed)
	}
}

// TestReplayChanged replays a trace on programs that lack what it needs.
func TestReplayChanged(t *testing.T) {
	tr := examples.All[0].Trace(t)
	s := tr.Save()
	s.Steps[8].Thread = "cpuhp/9"
	if r, err := s.Replay(tr.Program); err != nil || r.Outcome != traces.Unclear || !strings.Contains(r.Why, "at step 9 there is no thread cpuhp/9") {
		t.Errorf("%+v, %v", r, err)
	}
	s = tr.Save()
	s.Property.Name = "nothing"
	if _, err := s.Replay(tr.Program); err == nil || !strings.Contains(err.Error(), "does not check nothing") {
		t.Error(err)
	}
	s = tr.Save()
	s.Steps = s.Steps[:12]
	if r, err := s.Replay(tr.Program); err != nil || r.Outcome != traces.Impossible || !strings.Contains(r.Why, "holds at the end") {
		t.Errorf("%+v, %v", r, err)
	}
	// Another order: udevd cannot receive what was not sent.
	s = tr.Save()
	s.Steps = append(s.Steps[:15:15], s.Steps[16:]...)
	if r, err := s.Replay(tr.Program); err != nil || r.Outcome != traces.Impossible || !strings.Contains(r.Why, "udevd is blocked at receive(uevents)") {
		t.Errorf("%+v, %v", r, err)
	}
}

// TestReplayCircle replays circles of locks that lack a part.
func TestReplayCircle(t *testing.T) {
	tr := examples.All[3].Trace(t)
	for _, c := range []struct {
		name    string
		change  func(*traces.Saved)
		outcome traces.Outcome
		why     string
	}{
		{"nothing", func(*traces.Saved) {}, traces.Possible, ""},
		{"the circle", func(s *traces.Saved) { s.Circle = nil }, traces.Unclear, "has no circle"},
		{"half of it", func(s *traces.Saved) { s.Circle = s.Circle[:1] }, traces.Unclear, "is wanted, and"},
		{"the end of the first run", func(s *traces.Saved) { s.Steps = s.Steps[:20] }, traces.Impossible,
			"on the way to cpu_hotplug_lock with cpuset_hotplug_work held, every step can be taken, but nobody waits"},
		{"the second run", func(s *traces.Saved) { s.Circle[1].Run = nil }, traces.Impossible, "on the way to cpuset_hotplug_work with cpu_hotplug_lock held"},
		{"a thread", func(s *traces.Saved) { s.Circle[1].Run[0].Thread = "nobody" }, traces.Unclear, "there is no thread nobody"},
		{"steps' texts", func(s *traces.Saved) {
			for i := range s.Circle[1].Run[3:] {
				s.Circle[1].Run[3+i].Text, s.Circle[1].Run[3+i].Line = "gone", 999
			}
		}, traces.Unclear, "3 of its steps are gone, and nobody waits"},
	} {
		s := tr.Save()
		c.change(s)
		r, err := s.Replay(tr.Program)
		if err != nil || r.Outcome != c.outcome || !strings.Contains(r.Why, c.why) || (r.Trace != nil) != (c.outcome == traces.Possible) {
			t.Errorf("without %s: %+v, %v", c.name, r, err)
		}
	}
}

// FuzzRead reads anything: it is a trace that is saved as it was read, or is refused by name.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"format":"hpmc-trace","version":1,"scenario":"s","property":{"name":"p","kind":"final"},"initial":[],"steps":[{"step":1,"thread":"t","text":"x"}]}`))
	f.Add([]byte(`{"format":"hpmc-trace","version":1,"scenario":3}`))
	f.Add([]byte("{\"format\":\n1"))
	f.Fuzz(func(t *testing.T, in []byte) {
		s, err := traces.Read("f", in)
		if err != nil {
			var re *traces.ReadError
			if !errors.As(err, &re) || re.Text == "" || !strings.HasPrefix(err.Error(), "f:") {
				t.Fatalf("%v", err)
			}
			return
		}
		out, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := traces.Read("f", out); err != nil || cmp.Diff(s, again) != "" {
			t.Fatalf("%v: %s", err, out)
		}
	})
}
