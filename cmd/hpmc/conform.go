package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"hpmc/conformance"
	"hpmc/conformance/ftrace"
	"hpmc/scenarios"
)

// held is how the flags of conform say to hold recordings against kernels.
type held struct {
	choice
	scenario  string
	prefix    bool
	maxStates int
}

func conformCommand() *cobra.Command {
	var h held
	cmd := &cobra.Command{
		Use:   "conform TRACE...",
		Short: "whether recorded runs of real kernels are behaviours of the model",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("hpmc conform takes the names of recordings: the trace file of tracefs, or what trace-cmd report prints")
			}
			if err := oneWord("--format", h.format, []string{"text", "json"}); err != nil {
				return err
			}
			if h.maxStates < 1 {
				return fmt.Errorf("--max-states is a number above 0, not %d", h.maxStates)
			}
			src, err := h.open()
			if err != nil {
				return err
			}
			if len(h.kernels) == 0 {
				return errors.New("conform needs --kernel NAME, the kernel to hold the recording against; hpmc list kernels lists them")
			}
			return h.run(cmd.Context(), src, args, cmd.OutOrStdout())
		},
	}
	h.sourceFlags(cmd)
	cmd.Flags().StringVar(&h.scenario, "scenario", "", "")
	cmd.Flags().StringVar(&h.format, "format", "text", "")
	cmd.Flags().BoolVar(&h.prefix, "prefix", false, "")
	cmd.Flags().IntVar(&h.maxStates, "max-states", conformance.DefaultMaxStates, "")
	return cmd
}

// comparison is a recording held against a kernel.
type comparison struct {
	file     string
	kernel   string
	scenario string
	result   *conformance.Result
}

// run reads all recordings, and then holds each against each kernel.
func (h *held) run(ctx context.Context, src *source, files []string, stdout io.Writer) error {
	var recs []*ftrace.Recording
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			return fmt.Errorf("%s: %w", f, cause(err))
		}
		rec, err := ftrace.Read(f, text)
		if err != nil {
			return err
		}
		recs = append(recs, rec)
	}
	var all []comparison
	for _, rec := range recs {
		sc, err := h.scenarioOf(src, rec)
		if err != nil {
			return err
		}
		for _, k := range h.kernels {
			p, voc, err := conformance.Build(src.Catalogue, sc, k, src.patches...)
			if err != nil {
				return err
			}
			r, err := conformance.Check(ctx, p, rec, conformance.Options{Vocabulary: voc, Prefix: h.prefix, MaxStates: h.maxStates})
			if err != nil {
				return err
			}
			j := src.job(sc, k)
			all = append(all, comparison{rec.File, j.kernel, sc.Name, r})
		}
	}
	return h.report(all, stdout)
}

// scenarioOf returns the scenario of which a recording is to be a run.
func (h *held) scenarioOf(src *source, rec *ftrace.Recording) (*scenarios.Scenario, error) {
	switch {
	case h.scenario != "":
		return src.scenario(h.scenario)
	case src.own && len(src.list) == 1:
		return src.list[0], nil
	case src.own:
		return nil, fmt.Errorf("%s has %d scenarios: name one with --scenario", h.scenarios, len(src.list))
	}
	text, err := conformance.Derive(rec)
	if err != nil {
		return nil, err
	}
	return src.Decode("the scenario made of "+rec.File, text)
}

// report writes one comparison at length, several as a line each, and returns what sets the exit status.
func (h *held) report(all []comparison, stdout io.Writer) error {
	code := exitOK
	for _, c := range all {
		switch c.result.Verdict {
		case conformance.Differs:
			code = exitViolated
		case conformance.Inconclusive:
			if code == exitOK {
				code = exitInconclusive
			}
		}
		switch {
		case len(all) == 1:
			fmt.Fprint(stdout, c.result.Text(c.file, c.scenario+" on "+c.kernel))
		}
	}
	if code != exitOK {
		return status(code)
	}
	return nil
}
