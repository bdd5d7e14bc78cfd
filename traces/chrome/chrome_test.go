package chrome_test

import (
	"cmp"
	"encoding/json"
	"slices"
	"testing"

	"hpmc/traces"
	"hpmc/traces/chrome"
	"hpmc/traces/internal/golden"
)

func TestWrite(t *testing.T) { golden.Check(t, ".chrome.json", chrome.Write, check) }

type event struct {
	Name  string         `json:"name"`
	Cat   string         `json:"cat"`
	Phase string         `json:"ph"`
	TS    *int           `json:"ts"`
	Dur   int            `json:"dur"`
	PID   int            `json:"pid"`
	TID   int            `json:"tid"`
	ID    int            `json:"id"`
	Bind  string         `json:"bp"`
	Scope string         `json:"s"`
	Args  map[string]any `json:"args"`
}

type slice struct {
	from, to int
	name     string
}

// check holds a trace against what Perfetto's importer documents: slices of a track nest, flows begin and end within
// slices of their tracks, in pairs, and tracks have names.
func check(t *testing.T, tr *traces.Trace, out []byte) {
	var x struct {
		Unit   string  `json:"displayTimeUnit"`
		Events []event `json:"traceEvents"`
	}
	if err := json.Unmarshal(out, &x); err != nil {
		t.Fatal(err)
	}
	type track struct{ pid, tid int }
	named := map[track]string{}
	slices_ := map[track][]slice{}
	open := map[track][]event{}
	flows := map[int][]event{}
	violations := 0
	for _, e := range x.Events {
		if e.TS == nil || *e.TS < 0 || e.PID == 0 {
			t.Fatalf("%+v lacks a time or a process", e)
		}
		k := track{e.PID, e.TID}
		switch e.Phase {
		case "M":
			if e.Name != "thread_name" && e.Name != "process_name" || e.Args["name"] == "" {
				t.Errorf("metadata %+v", e)
			}
			if e.Name == "thread_name" {
				named[k] = e.Args["name"].(string)
			}
		case "B":
			open[k] = append(open[k], e)
		case "E":
			s := open[k]
			if len(s) == 0 {
				t.Fatalf("%+v ends nothing", e)
			}
			b := s[len(s)-1]
			open[k] = s[:len(s)-1]
			slices_[k] = append(slices_[k], slice{*b.TS, *e.TS, b.Name})
		case "X":
			if e.Dur <= 0 {
				t.Errorf("%+v takes no time", e)
			}
			slices_[k] = append(slices_[k], slice{*e.TS, *e.TS + e.Dur, e.Name})
		case "s", "f":
			flows[e.ID] = append(flows[e.ID], e)
			if (e.Phase == "f") != (e.Bind == "e") {
				t.Errorf("%+v does not bind to the slice around it", e)
			}
		case "i":
			violations++
			if e.Scope != "g" {
				t.Errorf("%+v is not global", e)
			}
		default:
			t.Errorf("phase %q", e.Phase)
		}
	}
	for k, s := range open {
		if len(s) > 0 {
			t.Errorf("track %v: %d calls do not end", k, len(s))
		}
	}
	for k, all := range slices_ {
		if named[k] == "" {
			t.Errorf("track %v has no name", k)
		}
		// Outer slices first.
		slices.SortStableFunc(all, func(a, b slice) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to)) })
		var around []slice
		for _, s := range all {
			for len(around) > 0 && around[len(around)-1].to <= s.from {
				around = around[:len(around)-1]
			}
			if n := len(around); n > 0 && s.to > around[n-1].to {
				t.Errorf("track %s: %v overlaps %v", named[k], s, around[n-1])
			}
			around = append(around, s)
		}
	}
	for id, f := range flows {
		if len(f) != 2 || f[0].Phase != "s" || f[1].Phase != "f" || f[0].Name != f[1].Name || *f[0].TS > *f[1].TS {
			t.Errorf("flow %d: %+v", id, f)
		}
		for _, e := range f {
			if !slices.ContainsFunc(slices_[track{e.PID, e.TID}], func(s slice) bool { return s.from <= *e.TS && *e.TS < s.to }) {
				t.Errorf("flow %d is at no slice: %+v", id, e)
			}
		}
	}
	if violations != 1 {
		t.Errorf("%d violations", violations)
	}
	for _, th := range tr.Threads() {
		name := tr.Program.Threads[th].Name
		found := false
		for k, n := range named {
			found = found || n == name && k.pid == 1
		}
		if !found {
			t.Errorf("%s has no track", name)
		}
	}
}
