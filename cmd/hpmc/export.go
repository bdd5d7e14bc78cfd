package main

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hpmc/model"
	"hpmc/model/export"
	"hpmc/scenarios"
)

const exportHelp = `hpmc export SCENARIO --to promela|murphi|tla [flags]

Writes the compiled program for another model checker, one step for each of its
transitions: Promela for SPIN, Murphi for Rumur, TLA+ for TLC. SPIN without
reduction, Rumur and TLC find exactly the states that hpmc finds, and violate the
same properties. The file begins with the commands that run it.

  --to promela|murphi|tla   the language
  -o, --output FILE     where to write (default, and -: standard output). TLA+ is
                        two files: -o NAME.tla, and NAME.cfg beside it
  --check NAME          only this property (default: all that the scenario checks);
                        several times for several
  --kernel NAME         the kernel (default: the first that violates something,
                        by the scenario's expectations)
  --patch FILE          the kernel with this change; several are applied in order
  --scenarios PATH      scenarios from a file or a directory
  --no-merge, --no-reset   as for verify

Examples:
  hpmc export online-uevent --to promela --kernel tglx -o online.pml
  hpmc export online-uevent --to murphi --kernel v5.12 -o online.m
  hpmc export suspend-quiet --to tla --check deadlock -o suspend_quiet.tla
`

var exportLanguages = []string{"promela", "murphi", "tla"}

func exportCommand() *cobra.Command {
	var c choice
	var to, output string
	var check []string
	cmd := &cobra.Command{
		Use:   "export SCENARIO",
		Short: "write the compiled program for SPIN, Rumur or TLC",
		Args:  oneName("a scenario", "scenarios"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := exportTarget(to, output); err != nil {
				return err
			}
			src, err := c.open()
			if err != nil {
				return err
			}
			if len(c.kernels) > 1 {
				return fmt.Errorf("export takes one --kernel, not %d", len(c.kernels))
			}
			sc, err := src.scenario(args[0])
			if err != nil {
				return err
			}
			j := src.job(sc, src.traceKernel(sc))
			if j.program, err = src.build(j); err != nil {
				return err
			}
			o := export.Options{Origin: "hpmc export " + sc.Name + " --to " + to + src.flags(j)}
			if len(check) > 0 {
				for _, name := range check {
					o.Origin += " --check " + quote(name)
				}
				if o.Props, err = exportProps(j.program, check); err != nil {
					return err
				}
			}
			return exportProgram(j.program, to, output, o, cmd.OutOrStdout())
		},
	}
	c.sourceFlags(cmd)
	cmd.Flags().StringVar(&to, "to", "", "")
	cmd.Flags().StringVarP(&output, "output", "o", "", "")
	cmd.Flags().StringArrayVar(&check, "check", nil, "")
	return cmd
}

// exportTarget refuses a language that there is not, and a file name that does not suit it.
func exportTarget(to, output string) error {
	switch {
	case to == "":
		return fmt.Errorf("export needs --to promela, --to murphi or --to tla")
	case !slices.Contains(exportLanguages, to):
		hint := ""
		if n := scenarios.Nearest(to, exportLanguages); n != "" {
			hint = "; did you mean " + n + "?"
		}
		return fmt.Errorf("--to is promela, murphi or tla, not %q%s", to, hint)
	case to != "tla":
		return nil
	}
	name, ok := strings.CutSuffix(filepath.Base(output), ".tla")
	if !ok {
		return fmt.Errorf("--to tla writes two files; name the first with -o, such as -o model.tla")
	}
	if !export.ModuleName(name) {
		return fmt.Errorf("-o %s: %q is no name of a TLA+ module: letters, digits and _, and no word of TLA+ or of the module itself", output, name)
	}
	return nil
}

// exportProps finds properties by their names.
func exportProps(p *model.Program, check []string) ([]int, error) {
	var names []string
	for i := range p.Props {
		names = append(names, p.Props[i].Name)
	}
	props := []int{}
	for _, name := range check {
		i := slices.Index(names, name)
		if i < 0 {
			hint := ""
			if n := scenarios.Nearest(name, names); n != "" {
				hint = "; did you mean " + n + "?"
			}
			return nil, fmt.Errorf("%s does not check %s%s\nIt checks: %s", p.Name, name, hint, strings.Join(names, ", "))
		}
		props = append(props, i)
	}
	return props, nil
}

// exportProgram writes all there is to write, or nothing.
func exportProgram(p *model.Program, to, output string, o export.Options, stdout io.Writer) error {
	var text, config bytes.Buffer
	if to == "tla" {
		name := strings.TrimSuffix(filepath.Base(output), ".tla")
		if err := export.TLA(&text, &config, name, p, o); err != nil {
			return err
		}
		return writeFiles([]string{output, strings.TrimSuffix(output, ".tla") + ".cfg"}, [][]byte{text.Bytes(), config.Bytes()})
	}
	write := export.Promela
	if to == "murphi" {
		write = export.Murphi
	}
	if err := write(&text, p, o); err != nil {
		return err
	}
	if output == "" || output == "-" {
		_, err := stdout.Write(text.Bytes())
		return err
	}
	return writeFiles([]string{output}, [][]byte{text.Bytes()})
}
