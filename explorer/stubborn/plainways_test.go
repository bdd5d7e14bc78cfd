package stubborn

import "fmt"

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
			leads := map[int]bool{target: true}
			for again := true; again; {
				again = false
				for l := range a.owner {
					for _, id := range a.out(l) {
						if a.owner[l] == u && !leads[l] && leads[a.ts[id].to] && passes(id) {
							leads[l], again = true, true
						}
					}
				}
			}
			w := b.waysTo(target, b.stand(u, still))
			for l := range a.owner {
				if a.owner[l] != u || l == target {
					continue
				}
				places := uint8(0)
				for _, id := range a.out(l) {
					if leads[a.ts[id].to] && passes(id) {
						places |= b.places[id]
					}
				}
				if at := l - a.first[u]; w[at] != places {
					return fmt.Errorf("ways from %d to %d while %d stands: %b, not %b", l, target, still, w[at], places)
				}
			}
		}
	}
	return nil
}
