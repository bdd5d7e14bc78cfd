package packed

import (
	"cmp"
	"maps"
	"slices"

	"hpmc/model"
)

// at returns where bit i of a variable's offset lies; the derived word is number Words.
func (l *Layout) at(v model.VarID, i int) (word, bit int, ok bool) {
	for _, rs := range [][]Run{l.Places[v].Stored, l.Places[v].Derived} {
		for _, r := range rs {
			if i >= r.From && i < r.From+r.N {
				return r.Word, r.Shift + i - r.From, true
			}
		}
	}
	return 0, 0, false
}

func sortedMoves(m map[[3]int]uint64) [][3]int {
	return slices.SortedFunc(maps.Keys(m), func(a, b [3]int) int {
		return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]), cmp.Compare(a[2], b[2]))
	})
}

// group gathers neighbouring program counters so that one table lookup finds the transitions of several threads.
func (c *Code) group() {
	l := c.Layout
	p := l.Program
	for t := range p.Threads {
		r := l.pcs[t]
		if n := len(c.Groups); n > 0 {
			g := &c.Groups[n-1]
			have := len(g.At)
			if g.Word == r.Word && r.N > 0 && have > 1 && have<<r.N <= 1<<maxGroupBits && r.Shift == g.Shift+log2(have) {
				g.Threads = append(g.Threads, t)
				g.At = make([]Spot, have<<r.N)
				continue
			}
		}
		c.Groups = append(c.Groups, Group{Word: r.Word, Shift: r.Shift, Threads: []int{t}, At: make([]Spot, 1<<r.N)})
	}
	for i := range c.Groups {
		g := &c.Groups[i]
		g.Mask = uint64(len(g.At) - 1)
		for code := range g.At {
			c.fill(g, code)
		}
	}
	c.Groups = slices.DeleteFunc(c.Groups, func(g Group) bool { return len(g.At) == 1 && g.At[0].N == 0 && g.At[0].Rest })
}

// fill fills the entry of a group for one combination of locations.
func (c *Code) fill(g *Group, code int) {
	l := c.Layout
	s := &g.At[code]
	first := uint32(len(c.List))
	s.Rest = true
	for _, t := range g.Threads {
		th := &l.Program.Threads[t]
		n := l.pcs[t].N
		loc := code & (1<<n - 1)
		code >>= n
		if loc >= len(th.Locs) { // no thread stands there
			c.List = c.List[:first]
			*s = Spot{Locs: make([]uint16, len(g.Threads))}
			break
		}
		s.Locs = append(s.Locs, uint16(loc))
		s.Rest = s.Rest && th.Locs[loc].Rest
		s.Derived += l.parts[[2]int{t, loc}]
		for _, id := range th.Out[loc] {
			if !c.Trans[id].Never {
				c.List = append(c.List, uint32(id))
			}
		}
	}
	if s.N = uint32(len(c.List)) - first; s.N > 0 {
		s.First = first
	}
}

func log2(n int) int {
	k := 0
	for n > 1 {
		n >>= 1
		k++
	}
	return k
}
