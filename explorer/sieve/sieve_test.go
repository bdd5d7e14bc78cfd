package sieve

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"

	"hpmc/explorer/offheap"
	"hpmc/explorer/packed"
	"hpmc/model"
	"pgregory.net/rapid"
)

// TestShapes holds what the assembly knows of the structs.
func TestShapes(t *testing.T) {
	var r run
	var sp spot
	for _, x := range []struct {
		what      string
		got, want uintptr
	}{
		{"group", unsafe.Sizeof(group{}), 32}, {"from", unsafe.Offsetof(group{}.from), 16}, {"mask", unsafe.Offsetof(group{}.mask), 24},
		{"spot", unsafe.Sizeof(sp), 8 * spotWords}, {"masks", unsafe.Offsetof(sp.masks), 8}, {"table", unsafe.Offsetof(sp.table), 40},
		{"mult", unsafe.Offsetof(sp.mult), 48}, {"hash", unsafe.Offsetof(sp.hash), 56}, {"shifts", unsafe.Offsetof(sp.shifts), 57},
		{"n", unsafe.Offsetof(sp.n), 60}, {"more", unsafe.Offsetof(sp.more), 62},
		{"ask", unsafe.Sizeof(ask{}), 16}, {"high", unsafe.Offsetof(ask{}.high), 12},
		{"groups", unsafe.Offsetof(r.groups0), 16}, {"label", unsafe.Offsetof(r.label), 56}, {"odds", unsafe.Offsetof(r.odds0), 88},
		{"extra", unsafe.Offsetof(r.extra0), 96}, {"end of asks", unsafe.Offsetof(r.asksEnd), 120}, {"resume", unsafe.Offsetof(r.resume), 128},
		{"lanes", unsafe.Offsetof(r.lane0), 136}, {"out", unsafe.Offsetof(r.out), 144}, {"to", unsafe.Offsetof(r.to), 160},
	} {
		if x.got != x.want {
			t.Errorf("%s: %d, not %d", x.what, x.got, x.want)
		}
	}
}

// random makes code that means nothing, with guards and effects of every kind.
func random(rnd *rand.Rand, words int) *packed.Code {
	few := func() uint64 { return 3 << rnd.IntN(50) }
	test := func() packed.Test {
		r := packed.Test{Mask: make([]uint64, words+1), Want: make([]uint64, words+1)}
		for w := range words + 1 {
			if rnd.IntN(3) == 0 {
				r.Mask[w] = few()
				r.Want[w] = r.Mask[w] & rnd.Uint64()
			}
		}
		return r
	}
	lut := func(bits int, n int) *packed.Lut {
		l := &packed.Lut{Table: make([]uint64, n)}
		for i := range bits {
			l.Gathers = append(l.Gathers, packed.Gather{Word: rnd.IntN(words + 1), Rot: rnd.IntN(64), Mask: 1 << i})
		}
		for k := range l.Table {
			l.Table[k] = rnd.Uint64()
		}
		return l
	}
	c := &packed.Code{Layout: &packed.Layout{Words: words}, Derived0: rnd.Uint64()}
	n := 1 + rnd.IntN(100)
	for i := range n {
		tr := packed.Trans{ID: i, Guard: test(), Keep: make([]uint64, words), Or: make([]uint64, words)}
		for w := range words {
			tr.Keep[w], tr.Or[w] = ^few(), few()&1023
		}
		if rnd.IntN(3) == 0 {
			tr.Guard.Lut = lut(rnd.IntN(5), 1)
		}
		if rnd.IntN(4) == 0 {
			l := lut(3, 8)
			for k := range l.Table {
				l.Table[k] &= 7 << 20 // labels stay free
			}
			tr.Luts = append(tr.Luts, packed.Store{Word: rnd.IntN(words), Lut: l})
		}
		watches := rnd.IntN(3) / 2
		if rnd.IntN(20) == 0 {
			watches = 50 // more alarms than there is room for
		}
		for range watches {
			w := packed.Watch{Prop: rnd.IntN(3), Check: 0, Fault: rnd.IntN(8) == 0}
			for range 1 + rnd.IntN(2) {
				x := test()
				if rnd.IntN(2) == 0 {
					x.Lut = lut(rnd.IntN(4), 1)
				}
				w.Any = append(w.Any, &x)
			}
			tr.Watches = append(tr.Watches, w)
		}
		c.Trans = append(c.Trans, tr)
	}
	for range rnd.IntN(6) {
		g := packed.Group{Word: rnd.IntN(words), Shift: rnd.IntN(45), Mask: 7, At: make([]packed.Spot, 8)}
		for i := range g.At {
			k := rnd.IntN(12)
			g.At[i] = packed.Spot{Derived: rnd.Uint64(), First: uint32(len(c.List)), N: uint32(k), Rest: rnd.IntN(4) > 0}
			for range k {
				c.List = append(c.List, uint32(rnd.IntN(n)))
			}
		}
		c.Groups = append(c.Groups, g)
	}
	return c
}

