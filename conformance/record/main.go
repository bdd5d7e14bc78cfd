// Command record boots a real kernel under emulation, runs a workload in it, and writes what ftrace recorded.
//
//	go run ./conformance/record -kernel 5.10 -workload offline-online -o conformance/recordings/5.10-offline-online.txt
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"hpmc/conformance/lab"
	"hpmc/conformance/lab/workloads"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run returns the exit status: 0, 1 if the recording failed, 2 for wrong usage.
func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("record", flag.ContinueOnError)
	flags.SetOutput(stderr)
	series := flags.String("kernel", "", "series of the kernel: "+strings.Join(lab.Series(), ", "))
	name := flags.String("workload", "", "what runs in it: "+strings.Join(workloads.Names(), ", "))
	file := flags.String("o", "", "file to write; standard output if absent")
	limit := flags.Duration("timeout", 4*time.Minute, "how long it may take, downloads included")
	console := flags.Bool("console", false, "show the kernel's console on standard error")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	w, err := workloads.Named(*name)
	if err == nil && !slices.Contains(lab.Series(), *series) {
		err = fmt.Errorf("no kernel %q; there are %s", *series, strings.Join(lab.Series(), ", "))
	}
	if err == nil && flags.NArg() > 0 {
		err = fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if err != nil {
		fmt.Fprintln(stderr, "record:", err)
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, *limit)
	defer cancel()
	text, out, err := record(ctx, stderr, *series, w)
	if *console && out != nil {
		fmt.Fprint(stderr, out.Console)
	}
	if err != nil {
		fmt.Fprintln(stderr, "record:", err)
		return 1
	}
	if *file == "" {
		_, err = io.WriteString(stdout, text)
	} else {
		err = os.WriteFile(*file, []byte(text), 0o644)
	}
	if err != nil {
		fmt.Fprintln(stderr, "record:", err)
		return 1
	}
	return 0
}
