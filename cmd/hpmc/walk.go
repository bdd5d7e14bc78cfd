package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"

	"hpmc/explorer"
	"hpmc/model"
	"hpmc/traces"
)

// walk is a random run, as the flags of trace describe it.
type walk struct {
	random bool
	seed   uint64
}

// mostWalks is how many random runs are tried, and mostSteps how long each may be.
const (
	mostWalks = 20000
	mostSteps = 5000
)

// run shows a random run that ends where a property is violated or reached.
func (w *walk) run(ctx context.Context, src *source, j *job, prop int, d *drawing, stdout io.Writer) error {
	t, err := w.find(ctx, j.program, prop)
	switch {
	case err != nil:
		return err
	case t == nil:
		fmt.Fprintf(stdout, "%s on %s: of %d random runs none comes to %s; hpmc verify tells whether any does.\n", j.scenario.Name, j.kernel,
			mostWalks, j.program.Props[prop].Name)
		return status(exitInconclusive)
	}
	t.Kernel = j.kernel
	command := fmt.Sprintf("hpmc trace %s%s --random --seed %d", j.scenario.Name, src.flags(j), w.seed)
	if src.o.until != "" {
		command += " --until " + quote(src.o.until)
	} else {
		command += " --property " + quote(j.program.Props[prop].Name)
	}
	if err := d.render(t, j, command, stdout); err != nil {
		return err
	}
	if j.program.Props[prop].Kind != model.Reachable {
		return status(exitViolated)
	}
	return nil
}

// find walks at random, from the initial state each time, until a walk comes to where the property is violated or
// reached. Of the threads that can step each is as likely, and so is each of the chosen one's transitions.
func (w *walk) find(ctx context.Context, p *model.Program, prop int) (*traces.Trace, error) {
	r := rand.New(rand.NewPCG(w.seed, 0))
	for range mostWalks {
		if ctx.Err() != nil {
			return nil, status(exitInterrupted)
		}
		if t := w.once(r, p, prop); t != nil {
			return t, nil
		}
	}
	return nil, nil
}

func (w *walk) once(r *rand.Rand, p *model.Program, prop int) *traces.Trace {
	at := p.Initial()
	var path []int
	for {
		if pr := &p.Props[prop]; pr.Kind == model.Reachable && p.Eval(at, pr.Cond) != 0 || pr.Kind == model.Always && p.Eval(at, pr.Cond) == 0 {
			return traced(p, path, prop, -1)
		}
		var threads [][]int
		for th := range p.Threads {
			var can []int
			for _, id := range p.Threads[th].Out[p.Loc(at, th)] {
				if p.Enabled(at, &p.Transitions[id]) {
					can = append(can, id)
				}
			}
			if can != nil {
				threads = append(threads, can)
			}
		}
		if len(threads) == 0 || len(path) == mostSteps {
			return traced(p, path, prop, -1) // where final properties and deadlocks are
		}
		can := threads[r.IntN(len(threads))]
		t := &p.Transitions[can[r.IntN(len(can))]]
		for c, ch := range t.Checks {
			if p.Eval(at, ch.Cond) != 0 {
				continue
			}
			if ch.Prop == prop {
				return traced(p, append(path, t.ID), prop, c)
			}
			if p.Props[ch.Prop].Fault {
				return nil
			}
		}
		next := make(model.State, p.Words)
		p.Apply(next, at, t)
		at, path = next, append(path, t.ID)
	}
}

// traced returns the trace of a path, or nil if the property is not violated or reached at its end.
func traced(p *model.Program, path []int, prop, check int) *traces.Trace {
	if pr := &p.Props[prop]; pr.Kind == model.AtEvent && check < 0 {
		return nil
	}
	t, err := traces.New(p, path, prop, check)
	if err != nil {
		return nil
	}
	return t
}

// witnesses shows, for each condition that was reached, the shortest run to it.
func witnesses(jobs []*job, stdout io.Writer) error {
	for _, j := range jobs {
		for _, pr := range j.result.Props {
			if j.program.Props[pr.Prop].Kind != model.Reachable || pr.Verdict != explorer.Holds || pr.Pathless {
				continue
			}
			t, err := j.replay(pr)
			if err != nil {
				return failure{exitInternal, err}
			}
			fmt.Fprintf(stdout, "\n%s on %s, %s:\n\n%s", j.scenario.Name, j.kernel, stepCount(len(pr.Path)), t.Table(traces.Options{}))
		}
	}
	return nil
}
