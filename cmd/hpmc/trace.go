package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"hpmc/explorer"
	"hpmc/model"
	"hpmc/scenarios"
)

func traceCommand() *cobra.Command {
	var c choice
	var property string
	var d drawing
	var w walk
	cmd := &cobra.Command{
		Use:   "trace SCENARIO",
		Short: "show the shortest interleaving that breaks a property",
		Args:  oneName("a scenario", "scenarios"),
		RunE: func(cmd *cobra.Command, args []string) error {
			src, err := c.open()
			if err != nil {
				return err
			}
			d.format = c.format
			if err := d.check(); err != nil {
				return err
			}
			switch {
			case cmd.Flags().Changed("until") && strings.TrimSpace(c.until) == "":
				return errors.New("--until is empty; write an expression, such as 'k.CPUOnlineMask.Has(1)'")
			case c.until != "" && property != "":
				return errors.New("--until and --property both say where the trace ends; give one")
			case w.random && c.until == "" && property == "":
				return errors.New("--random needs --until EXPR, where the run is to end")
			case !w.random && cmd.Flags().Changed("seed"):
				return errors.New("--seed is of --random")
			}
			if len(c.kernels) > 1 {
				return fmt.Errorf("trace takes one --kernel, not %d", len(c.kernels))
			}
			sc, err := src.scenario(args[0])
			if err != nil {
				return err
			}
			j := src.job(sc, src.traceKernel(sc))
			if j.program, err = src.build(j); err != nil {
				return err
			}
			if c.until != "" {
				property = c.until
			}
			prop, err := j.property(property)
			if err != nil {
				return err
			}
			if w.random && prop >= 0 && j.program.Props[prop].Kind == model.LockOrder {
				return errors.New("--random looks at one run, and " + property + " is a property of all of them")
			}
			if w.random {
				return w.run(cmd.Context(), src, j, prop, &d, cmd.OutOrStdout())
			}
			return trace(cmd.Context(), src, j, prop, &d, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	c.runFlags(cmd)
	c.formats = formatNames()
	cmd.Flags().StringVar(&property, "property", "", "")
	cmd.Flags().StringVar(&c.until, "until", "", "")
	cmd.Flags().BoolVar(&w.random, "random", false, "")
	cmd.Flags().Uint64Var(&w.seed, "seed", 1, "")
	cmd.Flags().BoolVar(&d.all, "all", false, "")
	cmd.Flags().BoolVar(&d.changelog, "changelog", false, "")
	cmd.Flags().StringVar(&d.columns, "columns", "roles", "")
	cmd.Flags().StringVar(&d.output, "output", "", "")
	return cmd
}

// oneName accepts one argument and says what it is if it is missing.
func oneName(what, list string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != 1 {
			return fmt.Errorf("%s takes the name of %s; hpmc list %s lists them", cmd.CommandPath(), what, list)
		}
		return nil
	}
}

// traceKernel returns the kernel on which to trace a scenario: the one named, else the first that is
// expected to violate something, else the first.
func (s *source) traceKernel(sc *scenarios.Scenario) string {
	if len(s.o.kernels) > 0 || len(s.patches) > 0 {
		return s.base()
	}
	for _, k := range sc.Kernels {
		if e, ok := sc.Expected(k); ok && e.Verdict == explorer.Violated {
			return k
		}
	}
	if len(sc.Kernels) > 0 {
		return sc.Kernels[0]
	}
	return s.base()
}

// property returns the index of the property with a name, and -1 if name is empty.
func (j *job) property(name string) (int, error) {
	if name == "" {
		return -1, nil
	}
	names := make([]string, len(j.program.Props))
	for i := range j.program.Props {
		n := j.program.Props[i].Name
		if names[i] = n; n == name || strings.TrimPrefix(n, "reach: ") == name {
			return i, nil
		}
	}
	hint := ""
	if n := scenarios.Nearest(name, names); n != "" {
		hint = "; did you mean " + n + "?"
	}
	return 0, fmt.Errorf("%s does not check %s%s\nIt checks: %s", j.scenario.Name, name, hint, strings.Join(names, ", "))
}

func trace(ctx context.Context, src *source, j *job, prop int, d *drawing, stdout, stderr io.Writer) error {
	jobs := []*job{j}
	// stdout takes the trace and nothing else, even in JSON.
	show := newProgress(src.o.engine.progress, jobs, newRecorder(nil, false), stderr)
	err := explore(ctx, jobs, &src.o.engine, show, func(*job) {})
	show.close()
	if err != nil {
		return err
	}
	if j.fault != nil {
		return failure{exitInternal, fmt.Errorf("internal error: %w", j.fault)}
	}
	pr, found := j.pick(prop)
	if !found {
		return nothing(ctx, src, j, prop, stdout)
	}
	p := &j.program.Props[pr.Prop]
	if pr.Pathless {
		return failure{exitInconclusive, fmt.Errorf("%s on %s: %s is violated, or reached, but there was no memory or time for the shortest run; see --max-mem",
			j.scenario.Name, j.kernel, p.Name)}
	}
	t, err := j.replay(pr)
	if err != nil {
		return failure{exitInternal, fmt.Errorf("internal error: %w", err)}
	}
	if err := d.render(t, j, j.traceCommand(src, p), stdout); err != nil {
		return err
	}
	switch {
	case p.Kind == model.Reachable:
		return nil
	case p.Fault:
		return status(exitUsage)
	}
	return status(exitViolated)
}

func stepCount(n int) string {
	if n == 1 {
		return "1 step"
	}
	return fmt.Sprintf("%d steps", n)
}

// pick returns the result to show: of the property with that index, or of the first one violated.
func (j *job) pick(prop int) (explorer.PropResult, bool) {
	for _, pr := range j.result.Props {
		reach := j.program.Props[pr.Prop].Kind == model.Reachable
		switch {
		case prop >= 0 && pr.Prop != prop:
		case reach && prop >= 0 && pr.Verdict == explorer.Holds:
			return pr, true
		case !reach && pr.Verdict == explorer.Violated:
			return pr, true
		}
	}
	return explorer.PropResult{}, false
}

// nothing says that there is no trace to show, and why.
func nothing(ctx context.Context, src *source, j *job, prop int, stdout io.Writer) error {
	what, verdict := "every property", j.outcome.Verdict
	if prop >= 0 {
		what, verdict = j.program.Props[prop].Name, explorer.Inconclusive
		for _, pr := range j.result.Props {
			if pr.Prop == prop {
				verdict = pr.Verdict
			}
		}
	}
	if src.o.format == "json" {
		fmt.Fprintf(stdout, "{\"scenario\":%q,\"kernel\":%q,\"verdict\":%q}\n", j.scenario.Name, j.kernel, verdict)
	} else {
		at := fmt.Sprintf("%s on %s: ", j.scenario.Name, j.kernel)
		switch verdict {
		case explorer.Holds:
			fmt.Fprintf(stdout, "%s%s holds in every interleaving (%s).\n", at, what, j.states())
		case explorer.Violated: // the rest are conditions that no interleaving reaches
			fmt.Fprintf(stdout, "%snever reached: %s\n", at, strings.Join(j.outcome.Unreached, ", "))
		default:
			fmt.Fprintf(stdout, "%sundecided after %s: %s.\n", at, j.states(), j.result.Reason)
		}
	}
	switch {
	case ctx.Err() != nil:
		return status(exitInterrupted)
	case verdict == explorer.Holds:
		return nil
	case verdict == explorer.Violated:
		return status(exitViolated)
	}
	return status(exitInconclusive)
}
