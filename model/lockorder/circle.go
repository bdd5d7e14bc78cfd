package lockorder

import (
	"cmp"
	"slices"
)

func compare(a, b Dependency) int {
	return cmp.Or(cmp.Compare(a.Held, b.Held), cmp.Compare(a.Wanted, b.Wanted))
}

// Circle returns dependencies each of which wants what the next one holds, the last one what the first one holds; nil
// if there are none. It is one of the shortest circles, and of those the first by the names of its locks.
func Circle(deps []Dependency) []Dependency {
	out := map[string][]int{}
	for i, d := range deps {
		out[d.Held] = append(out[d.Held], i)
	}
	starts := make([]string, 0, len(out))
	for name := range out {
		starts = append(starts, name)
	}
	slices.Sort(starts)
	var best []int
	for _, start := range starts {
		if c := around(deps, out, start); c != nil && (best == nil || len(c) < len(best)) {
			best = c
		}
	}
	var circle []Dependency
	for _, i := range best {
		circle = append(circle, deps[i])
	}
	return circle
}

// around returns the shortest way from a lock to itself.
func around(deps []Dependency, out map[string][]int, start string) []int {
	ways := [][]int{nil}
	at := []string{start}
	seen := map[string]bool{}
	for n := 0; n < len(at); n++ {
		for _, i := range out[at[n]] {
			way := append(slices.Clone(ways[n]), i)
			to := deps[i].Wanted
			if to == start {
				return way
			}
			if !seen[to] {
				seen[to] = true
				ways, at = append(ways, way), append(at, to)
			}
		}
	}
	return nil
}
