package explorer_test

import (
	"strings"
	"testing"

	"hpmc/explorer"
)

// TestAccount wants everything off the account when a search has ended, with paths or without.
func TestAccount(t *testing.T) {
	explorer.ParallelFrom(t, 2)
	for _, k := range []string{"v5.12", "tglx"} {
		p := builtin(t, "off-on-second-writer", k)
		for _, o := range []explorer.Options{
			{Workers: 1, Full: true}, {Workers: 2, Full: true, Store: explorer.Fingerprint}, {Workers: 2, Full: true, Store: explorer.Bitstate},
			{Workers: 1, ReduceFrom: -1}, {Workers: 2, ReduceFrom: -1}, {Workers: 2, ReduceFrom: 50},
		} {
			end, before, err := explorer.Left(p, o)
			if err != nil {
				t.Fatal(err)
			}
			if end != 0 || before == 0 {
				t.Errorf("%s, %+v: %d bytes are on the account in the end, %d were before paths were looked for", k, o, end, before)
			}
		}
	}
}

// TestStarved lets there be no memory for what sieves learn: the search ends, and says why.
func TestStarved(t *testing.T) {
	p := builtin(t, "off-on-second-writer", "v5.12")
	for _, o := range []explorer.Options{{Workers: 1, Full: true}, {Workers: 2, ReduceFrom: -1}} {
		o.MaxMem = 64 << 20
		res, err := explorer.StarveSieves(p, o)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(res.Reason, "64 MiB of memory used") || res.Verdict == explorer.Holds {
			t.Errorf("%+v: %v, %q", o, res.Verdict, res.Reason)
		}
	}
}
