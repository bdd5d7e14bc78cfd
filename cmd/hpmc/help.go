package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

const rootHelp = `hpmc is a model checker for Linux CPU hotplug. It explores every interleaving of
a scenario on a model of the kernel, and says which properties hold or shows the
shortest interleaving that breaks one.

Check:
  hpmc verify              every scenario on every kernel; the default job
  hpmc verify SCENARIO     one scenario, property by property
  hpmc verify --patch F    a change of your own
  hpmc trace SCENARIO      the shortest interleaving that breaks a property
  hpmc replay FILE         whether a saved interleaving is still possible
  hpmc provoke FILE        make it happen on a real kernel, in QEMU
  hpmc conform TRACE       whether a recorded run of a real kernel is the model's too

Look:
  hpmc list                scenarios, kernels, properties and parameters
  hpmc explore SCENARIO    walk the interleavings by hand, in a browser
  hpmc show                the model's source, a patch, a scenario, a program

Measure:
  hpmc export SCENARIO     the program for SPIN, Rumur or TLC
  hpmc bench               speed of exploration, beside SPIN and Rumur

hpmc help COMMAND says more. Exit status: 0 all as expected, 1 a property is
violated or an expectation missed, 2 wrong usage or a faulty model, scenario or
patch, 3 inconclusive, 4 an internal check failed, 130 interrupted.
`

const verifyHelp = `hpmc verify [SCENARIO...] [flags]

Explores scenarios on kernels and compares the verdicts with what the scenarios
expect. Without arguments it runs every scenario on every kernel it speaks of.

What to run:
  --kernel NAME,...     only these kernels
  --patch FILE          the kernel with this change, a unified diff against it;
                        several are applied in order. A violation exits 1
  --scenarios PATH      scenarios from a file or a directory
  --replay DIR          instead, replay the saved traces *.json in DIR, as hpmc replay
How far:
  --max-states N        stop a run after N states (inconclusive)
  --timeout D           stop a run after D, such as 90s (inconclusive)
  --max-mem SIZE        stay within SIZE, such as 512M or 4G: part of the search goes
                        to disk, and what does not fit then is inconclusive
                        (default: most of what the machine has free)
  --no-merge            make a step of every statement, local ones too
  --no-reset            keep the values of dead locals
How to search:
  --workers N           workers of a run (default: the processors, shared by the runs
                        that go on at a time). Results do not depend on it
  --jobs N              runs at a time (default: one per processor, or fewer if
                        --workers asks for several each)
  --store WORD          exact: whole states (default). fingerprint: 64 bits a state;
                        the report bounds the probability that one was missed.
                        bitstate: a few bits; finds violations and proves nothing
  --por on|off|check    partial-order reduction: leave out interleavings that differ
                        in nothing that is checked (default on). check: search with
                        and without, compare, and exit 4 if they differ
To go on after a crash, one run only:
  --checkpoint DIR      write the state of the search to DIR now and then
  --checkpoint-every D  how often (default 1m)
  --resume DIR          go on from the checkpoint in DIR, and write further ones there
                        unless --checkpoint names another directory
How to report:
  --coverage            what of the model no run did: functions, lines, conditions
  --coverage-html FILE  the same as a page of annotated source
  --witness             for each condition to be reached, the shortest run to it
  --format WORD         text (default)
                        json: one record a line: start, run..., summary, and
                        progress records while runs take long
                        ktap: as the kernel's test tools read it, while runs end
                        junit: XML, when all have ended
  --progress WORD       on stderr: bar on a terminal, plain lines every few seconds
                        elsewhere (auto); or plain, json, none

Examples:
  hpmc verify
  hpmc verify online-uevent --kernel v5.12
  hpmc verify --patch my.patch --timeout 60s
  hpmc verify two-cpus-two-writers --kernel tglx --checkpoint /var/tmp/c
`

const traceHelp = `hpmc trace SCENARIO [flags]

Shows the shortest interleaving in which a property is violated, as a table with a
column for each thread and time downwards, at most 75 columns wide. Exits 1 if it
shows one, 0 if nothing is violated.

  --kernel NAME         the kernel (default: the first that violates something,
                        by the scenario's expectations)
  --patch FILE          the kernel with this change; several are applied in order
  --property NAME       this property (default: the first one violated). A name of
                        a reachable condition shows the way there, and exits 0
  --until EXPR          instead, the shortest run after which a condition is true,
                        such as 'k.CPUOnlineMask.Has(1)'; exits 0
  --random, --seed N    with --until: not the shortest but some run, for reading
  --scenarios PATH      scenarios from a file or a directory
How to show it:
  --all                 every step, not only those that matter
  --columns WORD        roles: a column for each thread (default). cpus: headed by
                        CPUs, too, as lockdep does
  --changelog           as a part of a changelog: paragraphs, at most 72 columns
  --format WORD         text (default)
                        json: one object with every step and what it changed
                        itf: Apalache's format, for Quint and the ITF viewer
                        chrome: trace events for Perfetto and chrome://tracing
                        ftrace: lines as the kernel's tracers print them
                        mermaid: a sequence diagram
                        html: a page to step through, in one file
  --output FILE         to a file instead of standard output
How to search:
  --max-states N, --timeout D, --max-mem SIZE, --workers N, --store WORD,
  --por on|off|check, --checkpoint DIR, --checkpoint-every D, --resume DIR,
  --progress WORD, --no-merge, --no-reset   as for verify

Examples:
  hpmc trace online-uevent --kernel v5.12
  hpmc trace online-uevent --kernel v5.12 --changelog
  hpmc trace smt-on --until 'k.Top.EffectiveCPUs.Has(3)' --random --seed 7
  hpmc trace smt-off --kernel v3 --format chrome --output smt-off.json
  hpmc trace suspend-quiet --kernel v3 --property deadlock --all
`

