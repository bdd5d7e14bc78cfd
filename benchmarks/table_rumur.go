package benchmarks

import (
	"fmt"
	"strings"
)

// fullRumur is Rumur with so many threads.
func fullRumur(threads int) Config { return Config{"rumur", threads, false, "exact", false} }

// rumurTable compares with Rumur on the rungs that it was run on.
func (rep *Report) rumurTable(b *strings.Builder) {
	workers := []int{1, rep.Machine.Cores}[:min(rep.Machine.Cores, 2)]
	columns := func(width int, text func(workers int) string) {
		for _, w := range workers {
			fmt.Fprintf(b, "%*s", width, text(w))
		}
	}
	heading := "\nThe same beside Rumur, which has no reduction: its speed, and how many times that hpmc's is, exact\n"
	for i := range rep.Rungs {
		r := &rep.Rungs[i]
		one := r.find(fullRumur(1))
		if one == nil {
			continue
		}
		if heading != "" {
			fmt.Fprintf(b, "%s%-28s |%*s |%8s |\n%-21s%7s |", heading, "", 8*len(workers), "Mstates/s", "B/state", "rung", "states")
			columns(8, func(w int) string { return fmt.Sprint(w) })
			fmt.Fprintf(b, " |%8s |", "1")
			columns(10, func(w int) string { return fmt.Sprint("hpmc, ", w) })
			fmt.Fprintf(b, " |%2s\n", "n")
			heading = ""
		}
		fmt.Fprintf(b, "%-21s%7s |", r.Name, short(r.States))
		columns(8, func(w int) string { return r.find(fullRumur(w)).rateText() })
		fmt.Fprintf(b, " |%8s |", one.bytesText())
		columns(10, func(w int) string {
			if f := r.against(Config{"hpmc", w, false, "exact", false}, fullRumur(w)); f > 0 {
				return times(f)
			}
			return ""
		})
		fmt.Fprintf(b, " |%2d\n", len(one.Samples))
	}
}
