package benchmarks

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Text writes the report as tables of at most 100 columns.
func (rep *Report) Text(w io.Writer) error {
	var b strings.Builder
	m := rep.Machine
	fmt.Fprintf(&b, "%s, %s, %s of memory, %s\n", m.CPU, plural(m.Cores, "core"), gib(m.Memory), m.Kernel)
	fmt.Fprintf(&b, "%s; %s\n%s; %s\n", m.Go, orElse(m.GCC, "no gcc"), orElse(m.Spin, "no spin"), orElse(m.Rumur, "no rumur"))
	if rep.NoSpin != "" {
		fmt.Fprintf(&b, "SPIN was not run: %s.\n", rep.NoSpin)
	}
	if rep.NoRumur != "" {
		fmt.Fprintf(&b, "Rumur was not run: %s.\n", rep.NoRumur)
	}
	rep.tuned(&b)
	rep.fullTable(&b)
	rep.rumurTable(&b)
	rep.reducedTable(&b)
	rep.spinFlags(&b)
	rep.claims(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

func (rep *Report) tuned(b *strings.Builder) {
	if len(rep.Tuned) == 0 {
		return
	}
	fmt.Fprintf(b, "\nSPIN's flags, on %s: the fastest are used everywhere\n", rep.TunedOn)
	fmt.Fprintf(b, "  %8s %8s  %s\n", "s", "B/state", "gcc")
	for _, t := range rep.Tuned {
		fmt.Fprintf(b, "  %8.2f %8.0f  %s\n", t.Seconds, t.PerState, t.Flags)
	}
}

// fullTable is the search of the full state space.
func (rep *Report) fullTable(b *strings.Builder) {
	n := rep.Machine.Cores
	b.WriteString("\nFull state space, no reduction. Million states a second, and times as fast as SPIN, with 1 worker or\n" +
		"more; most bytes resident, a state. fp: fingerprints. n: runs of each, whose medians these are\n")
	fmt.Fprintf(b, "%-37s |%43s |%12s |\n", "", "Mstates/s", "B/state")
	fmt.Fprintf(b, "%-21s%7s%4s%5s |%10s %10s %10s %10s |%4s%4s%4s |%2s\n", "rung", "states", "bits", "SPIN",
		"1", "1, fp", fmt.Sprint(n), fmt.Sprintf("%d, fp", n), "SPIN", "1", "fp", "n")
	for i := range rep.Rungs {
		r := &rep.Rungs[i]
		fmt.Fprintf(b, "%-21s%7s%4d%5s |", r.Name, short(r.States), r.Bits, r.find(fullSpin).rateText())
		cells := make([]string, 0, 4)
		for k, c := range []Config{{"hpmc", 1, false, "exact", false}, {"hpmc", 1, false, "fingerprint", false},
			{"hpmc", n, false, "exact", false}, {"hpmc", n, false, "fingerprint", false}} {
			if k > 1 && n == 1 {
				cells = append(cells, fmt.Sprintf("%10s", ""))
				continue
			}
			ratio := ""
			if f := r.speedup(c); f > 0 {
				ratio = times(f)
			}
			cells = append(cells, fmt.Sprintf("%4s %5s", r.find(c).rateText(), ratio))
		}
		fmt.Fprintf(b, "%s |%4s%4s%4s |%2d\n", strings.Join(cells, " "), r.find(fullSpin).bytesText(), r.find(Config{"hpmc", 1, false, "exact", false}).bytesText(),
			r.find(Config{"hpmc", 1, false, "fingerprint", false}).bytesText(), r.Pairs)
	}
}

// reducedTable is the search with either tool's partial-order reduction.
func (rep *Report) reducedTable(b *strings.Builder) {
	n := rep.Machine.Cores
	fmt.Fprintf(b, "\nWith partial-order reduction: states kept, and seconds to the verdict (%s; SPIN has one)\n", plural(n, "worker"))
	fmt.Fprintf(b, "%-29s |%41s |%18s\n", "", "all properties", "deadlocks only")
	fmt.Fprintf(b, "%-21s%8s |%8s%8s%9s%9s%8s |%9s%9s\n", "rung", "states", "kept", "SPIN", "s", "SPIN s", "", "kept", "SPIN")
	for i := range rep.Rungs {
		r := &rep.Rungs[i]
		ours, theirs := r.find(Config{"hpmc", n, true, "exact", false}), r.find(Config{"spin", 1, true, "exact", false})
		ratio := ""
		if ours.complete() && theirs.complete() {
			ratio = times(faster(ours, theirs))
		}
		fmt.Fprintf(b, "%-21s%8s |%8s%8s%9s%9s%8s |%9s%9s\n", r.Name, short(r.States), percent(r.kept("hpmc", n, false)), percent(r.kept("spin", 1, false)),
			ours.secondsText(), theirs.secondsText(), ratio, percent(r.kept("hpmc", n, true)), percent(r.kept("spin", 1, true)))
	}
}

// spinFlags are SPIN's on the largest rung: on others only the sizes differ.
func (rep *Report) spinFlags(b *strings.Builder) {
	for i := len(rep.Rungs) - 1; i >= 0; i-- {
		if s := rep.Rungs[i].find(fullSpin); s != nil {
			fmt.Fprintf(b, "\nSPIN on %s: %s\n", rep.Rungs[i].Name, s.Flags)
			return
		}
	}
}

func (rep *Report) claims(b *strings.Builder) {
	if len(rep.Summary) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%-75s %8s%8s%8s\n", "In sum (speed: rungs over 10^6 states; states kept: over 10^5)", "mean", "least", "most")
	for _, c := range rep.Summary {
		unit := map[string]string{"x": "x", "%": "%", "bytes": " B"}[c.Unit]
		fmt.Fprintf(b, "  %-73s %8s%8s%8s\n", fmt.Sprintf("%s (%s)", c.Text, plural(c.Rungs, "rung")), digits(c.Mean)+unit, digits(c.Least)+unit, digits(c.Most)+unit)
	}
}

func (s *Series) rateText() string {
	if s.complete() {
		return digits(s.rate() / 1e6)
	}
	return s.missing()
}

func (s *Series) bytesText() string {
	if s.complete() && s.Samples[0].Peak > 0 {
		return strconv.FormatFloat(s.perState(), 'f', 0, 64)
	}
	return s.missing()
}

func (s *Series) secondsText() string {
	if s.complete() {
		return digits(s.seconds())
	}
	return s.missing()
}

// missing stands for a figure that there is not: not measured, or not finished.
func (s *Series) missing() string {
	if s == nil {
		return "-"
	}
	return "?"
}

func times(f float64) string { return digits(f) + "x" }

func percent(share float64) string {
	if share == 0 {
		return "-"
	}
	return digits(100*share) + "%"
}

// digits writes a number with three digits or, from 1000 on, as a whole number.
func digits(f float64) string {
	switch {
	case f >= 100:
		return strconv.FormatFloat(f, 'f', 0, 64)
	case f >= 10:
		return strconv.FormatFloat(f, 'f', 1, 64)
	case f >= 0.1:
		return strconv.FormatFloat(f, 'f', 2, 64)
	}
	return strconv.FormatFloat(f, 'g', 2, 64)
}

// short writes a number of states with a suffix.
func short(n int) string {
	switch {
	case n >= 999_500:
		return digits(float64(n)/1e6) + " M"
	case n >= 1000:
		return digits(float64(n)/1e3) + " k"
	}
	return fmt.Sprint(n)
}

func gib(n int64) string { return fmt.Sprintf("%.0f GiB", float64(n)/(1<<30)) }

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
