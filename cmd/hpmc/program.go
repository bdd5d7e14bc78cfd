package main

import (
	"fmt"
	"strings"

	"hpmc/model"
)

// programText writes a compiled program: variables, threads, properties.
func programText(j *job) string {
	p := j.program
	var b strings.Builder
	words := fmt.Sprintf("%d words", p.Words)
	if p.Words == 1 {
		words = "1 word"
	}
	fmt.Fprintf(&b, "%s on %s: %d threads, %d transitions, %d variables, %d bits in %s of 64\n", p.Name, j.kernel,
		len(p.Threads), len(p.Transitions), len(p.Vars), p.Bits, words)
	fmt.Fprintf(&b, "%d transitions; %d local statements merged into the step before; %d variables never change; %d resets of dead locals\n",
		p.Stats.Steps, p.Stats.Merged, p.Stats.Constants, p.Stats.Reset)
	writeVars(&b, p)
	for i := range p.Threads {
		writeThread(&b, p, i)
	}
	b.WriteString("\nproperties:\n")
	for i := range p.Props {
		pr := &p.Props[i]
		fmt.Fprintf(&b, "  %s (%s)\n", pr.Name, pr.Kind)
		if pr.Cond != nil {
			fmt.Fprintf(&b, "      %s\n", p.Format(pr.Cond))
		}
	}
	return b.String()
}

func writeVars(b *strings.Builder, p *model.Program) {
	w := 0
	for i := range p.Vars {
		w = max(w, len(p.Vars[i].Display()))
	}
	w = min(w, 44)
	b.WriteString("\nvariables:  word:shift+bits, name, kind, type, range, initial value\n")
	for i := range p.Vars {
		v := &p.Vars[i]
		typ := "int"
		if v.Type != nil && v.Type.Name != "" {
			typ = v.Type.Name
		}
		name := v.Display()
		if v.Kernel != "" && v.Name != v.Kernel {
			name = fmt.Sprintf("%-*s", w, name)
		}
		fmt.Fprintf(b, "  %d:%02d+%-2d  %-*s  %-6s  %-9s %d..%d = %s\n", v.Word, v.Shift, v.Bits, w, name, v.Kind, typ,
			v.Min, v.Max, v.Type.FormatValue(v.Init))
	}
}

func writeThread(b *strings.Builder, p *model.Program, thread int) {
	th := &p.Threads[thread]
	what := ""
	if th.Daemon {
		what = ", of the kernel"
	}
	fmt.Fprintf(b, "\nthread %s%s: %d locations\n", th.Name, what, len(th.Locs))
	for at, ids := range th.Out {
		for _, id := range ids {
			writeTransition(b, p, &p.Transitions[id])
		}
		if len(ids) == 0 && th.Locs[at].Rest {
			fmt.Fprintf(b, "  L%d: finished or at rest\n", at)
		}
	}
}

func writeTransition(b *strings.Builder, p *model.Program, t *model.Transition) {
	fn := ""
	if t.Func != "" {
		fn = t.Func + "(): "
	}
	rest := ""
	if p.Threads[t.Thread].Locs[t.From].Rest {
		rest = ", may rest before"
	}
	fmt.Fprintf(b, "  t%d  L%d -> L%d  %s%s  (%s%s)\n", t.ID, t.From, t.To, fn, t.Text, place(t.Pos), rest)
	for _, g := range t.Guard {
		fmt.Fprintf(b, "      if    %s\n", p.Format(g))
	}
	for _, a := range t.Effect {
		fmt.Fprintf(b, "      do    %s := %s\n", p.Vars[a.Var].Display(), p.Format(a.Val))
	}
	for _, c := range t.Checks {
		fmt.Fprintf(b, "      check %s: %s\n", p.Props[c.Prop].Name, p.Format(c.Cond))
	}
	writeBits(b, p, "reads ", t.Reads)
	writeBits(b, p, "writes", t.Writes)
}

func writeBits(b *strings.Builder, p *model.Program, label string, f model.Footprint) {
	if len(f) == 0 {
		return
	}
	parts := make([]string, 0, len(f))
	for _, id := range f.Vars() {
		v := &p.Vars[id]
		s := v.Display()
		if all := uint64(1)<<v.Bits - 1; f[id] != all && v.Bits > 1 {
			s += model.FormatMask(f[id])
		}
		parts = append(parts, s)
	}
	fmt.Fprintf(b, "      %s %s\n", label, strings.Join(parts, ", "))
}
