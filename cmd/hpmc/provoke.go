package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hpmc/conformance/lab"
	"hpmc/conformance/provoke"
	"hpmc/scenarios"
	"hpmc/traces"
)

const provokeHelp = `hpmc provoke TRACE [flags]

Makes a reproducer of a saved counterexample, which hpmc trace --format json wrote:
a program that does what the scenario's threads do, and a kernel module that holds
tasks at functions until others have got so far. Boots it on Debian's kernel under
QEMU and says whether it happened, or what stood in the way. Exits 1 if it happened,
0 if it did not, 3 if there is no answer.

  --kernel SERIES       Debian's kernel of this series: 5.10 (default), 6.1, 6.12
  --knock-out FUNC,...  functions of that kernel that return 0 at once
  --runs N              boots (default 3)
  --timeout D           how long a task is held at most (default 3s)
  --emit DIR            do not boot anything, only write the sources to DIR
  --verbose             all that the program says
  --patch FILE          the trace is of a kernel with this change; several are applied
  --scenarios PATH      scenarios from a file or a directory

It takes make, gcc, QEMU and the kernel's headers; kernel and headers are downloaded
through apt once, and nothing is installed.

Examples:
  hpmc trace online-uevent --kernel v5.12 --property affinity-after-online-uevent \
       --format json --output bug.json
  hpmc provoke bug.json
  hpmc provoke bug.json --knock-out cpuset_wait_for_hotplug
  hpmc provoke bug.json --emit reproducer/
`

// provoking is what the flags of hpmc provoke say.
type provoking struct {
	c       choice
	series  string
	runs    int
	emit    string
	verbose bool
	o       provoke.Options
}

func provokeCommand() *cobra.Command {
	var p provoking
	cmd := &cobra.Command{
		Use:   "provoke TRACE",
		Short: "make a counterexample happen on a real kernel",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("hpmc provoke takes the name of one saved trace; hpmc trace --format json --output FILE writes one")
			}
			if err := p.check(); err != nil {
				return err
			}
			plan, err := p.plan(args[0])
			if err != nil {
				return err
			}
			if p.emit != "" {
				return p.write(plan, cmd.OutOrStdout())
			}
			return p.run(cmd.Context(), plan, cmd.OutOrStdout())
		},
	}
	f := cmd.Flags()
	f.StringVar(&p.series, "kernel", "5.10", "")
	f.StringSliceVar(&p.o.KnockOut, "knock-out", nil, "")
	f.IntVar(&p.runs, "runs", 3, "")
	f.DurationVar(&p.o.Timeout, "timeout", provoke.DefaultTimeout, "")
	f.StringVar(&p.emit, "emit", "", "")
	f.BoolVar(&p.verbose, "verbose", false, "")
	f.StringArrayVar(&p.c.patches, "patch", nil, "")
	p.c.scenarioFlag(cmd)
	return cmd
}

// check refuses values that the flags' types allow.
func (p *provoking) check() error {
	p.series = strings.TrimPrefix(p.series, "v")
	if !slices.Contains(lab.Series(), p.series) {
		hint := ""
		if n := scenarios.Nearest(p.series, lab.Series()); n != "" {
			hint = "; did you mean " + n + "?"
		}
		return fmt.Errorf("--kernel %s: there are Debian's kernels %s%s", p.series, strings.Join(lab.Series(), ", "), hint)
	}
	for _, f := range p.o.KnockOut {
		if !provoke.Identifier.MatchString(f) {
			return fmt.Errorf("--knock-out %q is no name of a function", f)
		}
	}
	if p.runs < 1 {
		return fmt.Errorf("--runs %d: it takes at least one", p.runs)
	}
	if p.o.Timeout < 10*time.Millisecond || p.o.Timeout > 20*time.Second {
		return fmt.Errorf("--timeout %v: a task can be held from 10ms to 20s", p.o.Timeout)
	}
	return nil
}

// plan reads a trace, and plans its reproducer.
func (p *provoking) plan(file string) (*provoke.Plan, error) {
	src, err := p.c.open()
	if err != nil {
		return nil, err
	}
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, cause(err))
	}
	t, err := traces.Read(file, content)
	if err != nil {
		return nil, err
	}
	sc, tr, err := src.retrace(t)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	plan, err := provoke.New(sc, tr, p.series)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return plan, nil
}

