package benchmarks

import (
	"runtime"
	"slices"

	"hpmc/explorer"
)

// Config says what one run of a checker does.
type Config struct {
	Tool      string `json:"tool"` // hpmc, spin or rumur
	Workers   int    `json:"workers"`
	Reduced   bool   `json:"reduced"`
	Store     string `json:"store"`     // exact or fingerprint
	Deadlocks bool   `json:"deadlocks"` // deadlocks alone are checked, and what only other properties need is left out
}

// Sample is what one run measured. The process does nothing else.
type Sample struct {
	Seconds     float64 `json:"seconds"`          // of the search, as the checker itself reports it
	Wall        float64 `json:"wall"`             // seconds from the start of the process to its end
	Peak        int64   `json:"peak"`             // bytes resident at most, the whole process
	Mapped      int64   `json:"mapped,omitempty"` // of these, pages of files at the end: the program itself, in the page cache; 0 if not known
	States      int     `json:"states"`
	Transitions int     `json:"transitions"`
	Words       int     `json:"words,omitempty"` // of 64 bits in a stored state
	Bits        int     `json:"bits,omitempty"`
	Growing     int64   `json:"growing,omitempty"` // bytes of visited set and frontier at most, as the search counts them
	Acyclic     bool    `json:"acyclic,omitempty"`
	Incomplete  string  `json:"incomplete,omitempty"` // why the search did not finish
}

// Series is the samples of one configuration on one rung.
type Series struct {
	Config
	Flags   string   `json:"flags,omitempty"` // of another checker: SPIN's are those of gcc and of pan
	Samples []Sample `json:"samples"`
}

// complete tells whether every run finished.
func (s *Series) complete() bool {
	return s != nil && len(s.Samples) > 0 && !slices.ContainsFunc(s.Samples, func(x Sample) bool { return x.Incomplete != "" })
}

// states is the number that all complete runs agree on.
func (s *Series) states() int { return s.Samples[0].States }

func (s *Series) seconds() float64 { return s.median(func(x Sample) float64 { return x.Seconds }) }

// rate is the median of states a second.
func (s *Series) rate() float64 {
	return s.median(func(x Sample) float64 { return float64(x.States) / x.Seconds })
}

// perState is the median of resident bytes a state.
func (s *Series) perState() float64 {
	return s.median(func(x Sample) float64 { return float64(x.Peak) / float64(x.States) })
}

// anonymous is the median of resident bytes a state that are not pages of files, or 0 if it is not known.
func (s *Series) anonymous() float64 {
	return s.median(func(x Sample) float64 {
		if x.Mapped == 0 {
			return 0
		}
		return float64(x.Peak-x.Mapped) / float64(x.States)
	})
}

func (s *Series) median(f func(Sample) float64) float64 {
	v := make([]float64, len(s.Samples))
	for i, x := range s.Samples {
		v[i] = f(x)
	}
	return median(v)
}

// faster is the median over pairs of how many times a's seconds are b's; runs of one pair stand next to each other
// in time.
func faster(a, b *Series) float64 {
	v := make([]float64, min(len(a.Samples), len(b.Samples)))
	for i := range v {
		v[i] = b.Samples[i].Seconds / a.Samples[i].Seconds
	}
	return median(v)
}

func median(v []float64) float64 {
	slices.Sort(v)
	n := len(v)
	if n%2 == 1 {
		return v[n/2]
	}
	return (v[n/2-1] + v[n/2]) / 2
}

// The configurations of a rung. Those of one group are run in turn.
func groups(quick bool) [][]Config {
	n := runtime.GOMAXPROCS(0)
	exact, fingerprint := explorer.Exact.String(), explorer.Fingerprint.String()
	full := []Config{{"hpmc", 1, false, exact, false}, {"spin", 1, false, exact, false}, {"rumur", 1, false, exact, false}}
	reduced := []Config{{"hpmc", n, true, exact, false}, {"spin", 1, true, exact, false}}
	deadlocks := []Config{{"hpmc", n, true, exact, true}, {"spin", 1, true, exact, true}}
	if quick {
		return [][]Config{full, reduced}
	}
	full = append(full, Config{"hpmc", 1, false, fingerprint, false})
	if n > 1 {
		full = append(full, Config{"hpmc", n, false, exact, false}, Config{"hpmc", n, false, fingerprint, false},
			Config{"rumur", n, false, exact, false})
		reduced = append(reduced, Config{"hpmc", 1, true, exact, false})
	}
	return [][]Config{full, reduced, deadlocks, {{"hpmc", n, false, exact, true}}}
}