// outcome is what there is to know of a state.
type outcome struct {
	state   []uint64 // with its derived word
	next    []string // successors with their labels
	enabled []uint32
	steps   []string // successors by those, without labels; "fault" for a fault
	rang    bool
	rest    bool
}

func (o *outcome) look() bool { return o.rang || len(o.enabled) == 0 }

// plain finds an outcome as packed code says.
func plain(c *packed.Code, lb *packed.Labels, st []uint64, open []bool) (o outcome) {
	var regs [packed.MaxRegs]uint64
	w := c.Layout.Words
	cur := append(slices.Clone(st), c.Derived0)
	label := cur[w-1] >> lb.Shift
	cur[w-1] &= 1<<lb.Shift - 1
	o.rest = true
	var list []uint32
	for i := range c.Groups {
		sp := c.Groups[i].Spot(cur)
		cur[w] += sp.Derived
		o.rest = o.rest && sp.Rest
		list = append(list, c.List[sp.First:sp.First+sp.N]...)
	}
	o.state = cur
	for _, id := range list {
		t := &c.Trans[id]
		if !t.Guard.Holds(cur, &regs) {
			continue
		}
		o.enabled = append(o.enabled, id)
		fault := false
		for _, x := range t.Watches {
			for _, a := range x.Any {
				if (x.Fault || open[x.Prop]) && a.Holds(cur, &regs) {
					o.rang, fault = true, fault || x.Fault
				}
			}
		}
		if fault {
			o.steps = append(o.steps, "fault")
			continue
		}
		next := slices.Clone(t.Or)
		t.Finish(cur, next, &regs)
		for k := range next {
			next[k] |= cur[k] & t.Keep[k]
		}
		o.steps = append(o.steps, fmt.Sprint(next))
		if lb.Skip[id]>>label&1 == 0 {
			next[w-1] |= lb.Of[id]
			o.next = append(o.next, fmt.Sprint(next))
		}
	}
	return o
}

// eachWay runs a test with the assembly, if there is some for this processor, and without.
func eachWay(f func(assembly bool)) {
	defer func(have bool) { assembly = have }(assembly)
	if assembly {
		f(true)
		assembly = false
	}
	f(false)
}

