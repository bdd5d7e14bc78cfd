package main

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"hpmc/explorer"
	"hpmc/scenarios"
)

// underWay returns the progress of three runs, of which one has ended and one takes long.
func underWay(how string, jobs int, rec *recorder, w *bytes.Buffer) *progress {
	var list []*job
	for _, name := range []string{"first", "second", "third"}[:jobs] {
		list = append(list, &job{scenario: &scenarios.Scenario{Name: name}, kernel: "v5.12"})
	}
	p := newProgress(how, list, rec, w)
	if p == nil {
		return nil
	}
	for i := range jobs {
		p.explored(i, explorer.Progress{States: 10})
	}
	if jobs > 1 {
		p.finished(1, 500)
		p.explored(2, explorer.Progress{States: 20, Elapsed: time.Second})
	}
	p.explored(0, explorer.Progress{States: 24_000_010, Transitions: 70_000_000, Depth: 12, Frontier: 4567, Bytes: 3 << 30, Elapsed: 12 * time.Second, Phase: "checkpoint"})
	return p
}

func TestPlain(t *testing.T) {
	var w bytes.Buffer
	p := underWay("auto", 3, newRecorder(nil, false), &w)
	p.out.show(p, p.overall())
	p.close()
	lines := strings.Split(w.String(), "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[0], "1 of 3 runs, 24,000,530 states, ") {
		t.Errorf("%q", lines)
	}
	if want := "first on v5.12: 24,000,010 states, 2.0M/s, depth 12, frontier 4,567, 3.0 GiB, writing a checkpoint, 12.0s"; lines[1] != want {
		t.Errorf("%q, want %q", lines[1], want)
	}
}

func TestProgressRecords(t *testing.T) {
	var w, stderr bytes.Buffer
	p := underWay("auto", 3, newRecorder(&w, true), &stderr)
	p.out.show(p, p.overall())
	p.close()
	lines := strings.Split(strings.TrimSpace(w.String()), "\n")
	var got progressRecord
	if err := json.Unmarshal([]byte(lines[0]), &got); err != nil {
		t.Fatal(err)
	}
	want := progressRecord{"progress", "first", "v5.12", 24_000_010, 70_000_000, 2_000_001, 12, 4567, 3 << 30, 12, "checkpoint", 1, 3}
	if got != want || len(lines) != 2 || stderr.Len() > 0 {
		t.Errorf("%+v\nof %q, want %+v; stderr %q", got, lines, want, stderr.String())
	}
}

func TestBar(t *testing.T) {
	for jobs, want := range map[int]string{1: "24,000,010 states, 2.0M/s, depth 12", 3: "1 of 3 runs, 24,000,530 states"} {
		var w bytes.Buffer
		p := underWay("bar", jobs, newRecorder(nil, false), &w)
		p.out.show(p, p.overall())
		p.close()
		if !strings.Contains(w.String(), want) {
			t.Errorf("%q does not contain %q", w.String(), want)
		}
		for _, line := range strings.FieldsFunc(w.String(), func(r rune) bool { return r == '\r' || r == '\n' }) {
			if n := len([]rune(line)); n > 80 {
				t.Errorf("%d columns: %q", n, line)
			}
		}
	}
}

func TestNoProgress(t *testing.T) {
	var w bytes.Buffer
	if p := underWay("none", 3, newRecorder(nil, false), &w); p != nil {
		t.Error("--progress=none shows progress")
	}
	var p *progress
	p.explored(0, explorer.Progress{})
	p.finished(0, 1)
	p.close()
}

// TestSecondSearch checks that a run that starts anew gives no negative rate.
func TestSecondSearch(t *testing.T) {
	var w bytes.Buffer
	p := underWay("plain", 1, newRecorder(nil, false), &w)
	p.overall()
	p.explored(0, explorer.Progress{States: 100, Elapsed: time.Second})
	if o := p.overall(); o.rate != 100 {
		t.Errorf("%v states a second", o.rate)
	}
	p.close()
}
