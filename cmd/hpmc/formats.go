package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

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

// writable tells, before a search, whether a file can be put there.
func writable(name string) error {
	if name == "" || name == "-" {
		return nil
	}
	dir := filepath.Dir(name)
	if s, err := os.Stat(dir); err != nil || !s.IsDir() {
		return fmt.Errorf("%s: there is no directory %s", name, dir)
	}
	if s, err := os.Stat(name); err == nil && s.IsDir() {
		return fmt.Errorf("%s: it is a directory", name)
	}
	return nil
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
	return writeFile(d.output, b.Bytes())
}

// writeFile puts a file in its place when it is complete.
func writeFile(name string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".hpmc-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(content)
	return errors.Join(err, f.Chmod(0o644), f.Close(), os.Rename(f.Name(), name))
}