// TestExpand holds the sieve against packed code, on states that mean nothing. What is learnt is bounded to next to nothing in
// some of the cases, so that parts are split, and things forgotten.
func TestExpand(t *testing.T) {
	fits := 0
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.IntRange(1, MaxWords).Draw(t, "words")
		seed := rapid.Uint64().Draw(t, "seed")
		lim := usual
		if rapid.Bool().Draw(t, "bounded") {
			lim = limits{rapid.IntRange(1, 5).Draw(t, "split"), rapid.IntRange(Block, Block+5).Draw(t, "forget"), 0, rapid.SampledFrom([]int{1 << 17, 1 << 21}).Draw(t, "words")}
		}
		eachWay(func(assembly bool) {
			rnd := rand.New(rand.NewPCG(seed, 0))
			c := random(rnd, words)
			if !Fits(c) {
				return
			}
			fits++
			lb := c.NoLabels()
			if rnd.IntN(2) == 0 {
				lb.Shift = 58
				for i := range lb.Skip {
					lb.Skip[i], lb.Of[i] = rnd.Uint64()&rnd.Uint64(), rnd.Uint64N(64)<<58
				}
			}
			open := []bool{true, true, true}
			mem := offheap.New(int64(rnd.IntN(2) * pieceWords * 8)) // all there is, or one piece
			s := New(c, lb, mem, func(p int) bool { return open[p] })
			s.limits = lim
			if lim.lanes == 0 {
				s.limits.lanes = max(1, Block*c.Most())
			}
			for range 2 {
				expandAll(t, s, randomStates(rnd, words), open, rnd.IntN(3*Block))
				open[rnd.IntN(3)] = false
				s.Rewatch()
			}
			a := randomAlone(rnd, c)
			s.Reduce(a)
			readAll(t, s, a, randomStates(rnd, words), open, rnd)
			seen := make([]bool, len(c.Trans))
			s.Fired(seen)
			if slices.Index(seen, true) < 0 && len(c.List) > 0 {
				t.Log("nothing was ever enabled")
			}
			words := 0
			for _, p := range s.fresh.pieces {
				words += len(p)
			}
			if mem.Used() != int64(words)*8 && (s.Err() == nil || mem.Limit() == 0) {
				t.Fatalf("%d words of tables, %d bytes on the account, %v", words, mem.Used(), s.Err())
			}
			if s.Free(); mem.Used() != 0 {
				t.Fatalf("%d bytes are on the account in the end", mem.Used())
			}
		})
	})
	if fits == 0 {
		t.Error("no random program has a sieve")
	}
}

// randomStates makes states of which many occur several times.
func randomStates(rnd *rand.Rand, words int) (states []uint64) {
	n := 1 + rnd.IntN(2*Block)
	for range n * words {
		states = append(states, rnd.Uint64())
	}
	for range n {
		k := rnd.IntN(n) * words
		states = append(states, states[k:k+words]...)
	}
	for range words {
		states = append(states, ^uint64(0)) // what empty entries look like
	}
	return states
}

