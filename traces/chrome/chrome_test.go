package chrome_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"

	"hpmc/traces"
	"hpmc/traces/chrome"
	"hpmc/traces/internal/golden"
)

func TestWrite(t *testing.T) { golden.Check(t, ".chrome.json", chrome.Write, check) }

func check(t *testing.T, tr *traces.Trace, out []byte) {
	var names []string
	for _, th := range tr.Threads() {
		names = append(names, tr.Program.Threads[th].Name)
	}
	for _, p := range problems(out, names) {
		t.Error(p)
	}
}

// TestProblems breaks a good trace rule by rule: each must be noticed.
func TestProblems(t *testing.T) {
	out, err := os.ReadFile("testdata/online-uevent.chrome.json")
	if err != nil {
		t.Fatal(err)
	}
	if p := problems(out, []string{"writer", "udevd", "cpuhp/1"}); len(p) > 0 {
		t.Fatal(p)
	}
	find := func(es []map[string]any, phase string) map[string]any {
		for _, e := range es {
			if e["ph"] == phase {
				return e
			}
		}
		t.Fatalf("no event of phase %s", phase)
		return nil
	}
	for name, broken := range map[string]func(es []map[string]any) []map[string]any{
		"a phase that is none": func(es []map[string]any) []map[string]any { find(es, "B")["ph"] = "Q"; return es },
		"no time":              func(es []map[string]any) []map[string]any { delete(find(es, "B"), "ts"); return es },
		"a time in fractions":  func(es []map[string]any) []map[string]any { find(es, "B")["ts"] = 1.5; return es },
		"no process":           func(es []map[string]any) []map[string]any { delete(find(es, "X"), "pid"); return es },
		"no thread":            func(es []map[string]any) []map[string]any { delete(find(es, "X"), "tid"); return es },
		"no name":              func(es []map[string]any) []map[string]any { find(es, "X")["name"] = ""; return es },
		"no category":          func(es []map[string]any) []map[string]any { delete(find(es, "B"), "cat"); return es },
		"no duration":          func(es []map[string]any) []map[string]any { delete(find(es, "X"), "dur"); return es },
		"an overlap":           func(es []map[string]any) []map[string]any { find(es, "X")["dur"] = 1000000; return es },
		"a call without end": func(es []map[string]any) []map[string]any {
			return slices.DeleteFunc(es, func(e map[string]any) bool { return e["ph"] == "E" && e["tid"] == find(es, "B")["tid"] })
		},
		"an end without a call":  func(es []map[string]any) []map[string]any { return append(es, find(es, "E")) },
		"a flow without end":     func(es []map[string]any) []map[string]any { find(es, "f")["id"] = 99; return es },
		"a flow of another name": func(es []map[string]any) []map[string]any { find(es, "f")["name"] = "other"; return es },
		"a flow of no slice": func(es []map[string]any) []map[string]any {
			find(es, "s")["ts"] = 0
			find(es, "s")["tid"] = 77
			return es
		},
		"a flow to the next one":  func(es []map[string]any) []map[string]any { delete(find(es, "f"), "bp"); return es },
		"a flow back in time":     func(es []map[string]any) []map[string]any { find(es, "f")["ts"] = 0; return es },
		"a violation of a thread": func(es []map[string]any) []map[string]any { find(es, "i")["s"] = "t"; return es },
		"no violation": func(es []map[string]any) []map[string]any {
			return slices.DeleteFunc(es, func(e map[string]any) bool { return e["ph"] == "i" })
		},
		"metadata that is not read": func(es []map[string]any) []map[string]any { find(es, "M")["name"] = "thread_sort_index"; return es },
		"a field that is none":      func(es []map[string]any) []map[string]any { find(es, "B")["duration"] = 3; return es },
	} {
		var x map[string]any
		if err := json.Unmarshal(out, &x); err != nil {
			t.Fatal(err)
		}
		var es []map[string]any
		for _, e := range x["traceEvents"].([]any) {
			es = append(es, e.(map[string]any))
		}
		x["traceEvents"] = broken(es)
		bad, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		if len(problems(bad, nil)) == 0 {
			t.Errorf("%s is not noticed", name)
		}
	}
	if len(problems(out, []string{"nobody"})) == 0 {
		t.Error("a thread without a track is not noticed")
	}
}

