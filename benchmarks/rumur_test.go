package benchmarks

import "testing"

func TestParseRumur(t *testing.T) {
	const head = "\nStatus:\n\n"
	for _, c := range []struct {
		out           string
		states, rules int
		ok            bool
	}{
		{head + "\tNo error found.\n\nState Space Explored:\n\n\t2393294 states, 13795085 rules fired in 4s.\n", 2393294, 13795085, true},
		{head + "\t1 error(s) found.\n\nState Space Explored:\n\n\t28 states, 33 rules fired in 0s.\n", 0, 0, false},
		{"\t 10000 states explored in 0s, with 50000 rules fired and 200 states in the queue.\n", 0, 0, false},
	} {
		x, err := parseRumur(c.out)
		if x.States != c.states || x.Transitions != c.rules || (err == nil) != c.ok {
			t.Errorf("%d states, %d rules, %v of\n%s", x.States, x.Transitions, err, c.out)
		}
	}
}

// TestRumurPairs checks that Rumur is not let loose on rungs where it takes hours, nor oftener than others.
func TestRumurPairs(t *testing.T) {
	for _, c := range []struct{ states, pairs, want int }{{1_000_000, 5, 3}, {1_000_000, 2, 2}, {5_539_368, 3, 1}, {16_895_041, 3, 0}} {
		if got := (&Rung{States: c.states}).rumurPairs(c.pairs); got != c.want {
			t.Errorf("%d pairs of %d at %d states, want %d", got, c.pairs, c.states, c.want)
		}
	}
}
