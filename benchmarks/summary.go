package benchmarks

import (
	"fmt"
	"math"
)

// Claim sums up one thing over several rungs.
type Claim struct {
	Text  string  `json:"text"`
	Unit  string  `json:"unit"` // x, % or bytes
	Mean  float64 `json:"mean"` // geometric
	Least float64 `json:"least"`
	Most  float64 `json:"most"`
	Rungs int     `json:"rungs"`
}

// The smallest rungs that claims of speed and of reduction are made of.
const (
	speedStates     = 1_000_000
	reductionStates = 100_000
)

// claims collects values for claims.
type claims struct{ list []Claim }

// add makes a claim of value over the rungs that choose accepts; value returns 0 where there is none.
func (c *claims) add(rungs []RungResult, text, unit string, choose func(*RungResult) bool, value func(*RungResult) float64) {
	cl := Claim{Text: text, Unit: unit, Least: math.Inf(1)}
	sum := 0.0
	for i := range rungs {
		r := &rungs[i]
		if !choose(r) {
			continue
		}
		if v := value(r); v > 0 {
			cl.Rungs++
			sum += math.Log(v)
			cl.Least, cl.Most = min(cl.Least, v), max(cl.Most, v)
		}
	}
	if cl.Rungs > 0 {
		cl.Mean = math.Exp(sum / float64(cl.Rungs))
		c.list = append(c.list, cl)
	}
}

// fullSpin is SPIN without its reduction.
var fullSpin = Config{"spin", 1, false, "exact", false}

// speedup is how many times as many states a second a configuration explores as full SPIN, or 0.
func (r *RungResult) speedup(c Config) float64 { return r.against(c, fullSpin) }

// against is how many times faster a is than b, or 0.
func (r *RungResult) against(a, b Config) float64 {
	x, y := r.find(a), r.find(b)
	if !x.complete() || !y.complete() {
		return 0
	}
	return faster(x, y)
}

// kept is the share of the full state space that a configuration with reduction explores, or 0.
func (r *RungResult) kept(tool string, workers int, deadlocks bool) float64 {
	s := r.find(Config{tool, workers, true, "exact", deadlocks})
	full := r.fullStates(deadlocks)
	if !s.complete() || full == 0 {
		return 0
	}
	return float64(s.states()) / float64(full)
}

// fullStates is the size of the full state space, or 0.
func (r *RungResult) fullStates(deadlocks bool) int {
	if !deadlocks {
		return r.States
	}
	for i := range r.Series {
		if s := &r.Series[i]; s.Tool == "hpmc" && !s.Reduced && s.Deadlocks && s.complete() {
			return s.states()
		}
	}
	return 0
}

func (rep *Report) summarise() []Claim {
	var c claims
	n := rep.Machine.Cores
	workers := []int{1}
	if n > 1 {
		workers = append(workers, n)
	}
	sized := func(words func(int) bool) func(*RungResult) bool {
		return func(r *RungResult) bool { return r.States > speedStates && words(r.Words) }
	}
	one, more := sized(func(w int) bool { return w == 1 }), sized(func(w int) bool { return w > 1 })
	for _, w := range workers {
		for _, k := range []struct {
			what, store string
			choose      func(*RungResult) bool
		}{{"one word, exact", "exact", one}, {"more words, exact", "exact", more}, {"more words, fingerprints", "fingerprint", more}} {
			c.add(rep.Rungs, fmt.Sprintf("states/s, full, %s, %s, to SPIN's", k.what, plural(w, "worker")), "x", k.choose,
				func(r *RungResult) float64 { return r.speedup(Config{"hpmc", w, false, k.store, false}) })
		}
	}
	all := sized(func(int) bool { return true })
	for _, w := range workers {
		c.add(rep.Rungs, fmt.Sprintf("states/s, full, exact, %s, to Rumur's with as many", plural(w, "worker")), "x", all, func(r *RungResult) float64 {
			return r.against(Config{"hpmc", w, false, "exact", false}, fullRumur(w))
		})
	}
	hpmc1 := Config{"hpmc", 1, false, "exact", false}
	perState := func(cfg Config) func(*RungResult) float64 {
		return func(r *RungResult) float64 {
			if s := r.find(cfg); s.complete() {
				return s.perState()
			}
			return 0
		}
	}
	anonymous := func(r *RungResult) float64 {
		if s := r.find(hpmc1); s.complete() {
			return s.anonymous()
		}
		return 0
	}
	for _, k := range []struct {
		what   string
		choose func(*RungResult) bool
	}{{"one word", one}, {"more words", more}} {
		c.add(rep.Rungs, "memory a state, full, "+k.what+", exact", "bytes", k.choose, perState(hpmc1))
		c.add(rep.Rungs, "memory a state without the program's file, "+k.what+", exact", "bytes", k.choose, anonymous)
	}
	c.add(rep.Rungs, "memory a state, full, SPIN", "bytes", all, perState(fullSpin))
	c.add(rep.Rungs, "memory a state, full, Rumur", "bytes", all, perState(fullRumur(1)))
	rep.decline(&c)
	reducible := func(r *RungResult) bool { return r.States > reductionStates }
	for _, d := range []bool{true, false} {
		what := map[bool]string{true: "deadlocks only", false: "all properties"}[d]
		c.add(rep.Rungs, "states kept by reduction, "+what, "%", reducible, func(r *RungResult) float64 { return 100 * r.kept("hpmc", n, d) })
		c.add(rep.Rungs, "states kept by SPIN's reduction, "+what, "%", reducible, func(r *RungResult) float64 { return 100 * r.kept("spin", 1, d) })
	}
	for _, w := range workers {
		c.add(rep.Rungs, fmt.Sprintf("time to verdict, both reduced, %s, SPIN's to ours", plural(w, "worker")), "x", all,
			func(r *RungResult) float64 {
				return r.against(Config{"hpmc", w, true, "exact", false}, Config{"spin", 1, true, "exact", false})
			})
	}
	return c.list
}

// decline compares the speed on the largest rung with that on the smallest one above speedStates whose states have
// as many words.
func (rep *Report) decline(c *claims) {
	last := len(rep.Rungs) - 1
	for i := range rep.Rungs {
		a, b := &rep.Rungs[i], &rep.Rungs[max(last, 0)]
		if a.States <= speedStates || a.Words != b.Words || i == last {
			continue
		}
		cfg := Config{"hpmc", 1, false, "exact", false}
		x, y := a.find(cfg), b.find(cfg)
		if x.complete() && y.complete() {
			c.add(rep.Rungs[last:], fmt.Sprintf("states/s at %s, to those at %s", short(b.States), short(a.States)), "%",
				func(*RungResult) bool { return true }, func(*RungResult) float64 { return 100 * y.rate() / x.rate() })
		}
		return
	}
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
