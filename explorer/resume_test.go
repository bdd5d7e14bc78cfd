package explorer_test

import (
	"slices"
	"testing"
	"time"

	"hpmc/explorer"
	"hpmc/model"

	"pgregory.net/rapid"
)

// TestResume stops searches at some level, by a bound on states, and lets others go on from the checkpoint.
func TestResume(t *testing.T) {
	resume(t, builtin(t, "off-on-second-writer", "tglx"), []float64{0.01, 0.25, 0.5}, []explorer.Options{
		{Full: true, Workers: 1},
		{Full: true, Workers: 2, Store: explorer.Fingerprint},
		{Full: true, Workers: 1, Store: explorer.Bitstate, MaxMem: 16 << 20},
		{ReduceFrom: -1, Workers: 2},
	})
}

// TestResumeWide is TestResume for states of two and of three words.
func TestResumeWide(t *testing.T) {
	resume(t, rung(t, "smt-suspend-4"), []float64{0.1}, []explorer.Options{{Full: true, Workers: 2}})
	resume(t, rung(t, "smt-suspend-8-fixed"), []float64{0.5}, []explorer.Options{{ReduceFrom: -1, Workers: 1}})
}

func resume(t *testing.T, p *model.Program, at []float64, options []explorer.Options) {
	for _, o := range options {
		want, err := explorer.Search(p, o)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range at {
			bound := max(int(part*float64(want.States)), 10)
			dir := t.TempDir() + "/c"
			first := o
			first.Checkpoint, first.CheckpointEvery, first.MaxStates = dir, time.Nanosecond, bound
			r, err := explorer.Search(p, first)
			if err != nil {
				t.Fatal(err)
			}
			if r.Reason == "" {
				t.Fatalf("%d states did not stop it", bound)
			}
			second := o
			second.Resume, second.Checkpoint = dir, dir
			got, err := explorer.Search(p, second)
			if err != nil {
				t.Fatal(err)
			}
			if got.Resumed == 0 {
				t.Error("nothing was resumed")
			}
			same(t, got, want)
		}
	}
}

// same fails unless two results are equal in all that does not depend on workers and time.
func same(t rapid.TB, a, b *explorer.Result) {
	t.Helper()
	if a.Verdict != b.Verdict || a.Reason != b.Reason || a.States != b.States || a.Transitions != b.Transitions || a.Deadlocks != b.Deadlocks ||
		a.Depth != b.Depth || a.Frontier != b.Frontier || !slices.Equal(a.Fired, b.Fired) {
		t.Fatalf("%+v\nis not %+v", *a, *b)
	}
	for i := range a.Props {
		x, y := a.Props[i], b.Props[i]
		if x.Verdict != y.Verdict || x.Depth != y.Depth || x.Check != y.Check || !slices.Equal(x.Path, y.Path) {
			t.Fatalf("property %d: %+v is not %+v", i, x, y)
		}
	}
}
