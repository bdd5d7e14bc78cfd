package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"hpmc/model"
	"hpmc/scenarios"
)

// choice is what the flags that several commands share say.
type choice struct {
	kernels   []string
	patches   []string
	scenarios string
	format    string
	noMerge   bool
	noReset   bool
	until     string   // to be reached besides what the scenario says
	searches  bool     // whether the command has the flags of runFlags
	formats   []string // what --format may be
	engine    engine
}

func (c *choice) sourceFlags(cmd *cobra.Command) {
	cmd.Flags().StringSliceVar(&c.kernels, "kernel", nil, "")
	cmd.Flags().StringArrayVar(&c.patches, "patch", nil, "")
	c.scenarioFlag(cmd)
	cmd.Flags().BoolVar(&c.noMerge, "no-merge", false, "")
	cmd.Flags().BoolVar(&c.noReset, "no-reset", false, "")
}

func (c *choice) scenarioFlag(cmd *cobra.Command) {
	cmd.Flags().StringVar(&c.scenarios, "scenarios", "", "")
}

func (c *choice) runFlags(cmd *cobra.Command) {
	c.searches, c.formats = true, []string{"text", "json"}
	c.sourceFlags(cmd)
	c.engine.flags(cmd)
	cmd.Flags().StringVar(&c.format, "format", "text", "")
}

// check refuses values that the flags' types allow.
func (c *choice) check() error {
	if len(c.patches) > 0 && len(c.kernels) > 1 {
		return fmt.Errorf("--patch changes one kernel, and --kernel names %d", len(c.kernels))
	}
	if !c.searches {
		return nil
	}
	if err := oneWord("--format", c.format, c.formats); err != nil {
		return err
	}
	return c.engine.check()
}

// source is the catalogue, and what to take from it.
type source struct {
	*scenarios.Catalogue
	own     bool // the scenarios are the user's
	list    []*scenarios.Scenario
	patches []scenarios.Patch
	o       *choice
}

// open reads the catalogue, and the files that the flags name.
func (c *choice) open() (*source, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	cat, err := scenarios.Load(nil)
	if err != nil {
		return nil, err
	}
	s := &source{Catalogue: cat, list: cat.Scenarios, o: c}
	if c.scenarios != "" {
		s.own = true
		if s.list, err = cat.LoadFile(c.scenarios); err != nil {
			return nil, err
		}
	}
	for _, k := range c.kernels {
		if _, err := cat.Kernel(k); err != nil {
			return nil, err
		}
	}
	for _, f := range c.patches {
		p, err := scenarios.ReadPatch(f)
		if err != nil {
			return nil, err
		}
		s.patches = append(s.patches, p)
	}
	return s, nil
}

// scenario returns the scenario with a name.
func (s *source) scenario(name string) (*scenarios.Scenario, error) {
	names := make([]string, len(s.list))
	for i, sc := range s.list {
		if names[i] = sc.Name; sc.Name == name {
			return sc, nil
		}
	}
	hint := ""
	if n := scenarios.Nearest(name, names); n != "" {
		hint = "; did you mean " + n + "?"
	}
	where := "hpmc list scenarios"
	if s.own {
		where += " --scenarios " + s.o.scenarios
	}
	return nil, fmt.Errorf("unknown scenario %s%s\nAll of them: %s", name, hint, where)
}

// base is the kernel that patches of the user's change.
func (s *source) base() string {
	if len(s.o.kernels) > 0 {
		return s.o.kernels[0]
	}
	return s.Kernels[0].Name
}

// patched is what a kernel with the user's patches is called.
func (s *source) patched() string {
	names := make([]string, len(s.o.patches))
	for i, p := range s.o.patches {
		b := filepath.Base(p)
		names[i] = strings.TrimSuffix(strings.TrimSuffix(b, ".patch"), ".diff")
	}
	return strings.Join(names, "+")
}

// job makes the job of a scenario on a kernel, or, with patches, on the patched one.
func (s *source) job(sc *scenarios.Scenario, kernel string) *job {
	j := &job{scenario: sc, kernel: kernel}
	if len(s.patches) > 0 {
		j.kernel = s.patched()
		return j
	}
	j.expected, j.expects = sc.Expected(kernel)
	return j
}

func (s *source) build(j *job) (*model.Program, error) {
	o := scenarios.BuildOptions{Patches: s.patches, NoMerge: s.o.noMerge, NoReset: s.o.noReset, Until: s.o.until}
	kernel := j.kernel
	if len(s.patches) > 0 {
		kernel = s.base()
	}
	return s.Build(j.scenario, kernel, o)
}

// flags repeats the flags that choose what command works on.
func (s *source) flags(j *job) string {
	var b strings.Builder
	switch {
	case len(s.patches) == 0:
		b.WriteString(" --kernel " + j.kernel)
	case len(s.o.kernels) > 0:
		b.WriteString(" --kernel " + s.base())
	}
	for _, p := range s.o.patches {
		b.WriteString(" --patch " + quote(p))
	}
	if s.own {
		b.WriteString(" --scenarios " + quote(s.o.scenarios))
	}
	return b.String()
}

// quote makes one word of s for a shell.
func quote(s string) string {
	for _, r := range s {
		if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/+-:=,@%", r) {
			return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
		}
	}
	return s
}
