package main

import (
	"bytes"
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
	print     bool
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
			if h.print {
				return printScenarios(args, cmd.OutOrStdout())
			}
			if len(h.kernels) == 0 {
				return errors.New("conform needs --kernel NAME, the kernel to hold the recording against; hpmc list kernels lists them")
			}
			return h.run(cmd.Context(), src, args, cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringSliceVar(&h.kernels, "kernel", nil, "")
	cmd.Flags().StringArrayVar(&h.patches, "patch", nil, "")
	h.scenarioFlag(cmd)
	cmd.Flags().StringVar(&h.scenario, "scenario", "", "")
	cmd.Flags().StringVar(&h.format, "format", "text", "")
	cmd.Flags().BoolVar(&h.prefix, "prefix", false, "")
	cmd.Flags().BoolVar(&h.print, "print-scenario", false, "")
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
	recs, err := readRecordings(files)
	if err != nil {
		return err
	}
	builder := conformance.NewBuilder(src.Catalogue)
	var all []comparison
	for _, rec := range recs {
		sc, err := h.scenarioOf(src, rec)
		if err != nil {
			return err
		}
		for _, k := range h.kernels {
			p, voc, err := builder.Build(sc, k, src.patches...)
			if err != nil {
				return err
			}
			r, err := conformance.Check(ctx, p, rec, conformance.Options{Vocabulary: voc, Prefix: h.prefix, MaxStates: h.maxStates})
			if err != nil {
				return err
			}
			if ctx.Err() != nil {
				return status(exitInterrupted)
			}
			all = append(all, comparison{rec.File, src.job(sc, k).kernel, sc.Name, r})
		}
	}
	return h.report(all, stdout)
}

func readRecordings(files []string) ([]*ftrace.Recording, error) {
	var recs []*ftrace.Recording
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f, cause(err))
		}
		rec, err := ftrace.Read(f, text)
		if err != nil {
			return nil, err
		}
		recs = append(recs, rec)
	}
	return recs, nil
}

// printScenarios writes the scenarios that recordings say to be runs of.
func printScenarios(files []string, stdout io.Writer) error {
	recs, err := readRecordings(files)
	if err != nil {
		return err
	}
	var out [][]byte
	for _, rec := range recs {
		text, err := conformance.Derive(rec)
		if err != nil {
			return err
		}
		out = append(out, text)
	}
	_, err = stdout.Write(bytes.Join(out, []byte("---\n")))
	return err
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
