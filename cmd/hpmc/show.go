package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"hpmc"
	"hpmc/scenarios"
	"hpmc/traces"
)

func showCommand() *cobra.Command {
	kinds := []string{"kernel", "patch", "scenario", "program", "property", "schema"}
	cmd := &cobra.Command{
		Use:   "show",
		Short: "show the model's source, a patch, a scenario, a program or a property",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return oneOf("show", args[0], kinds)
		},
	}
	cmd.AddCommand(showSub("kernel", "a kernel", "kernels", 2, showKernel), showSub("patch", "a kernel", "kernels", 1, showPatch),
		showSub("scenario", "a scenario", "scenarios", 1, showScenario), showSub("program", "a scenario", "scenarios", 1, showProgram),
		showSub("property", "a property", "properties", 1, showProperty), &cobra.Command{
			Use:   "schema [trace|verify]",
			Short: "show the JSON schema of saved traces, or of the records of verify",
			Args:  cobra.MaximumNArgs(1),
			RunE: func(cmd *cobra.Command, args []string) error {
				schemas := map[string][]byte{"trace": traces.Schema, "verify": recordSchema}
				args = append(args, "trace")
				if schemas[args[0]] == nil {
					return oneOf("show schema", args[0], []string{"trace", "verify"})
				}
				_, err := cmd.OutOrStdout().Write(schemas[args[0]])
				return err
			},
		})
	return cmd
}

// showSub makes the subcommand that shows one kind of thing, given its name.
func showSub(kind, what, list string, maxArgs int, show func(*source, []string) (string, error)) *cobra.Command {
	var c choice
	cmd := &cobra.Command{
		Use:   kind + " NAME",
		Short: "show " + kind,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 || len(args) > maxArgs {
				return fmt.Errorf("hpmc show %s takes the name of %s; hpmc list %s lists them", kind, what, list)
			}
			src, err := c.open()
			if err != nil {
				return err
			}
			text, err := show(src, args)
			if err != nil {
				return err
			}
			_, err = io.WriteString(cmd.OutOrStdout(), text)
			return err
		},
	}
	c.sourceFlags(cmd)
	return cmd
}

func showPatch(s *source, args []string) (string, error) {
	text, err := s.Diff(args[0])
	if err == nil && text == "" {
		return fmt.Sprintf("%s has no patches: it is the kernel that the others are patches of.\n", args[0]), nil
	}
	return text, err
}

func showScenario(s *source, args []string) (string, error) {
	sc, err := s.scenario(args[0])
	if err != nil {
		return "", err
	}
	text, err := scenarioText(s, sc)
	return string(text), err
}

func scenarioText(s *source, sc *scenarios.Scenario) ([]byte, error) {
	if s.own {
		return os.ReadFile(sc.Pos.File)
	}
	return hpmc.Sources.ReadFile(sc.Pos.File)
}

func showProgram(s *source, args []string) (string, error) {
	sc, err := s.scenario(args[0])
	if err != nil {
		return "", err
	}
	j := s.job(sc, s.traceKernel(sc))
	if j.program, err = s.build(j); err != nil {
		return "", err
	}
	return programText(j), nil
}
