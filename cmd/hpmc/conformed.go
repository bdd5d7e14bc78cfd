package main

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"hpmc/conformance"
)

// report writes one comparison at length, several as a table, and returns what sets the exit status.
func (h *held) report(all []comparison, stdout io.Writer) error {
	rec := newRecorder(stdout, h.format == "json")
	counts := map[conformance.Verdict]int{}
	for _, c := range all {
		counts[c.result.Verdict]++
		rec.emit(c.record())
	}
	switch {
	case h.format == "json":
	case len(all) == 1:
		fmt.Fprint(stdout, all[0].result.Text(all[0].file, all[0].scenario+" on "+all[0].kernel))
	default:
		fmt.Fprint(stdout, table(all))
		fmt.Fprintf(stdout, "\n%d comparisons: %d conform, %d do not, %d inconclusive.\n", len(all),
			counts[conformance.Conforms], counts[conformance.Differs], counts[conformance.Inconclusive])
	}
	switch {
	case counts[conformance.Differs] > 0:
		return status(exitViolated)
	case counts[conformance.Inconclusive] > 0:
		return status(exitInconclusive)
	}
	return nil
}

// table has a row for each recording and a column for each kernel.
func table(all []comparison) string {
	var kernels, files []string
	for _, c := range all {
		if !slices.Contains(kernels, c.kernel) {
			kernels = append(kernels, c.kernel)
		}
		if !slices.Contains(files, c.file) {
			files = append(files, c.file)
		}
	}
	w := len("recording")
	for _, f := range files {
		w = max(w, len(filepath.Base(f)))
	}
	var b strings.Builder
	row := func(first string, cells []string) {
		line := fmt.Sprintf("%-*s", w, first)
		for _, c := range cells {
			line += fmt.Sprintf("  %-12s", c)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	row("recording", kernels)
	i := 0
	for _, f := range files {
		var cells []string
		for ; i < len(all) && all[i].file == f && len(cells) < len(kernels); i++ {
			cells = append(cells, all[i].cell())
		}
		row(filepath.Base(f), cells)
	}
	return b.String()
}

// cell says in a word or two what came of a comparison: where a recording does not conform, the line up to which it does.
func (c *comparison) cell() string {
	switch r := c.result; {
	case r.Verdict == conformance.Conforms:
		return "conforms"
	case r.Verdict == conformance.Inconclusive:
		return "?"
	case r.Failure.Event == nil:
		return "not its end"
	default:
		return fmt.Sprintf("not line %d", r.Failure.Event.Line)
	}
}

// conformRecord is a comparison in JSON.
type conformRecord struct {
	Type      string          `json:"type"` // conform
	Recording string          `json:"recording"`
	Scenario  string          `json:"scenario"`
	Kernel    string          `json:"kernel"`
	Verdict   string          `json:"verdict"` // conforms, differs or inconclusive
	Reason    string          `json:"reason,omitempty"`
	Events    int             `json:"events"`   // of the recording
	Observed  int             `json:"observed"` // of them those that the model must match
	Matched   int             `json:"matched"`
	Steps     int             `json:"steps"`
	Restarts  int             `json:"restarts"`
	States    int             `json:"states"`
	Prefix    bool            `json:"prefix"`
	Threads   []threadRecord  `json:"threads"`
	LeftOut   []leftOutRecord `json:"left_out"`
	Failure   *failureRecord  `json:"failure,omitempty"`
	Warnings  []string        `json:"warnings"`
}

type threadRecord struct {
	Name   string   `json:"name"`
	Tasks  []string `json:"tasks"`
	Events int      `json:"events"`
	Steps  int      `json:"steps"`
}

type leftOutRecord struct {
	Name  string `json:"name"`
	Why   string `json:"why"`
	Count int    `json:"count"`
	Line  int    `json:"line"` // of the first one
}

type failureRecord struct {
	Line    int          `json:"line,omitempty"` // absent if all events are matched and the program is not done
	Event   string       `json:"event,omitempty"`
	Call    string       `json:"call,omitempty"`
	Threads []string     `json:"threads"`
	Why     []string     `json:"why"`
	Next    []nextRecord `json:"next"`
}

type nextRecord struct {
	Thread string   `json:"thread"`
	Calls  []string `json:"calls"`
	State  string   `json:"state,omitempty"`
}

// orEmpty is s, or a list without entries: JSON has null for a list that is nil.
func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func (c *comparison) record() conformRecord {
	r := c.result
	out := conformRecord{
		Type: "conform", Recording: c.file, Scenario: c.scenario, Kernel: c.kernel, Reason: r.Why,
		Verdict: map[conformance.Verdict]string{conformance.Conforms: "conforms", conformance.Differs: "differs", conformance.Inconclusive: "inconclusive"}[r.Verdict],
		Events:  r.Events, Observed: r.Observed, Matched: r.Matched, Steps: r.Steps, Restarts: r.Restarts, States: r.States, Prefix: r.Prefix,
		Threads: []threadRecord{}, LeftOut: []leftOutRecord{}, Warnings: orEmpty(r.Warnings),
	}
	for _, t := range r.Threads {
		out.Threads = append(out.Threads, threadRecord{t.Name, orEmpty(t.Tasks), t.Events, t.Steps})
	}
	for _, l := range r.LeftOut {
		out.LeftOut = append(out.LeftOut, leftOutRecord(l))
	}
	if f := r.Failure; f != nil {
		x := &failureRecord{Call: f.Call, Threads: orEmpty(f.Threads), Why: orEmpty(f.Why), Next: []nextRecord{}}
		if f.Event != nil {
			x.Line, x.Event = f.Event.Line, f.Event.Raw
		}
		for _, n := range f.Next {
			x.Next = append(x.Next, nextRecord{n.Thread, orEmpty(n.Calls), n.State})
		}
		out.Failure = x
	}
	return out
}
