package packed

// Stepper takes transitions one at a time, for states of any number of words. It is not for several goroutines.
type Stepper struct {
	c    *Code
	cur  []uint64 // the state with its derived word
	next []uint64
	regs [MaxRegs]uint64
}

// Stepper returns a new stepper.
func (c *Code) Stepper() *Stepper {
	return &Stepper{c: c, cur: make([]uint64, c.Layout.Words+1), next: make([]uint64, c.Layout.Words)}
}

// Take makes s the current state, and returns whether all threads may rest in it.
func (st *Stepper) Take(s []uint64) (rest bool) {
	c := st.c
	n := copy(st.cur, s[:c.Layout.Words])
	d, rest := c.Derived0, true
	for i := range c.Groups {
		sp := c.Groups[i].Spot(s)
		d += sp.Derived
		rest = rest && sp.Rest
	}
	st.cur[n] = d
	return rest
}

// Spot returns where the threads of the group stand in a state.
func (g *Group) Spot(s []uint64) *Spot { return &g.At[s[g.Word]>>g.Shift&g.Mask] }

// Current returns the current state with its derived word.
func (st *Stepper) Current() []uint64 { return st.cur }

// Any tells whether one of the tests holds in the current state.
func (st *Stepper) Any(tests []*Test) bool {
	for _, t := range tests {
		if t.Holds(st.cur, &st.regs) {
			return true
		}
	}
	return false
}

// Enabled tells whether a transition that leaves the current locations is enabled.
func (st *Stepper) Enabled(t *Trans) bool { return t.Guard.Holds(st.cur, &st.regs) }

// After returns the state after t, which must be enabled. It is overwritten by the next call.
func (st *Stepper) After(t *Trans) []uint64 {
	for i := range st.next {
		st.next[i] = st.cur[i]&t.Keep[i] | t.Or[i]
	}
	t.Finish(st.cur, st.next, &st.regs)
	return st.next
}

// Each calls f for every enabled transition of the current state, in the program's order, until f returns false.
func (st *Stepper) Each(f func(t *Trans) bool) {
	c := st.c
	for i := range c.Groups {
		sp := c.Groups[i].Spot(st.cur)
		for _, id := range c.List[sp.First : sp.First+sp.N] {
			if t := &c.Trans[id]; st.Enabled(t) && !f(t) {
				return
			}
		}
	}
}

// Most returns the number of transitions that are enabled in a state at most.
func (c *Code) Most() (most int) {
	for i := range c.Groups {
		n := 0
		for _, sp := range c.Groups[i].At {
			n = max(n, int(sp.N))
		}
		most += n
	}
	return most
}
