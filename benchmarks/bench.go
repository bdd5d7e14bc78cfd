package benchmarks

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
)

// hugeStates is the size from which a rung is measured once only.
const hugeStates = 20_000_000

// Options say what is measured.
type Options struct {
	Self    Self     // how to run a process that measures
	Rungs   []string // names, all of them of the ladder; nil means the whole ladder
	Pairs   int      // runs of each configuration
	Quick   bool     // few configurations, SPIN's flags untuned
	NoSpin  bool     // leave SPIN out
	NoRumur bool     // leave Rumur out
	Command string   // for the report
	Log     func(string)
}

// Report is everything that was measured.
type Report struct {
	Command string       `json:"command"`
	Machine Machine      `json:"machine"`
	Pairs   int          `json:"pairs"`
	Tuned   []Tuned      `json:"tuned,omitempty"`
	TunedOn string       `json:"tuned_on,omitempty"`
	NoSpin  string       `json:"no_spin,omitempty"`  // why SPIN was not run
	NoRumur string       `json:"no_rumur,omitempty"` // why Rumur was not run
	Rungs   []RungResult `json:"rungs"`
	Summary []Claim      `json:"summary"`
}

// RungResult is what was measured on one rung.
type RungResult struct {
	Name    string   `json:"name"`
	Kernel  string   `json:"kernel"`
	Summary string   `json:"summary"`
	States  int      `json:"states"` // of the full state space
	Words   int      `json:"words"`
	Bits    int      `json:"bits"`
	Pairs   int      `json:"pairs"`
	Series  []Series `json:"series"`
}

// ErrDiffer tells that two checkers, or two runs, do not agree on the number of states.
var ErrDiffer = errors.New("state counts differ")

