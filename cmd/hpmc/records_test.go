package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// TestRecords holds what verify writes, of runs that hold, are violated, deadlock, have a circle of locks, or are cut
// short, against the published schema.
func TestRecords(t *testing.T) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(recordSchema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("records.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("records.json")
	if err != nil {
		t.Fatal(err)
	}
	valid := func(line string) error {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(line))
		if err != nil {
			return err
		}
		return schema.Validate(v)
	}
	kinds, all := map[string]int{}, ""
	for _, args := range [][]string{
		{"verify", "online-uevent", "--format", "json"},
		{"verify", "flush-then-suspend", "--kernel", "wait-under-lock,tglx", "--format", "json", "--por", "check"},
		{"verify", "opposite-writers", "--format", "json", "--max-states", "100"},
		{"verify", "online-uevent", "--kernel", "tglx", "--format", "json", "--store", "fingerprint"},
		{"verify", "online-uevent", "--kernel", "tglx", "--format", "json", "--store", "bitstate", "--max-mem", "64M"},
	} {
		var out, errs bytes.Buffer
		run(args, &out, &errs)
		for _, line := range strings.Split(strings.TrimSpace(out.String()), "\n") {
			if err := valid(line); err != nil {
				t.Errorf("%v: %s: %v", args, line, err)
			}
			kind, _, _ := strings.Cut(strings.TrimPrefix(line, `{"type":"`), `"`)
			kinds[kind]++
			all += line + "\n"
		}
	}
	var b bytes.Buffer
	newRecorder(&b, true).emit(progressRecord{Type: "progress", Scenario: "s", Kernel: "k", Phase: "path"})
	if err := valid(b.String()); err != nil {
		t.Error(err)
	}
	if kinds["start"] != 5 || kinds["summary"] != 5 || kinds["run"] < 12 || !strings.Contains(all, `"circle":[{"thread":"kworker"`) || !strings.Contains(all, `"verdict":"inconclusive"`) {
		t.Errorf("%v: %s", kinds, all)
	}
	for _, c := range [][2]string{{`"type":"run"`, `"type":"ran"`}, {`"states":`, `"States":`}, {`"verdict":"holds"`, `"verdict":"fine"`}, {`"kind":"at event"`, `"kind":"event"`}, {`"bits":`, `"bits":-`}} {
		line := strings.Split(all, "\n")[1]
		bad := strings.Replace(line, c[0], c[1], 1)
		if bad == line || valid(bad) == nil {
			t.Errorf("%s for %s is accepted", c[1], c[0])
		}
	}
}
