// Command hpmc checks changes of the kernel's CPU hotplug code: it explores every interleaving of a scenario
// and says which properties hold, or shows the shortest interleaving that breaks one.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"github.com/spf13/cobra"

	"hpmc/scenarios"
)

// The exit statuses.
const (
	exitOK           = 0
	exitViolated     = 1 // a property is violated, or an expectation missed
	exitUsage        = 2 // wrong usage, or a faulty model, scenario or patch
	exitInconclusive = 3
	exitInternal     = 4 // an internal check failed
	exitInterrupted  = 130
)

func main() {
	// It counts as heap in use, and is never touched, so it takes no memory. Without it the heap, which is a few megabytes, is
	// collected every few milliseconds, which takes a tenth of a search as short as that.
	ballast := make([]byte, 6<<20)
	code := run(os.Args[1:], os.Stdout, os.Stderr)
	runtime.KeepAlive(ballast)
	os.Exit(code)
}

// status is an error that only sets the exit status: what there is to say has been said.
type status int

func (s status) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// failure is an error with an exit status other than exitUsage.
type failure struct {
	code int
	error
}

// run does what the arguments say and returns the exit status.
func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second one kills
	root := rootCommand()
	root.SetArgs(args)
	out := &sink{Writer: stdout}
	root.SetOut(out)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if out.err != nil { // what is lost is no success, whatever it said
		fmt.Fprintf(stderr, "hpmc: cannot write to standard output: %v\n", out.err)
		return exitUsage
	}
	var s status
	var f failure
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &s):
		return int(s)
	case errors.As(err, &f):
		fmt.Fprintf(stderr, "hpmc: %v\n", f.error)
		return f.code
	}
	fmt.Fprintf(stderr, "hpmc: %v\n", err)
	return exitUsage
}

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:               "hpmc",
		Short:             "a model checker for Linux CPU hotplug",
		SilenceErrors:     true,
		SilenceUsage:      true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
		Args:              cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			return unknownCommand(cmd, args[0])
		},
	}
	root.AddCommand(verifyCommand(), traceCommand(), replayCommand(), exploreCommand(), listCommand(), showCommand())
	root.AddCommand(benchCommand(), benchRunCommand(), exportCommand(), conformCommand(), provokeCommand())
	setHelp(root)
	return root
}

func unknownCommand(root *cobra.Command, name string) error {
	var names []string
	for _, c := range root.Commands() {
		if !c.Hidden {
			names = append(names, c.Name())
		}
	}
	hint := ""
	if n := scenarios.Nearest(name, names); n != "" {
		hint = "; did you mean " + n + "?"
	}
	return fmt.Errorf("unknown command %s%s\nSee: hpmc help", name, hint)
}
