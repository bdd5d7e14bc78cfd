package compile

import (
	"testing"

	"pgregory.net/rapid"
)

var diffPrograms = rapid.Custom(func(t *rapid.T) *diffProgram { return (&diffGen{t: t}).whole() })

// TestDiffRandom compares the compiler with the interpreter on random programs.
func TestDiffRandom(t *testing.T) {
	programs, large, states := 0, 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		for range 2 {
			p := diffPrograms.Draw(rt, "program")
			d, n, err := compareDiff(p, "")
			if err != nil {
				rt.Fatalf("%v\n%v", err, p)
			}
			if d != "" {
				rt.Fatalf("%v\n\n%s", p, d)
			}
			programs++
			states += n
			if n == 0 {
				large++
			}
		}
	})
	t.Logf("%d programs, %d states, %d programs too large", programs, states, large)
}
