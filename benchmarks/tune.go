package benchmarks

import "context"

// Tuned is how fast pan was with some flags of gcc's.
type Tuned struct {
	Flags    string  `json:"flags"`
	Seconds  float64 `json:"seconds"`   // median
	PerState float64 `json:"per_state"` // bytes
}

// tune runs pan on a rung with every choice of flags in turn, and keeps the fastest.
func (s *spin) tune(ctx context.Context, r *Rung, pairs int, log func(string)) ([]Tuned, error) {
	c := Config{Tool: "spin", Workers: 1, Store: "exact"}
	all := make([]Series, len(extraFlags))
	for range pairs {
		for i, f := range extraFlags {
			s.extra = f
			log("spin " + s.flags(c) + " on " + r.Name)
			x, _, err := s.measure(ctx, r.Name, c, r.States)
			if err != nil {
				return nil, err
			}
			all[i].Samples = append(all[i].Samples, x)
		}
	}
	var out []Tuned
	best := 0
	for i := range all {
		s.extra = extraFlags[i]
		out = append(out, Tuned{s.flags(c), all[i].seconds(), all[i].perState()})
		if out[i].Seconds < out[best].Seconds {
			best = i
		}
	}
	s.extra = extraFlags[best]
	return out, nil
}
