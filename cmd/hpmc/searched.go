package main

import (
	"fmt"
	"strings"

	"hpmc/explorer"
)

// states says how many states a run found, and whether a reduction left some out.
func (j *job) states() string {
	s := count(j.result.States) + " states"
	if j.result.States == 1 {
		s = "1 state"
	}
	if j.result.Reduced {
		s += " (reduced)"
	}
	return s
}

// covered says why a run ended early, and what it had covered.
func (j *job) covered() string {
	res := j.result
	if res.Frontier == 0 {
		return res.Reason
	}
	levels := ""
	if res.Depth > 0 {
		levels = plural(res.Depth, "level") + " complete, "
	}
	return fmt.Sprintf("%s; %s%s of %s not expanded", res.Reason, levels, count(res.Frontier), j.states())
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return count(n) + " " + what + "s"
}

// searched says how a run was searched, a sentence a line.
func (j *job) searched() []string {
	res := j.result
	var lines []string
	if res.Workers > 0 {
		how := []string{"every interleaving"}
		if res.Reduced {
			how[0] = "partial-order reduction"
		}
		how = append(how, plural(res.Workers, "worker"))
		switch j.store {
		case explorer.Exact:
			how = append(how, fmt.Sprintf("exact storage of %d bits a state", res.Bits))
		default:
			how = append(how, j.store.String()+" storage")
		}
		if res.Bytes > 0 {
			how = append(how, size(res.Bytes))
		}
		lines = append(lines, "Search: "+strings.Join(how, ", ")+".")
	}
	if res.Resumed > 0 {
		lines = append(lines, fmt.Sprintf("Resumed from a checkpoint at level %d.", res.Resumed))
	}
	if s := doubt(j.store, res.Omission); s != "" {
		lines = append(lines, s)
	}
	if j.full != nil && res.Reason == "" && j.fault == nil {
		lines = append(lines, fmt.Sprintf("The search without reduction agrees: the same verdicts and %s, in %s.",
			plural(j.full.Deadlocks, "deadlock"), plural(j.full.States, "state")))
	}
	return lines
}

// doubt says what a store leaves uncertain; omission bounds the probability that a state was missed.
func doubt(s explorer.Store, omission float64) string {
	switch s {
	case explorer.Fingerprint:
		return fmt.Sprintf("Fingerprints of 64 bits: a state was missed with a probability of at most %.1g.", omission)
	case explorer.Bitstate:
		return "Bitstate: what is violated is; what is not found is no proof."
	}
	return ""
}
