package main

import (
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"hpmc/explorer"
	"hpmc/explorer/offheap"
	"hpmc/scenarios"
)

// engine is what the flags say of how to search.
type engine struct {
	workers    int
	jobs       int
	store      string
	por        string
	maxMem     string
	maxStates  int
	timeout    time.Duration
	checkpoint string
	resume     string
	every      time.Duration
	progress   string

	memory int64 // bytes of maxMem; 0 if none is given
}

// The values of flags that take one of a few words.
var (
	stores   = []string{explorer.Exact.String(), explorer.Fingerprint.String(), explorer.Bitstate.String()}
	porModes = []string{"on", "off", "check"}
	shows    = []string{"auto", "bar", "plain", "json", "none"}
)

func (e *engine) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.IntVar(&e.workers, "workers", 0, "")
	f.StringVar(&e.store, "store", stores[0], "")
	f.StringVar(&e.por, "por", "on", "")
	f.StringVar(&e.maxMem, "max-mem", "", "")
	f.IntVar(&e.maxStates, "max-states", 0, "")
	f.DurationVar(&e.timeout, "timeout", 0, "")
	f.StringVar(&e.checkpoint, "checkpoint", "", "")
	f.StringVar(&e.resume, "resume", "", "")
	f.DurationVar(&e.every, "checkpoint-every", time.Minute, "")
	f.StringVar(&e.progress, "progress", "auto", "")
}

// maxWorkers bounds --workers and --jobs, lest a slip of the keyboard asks for billions.
const maxWorkers = 1024

// check refuses values that the flags' types allow.
func (e *engine) check() error {
	for _, c := range []struct {
		flag, value string
		words       []string
	}{{"--store", e.store, stores}, {"--por", e.por, porModes}, {"--progress", e.progress, shows}} {
		if err := oneWord(c.flag, c.value, c.words); err != nil {
			return err
		}
	}
	switch {
	case e.workers < 0 || e.workers > maxWorkers:
		return fmt.Errorf("--workers is a number from 1 to %d, not %d", maxWorkers, e.workers)
	case e.jobs < 0 || e.jobs > maxWorkers:
		return fmt.Errorf("--jobs is a number from 1 to %d, not %d", maxWorkers, e.jobs)
	case e.maxStates < 0:
		return fmt.Errorf("--max-states is a positive number, not %d", e.maxStates)
	case e.timeout < 0:
		return fmt.Errorf("--timeout is a positive duration, such as 90s, not %v", e.timeout)
	case e.every <= 0:
		return fmt.Errorf("--checkpoint-every is a positive duration, such as 5m, not %v", e.every)
	case e.por == "check" && (e.checkpoint != "" || e.resume != ""):
		return fmt.Errorf("--por=check searches twice, and a checkpoint is of one search")
	case e.store == "bitstate" && e.por == "check":
		return fmt.Errorf("--por=check compares what two searches prove, and --store=bitstate proves nothing")
	}
	if e.maxMem != "" {
		n, err := parseSize(e.maxMem)
		switch {
		case err != nil:
			return fmt.Errorf("--max-mem: %w", err)
		case n < 1<<20:
			return fmt.Errorf("--max-mem is at least 1M, not %s", e.maxMem)
		}
		e.memory = n
	}
	return nil
}

// oneWord refuses a value that is none of the words, and names the nearest.
func oneWord(flag, value string, words []string) error {
	for _, w := range words {
		if w == value {
			return nil
		}
	}
	last := len(words) - 1
	hint := ""
	if n := scenarios.Nearest(value, words); n != "" {
		hint = "; did you mean " + n + "?"
	}
	return fmt.Errorf("%s is %s or %s, not %q%s", flag, strings.Join(words[:last], ", "), words[last], value, hint)
}

// options are those of a search, one of p.jobs at a time.
func (e *engine) options(p plan) explorer.Options {
	o := explorer.Options{MaxStates: e.maxStates, Timeout: e.timeout, Workers: p.workers, Full: e.por == "off",
		MaxMem: e.share(p.jobs), Checkpoint: e.checkpoint, CheckpointEvery: e.every, Resume: e.resume}
	for i, name := range stores {
		if name == e.store {
			o.Store = explorer.Store(i)
		}
	}
	if o.Checkpoint == "" {
		o.Checkpoint = o.Resume
	}
	return o
}

// share is the memory of each of jobs searches that go on at a time; 0 leaves it to a single one.
func (e *engine) share(jobs int) int64 {
	n := e.memory
	if n == 0 && jobs > 1 {
		n = offheap.DefaultLimit()
	}
	return n / int64(jobs)
}

// plan says how many runs go on at a time, and how many workers each has.
type plan struct{ jobs, workers int }

// plan shares the processors among runs: many runs get one worker each, a single one gets all. What the
// user says of one of the two numbers leaves the rest to the other.
func (e *engine) plan(runs int) plan {
	cpus := runtime.GOMAXPROCS(0)
	p := plan{e.jobs, e.workers}
	if p.jobs == 0 {
		p.jobs = max(1, cpus/max(1, p.workers))
	}
	p.jobs = max(1, min(p.jobs, runs))
	if p.workers == 0 {
		p.workers = max(1, cpus/p.jobs)
	}
	return p
}

// oneRun refuses flags that are of one search when there are several.
func (e *engine) oneRun(runs int) error {
	for _, f := range []struct{ name, value string }{{"--checkpoint", e.checkpoint}, {"--resume", e.resume}} {
		if f.value != "" && runs != 1 {
			return fmt.Errorf("%s is of one run, and there are %d; name one scenario and one --kernel", f.name, runs)
		}
	}
	return nil
}
