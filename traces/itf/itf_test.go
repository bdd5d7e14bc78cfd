package itf_test

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"hpmc/traces"
	"hpmc/traces/internal/golden"
	"hpmc/traces/itf"
)

func TestWrite(t *testing.T) { golden.Check(t, ".itf.json", itf.Write, check) }

func check(t *testing.T, tr *traces.Trace, out []byte) {
	for _, p := range problems(out, len(tr.Steps)+1) {
		t.Error(p)
	}
}

// TestProblems breaks a good trace rule by rule: each must be noticed.
func TestProblems(t *testing.T) {
	out, err := os.ReadFile("testdata/online-uevent.itf.json")
	if err != nil {
		t.Fatal(err)
	}
	good := string(out)
	states := strings.Count(good, `"index":`)
	if p := problems(out, states); len(p) > 0 {
		t.Fatal(p)
	}
	if len(problems(out, states+1)) == 0 {
		t.Error("a missing state is not noticed")
	}
	for _, c := range []struct{ name, old, new string }{
		{"no format", `"format":"ITF"`, `"format":"TTF"`},
		{"a field that is none", `{"#meta":{"desc`, `{"variables":[],"#meta":{"desc`},
		{"a variable that a state lacks", `"vars":[`, `"vars":["nowhere",`},
		{"a variable twice", `"vars":["`, `"vars":["cpu_online_mask","`},
		{"a variable like a special field", `"vars":[`, `"vars":["#x",`},
		{"a value that is no variable's", `"cpu_online_mask":{"#set"`, `"cpu_online_masc":{"#set"`},
		{"a special field that is none", `"cpu_online_mask":{"#set"`, `"cpu_online_mask":{"#bag"`},
		{"a set that is no list", `"cpu_online_mask":{"#set":[0]}`, `"cpu_online_mask":{"#set":0}`},
		{"a special field among others", `"cpu_online_mask":{"#set":[0]}`, `"cpu_online_mask":{"#set":[0],"x":1}`},
		{"a number in fractions", `"cpu_online_mask":{"#set":[0]}`, `"cpu_online_mask":0.5`},
		{"a number too large", `"cpu_online_mask":{"#set":[0]}`, `"cpu_online_mask":9007199254740993`},
		{"no value", `"cpu_online_mask":{"#set":[0]}`, `"cpu_online_mask":null`},
		{"a map of no pairs", `"cpu_online_mask":{"#set":[0]}`, `"cpu_online_mask":{"#map":[[1]]}`},
		{"a big integer that is none", `"cpu_online_mask":{"#set":[0]}`, `"cpu_online_mask":{"#bigint":"1e9"}`},
		{"a step of no task", `"task":"writer"`, `"task":""`},
		{"a step of no action", `"action":`, `"deed":`},
		{"a loop that is nowhere", `"vars":[`, `"loop":99,"vars":[`},
	} {
		bad := strings.Replace(good, c.old, c.new, 1)
		if bad == good {
			t.Fatalf("%s: %s is not there", c.name, c.old)
		}
		if len(problems([]byte(bad), states)) == 0 {
			t.Errorf("%s is not noticed", c.name)
		}
	}
}

// problems holds a trace against the rules of ADR-015.
func problems(out []byte, states int) (bad []string) {
	wrong := func(format string, args ...any) { bad = append(bad, fmt.Sprintf(format, args...)) }
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
		return []string{err.Error()}
	}
	if len(x.Vars) == 0 || len(x.States) != states || x.Meta["format"] != "ITF" {
		wrong("%d variables, %d states, %v", len(x.Vars), len(x.States), x.Meta)
	}
	if x.Loop != nil && (*x.Loop < 0 || *x.Loop >= len(x.States)) {
		wrong("a loop from state %d", *x.Loop)
	}
	known := map[string]bool{"#meta": true}
	for _, v := range x.Vars {
		if known[v] || strings.HasPrefix(v, "#") {
			wrong("variable %q", v)
		}
		known[v] = true
	}
	for i, s := range x.States {
		for _, v := range x.Vars {
			if _, ok := s[v]; !ok {
				wrong("state %d lacks %s", i, v)
			}
		}
		for name, v := range s {
			if !known[name] {
				wrong("state %d has %s, which is no variable", i, name)
			}
			if name != "#meta" {
				expression(v, wrong)
			}
		}
		meta, _ := s["#meta"].(map[string]any)
		task, _ := meta["task"].(string)
		action, _ := meta["action"].(string)
		if i > 0 && (task == "" || action == "") {
			wrong("state %d: %v", i, meta)
		}
	}
	return bad
}

var bigint = regexp.MustCompile(`^-?[0-9]+$`)

// expression checks a value.
func expression(v any, wrong func(string, ...any)) {
	list := func(v any) []any {
		l, ok := v.([]any)
		if !ok {
			wrong("%v is no list", v)
		}
		return l
	}
	switch v := v.(type) {
	case string, bool:
	case json.Number:
		if n, err := v.Int64(); err != nil || n > 1<<53-1 || n < -(1<<53-1) {
			wrong("the number %v", v)
		}
	case []any:
		for _, e := range v {
			expression(e, wrong)
		}
	case map[string]any:
		for name, e := range v {
			switch {
			case !strings.HasPrefix(name, "#"):
				expression(e, wrong)
			case len(v) > 1:
				wrong("%v has a special field and others", v)
			case name == "#set", name == "#tup":
				expression(list(e), wrong)
			case name == "#map":
				for _, pair := range list(e) {
					if len(list(pair)) != 2 {
						wrong("%v is no pair", pair)
					}
					expression(pair, wrong)
				}
			case name == "#bigint":
				if s, _ := e.(string); !bigint.MatchString(s) {
					wrong("the big integer %v", e)
				}
			default:
				wrong("the special field %s", name)
			}
		}
	default:
		wrong("%v is no value", v)
	}
}