const replayHelp = `hpmc replay FILE... [flags]

Takes the steps of a saved trace, which hpmc trace --format json wrote, on the
kernel that it is of or on another one. Steps are found by thread, function and
text, so that a trace survives changes of the model: what was added is taken on the
way, what is gone is left out, and both are said. Of each trace it says one of

  still violated: the property, as it was
  not possible any more: the step that cannot be taken, and what is in its way
  model changed: why the trace cannot be followed

and exits 1 if one is still violated, else 3 if one cannot be followed, else 0.

  --kernel NAME,...     these kernels (default: the one that the trace names)
  --patch FILE          a kernel with this change; several are applied in order
  --scenarios PATH      scenarios from a file or a directory
  --no-merge, --no-reset   as for verify

Examples:
  hpmc trace online-uevent --kernel v5.12 --format json --output bug.json
  hpmc replay bug.json --kernel tglx
  hpmc replay bug.json --patch my.patch
  hpmc verify --replay traces/ --kernel tglx
`

const conformHelp = `hpmc conform TRACE... --kernel NAME[,NAME...] [flags]

Decides whether recorded runs of real kernels are behaviours of the model: whether
the functions that a trace shows can be entered in that order, with everything else
that the model does in between. If not, it shows the longest beginning that is one,
and what the model allows next. A TRACE is the trace file of tracefs, recorded with
the function tracer, or what trace-cmd report prints. Several recordings or kernels
give a table. Exit status: 0 all conform, 1 one does not, 2 wrong usage or a faulty
file, 3 inconclusive.

  --kernel NAME,...     the kernels to hold the recordings against
  --patch FILE          the kernel with this change; several are applied in order
  --scenario NAME       what the recordings are runs of (default: what they say
                        themselves by markers and comment lines)
  --scenarios PATH      scenarios from a file or a directory
  --print-scenario      print the scenario that a recording says to be a run of
  --prefix              the recording is the beginning of a run: do not ask that the
                        model can be done at its end
  --max-states N        give up after N states (default 2000000)
  --format WORD         text (default)
                        json: one record a line for each recording and kernel

Examples:
  hpmc conform conformance/recordings/6.1-loop.txt --kernel v6.1
  hpmc conform conformance/recordings/*.txt --kernel v5.10,v6.1,v6.12
  hpmc conform trace.txt --kernel v6.12 --scenarios my.yaml
`

const exploreHelp = `hpmc explore SCENARIO [flags]

Serves a page on this machine to walk the interleavings of a scenario by hand: what
each thread can do or why it cannot, the state with what the last step changed, the
way back. It jumps to the next state in which an expression is true, and to the
nearest violation, and saves the path in any format of hpmc trace. A link to a
position leads there again as long as the program is the same. Nothing is explored
beforehand. Ctrl-C ends it; the exit status is 0.

  --kernel NAME         the kernel (default: the first that violates something,
                        by the scenario's expectations)
  --patch FILE          the kernel with this change; several are applied in order
  --scenarios PATH      scenarios from a file or a directory
  --listen ADDR         an address of this machine (default: 127.0.0.1 and a free port)
  --no-merge, --no-reset   as for verify

Examples:
  hpmc explore online-uevent --kernel v5.12
`

const listHelp = `hpmc list [scenarios|kernels|properties|params] [--scenarios PATH]

Lists the names that other commands take, with one line on each; without an
argument, all of them.
`

const showHelp = `hpmc show kernel NAME [FILE|FUNCTION]   the model's source, patches applied
hpmc show patch NAME                    the patches that make a kernel of v5.12
hpmc show scenario NAME                 a scenario's source
hpmc show program SCENARIO [--kernel K] the compiled program: variables and where a
                                        search keeps their bits, threads, transitions,
                                        properties and what they cost the reduction
hpmc show property NAME                 a property's source
hpmc show schema [trace|verify]         the JSON schema of saved traces, or of the
                                        records of verify --format json

FUNCTION is a function's name in Linux or in the model.
  --kernel NAME         the kernel of a program
  --patch FILE          with this change; for kernel and program
  --scenarios PATH      scenarios from a file or a directory
  --no-merge, --no-reset   as for verify

Examples:
  hpmc show kernel tglx _cpu_up
  hpmc show patch tglx
  hpmc show program online-uevent --kernel v5.12
`

// setHelp gives every command its hand-written help.
func setHelp(root *cobra.Command) {
	texts := map[string]string{"hpmc": rootHelp, "verify": verifyHelp, "trace": traceHelp, "replay": replayHelp, "conform": conformHelp, "explore": exploreHelp, "list": listHelp, "show": showHelp, "bench": benchHelp, "export": exportHelp, "provoke": provokeHelp}
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) {
		for c := cmd; c != nil; c = c.Parent() {
			if text, ok := texts[c.Name()]; ok {
				fmt.Fprint(cmd.OutOrStdout(), text)
				return
			}
		}
	})
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w\nSee: hpmc help %s", err, cmd.Name())
	})
}