type event struct {
	Name  string         `json:"name"`
	Cat   string         `json:"cat"`
	Phase string         `json:"ph"`
	TS    *int           `json:"ts"`
	Dur   int            `json:"dur"`
	PID   int            `json:"pid"`
	TID   *int           `json:"tid"`
	ID    int            `json:"id"`
	Bind  string         `json:"bp"`
	Scope string         `json:"s"`
	Args  map[string]any `json:"args"`
}

type slice struct {
	from, to int
	name     string
}

// problems holds a trace against what Perfetto's importer documents: every event has its fields, slices of a track nest,
// flows begin and end within slices of their tracks, in pairs, and tracks have names.
func problems(out []byte, threads []string) (bad []string) {
	wrong := func(format string, args ...any) { bad = append(bad, fmt.Sprintf(format, args...)) }
	var x struct {
		Unit   string  `json:"displayTimeUnit"`
		Events []event `json:"traceEvents"`
	}
	dec := json.NewDecoder(bytes.NewReader(out))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&x); err != nil {
		return []string{err.Error()}
	}
	if x.Unit != "ns" && x.Unit != "ms" {
		wrong("the unit %q", x.Unit)
	}
	type track struct{ pid, tid int }
	named, process := map[track]string{}, map[int]string{}
	slices_ := map[track][]slice{}
	open := map[track][]event{}
	flows := map[int][]event{}
	violations := 0
	for _, e := range x.Events {
		if e.TS == nil || *e.TS < 0 || e.PID == 0 || e.TID == nil {
			wrong("%+v lacks a time, a process or a thread", e)
			continue
		}
		if e.Phase != "E" && e.Name == "" || e.Phase != "M" && e.Phase != "E" && e.Cat == "" {
			wrong("%+v lacks a name or a category", e)
		}
		k := track{e.PID, *e.TID}
		switch e.Phase {
		case "M":
			name, _ := e.Args["name"].(string)
			switch {
			case name == "":
				wrong("metadata %+v", e)
			case e.Name == "thread_name":
				named[k] = name
			case e.Name == "process_name":
				process[e.PID] = name
			default:
				wrong("metadata %+v", e)
			}
		case "B":
			open[k] = append(open[k], e)
		case "E":
			s := open[k]
			if len(s) == 0 {
				wrong("%+v ends nothing", e)
				continue
			}
			b := s[len(s)-1]
			open[k] = s[:len(s)-1]
			if *e.TS <= *b.TS {
				wrong("%+v takes no time", b)
			}
			slices_[k] = append(slices_[k], slice{*b.TS, *e.TS, b.Name})
		case "X":
			if e.Dur <= 0 {
				wrong("%+v takes no time", e)
			}
			slices_[k] = append(slices_[k], slice{*e.TS, *e.TS + e.Dur, e.Name})
		case "s", "f":
			flows[e.ID] = append(flows[e.ID], e)
			if (e.Phase == "f") != (e.Bind == "e") {
				wrong("%+v does not bind to the slice around it", e)
			}
		case "i":
			violations++
			if e.Scope != "g" {
				wrong("%+v is not global", e)
			}
		default:
			wrong("phase %q", e.Phase)
		}
	}
	for k, s := range open {
		if len(s) > 0 {
			wrong("track %v: %d calls do not end", k, len(s))
		}
	}
	for k, all := range slices_ {
		if named[k] == "" || process[k.pid] == "" {
			wrong("track %v has no name", k)
		}
		// Outer slices first.
		slices.SortStableFunc(all, func(a, b slice) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to)) })
		var around []slice
		for _, s := range all {
			for len(around) > 0 && around[len(around)-1].to <= s.from {
				around = around[:len(around)-1]
			}
			if n := len(around); n > 0 && s.to > around[n-1].to {
				wrong("track %s: %v overlaps %v", named[k], s, around[n-1])
			}
			around = append(around, s)
		}
	}
	for id, f := range flows {
		if len(f) != 2 || f[0].Phase != "s" || f[1].Phase != "f" || f[0].Name != f[1].Name || f[0].Cat != f[1].Cat || id <= 0 || *f[0].TS > *f[1].TS {
			wrong("flow %d: %+v", id, f)
		}
		for _, e := range f {
			if !slices.ContainsFunc(slices_[track{e.PID, *e.TID}], func(s slice) bool { return s.from <= *e.TS && *e.TS < s.to }) {
				wrong("flow %d is at no slice: %+v", id, e)
			}
		}
	}
	if violations != 1 {
		wrong("%d violations", violations)
	}
	for _, name := range threads {
		found := false
		for k, n := range named {
			found = found || n == name && k.pid == 1
		}
		if !found {
			wrong("%s has no track", name)
		}
	}
	return bad
}
