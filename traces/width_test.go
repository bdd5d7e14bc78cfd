package traces

import (
	"encoding/json"
	"strings"
	"testing"

	"hpmc/model"
	"pgregory.net/rapid"
)

// TestWidth draws random traces, with names and statements of any length, and looks at every line.
func TestWidth(t *testing.T) {
	text := rapid.OneOf(rapid.StringMatching(`[a-z_]{1,90}\(\)`), rapid.StringMatching(`[a-z_ .,()=|0-9]{0,120}`), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		b := newBuilder("random")
		x := b.variable(text.Draw(t, "variable"), maskType, 3, 0)
		n := rapid.IntRange(1, 6).Draw(t, "threads")
		for i := range n {
			b.thread(text.Draw(t, "thread"), 20)
			b.p.Threads[i].Locs[0].Held = []model.Lock{{Name: text.Draw(t, "held"), Func: text.Draw(t, "func")}}
		}
		var path []int
		depth := make([]int, n)
		for range rapid.IntRange(0, 60).Draw(t, "steps") {
			th := rapid.IntRange(0, n-1).Draw(t, "acts")
			if len(b.p.Threads[th].Out[19]) > 0 {
				continue
			}
			tr := model.Transition{Text: text.Draw(t, "text"), Effect: []model.Assign{{Var: x, Val: val(rapid.Int64Range(0, 7).Draw(t, "value"))}}}
			for range rapid.IntRange(0, 3).Draw(t, "events") {
				e := model.Event{Kind: model.EventKind(rapid.IntRange(0, 3).Draw(t, "kind")), Text: text.Draw(t, "event"), Depth: depth[th]}
				switch e.Kind {
				case model.Enter:
					depth[th]++
				case model.Leave:
					depth[th] = max(0, depth[th]-1)
					e.Depth, e.Value, e.Type = depth[th], val(1), errnoType
				case model.Step:
					if rapid.Bool().Draw(t, "lock") {
						e.Lock, e.Op = text.Draw(t, "name"), model.LockOp(rapid.IntRange(1, 3).Draw(t, "op"))
					} else {
						e.Value, e.Type = ref(x), maskType
					}
				}
				tr.Events = append(tr.Events, e)
			}
			path = append(path, b.step(th, tr))
		}
		prop := model.Property{Name: text.Draw(t, "property"), Summary: text.Draw(t, "summary"), Kind: model.Always,
			Cond: op(model.LAnd, op(model.Lt, ref(x), val(0)), val(1))}
		if rapid.Bool().Draw(t, "deadlock") {
			prop.Kind = model.Deadlock
			for i := range b.p.Threads { // nothing beyond the path can happen
				for j := range b.p.Threads[i].Locs {
					b.p.Threads[i].Locs[j].Rest = false
				}
			}
		}
		b.p.Props = []model.Property{prop}
		b.p.SetFootprints()
		tr, err := New(&b.p, path, 0, -1)
		if err != nil {
			t.Fatal(err)
		}
		for _, all := range []bool{false, true} {
			for _, line := range strings.Split(tr.Table(Options{All: all}), "\n") {
				if width(line) > Width || strings.TrimRight(line, " ") != line || strings.ContainsAny(line, "\t\r") {
					t.Fatalf("line of %d columns: %q", width(line), line)
				}
			}
		}
		mail, _, _ := strings.Cut(tr.Changelog(text.Draw(t, "context"), "hpmc trace", Options{}), "Shown by:")
		for _, line := range strings.Split(mail, "\n") {
			if width(line) > 72 || strings.ContainsAny(line, "\t\r") {
				t.Fatalf("line of %d columns in a mail: %q", width(line), line)
			}
		}
		out, err := tr.JSON()
		if err != nil || !json.Valid(out) {
			t.Fatalf("JSON: %v: %s", err, out)
		}
	})
}
