package main

import (
	"bytes"
	"fmt"
	"io"

	"hpmc/traces"
	"hpmc/traces/chrome"
	"hpmc/traces/ftrace"
	"hpmc/traces/html"
	"hpmc/traces/itf"
	"hpmc/traces/mermaid"
)

// traceFormats are the formats that a trace is written in, text aside, which takes options.
var traceFormats = []struct {
	name  string
	write func(io.Writer, *traces.Trace) error
}{
	{"text", nil},
	{"json", func(w io.Writer, t *traces.Trace) error {
		out, err := t.JSON()
		if err == nil {
			_, err = fmt.Fprintf(w, "%s\n", out)
		}
		return err
	}},
	{"itf", itf.Write},
	{"chrome", chrome.Write},
	{"ftrace", ftrace.Write},
	{"mermaid", mermaid.Write},
	{"html", html.Write},
}

func formatNames() []string {
	var names []string
	for _, f := range traceFormats {
		names = append(names, f.name)
	}
	return names
}

// drawing is how the flags of trace say to show a trace.
type drawing struct {
	format    string
	output    string
	columns   string
	all       bool
	changelog bool
}

func (d *drawing) check() error {
	if err := oneWord("--columns", d.columns, []string{"roles", "cpus"}); err != nil {
		return err
	}
	if d.format != "text" && (d.changelog || d.all || d.columns != "roles") {
		return fmt.Errorf("--changelog, --all and --columns are of the text, not of --format %s", d.format)
	}
	return writable(d.output)
}

// render writes the trace of a job to the output, whole or not at all.
func (d *drawing) render(t *traces.Trace, j *job, command string, stdout io.Writer) error {
	var b bytes.Buffer
	if d.format == "text" {
		o := traces.Options{All: d.all, CPUs: d.columns == "cpus"}
		if d.changelog {
			b.WriteString(t.Changelog(j.scenario.Summary, command, o))
		} else {
			fmt.Fprintf(&b, "%s on %s, %s:\n\n%s", j.scenario.Name, j.kernel, stepCount(len(t.Steps)), t.Table(o))
		}
	}
	for _, f := range traceFormats {
		if f.name == d.format && f.write != nil {
			if err := f.write(&b, t); err != nil {
				return failure{exitInternal, err}
			}
		}
	}
	if d.output == "" || d.output == "-" {
		_, err := stdout.Write(b.Bytes())
		return err
	}
	return writeFiles([]string{d.output}, [][]byte{b.Bytes()})
}
