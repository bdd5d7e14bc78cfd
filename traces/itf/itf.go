// Package itf writes traces in the Informal Trace Format of Apalache, which Quint and the ITF viewer read:
// https://apalache-mc.org/docs/adr/015adr-trace.html.
package itf

import (
	"encoding/json"
	"io"

	"hpmc/model"
	"hpmc/traces"
)

// locations is the variable that tells where each thread stands.
const locations = "pc"

// Write writes the trace. Its variables are the program's, by the names that users know, and pc, a map from threads to
// the statements that they stand before. #meta of a state says which task took which step to it.
func Write(w io.Writer, t *traces.Trace) error {
	p := t.Program
	meta := map[string]any{"format": "ITF", "source": p.Name, "description": t.Property().Name}
	if t.Kernel != "" {
		meta["kernel"] = t.Kernel
	}
	var names []string
	for i := range p.Vars {
		if v := &p.Vars[i]; v.Kind != model.PC {
			names = append(names, v.Display())
		}
	}
	states := make([]map[string]any, len(t.States))
	for i, s := range t.States {
		m := map[string]any{"#meta": about(t, i), locations: where(p, s)}
		for id := range p.Vars {
			if v := &p.Vars[id]; v.Kind != model.PC {
				m[v.Display()] = value(v.Type, p.Get(s, model.VarID(id)))
			}
		}
		states[i] = m
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(map[string]any{"#meta": meta, "vars": append(names, locations), "states": states})
}

// about says how a state was reached.
func about(t *traces.Trace, i int) map[string]any {
	m := map[string]any{"index": i}
	if i > 0 {
		tr := &t.Program.Transitions[t.Steps[i-1]]
		m["task"], m["action"], m["function"], m["at"] = t.Program.Threads[tr.Thread].Name, tr.Text, tr.Func, tr.Pos.String()
	}
	return m
}

func where(p *model.Program, s model.State) any {
	pairs := [][2]string{}
	for th := range p.Threads {
		if locs := p.Threads[th].Locs; len(locs) > 0 {
			pairs = append(pairs, [2]string{p.Threads[th].Name, locs[p.Loc(s, th)].Text})
		}
	}
	return map[string]any{"#map": pairs}
}

// exact is the largest integer that the format allows as a number.
const exact = 1<<53 - 1

func value(ty *model.Type, v int64) any {
	switch {
	case ty == nil:
	case ty.Kind == model.Bool:
		return v != 0
	case ty.Kind == model.Mask:
		set := []int{}
		for i := range 64 {
			if v>>i&1 != 0 {
				set = append(set, i)
			}
		}
		return map[string]any{"#set": set}
	case ty.Kind == model.Enum, ty.Kind == model.Errno:
		return ty.FormatValue(v)
	}
	if v > exact || v < -exact {
		return map[string]string{"#bigint": json.Number(ty.FormatValue(v)).String()}
	}
	return v
}
