package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"hpmc/scenarios"
)

func verifyCommand() *cobra.Command {
	var c choice
	var replayDir string
	var witness bool
	var cov covered
	cmd := &cobra.Command{
		Use:   "verify [SCENARIO...]",
		Short: "explore scenarios on kernels and compare with what is expected",
		RunE: func(cmd *cobra.Command, args []string) error {
			src, err := c.open()
			if err != nil {
				return err
			}
			if replayDir != "" {
				if len(args) > 0 || c.format != "text" {
					return errors.New("--replay replays saved traces as text; it takes no scenario and no --format")
				}
				files, err := tracesIn(replayDir)
				if err != nil {
					return err
				}
				return src.replay(files, cmd.OutOrStdout())
			}
			if (witness || cov.text) && c.format != "text" {
				return errors.New("--witness and --coverage are of the text, not of --format " + c.format)
			}
			if err := writable(cov.html); err != nil {
				return err
			}
			if cov.on() && !cmd.Flags().Changed("por") {
				c.engine.por = "off" // reduction leaves out transitions
			}
			jobs, err := src.jobs(args)
			if err != nil {
				return err
			}
			return verify(cmd.Context(), src, jobs, witness, &cov, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	c.runFlags(cmd)
	c.formats = []string{"text", "json", "ktap", "junit"}
	cmd.Flags().IntVar(&c.engine.jobs, "jobs", 0, "")
	cmd.Flags().BoolVar(&cov.text, "coverage", false, "")
	cmd.Flags().StringVar(&cov.html, "coverage-html", "", "")
	cmd.Flags().BoolVar(&witness, "witness", false, "")
	cmd.Flags().StringVar(&replayDir, "replay", "", "")
	return cmd
}

// jobs returns what to run for the scenarios named, or for all: in the order of the scenarios, and of the
// kernels within one.
func (s *source) jobs(names []string) ([]*job, error) {
	list := s.list
	if len(names) > 0 {
		list = nil
		for _, name := range names {
			sc, err := s.scenario(name)
			if err != nil {
				return nil, err
			}
			if !slices.Contains(list, sc) {
				list = append(list, sc)
			}
		}
	}
	var jobs []*job
	for _, sc := range list {
		for _, k := range s.kernelsFor(sc, len(names) > 0) {
			jobs = append(jobs, s.job(sc, k))
		}
	}
	if len(jobs) == 0 {
		return nil, fmt.Errorf("no scenario speaks of %s; name the scenarios to run", s.base())
	}
	return jobs, nil
}

// kernelsFor returns the kernels on which to run a scenario: those it speaks of, unless the user names
// both the scenario and the kernels.
func (s *source) kernelsFor(sc *scenarios.Scenario, named bool) []string {
	switch {
	case len(s.patches) > 0 && (named || slices.Contains(sc.Kernels, s.base())):
		return []string{s.base()}
	case len(s.patches) > 0:
		return nil
	case len(s.o.kernels) == 0:
		return sc.Kernels
	}
	var ks []string
	for i := range s.Kernels {
		k := s.Kernels[i].Name
		if slices.Contains(s.o.kernels, k) && (named || slices.Contains(sc.Kernels, k)) {
			ks = append(ks, k)
		}
	}
	return ks
}

func verify(ctx context.Context, src *source, jobs []*job, witness bool, cov *covered, stdout, stderr io.Writer) error {
	start := time.Now()
	e := &src.o.engine
	if err := e.oneRun(len(jobs)); err != nil {
		return err
	}
	limitHeap()
	if err := build(ctx, jobs, e.jobs, src.build); err != nil {
		return err
	}
	rec := newRecorder(stdout, src.o.format == "json")
	rec.start(jobs)
	show := newProgress(e.progress, jobs, rec, stderr)
	res := newResults(src.o.format, len(jobs), stdout)
	err := explore(ctx, jobs, e, show, func(j *job) {
		rec.run(j)
		res.run(j)
	})
	show.close()
	if err != nil {
		return err
	}
	code := exitStatus(ctx, jobs)
	rec.summary(jobs, time.Since(start), code)
	if err := res.finish(stdout); err != nil {
		return err
	}
	if src.o.format == "text" {
		r := report{w: stdout, src: src, jobs: jobs, elapsed: time.Since(start), interrupted: ctx.Err() != nil}
		r.write()
		if witness {
			if err := witnesses(jobs, stdout); err != nil {
				return err
			}
		}
	}
	if cov.on() {
		if err := cov.report(src, jobs, stdout); err != nil {
			return err
		}
	}
	for _, j := range jobs {
		if j.fault != nil {
			fmt.Fprintf(stderr, "hpmc: internal error: %v\n", j.fault)
		}
	}
	if code != exitOK {
		return status(code)
	}
	return nil
}
