package main

import (
	"math"
	"runtime"
	"testing"

	"hpmc/explorer"
	"hpmc/model"
)

func TestParseSize(t *testing.T) {
	for s, want := range map[string]int64{
		"1": 1, "512M": 512 << 20, "4g": 4 << 30, "4GiB": 4 << 30, "4GB": 4 << 30, "1.5K": 1536, "100b": 100, "0": 0, "2T": 2 << 40,
	} {
		if n, err := parseSize(s); err != nil || n != want {
			t.Errorf("%s: %d, %v; want %d", s, n, err, want)
		}
	}
	for _, s := range []string{"", "G", "1X", "1GG", "1 G", "-1G", "1.2.3M", "1e9", "inf", "NaN", "0x10", "1MI", "BiG", "1BB", "9e99", "99999999999999999999999T"} {
		if n, err := parseSize(s); err == nil {
			t.Errorf("%q is %d", s, n)
		}
	}
}

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 1023: "1023 B", 1 << 10: "1.0 KiB", 1 << 20: "1.0 MiB", 1000 << 20: "1.0 GiB",
		24 << 30: "24 GiB", math.MaxInt64: "8388608 TiB"} {
		if got := size(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

func TestPlan(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(8))
	for _, c := range []struct {
		e    engine
		runs int
		want plan
	}{
		{engine{}, 1, plan{1, 8}},
		{engine{}, 3, plan{3, 2}},
		{engine{}, 200, plan{8, 1}},
		{engine{workers: 2}, 200, plan{4, 2}},
		{engine{workers: 20}, 200, plan{1, 20}},
		{engine{jobs: 2}, 200, plan{2, 4}},
		{engine{jobs: 2}, 1, plan{1, 8}},
		{engine{jobs: 100}, 200, plan{100, 1}},
		{engine{jobs: 3, workers: 5}, 200, plan{3, 5}},
	} {
		if got := c.e.plan(c.runs); got != c.want {
			t.Errorf("--jobs %d --workers %d, %d runs: %+v, want %+v", c.e.jobs, c.e.workers, c.runs, got, c.want)
		}
	}
}

func TestOptions(t *testing.T) {
	e := engine{store: "bitstate", por: "off", resume: "d", memory: 10 << 20}
	o := e.options(plan{2, 3})
	if o.Store != explorer.Bitstate || !o.Full || o.Workers != 3 || o.MaxMem != 5<<20 || o.Resume != "d" || o.Checkpoint != "d" {
		t.Errorf("%+v", o)
	}
	if e.checkpoint = "c"; e.options(plan{1, 1}).Checkpoint != "c" {
		t.Error("--checkpoint names the directory to write to")
	}
}

// TestCompare checks that every difference between a reduced and a full search is seen.
func TestCompare(t *testing.T) {
	p := &model.Program{Props: []model.Property{{Name: "a"}, {Name: "b", Kind: model.Reachable}}}
	result := func(change func(*explorer.Result)) *explorer.Result {
		r := &explorer.Result{Verdict: explorer.Violated, States: 10, Deadlocks: 1, Props: []explorer.PropResult{
			{Prop: 0, Verdict: explorer.Violated, Path: []int{1, 2}}, {Prop: 1, Verdict: explorer.Holds, Path: []int{3}}}}
		change(r)
		return r
	}
	same := func(*explorer.Result) {}
	for _, c := range []struct {
		name   string
		red    func(*explorer.Result)
		differ bool
	}{
		{"equal", same, false},
		{"fewer states", func(r *explorer.Result) { r.States = 3 }, false},
		{"more states", func(r *explorer.Result) { r.States = 11 }, true},
		{"verdict", func(r *explorer.Result) { r.Props[0].Verdict = explorer.Holds }, true},
		{"longer path", func(r *explorer.Result) { r.Props[0].Path = []int{1, 2, 3} }, true},
		{"no room for the path", func(r *explorer.Result) { r.Props[0].Path, r.Props[0].Pathless = nil, true }, false},
		{"not reached", func(r *explorer.Result) { r.Props[1].Verdict = explorer.Violated }, true},
		{"deadlocks", func(r *explorer.Result) { r.Deadlocks = 0 }, true},
		{"unfinished", func(r *explorer.Result) {
			r.Reason, r.Deadlocks, r.Props[0].Verdict = "interrupted", 0, explorer.Inconclusive
		}, false},
	} {
		if got := compare(p, result(c.red), result(same)); len(got) > 0 != c.differ {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

// TestUnproven checks what a search that may miss states leaves standing.
func TestUnproven(t *testing.T) {
	p := &model.Program{Props: []model.Property{{}, {}, {Kind: model.Reachable}, {Kind: model.Reachable}}}
	const i, h, v = explorer.Inconclusive, explorer.Holds, explorer.Violated
	for _, c := range []struct {
		have, want [4]explorer.Verdict
		verdict    explorer.Verdict
	}{
		{[4]explorer.Verdict{h, h, h, h}, [4]explorer.Verdict{i, i, h, h}, i},
		{[4]explorer.Verdict{v, h, h, v}, [4]explorer.Verdict{v, i, h, i}, v},
		{[4]explorer.Verdict{h, h, h, v}, [4]explorer.Verdict{i, i, h, i}, i},
		{[4]explorer.Verdict{v, v, h, h}, [4]explorer.Verdict{v, v, h, h}, v},
	} {
		r := &explorer.Result{Verdict: h, Props: make([]explorer.PropResult, 4)}
		for n, x := range c.have {
			r.Props[n] = explorer.PropResult{Prop: n, Verdict: x}
			if x == v {
				r.Verdict = v
			}
		}
		unproven(p, r)
		for n, x := range c.want {
			if r.Props[n].Verdict != x {
				t.Errorf("%v: property %d is %v, want %v", c.have, n, r.Props[n].Verdict, x)
			}
		}
		if r.Verdict != c.verdict || (r.Reason != "") != (c.have != c.want) {
			t.Errorf("%v: %v %q, want %v", c.have, r.Verdict, r.Reason, c.verdict)
		}
	}
}