// retrace replays a saved trace on the kernel that it is of.
func (s *source) retrace(t *traces.Saved) (*scenarios.Scenario, *traces.Trace, error) {
	sc, err := s.scenario(t.Scenario)
	if err != nil {
		return nil, nil, err
	}
	kernel := t.Kernel
	switch {
	case len(s.patches) > 0 || kernel == "":
		kernel = s.base()
	case !s.has(kernel):
		return nil, nil, fmt.Errorf("the trace is of %q, which is no kernel of hpmc's: name its patches with --patch", kernel)
	}
	j := s.job(sc, kernel)
	if j.program, err = s.build(j); err != nil {
		return nil, nil, err
	}
	r, err := t.Replay(j.program)
	if err != nil {
		return nil, nil, err
	}
	if r.Outcome != traces.Possible {
		return nil, nil, fmt.Errorf("%s has no such interleaving any more: %s", j.kernel, r.Why)
	}
	r.Trace.Kernel = j.kernel
	return sc, r.Trace, nil
}

// write writes the sources.
func (p *provoking) write(plan *provoke.Plan, stdout io.Writer) error {
	sources, err := plan.Sources(p.o)
	if err != nil {
		return err
	}
	if err := provoke.Write(p.emit, sources); err != nil {
		return fmt.Errorf("--emit %s: %w", p.emit, cause(err))
	}
	fmt.Fprint(stdout, plan)
	for _, s := range sources {
		fmt.Fprintf(stdout, "wrote %s\n", filepath.Join(p.emit, s.Name))
	}
	return nil
}

// run boots the reproducer and says what became of it.
func (p *provoking) run(ctx context.Context, plan *provoke.Plan, stdout io.Writer) error {
	fmt.Fprint(stdout, plan)
	inconclusive := func(err error) error {
		if ctx.Err() != nil {
			return failure{exitInterrupted, errors.New("interrupted")}
		}
		return failure{exitInconclusive, err}
	}
	k, err := lab.Obtain(ctx, p.series, true)
	if err != nil {
		return inconclusive(err)
	}
	b, err := plan.Build(ctx, k, p.o)
	if err != nil {
		return inconclusive(err)
	}
	name := provoke.KernelName(k, p.o)
	fmt.Fprintf(stdout, "\n%s (%s):\n", name, k.Release)
	happened, failed := 0, 0
	shapes := map[string]int{}
	for i := range p.runs {
		r, err := b.Run(ctx)
		if err != nil {
			return inconclusive(err)
		}
		if r.Happened {
			happened++
		} else if r.Failed != "" {
			failed++
		}
		lines, shape := plan.Account(r)
		if first := shapes[shape]; first > 0 && !r.Happened {
			lines = []string{fmt.Sprintf("%s, as in boot %d", lines[0], first)}
		} else {
			shapes[shape] = i + 1
		}
		fmt.Fprintf(stdout, "  boot %d: %s\n", i+1, strings.Join(lines, "\n    "))
		if p.verbose {
			fmt.Fprintf(stdout, "    | %s\n", strings.Join(r.Said, "\n    | "))
		}
		if r.Console != "" {
			fmt.Fprintf(stdout, "    the console ends:\n    | %s\n", strings.ReplaceAll(r.Console, "\n", "\n    | "))
		}
	}
	return verdict(stdout, name, happened, failed, p.runs)
}

// verdict says what came of all boots.
func verdict(stdout io.Writer, kernel string, happened, failed, runs int) error {
	silent := ""
	if failed > 0 {
		silent = fmt.Sprintf(", and no answer from %d", failed)
	}
	switch {
	case happened > 0:
		fmt.Fprintf(stdout, "\nhappened on %s (%d of %d%s)\n", kernel, happened, runs, silent)
		return status(exitViolated)
	case failed > 0:
		fmt.Fprintf(stdout, "\nno answer on %s (0 of %d%s)\n", kernel, runs, silent)
		return status(exitInconclusive)
	}
	fmt.Fprintf(stdout, "\ndid not happen on %s (0 of %d)\n", kernel, runs)
	return nil
}
