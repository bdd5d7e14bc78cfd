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
				if pr.Circle != nil {
					continue // of all runs, not of one
				}
				tr, err := traces.New(p, pr.Path, pr.Prop, pr.Check)
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
	// A circle of locks is not to be seen in one run.
	order := examples.All[3].Trace(t)
	if r, err := order.Save().Replay(order.Program); err != nil || r.Outcome != traces.Unclear || !strings.Contains(r.Why, "of all runs") {
		t.Errorf("%+v, %v", r, err)
	}
	// Another order: udevd cannot receive what was not sent.
	s = tr.Save()
	s.Steps = append(s.Steps[:15:15], s.Steps[16:]...)
	if r, err := s.Replay(tr.Program); err != nil || r.Outcome != traces.Impossible || !strings.Contains(r.Why, "udevd is blocked at receive(uevents)") {
		t.Errorf("%+v, %v", r, err)
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
