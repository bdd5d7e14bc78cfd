package sieve

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"

	"hpmc/explorer/packed"
	"pgregory.net/rapid"
)

// TestShapes holds what the assembly knows of the structs.
func TestShapes(t *testing.T) {
	var r run
	for _, x := range []struct {
		what      string
		got, want uintptr
	}{
		{"group", unsafe.Sizeof(group{}), 64}, {"spot", unsafe.Sizeof(spot{}), 1 << spotBits}, {"n", unsafe.Offsetof(spot{}.n), 16},
		{"count", unsafe.Offsetof(r.count), 40}, {"label", unsafe.Offsetof(r.label), 72}, {"odd", unsafe.Offsetof(r.odd), 88},
		{"enabled", unsafe.Offsetof(r.enabled), 96}, {"state", unsafe.Offsetof(r.state), 104}, {"derived", unsafe.Offsetof(r.derived), 128},
		{"list", unsafe.Offsetof(r.list), 144}, {"missing", unsafe.Offsetof(r.spot), 160},
		{"next slow one", unsafe.Offsetof(r.later0), 168}, {"later", unsafe.Sizeof(later{}), 32}, {"of", unsafe.Offsetof(later{}.of), 24},
		{"masks", unsafe.Offsetof(memo{}.masks), 8}, {"times", unsafe.Offsetof(memo{}.times), 40}, {"skip", unsafe.Offsetof(memo{}.skip), 64},
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
	next                 []string // successors with their labels
	ids                  []uint32 // alarms
	rung                 []uint32 // slow transitions of which a watch rings
	enabled              int
	rest                 bool
	scanned              []uint32
	derived, label, text string
}

// rings tells whether a watch of a transition rings in a state with its derived word, and whether it is a fault.
func rings(t *packed.Trans, cur []uint64, open []bool) (rang, fault bool) {
	var regs [packed.MaxRegs]uint64
	for _, x := range t.Watches {
		for _, a := range x.Any {
			if (x.Fault || open[x.Prop]) && a.Holds(cur, &regs) {
				rang, fault = true, fault || x.Fault
			}
		}
	}
	return rang, fault
}

// plain finds an outcome as packed code says.
func plain(c *packed.Code, lb *packed.Labels, s *Sieve, st []uint64, open []bool) (o outcome) {
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
	for _, id := range list {
		t := &c.Trans[id]
		masks := packed.Test{Mask: t.Guard.Mask, Want: t.Guard.Want}
		ps := s.split(id)
		slow := len(ps) == 1 && ps[0].id&Slow != 0
		if slow && masks.Holds(cur, &regs) {
			o.scanned = append(o.scanned, id|Slow)
		}
		if !t.Guard.Holds(cur, &regs) {
			continue
		}
		o.enabled++
		rang, fault := rings(t, cur, open)
		switch {
		case slow && rang:
			o.rung = append(o.rung, id)
		case rang:
			o.ids = append(o.ids, id|Alarm)
			o.scanned = append(o.scanned, id|Alarm)
		}
		if !slow {
			o.scanned = append(o.scanned, id)
		}
		if fault || lb.Skip[id]>>label&1 != 0 {
			continue
		}
		next := slices.Clone(t.Or)
		t.Finish(cur, next, &regs)
		for k := range next {
			next[k] |= cur[k] & t.Keep[k]
		}
		next[w-1] |= lb.Of[id]
		o.next = append(o.next, fmt.Sprint(next))
	}
	o.derived, o.label = fmt.Sprint(cur), fmt.Sprint(label)
	return o.sorted()
}

// lookLater does with the slow transitions that a sieve has left what a search does.
func lookLater(c *packed.Code, lb *packed.Labels, s *Sieve, left []uint64, open []bool) (o outcome, last bool) {
	var regs [packed.MaxRegs]uint64
	w := c.Layout.Words
	cur := make([]uint64, w+1)
	for i := range s.Laters() {
		id, label := s.Later(i, cur)
		t := &c.Trans[id]
		if !t.Guard.Rest(cur, &regs) {
			s.Disabled(i, cur)
			continue
		}
		o.enabled++
		last = last || s.Last(i, left)
		next := slices.Clone(t.Or)
		t.Finish(cur, next, &regs)
		rang, fault := rings(t, cur, open)
		if rang {
			o.rung = append(o.rung, id)
		} else {
			s.Enabled(i, cur, next)
		}
		if fault || lb.Skip[id]>>label&1 != 0 {
			continue
		}
		for k := range next {
			next[k] |= cur[k] & t.Keep[k]
		}
		next[w-1] |= lb.Of[id]
		o.next = append(o.next, fmt.Sprint(next))
	}
	return o, last
}

// sorted puts lists in order, and takes what is there several times once: alarms ring for each of their cubes.
func (o outcome) sorted() outcome {
	slices.Sort(o.next)
	slices.Sort(o.rung)
	for _, ids := range []*[]uint32{&o.ids, &o.scanned} {
		slices.Sort(*ids)
		*ids = slices.Compact(*ids)
	}
	o.text = fmt.Sprint(o.next, o.ids, o.rung, o.enabled, o.rest, o.scanned, o.derived, o.label)
	return o
}

// TestExpand holds the assembly and the Go code against packed code, on states that mean nothing.
func TestExpand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.IntRange(1, MaxWords).Draw(t, "words")
		rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
		c := random(rnd, words)
		lb := c.NoLabels()
		if rnd.IntN(2) == 0 {
			lb.Shift = 58
			for i := range lb.Skip {
				lb.Skip[i], lb.Of[i] = rnd.Uint64()&rnd.Uint64(), rnd.Uint64N(64)<<58
			}
		}
		open := []bool{true, true, true}
		var states []uint64
		for range 12 {
			for range words {
				states = append(states, rnd.Uint64())
			}
		}
		for range 50 { // what is remembered of them is to be made use of
			k := rnd.IntN(12) * words
			states = append(states, states[k:k+words]...)
		}
		fast := New(c, lb, func(p int) bool { return open[p] })
		slow := New(c, lb, func(p int) bool { return open[p] })
		taken := map[*Sieve]int{}
		for round := range 2 {
			for _, s := range []*Sieve{fast, slow} {
				out := make([]uint64, (40+Most(c))*words)
				n, why, rest := 0, Done, states
				for done := 0; ; {
					if s == fast {
						rest, n, why = s.Expand(rest, out, n, 40*words)
					} else {
						rest, n, why = s.expandGo(rest, out, n, 40*words)
					}
					got, last := lookLater(c, lb, s, rest, open)
					if n/words+s.Laters() > 40+Most(c) {
						t.Fatalf("%d successors and %d slow transitions", n/words, s.Laters())
					}
					taken[s] += got.enabled
					// What came since the last state that was looked at, in one lump.
					now := len(states)/words - len(rest)/words
					var want outcome
					for ; done < now; done++ {
						o := plain(c, lb, s, states[done*words:(done+1)*words], open)
						want.next, want.ids, want.rung = append(want.next, o.next...), append(want.ids, o.ids...), append(want.rung, o.rung...)
						if done == now-1 && why == Look {
							st, d := s.State()
							if fmt.Sprint(append(slices.Clone(st), d)) != o.derived || fmt.Sprint(s.Label()) != o.label {
								t.Fatalf("%v %v, not %s", st, d, o.derived)
							}
							if idle := s.Idle() && !last; s.Rest() != o.rest || idle != (o.enabled == 0) {
								t.Fatalf("rest %v, idle %v: %+v", s.Rest(), idle, o)
							}
						} else if len(o.ids) > 0 || o.enabled == 0 {
							t.Fatalf("went past %+v", o)
						}
					}
					for i := 0; i < n; i += words {
						got.next = append(got.next, fmt.Sprint(out[i:i+words]))
					}
					if why == Look {
						got.ids = slices.Clone(s.IDs())
					}
					got.enabled, want.enabled = 0, 0
					if a, b := got.sorted().text, want.sorted().text; a != b {
						t.Fatalf("%d words, round %d, assembly %v: %s, not %s", words, round, s == fast, a, b)
					}
					n = 0
					if why == Done {
						break
					}
				}
				taken[s] += s.Taken()
			}
			if taken[fast] != taken[slow] {
				t.Fatal("counts differ")
			}
			open[rnd.IntN(3)] = false
			fast.Rewatch()
			slow.Rewatch()
		}
		for i := 0; i < len(states); i += words {
			st := slices.Clone(states[i : i+words])
			st[words-1] &= 1<<lb.Shift - 1
			want := plain(c, lb, fast, st, open).scanned
			for _, ids := range [][]uint32{fast.Scan(st), slices.Clone(slow.scanGo(st))} {
				ids = slices.Clone(ids)
				slices.Sort(ids)
				if ids = slices.Compact(ids); !slices.Equal(ids, want) {
					t.Fatalf("%x, not %x", ids, want)
				}
			}
		}
		a, b := make([]bool, len(c.Trans)), make([]bool, len(c.Trans))
		fast.Fired(a)
		slow.Fired(b)
		if !slices.Equal(a, b) {
			t.Fatalf("fired: %v, %v", a, b)
		}
	})
}

