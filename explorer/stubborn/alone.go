package stubborn

import "hpmc/explorer/internal/bitset"

// standing has a bit for each location of each thread.
type standing struct {
	first []int // per thread, the bit of its first location
	words int
	// asks is, per transition, the locations at which another thread has something that comes in with the transition: all
	// locations, its own too, if it can come with more than that, such as another transition of its own location.
	asks []uint64
}

func newStanding(s *Set) (x standing) {
	n := 0
	for t := range s.p.Threads {
		x.first = append(x.first, n)
		n += len(s.p.Threads[t].Locs)
	}
	x.words = (n + 63) / 64
	x.asks = make([]uint64, x.words*len(s.alpha))
	for id := range s.alpha {
		asks := bitset.Set(x.asks[id*x.words : (id+1)*x.words])
		if !s.plan.free[id] {
			for i := range asks {
				asks[i] = ^uint64(0)
			}
			continue
		}
		for _, row := range s.alpha[id].row.threads {
			for l, sp := range row.at {
				if sp != (span{}) {
					asks.Add(x.first[row.thread] + l)
				}
			}
		}
	}
	return x
}

// Stand notes where the threads stand, for Alone and Lone.
func (c *Chooser) Stand(locs []uint16) {
	clear(c.stand)
	for t, l := range locs {
		i := c.s.standing.first[t] + int(l)
		c.stand[i>>6] |= 1 << (i & 63)
	}
}

// Alone tells whether a transition, if it is enabled, is a stubborn set by itself wherever its own thread stands and whatever
// variables hold, because of where the others stand, as Stand was told: nothing at all comes in with it. It is then the only
// transition of its location that is enabled.
func (c *Chooser) Alone(id int) bool {
	n := len(c.stand)
	asks := c.s.standing.asks[id*n:][:n]
	some := uint64(0)
	for i, x := range c.stand {
		some |= x & asks[i]
	}
	return some == 0
}

// Lone returns the place in a list of enabled transitions of one that is a stubborn set by itself, or -1. Of several it is
// the one whose thread has come least far, as in Choose.
func (c *Chooser) Lone(enabled []int32) (at int) {
	at = -1
	least := ^uint32(0)
	for i, id := range enabled {
		if rank := c.plan.ranks[id]; rank < least && c.Alone(int(id)) {
			at, least = i, rank
		}
	}
	return at
}
