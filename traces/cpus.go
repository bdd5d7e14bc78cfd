package traces

import (
	"fmt"
	"strconv"
	"strings"
)

// cpus heads the columns with CPUs: a thread named like cpuhp/1 is on the CPU of that number; for the others, which the
// model lets run anywhere, take the lowest that are left.
func (t *Trace) cpus(rows []row, index []int, n int) []string {
	heads := make([]string, n)
	used := map[int]bool{}
	for i := range rows {
		if cpu, ok := CPU(t.Program.Threads[rows[i].thread].Name); ok {
			heads[index[rows[i].thread]], used[cpu] = fmt.Sprintf("CPU%d", cpu), true
		}
	}
	// There are as many CPUs as the program has threads of CPUs; one that has none of its own shares the first.
	cpus := 0
	for i := range t.Program.Threads {
		if cpu, ok := CPU(t.Program.Threads[i].Name); ok {
			cpus = max(cpus, cpu+1)
		}
	}
	next := 0
	for i := range heads {
		if heads[i] != "" {
			continue
		}
		for used[next] {
			next++
		}
		cpu := next
		if cpus > 0 && cpu >= cpus {
			cpu = 0
		}
		heads[i], used[next] = fmt.Sprintf("CPU%d", cpu), true
	}
	return heads
}

// CPU returns the CPU that a thread named like cpuhp/1 is on; ok is false for other names.
func CPU(thread string) (cpu int, ok bool) {
	_, digits, found := strings.Cut(thread, "/")
	cpu, err := strconv.Atoi(digits)
	return cpu, found && err == nil && cpu >= 0
}