// Run measures. Every run is a process of its own; those of a group are run in turn, and every other time in
// reverse, so that what slows the machine down slows all of them.
func Run(ctx context.Context, o Options) (*Report, error) {
	rungs, err := choose(o.Rungs)
	if err != nil {
		return nil, err
	}
	rep := &Report{Command: o.Command, Machine: thisMachine(), Pairs: o.Pairs}
	dir, err := os.MkdirTemp("", "hpmc-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	b := &bench{Options: o}
	memory := availableMemory() * 9 / 10
	if memory == 0 {
		memory = 4 << 30
	}
	switch b.spin, err = newSpin(o.Self, dir, memory); {
	case o.NoSpin:
		b.spin, rep.NoSpin = nil, "left out by --no-spin"
	case err != nil:
		rep.NoSpin = err.Error()
	case !o.Quick:
		r := tuneOn(rungs)
		rep.TunedOn = r.Name
		if rep.Tuned, err = b.spin.tune(ctx, r, min(o.Pairs, 3), o.Log); err != nil {
			return nil, err
		}
	}
	if o.NoRumur {
		rep.NoRumur = "left out by --no-rumur"
	} else if b.rumur, err = newRumur(o.Self, dir); err != nil {
		rep.NoRumur = err.Error()
	}
	for i := range rungs {
		res, err := b.rung(ctx, &rungs[i])
		if err != nil {
			return nil, err
		}
		rep.Rungs = append(rep.Rungs, *res)
	}
	rep.Summary = rep.summarise()
	return rep, nil
}

// choose returns the rungs with the names given, smallest first; all of them if there are no names.
func choose(names []string) ([]Rung, error) {
	all, err := Ladder()
	if err != nil || len(names) == 0 {
		return all, err
	}
	var out []Rung
	for _, r := range all {
		if slices.Contains(names, r.Name) {
			out = append(out, r)
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("none of %v is a rung of the ladder", names)
	}
	return out, nil
}

// tuneOn returns the largest rung that takes seconds, not minutes, or else the smallest there is.
func tuneOn(rungs []Rung) *Rung {
	best := &rungs[0]
	for i := range rungs {
		if rungs[i].States < 3_000_000 {
			best = &rungs[i]
		}
	}
	return best
}

type bench struct {
	Options
	spin  *spin
	rumur *rumur
}

// has tells whether a checker takes part.
func (b *bench) has(tool string) bool {
	return tool == "hpmc" || tool == "spin" && b.spin != nil || tool == "rumur" && b.rumur != nil
}

func (b *bench) rung(ctx context.Context, r *Rung) (*RungResult, error) {
	res := &RungResult{Name: r.Name, Kernel: r.Kernel, Summary: r.Scenario.Summary, Pairs: b.Pairs}
	if r.States > hugeStates {
		res.Pairs = 1
	}
	for _, group := range groups(b.Quick) {
		series := make([]Series, 0, len(group))
		for _, c := range group {
			if b.has(c.Tool) && (c.Tool != "rumur" || r.rumurPairs(res.Pairs) > 0) {
				series = append(series, Series{Config: c})
			}
		}
		pairs := res.Pairs
		if len(group) == 1 {
			pairs = 1 // a count, not a time
		}
		for pair := range pairs {
			order := make([]*Series, len(series))
			for i := range series {
				order[i] = &series[i]
			}
			if pair%2 == 1 {
				slices.Reverse(order)
			}
			for _, s := range order {
				if s.Tool == "rumur" && pair >= r.rumurPairs(pairs) {
					continue
				}
				b.Log(fmt.Sprintf("%s %d/%d: %s", r.Name, pair+1, pairs, s.label()))
				if err := b.sample(ctx, r, s); err != nil {
					return nil, fmt.Errorf("%s, %s: %w", r.Name, s.label(), err)
				}
			}
		}
		res.Series = append(res.Series, series...)
	}
	return res, res.agree()
}

// sample adds one run to a series.
func (b *bench) sample(ctx context.Context, r *Rung, s *Series) error {
	var x Sample
	err := b.Self.touch(ctx)
	if err != nil {
		return err
	}
	switch s.Tool {
	case "hpmc":
		x, err = b.Self.measure(ctx, r.Name, s.Config)
	case "rumur":
		x, err = b.rumur.measure(ctx, r.Name, s.Config)
		s.Flags = b.rumur.flags(s.Config)
	case "spin":
		states := r.States
		if len(s.Samples) > 0 {
			states = s.Samples[0].States
		}
		var flags string
		x, flags, err = b.spin.measure(ctx, r.Name, s.Config, states)
		s.Flags = b.spin.flags(s.Config) + "; " + flags
	}
	if err == nil {
		s.Samples = append(s.Samples, x)
	}
	return err
}

// agree checks that whoever searched the same states found the same number of them, and notes what there is to
// know of the rung's state.
func (r *RungResult) agree() error {
	first := map[[2]bool]*Series{} // of hpmc's, by reduction and properties
	for i := range r.Series {
		s := &r.Series[i]
		for _, x := range s.Samples {
			if x.Incomplete == "" && s.Samples[0].Incomplete == "" && x.States != s.states() {
				return fmt.Errorf("%w: %s, %s: %d and %d", ErrDiffer, r.Name, s.label(), s.states(), x.States)
			}
		}
		if !s.complete() || s.Tool == "spin" && s.Reduced {
			continue
		}
		key := [2]bool{s.Reduced, s.Deadlocks}
		f := first[key]
		if f == nil {
			first[key] = s
			continue
		}
		same := s.states() == f.states()
		if s.Tool == "spin" || f.Tool == "spin" {
			same = same || samePan(s.states(), f.states()) || samePan(f.states(), s.states())
		}
		if !same {
			return fmt.Errorf("%w: %s: %s finds %d, %s finds %d", ErrDiffer, r.Name, f.label(), f.states(), s.label(), s.states())
		}
	}
	if s := r.find(Config{"hpmc", 1, false, "exact", false}); s.complete() {
		r.States, r.Words, r.Bits = s.states(), s.Samples[0].Words, s.Samples[0].Bits
	}
	return nil
}

// find returns the series of a configuration, or nil.
func (r *RungResult) find(c Config) *Series {
	for i := range r.Series {
		if r.Series[i].Config == c {
			return &r.Series[i]
		}
	}
	return nil
}

// label says in words what a configuration is.
func (c Config) label() string {
	s := c.Tool
	switch c.Tool {
	case "rumur":
		s += " with " + plural(c.Workers, "thread")
	case "hpmc":
		s += " with " + plural(c.Workers, "worker")
	}
	s += map[bool]string{false: ", full", true: ", reduced"}[c.Reduced]
	if c.Store != "exact" {
		s += ", " + c.Store + "s"
	}
	if c.Deadlocks {
		s += ", deadlocks only"
	}
	return s
}
