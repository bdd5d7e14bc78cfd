package itf_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"hpmc/traces"
	"hpmc/traces/internal/golden"
	"hpmc/traces/itf"
)

func TestWrite(t *testing.T) { golden.Check(t, ".itf.json", itf.Write, check) }

// check holds a trace against the rules of ADR-015.
func check(t *testing.T, tr *traces.Trace, out []byte) {
	var x struct {
		Meta   map[string]any   `json:"#meta"`
		Params []string         `json:"params"`
		Vars   []string         `json:"vars"`
		States []map[string]any `json:"states"`
		Loop   *int             `json:"loop"`
	}
	dec := json.NewDecoder(strings.NewReader(string(out)))
	dec.DisallowUnknownFields()
	dec.UseNumber()
	if err := dec.Decode(&x); err != nil {
		t.Fatal(err)
	}
	if len(x.Vars) == 0 || len(x.States) != len(tr.Steps)+1 || x.Meta["format"] != "ITF" {
		t.Fatalf("%d variables, %d states, %v", len(x.Vars), len(x.States), x.Meta)
	}
	known := map[string]bool{"#meta": true}
	for _, v := range x.Vars {
		if known[v] || strings.HasPrefix(v, "#") {
			t.Errorf("variable %q", v)
		}
		known[v] = true
	}
	for i, s := range x.States {
		for _, v := range x.Vars {
			if _, ok := s[v]; !ok {
				t.Errorf("state %d lacks %s", i, v)
			}
		}
		for name, v := range s {
			if !known[name] {
				t.Errorf("state %d has %s, which is no variable", i, name)
			}
			if name != "#meta" {
				expression(t, v)
			}
		}
		meta := s["#meta"].(map[string]any)
		if i > 0 && (meta["task"] == "" || meta["action"] == nil) {
			t.Errorf("state %d: %v", i, meta)
		}
	}
}

var bigint = regexp.MustCompile(`^-?[0-9]+$`)

// expression checks a value.
func expression(t *testing.T, v any) {
	switch v := v.(type) {
	case string, bool:
	case json.Number:
		if n, err := v.Int64(); err != nil || n > 1<<53-1 || n < -(1<<53-1) {
			t.Errorf("the number %v", v)
		}
	case []any:
		for _, e := range v {
			expression(t, e)
		}
	case map[string]any:
		for name, e := range v {
			switch {
			case !strings.HasPrefix(name, "#"):
				expression(t, e)
			case len(v) > 1:
				t.Errorf("%v has a special field and others", v)
			case name == "#set", name == "#tup":
				expression(t, e.([]any))
			case name == "#map":
				for _, pair := range e.([]any) {
					if len(pair.([]any)) != 2 {
						t.Errorf("%v is no pair", pair)
					}
					expression(t, pair)
				}
			case name == "#bigint":
				if !bigint.MatchString(e.(string)) {
					t.Errorf("the big integer %v", e)
				}
			default:
				t.Errorf("the special field %s", name)
			}
		}
	default:
		t.Errorf("%v is no value", v)
	}
}
