package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"

	"hpmc/explorer"
	"hpmc/explorer/offheap"
	"hpmc/model"
	"hpmc/scenarios"
	"hpmc/traces"
)

// job is one scenario on one kernel.
type job struct {
	scenario *scenarios.Scenario
	kernel   string // as reports call it
	program  *model.Program
	result   *explorer.Result
	outcome  scenarios.Outcome

	expected scenarios.Expectation
	expects  bool  // whether there is an expectation
	fault    error // a counterexample that does not replay, or a reduction that changes a verdict: a fault of hpmc

	store explorer.Store   // how states were stored
	full  *explorer.Result // of the search without reduction, under --por=check
}

// limitHeap has Go collect garbage more often before it takes more memory than there is: the programs of the whole catalogue are
// 150 MB, and without a limit the heap grows to three times that. A limit that the user sets by GOMEMLIMIT stays. Less than leastHeap
// would only make Go collect all the time.
func limitHeap() {
	if n := offheap.DefaultLimit(); n > 0 && debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(max(n, leastHeap))
	}
}

const leastHeap = 64 << 20

// build compiles the programs of jobs, workers at a time, and returns every distinct fault found. After an
// interrupt it compiles no more, and returns that.
func build(ctx context.Context, jobs []*job, workers int, compile func(*job) (*model.Program, error)) error {
	errs := make([]error, len(jobs))
	each(len(jobs), workers, func(i int) {
		if ctx.Err() == nil {
			jobs[i].program, errs[i] = compile(jobs[i])
		}
	})
	if ctx.Err() != nil {
		return failure{exitInterrupted, errors.New("interrupted before anything was explored")}
	}
	var distinct []error
	seen := map[string]bool{}
	for _, err := range errs {
		if err != nil && !seen[err.Error()] {
			seen[err.Error()] = true
			distinct = append(distinct, err)
		}
	}
	return errors.Join(distinct...)
}

// explore runs jobs, as many at a time as the plan says, and calls done for each, in the order of jobs. The
// largest programs go first, lest the last one keeps the others waiting. It returns the first error in that order:
// a search that could not be made.
func explore(ctx context.Context, jobs []*job, e *engine, show *progress, done func(*job)) error {
	plan := e.plan(len(jobs))
	var mu sync.Mutex
	ended := make([]bool, len(jobs))
	errs := make([]error, len(jobs))
	next := 0
	order := bySize(jobs)
	base := e.options(plan)
	base.Interrupt = ctx.Done()
	each(len(jobs), plan.jobs, func(n int) {
		i := order[n]
		o := base
		if show != nil {
			o.Progress = func(p explorer.Progress) { show.explored(i, p) }
		}
		j := jobs[i]
		if errs[i] = j.search(o, e.por == "check"); errs[i] == nil {
			j.judge(o)
			show.finished(i, j.result.States)
		}
		mu.Lock()
		defer mu.Unlock()
		for ended[i] = true; next < len(jobs) && ended[next] && errs[next] == nil; next++ {
			done(jobs[next])
		}
	})
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// bySize returns the indices of jobs, the one with the most transitions first.
func bySize(jobs []*job) []int {
	order := make([]int, len(jobs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return len(jobs[b].program.Transitions) - len(jobs[a].program.Transitions)
	})
	return order
}

// each calls f for 0 to n-1, workers at a time.
func each(n, workers int, f func(int)) {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(workers, n) {
		wg.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}

// judge sums up the result and replays every counterexample.
func (j *job) judge(o explorer.Options) {
	j.store = o.Store
	if o.Store == explorer.Bitstate {
		unproven(j.program, j.result)
	}
	j.outcome = scenarios.NewOutcome(j.program, j.result)
	for _, r := range j.violated() {
		if j.program.Props[r.Prop].Kind == model.Reachable || r.Pathless {
			continue
		}
		if _, err := j.replay(r); err != nil && j.fault == nil {
			j.fault = fmt.Errorf("%s on %s: %w", j.scenario.Name, j.kernel, err)
		}
	}
}

// replay returns the trace of a violation, or of the way to a condition.
func (j *job) replay(r explorer.PropResult) (t *traces.Trace, err error) {
	if r.Circle != nil {
		t, err = traces.NewCircle(j.program, r.Prop, r.Circle, r.Runs)
	} else {
		t, err = traces.New(j.program, r.Path, r.Prop, r.Check)
	}
	if err == nil {
		t.Kernel = j.kernel
	}
	return t, err
}

// violated returns the violated properties in check order.
func (j *job) violated() []explorer.PropResult {
	var out []explorer.PropResult
	for _, r := range j.result.Props {
		if r.Verdict == explorer.Violated {
			out = append(out, r)
		}
	}
	return out
}

// inconclusive tells whether the run left open what it was to decide.
func (j *job) inconclusive() bool {
	if j.expects && j.expected.Matches(j.outcome) {
		return false
	}
	return len(j.outcome.Open) > 0
}

// surprising tells whether someone should look at the run: an expectation missed, or a violation that
// nobody expected.
func (j *job) surprising() bool {
	switch {
	case !j.expects:
		return len(j.outcome.Violated) > 0
	case len(j.outcome.Open) == 0:
		return !j.expected.Matches(j.outcome)
	}
	for _, name := range j.outcome.Violated {
		if j.expected.Violated == nil || !j.expected.Violated.Contains(name) {
			return true
		}
	}
	return false
}

// exitStatus is what the outcome of all the runs amounts to.
func exitStatus(ctx context.Context, jobs []*job) int {
	code := exitOK
	rank := map[int]int{exitOK: 0, exitInconclusive: 1, exitViolated: 2, exitUsage: 3, exitInternal: 4}
	raise := func(c int) {
		if rank[c] > rank[code] {
			code = c
		}
	}
	for _, j := range jobs {
		switch {
		case j.fault != nil:
			raise(exitInternal)
		case len(j.outcome.Faults) > 0:
			raise(exitUsage)
		case j.surprising():
			raise(exitViolated)
		case j.inconclusive():
			raise(exitInconclusive)
		}
	}
	if ctx.Err() != nil && code != exitInternal {
		return exitInterrupted
	}
	return code
}
