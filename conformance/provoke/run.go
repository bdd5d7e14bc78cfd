package provoke

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"hpmc/conformance/lab"
)

// Run is what a boot of a reproducer came to.
type Run struct {
	Happened bool
	Seen     string        // if it happened: what the program saw
	Failed   string        // why there is no answer; "" if there is one
	Held     []Held        // in the order of the plan's holds
	Waits    []Wait        // the tasks that waited while one was held for long
	Console  string        // how the machine's ends, if the program did not come to its end
	Said     []string      // all that the program said
	Took     time.Duration // boot and all
}

// Held is what became of a hold.
type Held struct {
	State string // never (no thread came), held, released, timeout, or atomic (it cannot sleep there)
	Task  string // the name of the kernel's task, such as kworker/1:1
	For   time.Duration
}

// Wait is where a task waited.
type Wait struct {
	Task  string
	Stack []string // functions, innermost first
}

// bootTime bounds one boot.
const bootTime = 2 * time.Minute

// Why there may be no answer. Under emulation a kernel has been seen to panic in code that it patches.
const (
	noEnd    = "the program came to no end"
	panicked = "the kernel panicked"
)

// Run boots the machine once and lets the program run. The error is that the machine could not be booted; a program that
// comes to no answer is a Run with Failed set.
func (b *Built) Run(ctx context.Context) (*Run, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, bootTime, fmt.Errorf("%v passed", bootTime))
	defer cancel()
	began := time.Now()
	out, err := lab.Boot(ctx, b.Kernel, b.machine, b.files, b.params...)
	if err != nil {
		return nil, err
	}
	r := parse(string(out.Data))
	r.Took = time.Since(began)
	switch {
	case r.Failed != noEnd:
	case strings.Contains(out.Console, "Kernel panic"):
		r.Failed, r.Console = panicked, out.Tail(40)
	default:
		r.Console = out.Tail(15)
	}
	return r, nil
}

// parse reads what the program said.
func parse(text string) *Run {
	r := &Run{Failed: noEnd}
	for line := range strings.Lines(strings.ReplaceAll(text, "\r", "")) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		r.Said = append(r.Said, line)
		first, rest, _ := strings.Cut(line, ": ")
		switch {
		case line == "happened":
			r.Happened, r.Failed = true, ""
		case line == "did not happen":
			r.Failed = ""
		case first == "failed":
			r.Failed = rest
		case first == "module":
			r.Failed += " (" + rest + ")"
		case first == "hold":
			if h, ok := parseHeld(rest); ok {
				r.Held = append(r.Held, h)
			}
		case first == "waits":
			task, stack, _ := strings.Cut(rest, ":")
			r.Waits = append(r.Waits, Wait{task, strings.Fields(stack)})
		case strings.HasSuffix(line, ": this is it") && r.Seen == "":
			_, seen, _ := strings.Cut(strings.TrimSuffix(line, ": this is it"), ": ")
			r.Seen = first + ": " + seen
		}
	}
	return r
}

// parseHeld reads a line of /proc/hpmc_provoke: number, state, process, milliseconds, name.
func parseHeld(line string) (Held, bool) {
	f := strings.Fields(line)
	if len(f) < 4 {
		return Held{}, false
	}
	ms, err := strconv.Atoi(f[3])
	h := Held{State: f[1], For: time.Duration(ms) * time.Millisecond}
	if len(f) > 4 {
		h.Task = f[4]
	}
	return h, err == nil
}
