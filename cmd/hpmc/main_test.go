package main

import (
	"bytes"
	"errors"
	"flag"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

var update = flag.Bool("update", false, "rewrite the golden output in testdata/script")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"hpmc": main})
}

func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		Setup: func(env *testscript.Env) error {
			ladder, err := filepath.Abs("../../benchmarks/ladder") // large scenarios
			env.Setenv("LADDER", ladder)
			recordings, err2 := filepath.Abs("../../conformance/testdata")
			env.Setenv("RECORDINGS", recordings)
			return errors.Join(err, err2)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			// status N CMD... runs a command, which must exit with N.
			"status": func(ts *testscript.TestScript, neg bool, args []string) {
				if neg || len(args) < 2 {
					ts.Fatalf("usage: status N CMD...")
				}
				_ = ts.Exec("sh", append([]string{"-c", `"$@"; s=$?; echo $s >"$WORK/status"; exit $s`, "sh"}, args[1:]...)...)
				if got := strings.TrimSpace(ts.ReadFile("status")); got != args[0] {
					ts.Fatalf("exit status %s, want %s", got, args[0])
				}
			},
		},
	})
}

// TestHelp looks for every command's every flag in the hand-written help.
func TestHelp(t *testing.T) {
	root := rootCommand()
	var walk func(*cobra.Command)
	walk = func(cmd *cobra.Command) {
		if !cmd.Hidden && cmd.Name() != "help" {
			var out bytes.Buffer
			cmd.SetOut(&out)
			if err := cmd.Help(); err != nil {
				t.Fatal(err)
			}
			cmd.Flags().VisitAll(func(f *pflag.Flag) {
				if f.Name != "help" && !strings.Contains(out.String(), "--"+f.Name) {
					t.Errorf("help of %s does not mention --%s", cmd.CommandPath(), f.Name)
				}
			})
			for _, line := range strings.Split(out.String(), "\n") {
				if len(line) > 90 {
					t.Errorf("help of %s: long line %q", cmd.CommandPath(), line)
				}
			}
		}
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk(root)
}

// TestOddArguments checks that nothing a user types panics or writes half a report.
func TestOddArguments(t *testing.T) {
	words := []string{"", "-", "--", "verify", "trace", "list", "show", "--kernel", "--kernel=", "--kernel=,", "--patch=",
		"--scenarios=", "--format=xml", "--max-states=-1", "--timeout=-1s", "--jobs=-2", "--property=", "--workers=-1", "--store=",
		"--por=x", "--max-mem=1e9", "--checkpoint-every=0", "--progress=", "--checkpoint=/dev/null/c", "--resume=\x00", "%s", "\x00",
		"provoke", "--emit=", "--knock-out=()", "--runs=0", "replay", "explore", "--until=", "--until=k", "--until=\x00", "--until=k.", "--random", "--seed=-1", "--seed=1", "--columns=", "--changelog",
		"--format=itf", "--output=/", "--output=\x00", "--replay=", "--replay=/dev/null", "--witness", "--coverage-html=/", "--listen=", "--listen=1.2.3.4:5"}
	for _, a := range words {
		for _, b := range words {
			for _, c := range []string{"", "online-uevent"} {
				if (a == "explore" || b == "explore") && c != "" {
					continue // waits for a browser
				}
				if (a == "list" || a == "verify") && c != "" {
					continue // takes long and adds nothing
				}
				if a == "verify" && !strings.HasPrefix(b, "--") || b == "verify" {
					continue // explores everything
				}
				var out, errs bytes.Buffer
				code := run([]string{a, b, c}, &out, &errs)
				if code == exitUsage && (out.Len() > 0 || errs.Len() == 0) {
					t.Errorf("%q: exit 2 with %q on stdout and %q on stderr", []string{a, b, c}, out.String(), errs.String())
				}
			}
		}
	}
}
