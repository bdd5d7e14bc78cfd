package stubborn

import (
	"math/bits"
	"sort"

	"hpmc/model"
)

// What variables can be is a vector of words: each tracked variable has a field in it with a bit for each of its values.
// Fields of up to 64 bits do not cross words; a longer one, a wide one, takes whole words.
type fields struct {
	of     []field // per variable
	words  int     // of a vector
	narrow int     // the words of narrow fields, which come first
	low    []uint64
	high   []uint64      // per word of narrow fields, the fields' lowest and highest bits
	owner  []model.VarID // per bit of those words
	wide   []model.VarID
	bits   []uint64 // per word of wide fields, the field's bit
}

// field is a variable's place in a vector.
type field struct {
	word, words int // words is 0 if the variable is not tracked
	shift       uint8
	mask        uint64 // of a narrow field, in its word
	bit         uint64 // that stands for the variable in a set of changed ones, maybe for others too
}

// maxTracked is the greatest number of bits of a variable whose possible values are followed one by one.
const maxTracked = 8

// tracked tells whether values of v are followed one by one. Nothing that is analysed refers to a location.
func tracked(v *model.Var) bool { return v.Bits <= maxTracked && v.Kind != model.PC }

func newFields(vars []model.Var) *fields {
	f := &fields{of: make([]field, len(vars))}
	var ids []model.VarID
	for v := range vars {
		if tracked(&vars[v]) {
			f.of[v].bit = 1 << (len(ids) & 63)
			ids = append(ids, model.VarID(v))
		}
	}
	// The largest first: none of the narrow ones crosses a word then.
	sort.SliceStable(ids, func(i, j int) bool { return vars[ids[i]].Bits > vars[ids[j]].Bits })
	n := 0
	for _, v := range ids {
		if b := vars[v].Bits; b > 6 {
			f.wide = append(f.wide, v)
		} else {
			f.of[v] = field{word: n >> 6, words: 1, shift: uint8(n & 63), mask: (1<<(1<<b) - 1) << (n & 63), bit: f.of[v].bit}
			n += 1 << b
		}
	}
	f.narrow = (n + 63) >> 6
	f.low, f.high, f.owner = make([]uint64, f.narrow), make([]uint64, f.narrow), make([]model.VarID, 64*f.narrow)
	f.words = f.narrow
	for _, v := range ids {
		x := &f.of[v]
		if x.words == 0 {
			x.word, x.words = f.words, 1<<vars[v].Bits>>6
			f.words += x.words
			for range x.words {
				f.bits = append(f.bits, x.bit)
			}
			continue
		}
		f.low[x.word] |= 1 << x.shift
		f.high[x.word] |= 1 << (63 - bits.LeadingZeros64(x.mask))
		for b := x.mask; b != 0; b &= b - 1 {
			f.owner[64*x.word+bits.TrailingZeros64(b)] = v
		}
	}
	return f
}

// get returns the values in a variable's field; none if it is not tracked.
func (f *fields) get(vec []uint64, v model.VarID) (s values) {
	x := &f.of[v]
	if x.mask != 0 {
		s[0] = vec[x.word] & x.mask >> x.shift
		return s
	}
	copy(s[:], vec[x.word:x.word+x.words])
	return s
}

// put replaces the values in the field of a tracked variable.
func (f *fields) put(vec []uint64, v model.VarID, s *values) {
	x := &f.of[v]
	if x.mask != 0 {
		vec[x.word] = vec[x.word]&^x.mask | s[0]<<x.shift
		return
	}
	copy(vec[x.word:x.word+x.words], s[:])
}

// apart returns a variable that has no value in both of two vectors.
func (f *fields) apart(x, y []uint64) (v model.VarID, found bool) {
	for w, low := range f.low {
		z := x[w] & y[w]
		// The highest bit of the first empty field, and never one below it (Mycroft's test for a zero byte).
		if none := (z - low) &^ z & f.high[w]; none != 0 {
			return f.owner[64*w+bits.TrailingZeros64(none)], true
		}
	}
	for _, v := range f.wide {
		if f.differ(x, y, v) {
			return v, true
		}
	}
	return 0, false
}

// differ tells whether a tracked variable has no value in both of two vectors.
func (f *fields) differ(x, y []uint64, v model.VarID) bool {
	d := &f.of[v]
	if d.mask != 0 {
		return x[d.word]&y[d.word]&d.mask == 0
	}
	for w := d.word; w < d.word+d.words; w++ {
		if x[w]&y[w] != 0 {
			return false
		}
	}
	return true
}

// join adds to x what y has of what there is room for, and returns the variables of which there is more now.
func (f *fields) join(x, y, room []uint64) (changed uint64) {
	for w, r := range room {
		if y[w]&r != 0 {
			changed |= f.add(x, room, w, y[w])
		}
	}
	return changed
}

// add adds to word w of x the values that there is room for, and returns the variables of which there is more now.
func (f *fields) add(x, room []uint64, w int, vals uint64) (changed uint64) {
	vals &= room[w]
	x[w] |= vals
	room[w] &^= vals
	if w >= f.narrow {
		if vals != 0 {
			changed = f.bits[w-f.narrow]
		}
		return changed
	}
	for vals != 0 {
		d := &f.of[f.owner[64*w+bits.TrailingZeros64(vals)]]
		changed |= d.bit
		vals &^= d.mask
	}
	return changed
}
