package explorer

import "hpmc/explorer/packed"

// guards answers the questions that choosing a stubborn set asks of a state. There are some ten of them a state, so most
// are answered by masks alone.
type guards struct {
	of    []guard
	cubes []cube
}

// guard holds if one of its cubes does, cubes[first:last], or one of tests.
type guard struct {
	first, last int32
	tests       []*packed.Test
}

// cube is packed.Cube, side by side, for a state with its derived word of at most so many words.
type cube struct{ mask, want [cubeWords]uint64 }

const cubeWords = 4

// mostCubes is how many cubes a condition is split into at most.
const mostCubes = 8

// newGuards prepares conditions, each given as a disjunction.
func newGuards(words int, conditions [][]*packed.Test) *guards {
	g := &guards{}
	for _, any := range conditions {
		x := guard{first: int32(len(g.cubes))}
		for _, t := range any {
			cs, ok := t.Cubes(mostCubes)
			if !ok || words >= cubeWords {
				x.tests = append(x.tests, t)
				continue
			}
			for _, c := range cs {
				var k cube
				copy(k.mask[:], c.Mask)
				copy(k.want[:], c.Want)
				g.cubes = append(g.cubes, k)
			}
		}
		x.last = int32(len(g.cubes))
		g.of = append(g.of, x)
	}
	return g
}

// holds tells whether a condition holds in cur, a state with its derived word and room for cubeWords words.
func (g *guards) holds(i int, cur []uint64, regs *[packed.MaxRegs]uint64) bool {
	x := &g.of[i]
	w := (*[cubeWords]uint64)(cur[:cubeWords])
	for k := x.first; k < x.last; k++ {
		c := &g.cubes[k]
		if (w[0]&c.mask[0]^c.want[0])|(w[1]&c.mask[1]^c.want[1])|(w[2]&c.mask[2]^c.want[2])|(w[3]&c.mask[3]^c.want[3]) == 0 {
			return true
		}
	}
	for _, t := range x.tests {
		if t.Holds(cur, regs) {
			return true
		}
	}
	return false
}
