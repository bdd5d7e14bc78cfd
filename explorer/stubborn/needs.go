package stubborn

// needs is what a necessary enabling set asks for in the current state.
type needs struct {
	epoch uint32 // if it is not the chooser's, this is about another state
	must  uint64 // candidates that come in with it
	may   uint64 // those that may come in, because an ask can be satisfied by them
}

// call is an ask and the thread that it is about.
type call uint32

const callShift = 6

// forget makes the chooser know nothing of the state.
func (c *Chooser) forget() {
	clear(c.known)
	if c.epoch++; c.epoch == 0 {
		clear(c.nes)
		c.epoch = 1
	}
}

// of returns what a necessary enabling set asks for. That is found once for a state.
func (c *Chooser) of(nes int32) *needs {
	x := &c.nes[nes]
	if x.epoch == c.epoch {
		return x
	}
	p := c.plan
	r := p.nes[nes]
	must, may := uint64(0), uint64(0)
	scans := p.scans[r.start:r.end]
	for i := range scans {
		t := scans[i].thread
		st := &p.stops[scans[i].stops+uint32(c.at[t&(maxThreads-1)].loc)]
		must |= uint64(st.must) << (c.at[t&(maxThreads-1)].off & 63)
		may |= uint64(st.may) << (c.at[t&(maxThreads-1)].off & 63)
	}
	x.epoch, x.must, x.may = c.epoch, must, may
	return x
}

// What is known of a guard.
const (
	unknown = iota
	isFalse
	isTrue
)

// holds returns the truth of a guard in the state, which is asked for once.
func (c *Chooser) holds(g int32) bool {
	x := &c.known[g]
	if *x == unknown {
		*x = isFalse
		if c.learn(int(g)) {
			*x = isTrue
		}
	}
	return *x == isTrue
}

// learn returns the truth of a guard, and lets the choice depend on it.
func (c *Chooser) learn(g int) (truth bool) {
	if c.memory == nil {
		return c.truth(g)
	}
	cond := &c.view.guards[g]
	if len(cond.tests) > 0 {
		c.mask.add(&cond.all)
		return c.truth(g)
	}
	for i := range cond.cubes {
		if k := &cond.cubes[i]; k.has(c.state) {
			c.mask.add(&k.mask)
			return true
		}
	}
	for i := range cond.cubes {
		c.differ(&cond.cubes[i])
	}
	return false
}

// differ lets the choice depend on a bit in which the state differs from a cube.
func (c *Chooser) differ(k *cube) {
	at, bit := 0, uint64(0)
	for i := range c.state {
		d := c.state[i]&k.mask[i] ^ k.want[i]
		if d&c.mask[i] != 0 {
			return
		}
		if d != 0 && bit == 0 {
			at, bit = i, d&-d
		}
	}
	c.mask[at] |= bit
}
