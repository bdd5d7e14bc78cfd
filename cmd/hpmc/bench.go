package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hpmc/benchmarks"
	"hpmc/explorer"
	"hpmc/scenarios"
)

const benchHelp = `hpmc bench [RUNG...] [flags]

Measures how fast state spaces are explored, on a ladder of scenarios of 10^4 to
10^8 states or on the rungs named, beside SPIN and Rumur on the same model: full and
with reduction, with one worker and with one a core, storing states exactly and as
fingerprints. Every run is a process of its own. Exits 4 if two checkers count
states differently or a verdict is not the expected one.

  --list                the rungs, and exit
  --pairs N             runs of each kind (default 5); rungs over 2*10^7 states
                        are run once
  --quick               the smallest rung, once, few kinds of run
  --no-spin             leave SPIN out
  --no-rumur            leave Rumur out; it is anyway of rungs over 10^7 states
  --json FILE           everything that was measured; - for standard output
  --svg FILE            a plot of states/s and bytes a state against size

Examples:
  hpmc bench --quick
  hpmc bench pins-4 smt-suspend-4-writers --pairs 3
`

func benchCommand() *cobra.Command {
	var o benchmarks.Options
	var jsonFile, svgFile string
	var list bool
	cmd := &cobra.Command{
		Use:   "bench [RUNG...]",
		Short: "measure the speed of exploration, beside SPIN and Rumur",
		RunE: func(cmd *cobra.Command, args []string) error {
			if list {
				return listRungs(cmd.OutOrStdout())
			}
			switch {
			case o.Pairs < 1:
				return fmt.Errorf("--pairs is a positive number, not %d", o.Pairs)
			case jsonFile == "-" && svgFile == "-":
				return errors.New("--json and --svg cannot both go to standard output")
			}
			self, err := os.Executable()
			if err != nil {
				return err
			}
			o.Self = benchmarks.Self{self, "bench-run"}
			o.Rungs = args
			o.Command = strings.Join(append([]string{"hpmc", "bench"}, quoted(args, cmd)...), " ")
			if o.Quick {
				o.Pairs = 1
				if len(args) == 0 {
					o.Rungs = []string{benchmarks.Smallest}
				}
			}
			return bench(cmd, o, jsonFile, svgFile)
		},
	}
	cmd.Flags().BoolVar(&list, "list", false, "")
	cmd.Flags().IntVar(&o.Pairs, "pairs", 5, "")
	cmd.Flags().BoolVar(&o.Quick, "quick", false, "")
	cmd.Flags().BoolVar(&o.NoSpin, "no-spin", false, "")
	cmd.Flags().BoolVar(&o.NoRumur, "no-rumur", false, "")
	cmd.Flags().StringVar(&jsonFile, "json", "", "")
	cmd.Flags().StringVar(&svgFile, "svg", "", "")
	return cmd
}

// quoted is the arguments and flags of a command, for a shell.
func quoted(args []string, cmd *cobra.Command) []string {
	out := make([]string, 0, len(args))
	for _, a := range args {
		out = append(out, quote(a))
	}
	for _, name := range []string{"pairs", "quick", "no-spin", "no-rumur"} {
		if f := cmd.Flags().Lookup(name); f.Changed {
			out = append(out, "--"+name+"="+f.Value.String())
		}
	}
	return out
}

