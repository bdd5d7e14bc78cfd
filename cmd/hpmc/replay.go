package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hpmc/scenarios"
	"hpmc/traces"
)

func replayCommand() *cobra.Command {
	var c choice
	cmd := &cobra.Command{
		Use:   "replay FILE...",
		Short: "take the steps of a saved trace on a kernel",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("hpmc replay takes the names of saved traces; hpmc trace --format json --output FILE writes one")
			}
			src, err := c.open()
			if err != nil {
				return err
			}
			return src.replay(args, cmd.OutOrStdout())
		},
	}
	c.sourceFlags(cmd)
	return cmd
}

// saved is a trace and the file that it was read from.
type saved struct {
	file string
	*traces.Saved
}

// tracesIn returns the names of the saved traces in a directory, those with the suffix .json.
func tracesIn(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("--replay %s: %w", dir, cause(err))
	}
	var files []string
	for _, e := range entries {
		if !e.IsDir() && strings.HasSuffix(e.Name(), ".json") {
			files = append(files, filepath.Join(dir, e.Name()))
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("--replay %s: there is no saved trace in it, no file *.json", dir)
	}
	return files, nil
}

// cause is an error without the operation and the file that it names.
func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

// replay replays files, each on the kernels that the flags name, or else on its own, and says what became of it. All are
// read before the first is replayed.
func (s *source) replay(files []string, stdout io.Writer) error {
	var list []saved
	for _, f := range files {
		content, err := os.ReadFile(f)
		if err != nil {
			return fmt.Errorf("%s: %w", f, cause(err))
		}
		t, err := traces.Read(f, content)
		if err != nil {
			return err
		}
		list = append(list, saved{f, t})
	}
	code, counts := exitOK, map[traces.Outcome]int{}
	for _, t := range list {
		sc, err := s.scenario(t.Scenario)
		if err != nil {
			return fmt.Errorf("%s: %w", t.file, err)
		}
		if len(s.patches)+len(s.o.kernels) == 0 && t.Kernel != "" && !s.has(t.Kernel) {
			return fmt.Errorf("%s: the trace is of %q, which is no kernel of hpmc's: name its patches with --patch, or a kernel with --kernel", t.file, t.Kernel)
		}
		for _, k := range s.replayKernels(t) {
			j := s.job(sc, k)
			if j.program, err = s.build(j); err != nil {
				return fmt.Errorf("%s: %w", t.file, err)
			}
			r, err := t.Replay(j.program)
			if err != nil {
				return fmt.Errorf("%s: %w", t.file, err)
			}
			counts[r.Outcome]++
			fmt.Fprintf(stdout, "%s on %s: %s\n", t.file, j.kernel, became(t, r))
			for _, n := range r.Notes {
				fmt.Fprintf(stdout, "    %s\n", n)
			}
		}
	}
	if n := counts[traces.Possible] + counts[traces.Impossible] + counts[traces.Unclear]; n > 1 {
		fmt.Fprintf(stdout, "\n%d still violated, %d not possible any more, %d unclear.\n",
			counts[traces.Possible], counts[traces.Impossible], counts[traces.Unclear])
	}
	switch {
	case counts[traces.Possible] > 0:
		code = exitViolated
	case counts[traces.Unclear] > 0:
		code = exitInconclusive
	}
	if code != exitOK {
		return status(code)
	}
	return nil
}

// has tells whether there is a kernel of that name.
func (s *source) has(kernel string) bool {
	return slices.ContainsFunc(s.Kernels, func(k scenarios.Kernel) bool { return k.Name == kernel })
}

// replayKernels returns the kernels to replay a trace on.
func (s *source) replayKernels(t saved) []string {
	switch {
	case len(s.patches) > 0 || t.Kernel == "" && len(s.o.kernels) == 0:
		return []string{s.base()}
	case len(s.o.kernels) > 0:
		return s.o.kernels
	}
	return []string{t.Kernel}
}

// became says what became of a trace.
func became(t saved, r *traces.Replayed) string {
	switch r.Outcome {
	case traces.Possible:
		what := "still violated"
		if t.Property.Kind == "reachable" {
			what = "still reached"
		}
		return fmt.Sprintf("%s: %s, in %s", what, t.Property.Name, stepCount(len(r.Trace.Steps)))
	case traces.Impossible:
		return "not possible any more: " + r.Why
	}
	return "model changed: " + r.Why
}
