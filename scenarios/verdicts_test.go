package scenarios

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hpmc/explorer"
)

// unmerged are the scenarios that stay small when every local statement is a step.
var unmerged = []string{"add-cpu", "child-cpuset", "failed-bringup", "hotplug-target-off", "offline-uevent", "online-uevent", "suspend-quiet"}

// renamed are the kernels that differ from tglx in names alone.
var renamed = []string{"v5.10", "v5.15"}

// TestVerdicts runs the whole catalogue with dead-local reset on and off, and some of it with merging of local
// steps off: the verdicts are the expected ones either way, and neither switch ever makes states fewer.
func TestVerdicts(t *testing.T) {
	c, err := Load(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range c.Scenarios {
		for _, k := range s.Kernels {
			t.Run(s.Name+"/"+k, func(t *testing.T) {
				t.Parallel()
				want, ok := s.Expected(k)
				if !ok {
					t.Fatalf("no expectation")
				}
				var first Outcome
				states := 0
				ways := []BuildOptions{{}}
				if !slices.Contains(renamed, k) {
					ways = append(ways, BuildOptions{NoReset: true})
				}
				if slices.Contains(unmerged, s.Name) && (k == "v5.12" || k == "tglx") {
					ways = append(ways, BuildOptions{NoMerge: true}, BuildOptions{NoMerge: true, NoReset: true})
				}
				for i, o := range ways {
					p, err := c.Build(s, k, o)
					if err != nil {
						t.Fatal(err)
					}
					r := explorer.Run(p, explorer.Options{})
					got := NewOutcome(p, r)
					if i == 0 {
						first, states = got, r.States
						if !want.Matches(got) {
							t.Errorf("got %v, expected %v", got, want)
						}
						continue
					}
					how := fmt.Sprintf("NoMerge %v, NoReset %v", o.NoMerge, o.NoReset)
					if d := cmp.Diff(first, got); d != "" {
						t.Errorf("%s changes the outcome (-on +off):\n%s", how, d)
					}
					if r.States < states {
						t.Errorf("%s: %d states, fewer than %d", how, r.States, states)
					}
				}
			})
		}
	}
}
