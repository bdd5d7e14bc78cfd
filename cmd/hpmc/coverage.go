package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"hpmc/coverage"
	"hpmc/model/compile"
)

// covered is what --coverage asks for.
type covered struct {
	text bool
	html string // a file; "" for none
}

func (c *covered) on() bool { return c.text || c.html != "" }

// report writes the coverage of the kernels of jobs, in the order in which they come.
func (c *covered) report(src *source, jobs []*job, stdout io.Writer) error {
	var list []*coverage.Coverage
	of := map[string]*coverage.Coverage{}
	for _, j := range jobs {
		cov := of[j.kernel]
		if cov == nil {
			sources, err := src.modelSource(j)
			if err != nil {
				return err
			}
			cov = coverage.New(j.kernel, sources)
			of[j.kernel] = cov
			list = append(list, cov)
		}
		cov.Add(j.program, j.result.Fired)
	}
	if c.text {
		for _, cov := range list {
			fmt.Fprintln(stdout)
			if err := cov.Text(stdout); err != nil {
				return err
			}
		}
		if len(jobs) == 1 {
			writeDead(stdout, jobs[0])
		} else {
			writeDeadCounts(stdout, jobs)
		}
	}
	if c.html == "" {
		return nil
	}
	var b bytes.Buffer
	if err := coverage.HTML(&b, list); err != nil {
		return err
	}
	return writeFiles([]string{c.html}, [][]byte{b.Bytes()})
}

// modelSource returns the files of the kernel of a job.
func (s *source) modelSource(j *job) ([]coverage.Source, error) {
	kernel := j.kernel
	if len(s.patches) > 0 {
		kernel = s.base()
	}
	pkgs, err := s.KernelSource(kernel, s.patches...)
	if err != nil {
		return nil, err
	}
	var out []coverage.Source
	for _, p := range pkgs {
		if p.Path == compile.KernelPath {
			for _, f := range p.Files {
				out = append(out, coverage.Source{Name: f.Name, Text: f.Text})
			}
		}
	}
	return out, nil
}

// writeDead lists the transitions of a program that were never taken.
func writeDead(w io.Writer, j *job) {
	var b strings.Builder
	dead := 0
	for i := range j.program.Transitions {
		t := &j.program.Transitions[i]
		if j.result.Fired[i] {
			continue
		}
		dead++
		fmt.Fprintf(&b, "  t%-4d %s  %s(): %s  (%s)\n", t.ID, j.program.Threads[t.Thread].Name, t.Func, t.Text, place(t.Pos))
	}
	fmt.Fprintf(w, "\n%d of %s of %s on %s never taken%s\n%s", dead, plural(len(j.program.Transitions), "transition"), j.scenario.Name, j.kernel,
		map[bool]string{true: ":", false: "."}[dead > 0], b.String())
}

// writeDeadCounts says of each run how many of its transitions were never taken.
func writeDeadCounts(w io.Writer, jobs []*job) {
	width := 0
	for _, j := range jobs {
		width = max(width, len(j.scenario.Name)+len(j.kernel)+4)
	}
	fmt.Fprint(w, "\nTransitions never taken; a run alone lists them:\n")
	for _, j := range jobs {
		dead := 0
		for _, f := range j.result.Fired {
			if !f {
				dead++
			}
		}
		fmt.Fprintf(w, "  %-*s  %3d of %d\n", width, j.scenario.Name+" on "+j.kernel, dead, len(j.result.Fired))
	}
}
