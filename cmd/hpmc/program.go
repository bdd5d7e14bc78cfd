package main

import (
	"fmt"
	"strings"

	"hpmc/explorer/packed"
	"hpmc/explorer/stubborn"
	"hpmc/model"
)

// programText writes a compiled program: variables, threads, properties.
func programText(j *job) string {
	p := j.program
	l := packed.NewLayout(p)
	var b strings.Builder
	fmt.Fprintf(&b, "%s on %s: %d threads, %d transitions, %d variables\n", p.Name, j.kernel, len(p.Threads), len(p.Transitions), len(p.Vars))
	fmt.Fprintf(&b, "%d transitions; %d local statements merged into the step before; %d variables never change; %d resets of dead locals\n",
		p.Stats.Steps, p.Stats.Merged, p.Stats.Constants, p.Stats.Reset)
	fmt.Fprintf(&b, "state: %d bits, of which %s in %s; %d follow from the program counters, %d never change\n", p.Bits,
		plural(l.Bits, "bit"), plural(l.Words, "word"), l.Derived, l.Fixed)
	writeVars(&b, p, l)
	for i := range p.Threads {
		writeThread(&b, p, i)
	}
	b.WriteString("\nproperties:  name, kind, what it costs partial-order reduction\n" +
		"  Where a transition that ends a violation is taken, none that begins one is left out.\n")
	for i, v := range stubborn.Visible(p) {
		pr := &p.Props[i]
		fmt.Fprintf(&b, "  %s (%s): %s\n", pr.Name, pr.Kind, visibility(pr, v))
		if pr.Cond != nil {
			fmt.Fprintf(&b, "      %s\n", p.Format(pr.Cond))
		}
	}
	return b.String()
}

// visibility says what a property does to the reduction.
func visibility(pr *model.Property, v stubborn.Visibility) string {
	switch {
	case pr.Kind == model.Deadlock || pr.Kind == model.Final:
		return "nothing, every state without a step is reached"
	case pr.Kind == model.LockOrder:
		return "nothing, every transition that can be taken is"
	case v.Begin == 0 && v.End == 0:
		return "nothing, no violation is possible"
	case pr.Kind == model.Reachable:
		return fmt.Sprintf("%d leave what is to be reached, %d lead there", v.End, v.Begin)
	}
	return fmt.Sprintf("%d can end a violation, %d begin one", v.End, v.Begin)
}

// writeVars lists the variables and where a search keeps them.
func writeVars(b *strings.Builder, p *model.Program, l *packed.Layout) {
	name, where := 0, 0
	for i := range p.Vars {
		name = max(name, len(p.Vars[i].Display()))
		where = max(where, len(kept(&p.Vars[i], &l.Places[i])))
	}
	name, where = min(name, 44), min(where, 24)
	b.WriteString("\nvariables:  where they are kept, name, kind, type, range, initial value\n" +
		"  W:S+N: N bits, from bit S of word W on; pc+N: N follow from the program counters; const+N: N never change\n")
	for i := range p.Vars {
		v := &p.Vars[i]
		typ := "int"
		if v.Type != nil && v.Type.Name != "" {
			typ = v.Type.Name
		}
		fmt.Fprintf(b, "  %-*s  %-*s  %-6s  %-9s %d..%d = %s\n", where, kept(v, &l.Places[i]), name, v.Display(), v.Kind, typ,
			v.Min, v.Max, v.Type.FormatValue(v.Init))
	}
}

// kept says where the bits of a variable are.
func kept(v *model.Var, at *packed.Place) string {
	var parts []string
	left := v.Bits
	for _, r := range at.Stored {
		parts = append(parts, fmt.Sprintf("%d:%02d+%d", r.Word, r.Shift, r.N))
		left -= r.N
	}
	derived := 0
	for _, r := range at.Derived {
		derived += r.N
	}
	if derived > 0 {
		parts = append(parts, fmt.Sprintf("pc+%d", derived))
	}
	if left -= derived; left > 0 {
		parts = append(parts, fmt.Sprintf("const+%d", left))
	}
	return strings.Join(parts, " ")
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
