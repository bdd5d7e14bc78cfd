// Package packed turns a program into flat code over packed words: states of as few bits as can be, and for each
// transition a masked comparison, a masked assignment, and micro-operations for what is left.
package packed

import (
	"math/bits"
	"slices"
	"sort"

	"hpmc/model"
)

// Run is a run of bits of a variable that are stored side by side: bits From to From+N-1 of its offset from its
// minimum lie at Shift of word Word.
type Run struct{ From, N, Word, Shift int }

// Place says where the bits of a variable's offset from its minimum are.
type Place struct {
	Fixed   uint64 // the values of bits that no transition writes
	Stored  []Run  // bits in the state
	Derived []Run  // bits that follow from the program counters; Word is Layout.Words
}

// Layout says how states are packed. Word number Words is not stored: it holds what follows from the program
// counters, and is computed from them when a state is taken up.
type Layout struct {
	Program *model.Program
	Words   int // stored 64-bit words; if more than one, the top bit of the last one is unused
	Bits    int // bits used in them
	Places  []Place
	Fixed   int // bits left out because no transition writes them
	Derived int // bits left out because they follow from the program counters

	varying  []uint64          // per variable, the bits that can differ from the initial ones
	derived0 uint64            // the derived word but for the threads' parts
	parts    map[[2]int]uint64 // thread, location: what it adds to the derived word
	found    []*placeInvariant // of the derived bits
	pcs      []Run             // per thread, where its location is stored; N is 0 if it never moves
}

// NewLayout packs p's variables. A bit that no transition writes is left out, and so is one that a place invariant
// gives from the program counters. Program counters come first and are never split; other variables are split where
// a word ends.
func NewLayout(p *model.Program) *Layout {
	l := &Layout{Program: p, Places: make([]Place, len(p.Vars)), pcs: make([]Run, len(p.Threads)), parts: map[[2]int]uint64{}}
	written := varyingBits(p)
	l.varying = written
	flow := newFlow(p)
	var spread []Run // From: first bit; Word: the variable
	next := 0        // bit number in the derived word
	for i := range p.Vars {
		v, pl := &p.Vars[i], &l.Places[i]
		if v.Kind == model.PC {
			continue
		}
		all := uint64(1)<<v.Bits - 1
		pl.Fixed = uint64(v.Init-v.Min) & all &^ written[i]
		l.Fixed += bits.OnesCount64(all &^ written[i])
		w := written[i]
		if w != 0 && v.Bits > 1 {
			if inv := flow.findInvariant(quantity{model.VarID(i), -1}); inv != nil && next+v.Bits <= 64 {
				l.derive(inv, 0, v.Bits, next)
				next += v.Bits
				l.Derived += bits.OnesCount64(w)
				w, pl.Fixed = 0, 0
			}
		}
		for from := 0; from < v.Bits; {
			if w>>from&1 == 0 {
				from++
				continue
			}
			if v.Min == 0 && next < 64 {
				if inv := flow.findInvariant(quantity{model.VarID(i), from}); inv != nil {
					l.derive(inv, from, 1, next)
					next++
					l.Derived++
					from++
					continue
				}
			}
			n := len(spread)
			if n > 0 && spread[n-1].Word == i && spread[n-1].From+spread[n-1].N == from {
				spread[n-1].N++
			} else {
				spread = append(spread, Run{From: from, N: 1, Word: i})
			}
			from++
		}
	}
	l.place(spread)
	return l
}

// varyingBits returns, for each variable, the bits of its offset from its minimum that can differ from the initial
// ones. It assumes that none do, and takes that back, bit by bit, for what some transition then writes.
func varyingBits(p *model.Program) []uint64 {
	f := &folder{p: p, varying: make([]uint64, len(p.Vars))}
	for i := range p.Vars {
		if p.Vars[i].Kind == model.PC {
			f.varying[i] = 1<<p.Vars[i].Bits - 1
		}
	}
	for changed := true; changed; {
		changed = false
		for i := range p.Transitions {
			t := &p.Transitions[i]
			if f.all(t) || f.never(t) {
				continue
			}
			for _, a := range t.Effect {
				w := f.writes(a) &^ f.varying[a.Var]
				f.varying[a.Var] |= w
				changed = changed || w != 0
			}
		}
	}
	return f.varying
}

// all tells whether all bits vary of the variables that a transition writes.
func (f *folder) all(t *model.Transition) bool {
	for _, a := range t.Effect {
		if f.varying[a.Var] != 1<<f.p.Vars[a.Var].Bits-1 {
			return false
		}
	}
	return true
}

// never tells whether a guard contradicts the bits that count as constants.
func (f *folder) never(t *model.Transition) bool {
	for _, g := range t.Guard {
		if ls, ok := f.literals(g, false); ok && len(ls) == 0 {
			return true
		}
	}
	return false
}

// writes returns the bits that an assignment can change.
func (f *folder) writes(a model.Assign) uint64 {
	v := &f.p.Vars[a.Var]
	val, known := a.Val, v.Min == 0
	if val.Op == model.Const {
		val, known = &model.Expr{Op: model.Const, Val: val.Val - v.Min}, true
	}
	if isRef(val, a.Var) {
		return 0
	}
	if !known {
		return 1<<v.Bits - 1
	}
	w := uint64(0)
	for i := range v.Bits {
		if x := f.bitOf(val, i); x.kind == bitUnknown || x != f.bit(a.Var, i) {
			w |= 1 << i
		}
	}
	return w
}

