package stubborn

import (
	"fmt"
	"maps"
)

// plainWays compares the ways to every location, whatever stands still, with all that can be first on a walk to it.
func plainWays(b *builder) error {
	a := b.a
	for target, u := range a.owner {
		for still := -1; still < len(a.owner); still++ {
			if still >= 0 && (a.owner[still] == u || !a.facts.reached[still]) {
				continue
			}
			passes := func(id int) bool {
				t := &a.ts[id]
				if !t.feasible || t.at == target || still >= 0 && (a.facts.apart[t.at].Has(still) || a.facts.apart[target].Has(still)) {
					return false
				}
				if still < 0 || !b.guarded[id] {
					return true
				}
				r := b.bar(id, still)
				return r == nothing || r == deadEnd && t.to == target
			}
			// A location's guards are those on every walk from it to the target; none is known yet of those without one.
			must := map[int]map[int]bool{target: {}}
			for again := true; again; {
				again = false
				for l := range a.owner {
					if a.owner[l] != u || l == target {
						continue
					}
					for _, id := range a.out(l) {
						if from := must[a.ts[id].to]; from != nil && passes(id) {
							walk := maps.Clone(from)
							for _, g := range a.ts[id].guards {
								walk[g] = true
							}
							old := len(must[l])
							if must[l] == nil {
								must[l], again = walk, true
							} else if maps.DeleteFunc(must[l], func(g int, _ bool) bool { return !walk[g] }); len(must[l]) != old {
								again = true
							}
						}
					}
				}
			}
			w := b.waysTo(target, b.stand(u, still))
			for l := range a.owner {
				if a.owner[l] != u || l == target {
					continue
				}
				mask := uint32(0)
				for _, id := range a.out(l) {
					if must[a.ts[id].to] != nil && passes(id) {
						mask |= b.place[id]
					}
				}
				if at := l - a.first[u]; w.mask[at] != mask {
					return fmt.Errorf("ways from %d to %d while %d stands: %b, not %b", l, target, still, w.mask[at], mask)
				} else if mask != 0 {
					found := map[int]bool{}
					w.guards(at).Each(func(r int) { found[b.ranked[r]] = true })
					if !maps.Equal(found, must[l]) {
						return fmt.Errorf("ways from %d to %d while %d stands: guards %v, not %v", l, target, still, found, must[l])
					}
				}
			}
		}
	}
	return nil
}