// expandAll expands states, into batches of not more than so many successors.
func expandAll(t *rapid.T, s *Sieve, states []uint64, open []bool, limit int) {
	words := s.words
	var want, looks []string
	taken := 0
	fired := make([]bool, len(s.code.Trans))
	for i := 0; i < len(states); i += words {
		o := plain(s.code, s.labels, states[i:i+words], open)
		want = append(want, o.next...)
		taken += len(o.enabled)
		if o.look() {
			looks = append(looks, fmt.Sprint(o.state, o.rest))
		}
		for _, id := range o.enabled {
			fired[id] = true
		}
	}
	var got, looked []string
	limit = (limit + 1) * words
	out := make([]uint64, limit+Slack)
	for rest := states; ; {
		var n int
		rest, n = s.Expand(rest, out, 0, limit)
		for i := 0; i < n; i += words {
			got = append(got, fmt.Sprint(out[i:i+words]))
		}
		for l := s.Looks(); len(l) > 0; l = l[words+1:] {
			looked = append(looked, fmt.Sprint(l[:words+1], s.Rest(l)))
		}
		if n < limit {
			if len(rest) > 0 || s.Pending() {
				t.Fatalf("%d words are left, pending: %v", len(rest), s.Pending())
			}
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Fatalf("%d words: %s, not %s", words, got, want)
	}
	if !slices.Equal(looked, looks) {
		t.Fatalf("looks: %s, not %s", looked, looks)
	}
	if n := s.Taken(); n != taken {
		t.Fatalf("%d taken, not %d", n, taken)
	}
	seen := make([]bool, len(s.code.Trans))
	s.Fired(seen)
	for i := range fired {
		if fired[i] && !seen[i] {
			t.Fatalf("transition %d is not known to be enabled", i)
		}
	}
}

// randomAlone gives the transitions of random code threads and locations, and classes that mean nothing.
func randomAlone(rnd *rand.Rand, c *packed.Code) *Alone {
	const threads, locs = 3, 4
	p := &model.Program{Threads: make([]model.Thread, threads), Transitions: make([]model.Transition, len(c.Trans))}
	a := &Alone{Class: make([]uint64, len(c.Trans)), Bars: make([][]uint64, threads), Rank: make([]uint32, len(c.Trans)), Bit: make([]uint64, len(c.Trans))}
	for t := range threads {
		p.Threads[t].Out = make([][]int, locs)
		for range locs {
			a.Bars[t] = append(a.Bars[t], rnd.Uint64()&rnd.Uint64()&rnd.Uint64())
		}
	}
	for id := range c.Trans {
		t := &p.Transitions[id]
		t.ID, t.Thread, t.From, t.To = id, rnd.IntN(threads), rnd.IntN(locs-1), 0
		t.To = t.From + 1 + rnd.IntN(locs-1-t.From) // runs come to an end
		p.Threads[t.Thread].Out[t.From] = append(p.Threads[t.Thread].Out[t.From], id)
		a.Class[id], a.Rank[id], a.Bit[id] = 1<<rnd.IntN(64)>>rnd.IntN(64), rnd.Uint32N(10), rnd.Uint64()
	}
	for i := range c.Groups {
		g := &c.Groups[i]
		g.Threads = []int{i % threads}
		for k := range g.At {
			g.At[k].Locs = []uint16{uint16(rnd.IntN(locs))}
		}
	}
	c.Layout.Program = p
	return a
}

// readAll looks up states, and begins runs from some of them by everything that is enabled.
func readAll(t *rapid.T, s *Sieve, a *Alone, states []uint64, open []bool, rnd *rand.Rand) {
	words := s.words
	for i := 0; i < len(states); i += words {
		states[i+words-1] &= s.bare
	}
	out := make([]uint64, (3*Block+2*s.code.Most())*words)
	n := 0
	var want, got []string
	for len(states) > 0 {
		for i := range s.Scan(states) {
			o := plain(s.code, s.labels, states[:words], open)
			states = states[words:]
			state, lanes, barred, look := s.Read(i)
			if !slices.Equal(state, o.state) || look != o.look() || len(lanes) != len(o.enabled) || barred != o.barred(s.code, a) {
				t.Fatalf("%v, %v, %d, %x: %+v", state, look, len(lanes), barred, o)
			}
			lone, least, enabled := -1, ^uint32(0), uint64(0)
			for k, l := range lanes {
				id := o.enabled[k]
				if s.ID(l) != id {
					t.Fatalf("%d, not %d", s.ID(l), id)
				}
				enabled |= a.Bit[id]
				if a.Class[id]&^barred&^neverAlone(s.code, a) != 0 && a.Rank[id] < least {
					lone, least = k, a.Rank[id]
				}
				if o.steps[k] != "fault" {
					n = s.Start(state, barred, l, out, n)
					want = append(want, runOf(s.code, a, o.state, int(id), barred))
				}
			}
			if got, on := s.Lone(lanes, barred); got != lone || on != enabled {
				t.Fatalf("%d is alone of %b, not %d of %b", got, on, lone, enabled)
			}
			if s.Running() > Block || rnd.IntN(4) == 0 || n > Block*words {
				n = s.Follow(out, n)
				for i := 0; i < n; i += words {
					got = append(got, fmt.Sprint(out[i:i+words]))
				}
				n = 0
				if s.Forgotten() {
					break
				}
			}
		}
	}
	n = s.Follow(out, n)
	for i := 0; i < n; i += words {
		got = append(got, fmt.Sprint(out[i:i+words]))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Fatalf("runs end in %s, not %s", got, want)
	}
}

// barred returns the classes that are barred in the state.
func (o *outcome) barred(c *packed.Code, a *Alone) (b uint64) {
	for i := range c.Groups {
		b |= a.Bars[c.Groups[i].Threads[0]][c.Groups[i].Spot(o.state).Locs[0]]
	}
	return b
}

// neverAlone returns the classes that a thread bars that is in no group.
func neverAlone(c *packed.Code, a *Alone) (b uint64) {
	for t, bars := range a.Bars {
		if !slices.ContainsFunc(c.Groups, func(g packed.Group) bool { return g.Threads[0] == t }) {
			b |= bars[0]
		}
	}
	return b
}

// runOf returns where a run ends that begins with a transition.
func runOf(c *packed.Code, a *Alone, state []uint64, id int, barred uint64) string {
	var regs [packed.MaxRegs]uint64
	p, w := c.Layout.Program, c.Layout.Words
	never := neverAlone(c, a)
	for {
		t := &c.Trans[id]
		next := slices.Clone(t.Or)
		t.Finish(state, next, &regs)
		for i := range next {
			next[i] |= state[i] & t.Keep[i]
		}
		state = append(next, state[w])
		id = -1
		out := p.Threads[p.Transitions[t.ID].Thread].Out[p.Transitions[t.ID].To]
		ids := make([]int, 0, len(out))
		masks := make([]uint64, w+1)
		for _, n := range out {
			x := &c.Trans[n]
			if x.Reads(masks, func(int) bool { return false }); len(x.Watches) > 0 {
				return fmt.Sprint(state[:w])
			}
			if a.Class[n]&^barred&^never != 0 && x.Guard.Holds(state, &regs) {
				ids = append(ids, n)
			}
		}
		if len(out) > entryLanes || count(masks) > keyBits || len(ids) == 0 {
			return fmt.Sprint(state[:w])
		}
		id = ids[0]
	}
}

// TestFits refuses programs that would be too much.
func TestFits(t *testing.T) {
	code := func(words, read, leave int) *packed.Code {
		guard := packed.Test{Mask: make([]uint64, words+1), Want: make([]uint64, words+1)}
		for i := range read {
			guard.Mask[i/64] |= 1 << (i % 64)
		}
		return &packed.Code{Layout: &packed.Layout{Words: words}, Trans: []packed.Trans{{Guard: guard, Keep: make([]uint64, words), Or: make([]uint64, words)}},
			List: make([]uint32, leave), Groups: []packed.Group{{At: []packed.Spot{{N: uint32(leave)}}}}}
	}
	for _, x := range []struct {
		words, read, leave int
		fits               bool
	}{{MaxWords, 0, 1, true}, {MaxWords + 1, 0, 1, false}, {2, keyBits, 1, true}, {2, keyBits + 1, 1, false}, {1, 0, mostParts, true}, {1, 0, mostParts + 1, false}} {
		c := code(x.words, x.read, x.leave)
		if s := New(c, c.NoLabels(), offheap.New(0), func(int) bool { return true }); Fits(c) != x.fits || (s != nil) != x.fits {
			t.Errorf("%+v: %v", x, Fits(c))
		}
	}
}

// TestWide has transitions of one spot that depend on more bits together than a key has. In a state of ones, a key of all of
// them would be what empty entries have.
func TestWide(t *testing.T) {
	const words = 2
	c := &packed.Code{Layout: &packed.Layout{Words: words}, Groups: []packed.Group{{At: []packed.Spot{{N: 3}}}}, List: []uint32{0, 1, 2}, Derived0: ^uint64(0)}
	for i := range 3 {
		guard := packed.Test{Mask: make([]uint64, words+1), Want: make([]uint64, words+1)}
		guard.Mask[i] = 1<<50 - 1
		guard.Want[i] = guard.Mask[i]
		c.Trans = append(c.Trans, packed.Trans{ID: i, Guard: guard, Keep: make([]uint64, words), Or: []uint64{uint64(i), 7}})
	}
	eachWay(func(assembly bool) {
		s := New(c, c.NoLabels(), offheap.New(0), func(int) bool { return true })
		out := make([]uint64, 10*words+Slack)
		_, n := s.Expand([]uint64{^uint64(0), ^uint64(0), 0, ^uint64(0)}, out, 0, 10*words)
		if want := []uint64{0, 7, 1, 7, 2, 7, 1, 7, 2, 7}; !slices.Equal(out[:n], want) {
			t.Errorf("assembly %v: %v, not %v", assembly, out[:n], want)
		}
	})
}
