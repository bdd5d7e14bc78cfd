package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"hpmc/explorer"
)

// progress shows on a terminal how far the runs have come. It is silent elsewhere; nil is silent too.
type progress struct {
	mu     sync.Mutex
	bar    *progressbar.ProgressBar
	done   int
	states map[int]int // of runs under way
	ended  int         // states of runs that have ended
}

func newProgress(w io.Writer, runs int) *progress {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) || os.Getenv("TERM") == "dumb" {
		return nil
	}
	bar := progressbar.NewOptions(runs, progressbar.OptionSetWriter(w), progressbar.OptionClearOnFinish(),
		progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(false), progressbar.OptionSetElapsedTime(true),
		progressbar.OptionSetWidth(30), progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionSetRenderBlankState(true))
	return &progress{bar: bar, states: map[int]int{}}
}

// explored notes how far run i has come.
func (p *progress) explored(i int, at explorer.Progress) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.states[i] = at.States
	p.describe()
}

// finished notes that run i has ended.
func (p *progress) finished(i, states int) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.states, i)
	p.ended += states
	p.done++
	p.describe()
	_ = p.bar.Set(p.done)
}

func (p *progress) describe() {
	n := p.ended
	for _, s := range p.states {
		n += s
	}
	p.bar.Describe(fmt.Sprintf("%s states", count(n)))
}

// close takes the bar off the screen.
func (p *progress) close() {
	if p != nil {
		_ = p.bar.Finish()
		_ = p.bar.Clear()
	}
}

// count writes a number with its digits in groups of three.
func count(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// seconds writes a duration shortly.
func seconds(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return "under 1ms"
	case d < 100*time.Millisecond:
		return fmt.Sprintf("%dms", d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1fs", d.Seconds())
	}
	return d.Round(time.Second).String()
}
