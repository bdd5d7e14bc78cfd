package main

import (
	"io"
	"os"
	"slices"
	"sync"
	"time"

	"golang.org/x/term"

	"hpmc/explorer"
)

// progress shows how far the runs have come. Searches note it; a goroutine of its own shows it, so that a slow
// terminal slows no search. nil is silent.
type progress struct {
	jobs  []*job
	start time.Time
	out   display
	stop  chan struct{}
	ended sync.WaitGroup

	mu    sync.Mutex
	under map[int]*under // runs under way
	done  int
	found int // states of runs that have ended
}

// under is a run under way.
type under struct {
	run  int
	at   explorer.Progress
	rate float64 // states a second since it was shown last
	seen explorer.Progress
}

// overall is what is shown: all the runs.
type overall struct {
	done, runs int
	states     int // of all the runs, ended ones too
	rate       float64
	bytes      int64
	elapsed    time.Duration
	under      []under // in the order of the runs
}

// display shows progress every now and then.
type display interface {
	every() time.Duration
	show(p *progress, at overall)
	close()
}

// longRun is for how long a run goes on without a word where there is no bar, and the time between words.
const longRun = 5 * time.Second

// newProgress starts showing how far the runs of jobs have come, as --progress says.
func newProgress(how string, jobs []*job, rec *recorder, stderr io.Writer) *progress {
	if how == "auto" {
		switch {
		case rec.enc != nil:
			how = "json"
		case isTerminal(stderr):
			how = "bar"
		default:
			how = "plain"
		}
	}
	p := &progress{jobs: jobs, start: time.Now(), stop: make(chan struct{}), under: map[int]*under{}}
	switch how {
	case "bar":
		p.out = newBar(stderr, len(jobs))
	case "plain":
		p.out = plain{stderr}
	case "json":
		if rec.enc == nil {
			rec = newRecorder(stderr, true)
		}
		p.out = records{rec}
	default:
		return nil
	}
	p.ended.Go(p.watch)
	return p
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"
}

func (p *progress) watch() {
	tick := time.NewTicker(p.out.every())
	defer tick.Stop()
	for {
		select {
		case <-p.stop:
			return
		case <-tick.C:
			p.out.show(p, p.overall())
		}
	}
}

// overall sums up, and begins a new interval for the rates.
func (p *progress) overall() overall {
	p.mu.Lock()
	defer p.mu.Unlock()
	o := overall{done: p.done, runs: len(p.jobs), states: p.found, elapsed: time.Since(p.start)}
	for _, u := range p.under {
		if dt := (u.at.Elapsed - u.seen.Elapsed).Seconds(); dt > 0 {
			u.rate, u.seen = float64(u.at.States-u.seen.States)/dt, u.at
		}
		o.states += u.at.States
		o.rate += u.rate
		o.bytes += u.at.Bytes
		o.under = append(o.under, *u)
	}
	slices.SortFunc(o.under, func(a, b under) int { return a.run - b.run })
	return o
}

// explored notes how far run i has come.
func (p *progress) explored(i int, at explorer.Progress) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	u := p.under[i]
	if u == nil || at.Elapsed < u.at.Elapsed { // the second search of --por=check starts anew
		u = &under{run: i}
		p.under[i] = u
	}
	u.at = at
}

// finished notes that run i has ended.
func (p *progress) finished(i, states int) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.under, i)
	p.found += states
	p.done++
}

// close ends the showing, and takes a bar off the screen.
func (p *progress) close() {
	if p == nil {
		return
	}
	close(p.stop)
	p.ended.Wait()
	p.out.close()
}