// TestManyAlarms looks at a state in which more alarms of a transition ring than there is room for.
func TestManyAlarms(t *testing.T) {
	none := func() packed.Test { return packed.Test{Mask: make([]uint64, 2), Want: make([]uint64, 2)} }
	for _, n := range []int{mostPieces - 1, mostPieces, 100 * mostPieces} {
		tr := packed.Trans{Guard: none(), Keep: []uint64{^uint64(0)}, Or: []uint64{0}}
		for range n {
			x := none()
			tr.Watches = append(tr.Watches, packed.Watch{Any: []*packed.Test{&x}})
		}
		c := &packed.Code{Layout: &packed.Layout{Words: 1}, Trans: []packed.Trans{tr}, List: []uint32{0},
			Groups: []packed.Group{{At: []packed.Spot{{N: 1}}}}}
		s := New(c, c.NoLabels(), func(int) bool { return true })
		ids := s.Scan([]uint64{0})
		if slow := n >= mostPieces; slow && !slices.Equal(ids, []uint32{Slow}) || !slow && len(ids) != n+1 {
			t.Errorf("%d watches: %x", n, ids)
		}
	}
}

// TestMemo expands the same state until what a slow transition does in it is remembered.
func TestMemo(t *testing.T) {
	if !memos {
		t.Skip("the processor has no PEXT, or there is no assembly for it")
	}
	for words := 1; words <= MaxWords; words++ {
		keep, or := make([]uint64, words), make([]uint64, words)
		for i := range keep {
			keep[i] = ^uint64(255)
		}
		// The lowest bits of the first and the last word, and of the derived one, make a table of more outcomes than cubes.
		lut := &packed.Lut{Gathers: []packed.Gather{{Mask: 7}, {Word: words - 1, Rot: 0, Mask: 56}, {Word: words, Rot: 6, Mask: 64}}}
		for i := range 128 {
			lut.Table = append(lut.Table, uint64(i*2+1))
		}
		tr := packed.Trans{Guard: packed.Test{Mask: make([]uint64, words+1), Want: make([]uint64, words+1)}, Keep: keep, Or: or,
			Luts: []packed.Store{{Word: words - 1, Lut: lut}}}
		c := &packed.Code{Layout: &packed.Layout{Words: words}, Trans: []packed.Trans{tr}, List: []uint32{0},
			Groups: []packed.Group{{At: []packed.Spot{{N: 1}}}}, Derived0: 1}
		lb, open := c.NoLabels(), []bool(nil)
		s := New(c, lb, func(int) bool { return true })
		state := make([]uint64, words)
		state[0], state[words-1] = 5<<8|3, 5<<8|3|5<<3
		out := make([]uint64, 10*words)
		for i := range 3 * memoFrom {
			left, n, _ := s.Expand(state, out, 0, words)
			got, _ := lookLater(c, lb, s, left, open)
			for j := 0; j < n; j += words {
				got.next = append(got.next, fmt.Sprint(out[j:j+words]))
			}
			if want := plain(c, lb, s, state, open); !slices.Equal(got.next, want.next) {
				t.Fatalf("%d words: %s, not %s", words, got.next, want.next)
			}
			if late := s.Laters() == 1; late != (i < memoFrom) {
				t.Errorf("%d words, time %d: %d slow transitions", words, i, s.Laters())
			}
		}
	}
}