func (l *Layout) derive(inv *placeInvariant, from, n, at int) {
	l.Places[inv.v].Derived = append(l.Places[inv.v].Derived, Run{From: from, N: n, Word: -1, Shift: at})
	l.found = append(l.found, inv)
	l.derived0 += uint64(initialOf(l.Program, inv.quantity)) << at
	for t, phi := range inv.phi {
		for loc, d := range phi {
			if d != 0 {
				l.parts[[2]int{t, loc}] += uint64(d) << at
			}
		}
	}
}

// marks is how many bits at the top of the last word stay free if there are several: see Layout.Words.
const marks = 1

// place gives the program counters and then the runs their places in the words.
func (l *Layout) place(spread []Run) {
	p := l.Program
	total := 0
	for t := range p.Threads {
		if pc := p.Threads[t].PC; pc >= 0 {
			total += p.Vars[pc].Bits
		}
	}
	for _, r := range spread {
		total += r.N
	}
	room := []int{64}
	if total > 64 {
		for len(room)*64 < total+marks {
			room = append(room, 64)
		}
		room[len(room)-1] -= marks
	}
	fit := func(n int) (word, shift int) {
		w := slices.IndexFunc(room, func(free int) bool { return free >= n })
		if w < 0 { // program counters that leave gaps
			room[len(room)-1] += marks
			room = append(room, 64-marks)
			w = len(room) - 1
		}
		shift = 64 - room[w]
		if w > 0 && w == len(room)-1 {
			shift -= marks
		}
		room[w] -= n
		l.Bits += n
		return w, shift
	}
	for t := range p.Threads {
		if pc := p.Threads[t].PC; pc >= 0 {
			n := p.Vars[pc].Bits
			w, s := fit(n)
			l.pcs[t] = Run{0, n, w, s}
			l.Places[pc].Stored = []Run{l.pcs[t]}
		}
	}
	sort.SliceStable(spread, func(i, j int) bool { return spread[i].N > spread[j].N })
	for _, r := range spread {
		v := r.Word
		for r.N > 0 {
			n := 0
			for _, free := range room {
				n = max(n, min(free, r.N))
			}
			if n == 0 {
				n = r.N
			}
			w, s := fit(n)
			l.Places[v].Stored = append(l.Places[v].Stored, Run{r.From, n, w, s})
			r.From, r.N = r.From+n, r.N-n
		}
	}
	l.Words = len(room)
	for i := range l.Places {
		for j := range l.Places[i].Derived {
			l.Places[i].Derived[j].Word = l.Words
		}
	}
}

// derivedWord returns the derived word for the given locations.
func (l *Layout) derivedWord(loc func(thread int) int) uint64 {
	d := l.derived0
	for t := range l.Program.Threads {
		d += l.parts[[2]int{t, loc(t)}]
	}
	return d
}

// Part returns what a thread's location adds to the derived word.
func (l *Layout) Part(thread, loc int) uint64 { return l.parts[[2]int{thread, loc}] }

// bitsKnown are bits of a variable's offset that are known, and their values.
type bitsKnown struct{ mask, val uint64 }

// knownAt returns, per variable, the derived bits whose values follow from one thread's location alone: a single bit
// is 0 or 1, so if no thread takes anything off it and this one's part makes it 1, it is 1. It overwrites known.
func (l *Layout) knownAt(known []bitsKnown, thread, loc int) {
	clear(known)
	for _, inv := range l.found {
		at := inv.phi[thread][loc]
		lo, hi := inv.lo-inv.least[thread]+at, inv.hi-inv.most[thread]+at
		width := 1
		if inv.bit < 0 {
			width = l.Program.Vars[inv.v].Bits
		}
		if lo, hi = max(lo, 0), min(hi, 1<<width-1); lo != hi {
			continue
		}
		k := &known[inv.v]
		k.mask |= (1<<width - 1) << max(inv.bit, 0)
		k.val |= uint64(lo) << max(inv.bit, 0)
	}
}

// Pack writes a state of the model to dst, Words words.
func (l *Layout) Pack(dst []uint64, s model.State) {
	clear(dst[:l.Words])
	for i := range l.Places {
		off := uint64(l.Program.Get(s, model.VarID(i)) - l.Program.Vars[i].Min)
		for _, r := range l.Places[i].Stored {
			dst[r.Word] |= off >> r.From & (1<<r.N - 1) << r.Shift
		}
	}
}

// Unpack writes the state that words packs to dst.
func (l *Layout) Unpack(dst model.State, words []uint64) {
	p := l.Program
	clear(dst)
	d := l.derivedWord(func(t int) int { return l.Loc(words, t) })
	for i := range l.Places {
		off := l.Places[i].Fixed
		for _, r := range l.Places[i].Stored {
			off |= words[r.Word] >> r.Shift & (1<<r.N - 1) << r.From
		}
		for _, r := range l.Places[i].Derived {
			off |= d >> r.Shift & (1<<r.N - 1) << r.From
		}
		p.Set(dst, model.VarID(i), int64(off)+p.Vars[i].Min)
	}
}

// Loc returns the location of a thread in a packed state.
func (l *Layout) Loc(words []uint64, thread int) int {
	r := l.pcs[thread]
	if r.N == 0 {
		return 0
	}
	return int(words[r.Word] >> r.Shift & (1<<r.N - 1))
}

// Locate puts where the threads stand in a state to locs.
func (l *Layout) Locate(state []uint64, locs []uint16) {
	for t := range locs {
		r := &l.pcs[t]
		locs[t] = uint16(state[r.Word] >> (r.Shift & 63) & (1<<(r.N&63) - 1))
	}
}