// bench measures and reports. Files are begun first: a measurement is long, and a wrong path is soon found.
func bench(cmd *cobra.Command, o benchmarks.Options, jsonFile, svgFile string) error {
	if err := checkRungs(o.Rungs); err != nil {
		return err
	}
	outputs := []struct {
		name  string
		write func(*benchmarks.Report, io.Writer) error
		temp  *os.File
	}{{jsonFile, writeBenchJSON, nil}, {svgFile, (*benchmarks.Report).SVG, nil}}
	for i := range outputs {
		out := &outputs[i]
		if out.name == "" || out.name == "-" {
			continue
		}
		f, err := os.CreateTemp(filepath.Dir(out.name), ".hpmc-bench-*")
		if err != nil {
			return err
		}
		out.temp = f
		defer os.Remove(f.Name())
		defer f.Close()
	}
	o.Log = func(s string) { fmt.Fprintln(cmd.ErrOrStderr(), s) }
	rep, err := benchmarks.Run(cmd.Context(), o)
	switch {
	case errors.Is(err, context.Canceled):
		return failure{exitInterrupted, errors.New("interrupted: nothing is reported of a part")}
	case err != nil:
		return failure{exitInternal, err}
	}
	for _, out := range outputs {
		switch {
		case out.name == "-":
			if err := out.write(rep, cmd.OutOrStdout()); err != nil {
				return err
			}
		case out.temp != nil:
			err := errors.Join(out.write(rep, out.temp), out.temp.Chmod(0o644), out.temp.Close(), os.Rename(out.temp.Name(), out.name))
			if err != nil {
				return err
			}
		}
	}
	if jsonFile == "-" || svgFile == "-" {
		return nil
	}
	return rep.Text(cmd.OutOrStdout())
}

func writeBenchJSON(rep *benchmarks.Report, w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(rep)
}

// checkRungs refuses names that are not on the ladder.
func checkRungs(names []string) error {
	known, err := benchmarks.Ladder()
	if err != nil {
		return err
	}
	var valid []string
	for _, r := range known {
		valid = append(valid, r.Name)
	}
	for _, n := range names {
		if !slices.Contains(valid, n) {
			hint := ""
			if near := scenarios.Nearest(n, valid); near != "" {
				hint = "; did you mean " + near + "?"
			}
			return fmt.Errorf("unknown rung %s%s\nAll of them: hpmc bench --list", n, hint)
		}
	}
	return nil
}

func listRungs(w io.Writer) error {
	known, err := benchmarks.Ladder()
	if err != nil {
		return err
	}
	for _, r := range known {
		fmt.Fprintf(w, "%-22s %12s states  %-6s  %s\n", r.Name, count(r.States), r.Kernel, r.Scenario.Summary)
	}
	return nil
}

// benchRunCommand measures one run and writes what it found as JSON; bench starts it.
func benchRunCommand() *cobra.Command {
	c := benchmarks.Config{Tool: "hpmc"}
	var full bool
	var language string
	var touch int64
	cmd := &cobra.Command{
		Use:    "bench-run RUNG",
		Hidden: true,
		Args:   cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if touch > 0 {
				return benchmarks.Touch(touch)
			}
			if len(args) == 0 {
				return errors.New("bench-run: no rung")
			}
			if err := checkRungs(args); err != nil {
				return err
			}
			known, err := benchmarks.Ladder()
			if err != nil {
				return err
			}
			if c.Workers < 1 || c.Store != explorer.Exact.String() && c.Store != explorer.Fingerprint.String() {
				return errors.New("bench-run: wrong --workers or --store")
			}
			r := &known[slices.IndexFunc(known, func(r benchmarks.Rung) bool { return r.Name == args[0] })]
			if language != "" {
				return r.Export(cmd.OutOrStdout(), language, c.Deadlocks)
			}
			c.Reduced = !full
			s, err := r.Measure(cmd.Context(), c)
			if err != nil {
				return failure{exitInternal, err}
			}
			return json.NewEncoder(cmd.OutOrStdout()).Encode(s)
		},
	}
	cmd.Flags().IntVar(&c.Workers, "workers", 1, "")
	cmd.Flags().StringVar(&c.Store, "store", explorer.Exact.String(), "")
	cmd.Flags().BoolVar(&full, "full", false, "")
	cmd.Flags().BoolVar(&c.Deadlocks, "deadlocks", false, "")
	cmd.Flags().StringVar(&language, "export", "", "")
	cmd.Flags().Int64Var(&touch, "touch", 0, "")
	return cmd
}
