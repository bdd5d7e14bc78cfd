package traces

import (
	"strings"
	"testing"

	"hpmc/model"
	"hpmc/model/lockorder"
)

// ring is a program of as many threads as locks: each takes a lock, and wants the next one.
func ring(locks ...string) (*model.Program, []lockorder.Dependency, [][]int) {
	b := newBuilder("ring")
	vars := map[string]model.VarID{}
	for _, n := range locks {
		vars[n] = b.variable(n, boolType, 1, 0)
	}
	var circle []lockorder.Dependency
	var runs [][]int
	for i, n := range locks {
		wanted := locks[(i+1)%len(locks)]
		th := b.thread("t"+string(rune('0'+i)), 2)
		var run []int
		for j, l := range []string{n, wanted} {
			evs := []model.Event{lock(1, l, model.Acquire)}
			evs[0].Pos.Line, evs[0].Pos.File = 10*i+j+1, "cpu.go"
			if j == 0 {
				evs = append([]model.Event{enter(0, "fn()")}, evs...)
			}
			run = append(run, b.step(th, model.Transition{Func: "fn", Text: "lock(" + l + ")", Guard: []*model.Expr{op(model.Not, ref(vars[l]))},
				Effect: []model.Assign{{Var: vars[l], Val: val(1)}}, Events: evs}))
		}
		locs := b.p.Threads[th].Locs
		locs[1].Held = []model.Lock{{Name: n, Taken: locs[0].Pos, Func: "fn"}}
		if len(locks) > 1 {
			locs[2].Held = append(locs[1].Held, model.Lock{Name: wanted})
		} else {
			run = run[:1] // nobody gets a lock that it holds
		}
		circle = append(circle, lockorder.Dependency{Held: n, Wanted: wanted, Ends: run[len(run)-1:]})
		runs = append(runs, run)
	}
	b.p.Props = []model.Property{{Name: "lock-order", Kind: model.LockOrder, Summary: "No locks depend on each other in a circle."}}
	b.p.SetFootprints()
	return &b.p, circle, runs
}

func TestCircle(t *testing.T) {
	for name, locks := range map[string][]string{"circle-1.txt": {"A"}, "circle-2.txt": {"cpu_hotplug_lock", "cgroup_mutex"},
		"circle-3.txt": {"device_hotplug_lock", "cpu_hotplug_lock", "a_lock_whose_name_takes_more_than_half_of_a_line"}} {
		p, circle, runs := ring(locks...)
		tr, err := NewCircle(p, 0, circle, runs)
		if err != nil {
			t.Fatal(err)
		}
		out := tr.Table(Options{})
		golden(t, name, out)
		for most, text := range map[int]string{Width: out, 72: tr.Changelog("", "", Options{})} {
			for _, l := range strings.Split(text, "\n") {
				if width(l) > most {
					t.Errorf("%s: %d columns: %s", name, width(l), l)
				}
			}
		}
	}
}

func TestCircleRefuses(t *testing.T) {
	p, circle, runs := ring("A", "B", "C")
	for _, c := range []struct {
		name   string
		circle []lockorder.Dependency
		runs   [][]int
		want   string
	}{
		{"nothing", nil, nil, "make no circle"},
		{"too few runs", circle, runs[:2], "make no circle"},
		{"open", circle[:2], runs[:2], "C is wanted, and A held next"},
		{"no run", circle, [][]int{{}, runs[1], runs[2]}, "no run to B"},
		{"not enabled", circle, [][]int{{1}, runs[1], runs[2]}, "cannot take"},
		{"another run", circle, [][]int{runs[1], runs[1], runs[2]}, "B is not wanted at the end with A held"},
		{"too short", circle, [][]int{runs[0][:1], runs[1], {3, 2}}, "cannot take"},
	} {
		if _, err := NewCircle(p, 0, c.circle, c.runs); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q in it", c.name, err, c.want)
		}
	}
	if _, err := New(p, runs[0], 0, -1); err == nil || !strings.Contains(err.Error(), "no single one") {
		t.Errorf("one run: %v", err)
	}
}
