package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"hpmc/explorer"
)

// describe says in a line how far a run has come.
func describe(at explorer.Progress, rate float64) string {
	parts := []string{count(at.States) + " states"}
	if rate > 0 {
		parts = append(parts, perSecond(rate))
	}
	if at.Depth > 0 {
		parts = append(parts, fmt.Sprintf("depth %d", at.Depth))
	}
	parts = append(parts, "frontier "+count(at.Frontier))
	if at.Bytes > 0 {
		parts = append(parts, size(at.Bytes))
	}
	if at.Phase != "" {
		parts = append(parts, phase(at.Phase))
	}
	return strings.Join(parts, ", ")
}

// phase says what an engine does that does not search.
func phase(s string) string {
	switch s {
	case "checkpoint":
		return "writing a checkpoint"
	case "path":
		return "finding shortest paths"
	}
	return s
}

// bar is a progress bar on a terminal. Of a single run nobody knows the end, so it tells no share and no time left.
type bar struct {
	bar   *progressbar.ProgressBar
	width func() int // columns
}

func newBar(w io.Writer, runs int) *bar {
	b := &bar{width: func() int { return 80 }}
	if f, ok := w.(*os.File); ok {
		b.width = func() int {
			if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
				return n
			}
			return 80
		}
	}
	if runs == 1 {
		runs = -1
	}
	b.bar = progressbar.NewOptions(runs, progressbar.OptionSetWriter(w), progressbar.OptionClearOnFinish(),
		progressbar.OptionSetPredictTime(false), progressbar.OptionSetElapsedTime(true),
		progressbar.OptionSetWidth(16), progressbar.OptionSpinnerType(14), progressbar.OptionSetRenderBlankState(true))
	return b
}

// barColumns are what the bar takes beside its description.
const barColumns = 34

func (*bar) every() time.Duration { return 200 * time.Millisecond }

func (b *bar) show(p *progress, at overall) {
	var s string
	if at.runs == 1 {
		if len(at.under) == 0 {
			return
		}
		s = describe(at.under[0].at, at.under[0].rate)
	} else {
		s = fmt.Sprintf("%d of %d runs, %s states", at.done, at.runs, count(at.states))
		if at.rate > 0 {
			s += ", " + perSecond(at.rate)
		}
		if at.bytes > 0 {
			s += ", " + size(at.bytes)
		}
		if u := oldest(at.under); u != nil && u.at.Elapsed > longRun {
			s += fmt.Sprintf(", %s at %s states", p.jobs[u.run].scenario.Name, count(u.at.States))
		}
	}
	if room := max(b.width()-barColumns, 16); len(s) > room {
		s = s[:room]
	}
	b.bar.Describe(s)
	if at.runs > 1 {
		_ = b.bar.Set(at.done)
	} else {
		_ = b.bar.Add(1)
	}
}

// oldest returns the run that has been under way for the longest time.
func oldest(under []under) *under {
	if len(under) == 0 {
		return nil
	}
	o := &under[0]
	for i := range under {
		if under[i].at.Elapsed > o.at.Elapsed {
			o = &under[i]
		}
	}
	return o
}

func (b *bar) close() {
	_ = b.bar.Finish()
	_ = b.bar.Clear()
}

// plain writes lines: for logs.
type plain struct{ w io.Writer }

func (plain) every() time.Duration { return longRun }

func (l plain) show(p *progress, at overall) {
	if at.runs > 1 {
		fmt.Fprintf(l.w, "%d of %d runs, %s states, %s\n", at.done, at.runs, count(at.states), seconds(at.elapsed))
	}
	for _, u := range at.under {
		if u.at.Elapsed < longRun-time.Second {
			continue
		}
		j := p.jobs[u.run]
		fmt.Fprintf(l.w, "%s on %s: %s, %s\n", j.scenario.Name, j.kernel, describe(u.at, u.rate), seconds(u.at.Elapsed))
	}
}

func (plain) close() {}

// records writes a JSON object a line for each run that takes long.
type records struct{ rec *recorder }

func (records) every() time.Duration { return longRun }

type progressRecord struct {
	Type            string  `json:"type"` // progress
	Scenario        string  `json:"scenario"`
	Kernel          string  `json:"kernel"`
	States          int     `json:"states"`
	Transitions     int     `json:"transitions"`
	StatesPerSecond float64 `json:"states_per_second"`
	Depth           int     `json:"depth"`
	Frontier        int     `json:"frontier"`
	Bytes           int64   `json:"bytes,omitempty"`
	Seconds         float64 `json:"seconds"`
	Phase           string  `json:"phase,omitempty"`
	RunsDone        int     `json:"runs_done"`
	Runs            int     `json:"runs"`
}

func (r records) show(p *progress, at overall) {
	for _, u := range at.under {
		j := p.jobs[u.run]
		r.rec.emit(progressRecord{"progress", j.scenario.Name, j.kernel, u.at.States, u.at.Transitions, math.Round(u.rate),
			u.at.Depth, u.at.Frontier, u.at.Bytes, u.at.Elapsed.Seconds(), u.at.Phase, at.done, at.runs})
	}
}

func (records) close() {}
