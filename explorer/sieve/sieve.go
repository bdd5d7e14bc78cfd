// Package sieve finds the enabled transitions of packed states, and makes the states behind them. It decides by
// numbers rather than by branches, since which transitions are enabled is hard to guess, and for four candidates at a
// time. On amd64 with AVX2 it is written in assembly: of all that a search does to a state this takes the longest.
package sieve

import (
	"math/bits"
	"unsafe"

	"hpmc/explorer/packed"
)

// MaxWords is the number of words of a state up to which there is a sieve.
const MaxWords = 3

// What an id stands for besides a transition.
const (
	Slow  = 1 << 31 // masks only allow it: the rest has to be looked at, later. It is not counted, and its successor not made.
	Alarm = 1 << 30 // it is enabled, and one of its watches may hold

	idMask = Alarm - 1
)

// ID returns the transition that an id stands for.
func ID(id uint32) uint32 { return id & idMask }

// lanes is the number of candidates in a block, most the number of cubes that a transition is split into at most, or an
// alarm of it, and mostPieces that of all of them together: there is room for so many ids of a transition.
const (
	lanes      = 4
	most       = 16
	mostPieces = 2 * most
)

// Why Expand came back.
const (
	Done = iota // the chunk has been expanded
	Room        // there may be no room for the next state's successors
	Look        // the state that was expanded has to be looked at: alarms ring, or nothing is enabled in it

	missing // a spot is to be made first
)

// Sieve is a program's transitions. It is for one goroutine.
type Sieve struct {
	run
	code    *packed.Code
	labels  *packed.Labels
	watched func(prop int) bool
	words   int
	groups  []group
	slab    []uint64
	blocks  []*uint64 // all
	pieces  [][]piece // of each transition, made when they are needed
	fired   []bool    // per transition: taken, as far as blocks that are gone know
	memos   []*memo   // of each slow transition; nil: none
	ids     []uint32
	todo    []uintptr
	later   []later
	laters  int      // how many
	chunk   []uint64 // that is being expanded
}

// run is what the assembly works on. It knows its shape, and that of group, spot and blocks. Addresses are numbers: the
// collector neither moves what they point to nor frees it, because Sieve or the caller holds it.
type run struct {
	at, end   uintptr // states that are still to be expanded
	out, full uintptr // where successors go
	groups0   *group
	count     int
	derived0  uint64
	bare      uint64 // the bits of a state's last word that are not its label
	shift     uint64
	label     uint64           // all of the label's bits, shifted down
	taken     int              // transitions, in all states so far
	odd       int              // number of ids in list
	enabled   int              // transitions of the state that are enabled, but for slow ones
	state     [MaxWords]uint64 // the state that was expanded last
	derived   uint64           // its derived word
	of        uint64           // its label
	list      *uint32
	todo0     *uintptr
	spot      uintptr // that is missing
	later0    uintptr // where the next slow transition goes
}

// group is packed.Group with what is needed of it side by side. A word of a state, turned right by turn bits, has under
// mask how many bytes its spot is behind the first one.
type group struct {
	at    *spot
	turn  uint64
	from  uint64 // byte offset in state
	mask  uint64
	spots []spot
	_     uint64
}

// spotBits is how many bits more than a spot's number its distance from the first one in bytes has.
const spotBits = 5

// spot returns the spot of a group in a state.
func (g *group) spot(state []uint64) *spot {
	return &g.spots[bits.RotateLeft64(state[g.from/8], -int(g.turn))&g.mask>>spotBits]
}

// spot is packed.Spot. Its candidates are in n blocks, one behind the other.
type spot struct {
	derived uint64
	blocks  uintptr
	n       int32 // -1: not made yet
	rest    uint32
	first   uint64 // number of the first block
}

// piece is what fills a lane: a cube of a transition, a transition to be looked at, or an alarm.
type piece struct {
	id         uint32
	mask, want []uint64
	keep, or   []uint64
	skip       uint64
}

// New makes a sieve of a program, with labels. watched tells whether violations of a property are still looked for.
func New(c *packed.Code, lb *packed.Labels, watched func(prop int) bool) *Sieve {
	w := c.Layout.Words
	s := &Sieve{code: c, labels: lb, watched: watched, words: w, fired: make([]bool, len(c.Trans)), pieces: make([][]piece, len(c.Trans)), memos: make([]*memo, len(c.Trans)),
		groups: make([]group, len(c.Groups)+1)}
	room := 0
	for i := range c.Groups {
		g, most := &c.Groups[i], 0
		spots := make([]spot, len(g.At))
		for k, sp := range g.At {
			spots[k] = spot{derived: sp.Derived, n: -1}
			if sp.Rest {
				spots[k].rest = 1
			}
			if sp.N == 0 {
				spots[k].n = 0
			}
			most = max(most, int(sp.N))
		}
		s.groups[i] = group{&spots[0], uint64(g.Shift-spotBits) & 63, uint64(g.Word) * 8, g.Mask << spotBits, spots, 0}
		room += most
	}
	s.run = run{groups0: &s.groups[0], count: len(c.Groups), derived0: c.Derived0, bare: 1<<lb.Shift - 1}
	if lb.Shift < 64 {
		s.shift, s.label = uint64(lb.Shift), 1<<(64-lb.Shift)-1
	}
	// A state is in one cube of a transition at most, but all its alarms may ring.
	s.ids = make([]uint32, room*mostPieces+lanes)
	s.todo = make([]uintptr, room*mostPieces+lanes)
	s.list, s.todo0 = &s.ids[0], &s.todo[0]
	return s
}

// Most returns the number of successors that a state has at most, with what the assembly writes beyond them.
func Most(c *packed.Code) int {
	room := lanes
	for i := range c.Groups {
		n := 0
		for _, sp := range c.Groups[i].At {
			n = max(n, int(sp.N))
		}
		room += n
	}
	return room
}

// Expand makes the successors of the states of chunk, labelled, and puts them to out from word n on, until there may be
// no room for those of another one, those by slow transitions included. It returns what is left of chunk, up to where
// out is filled, and why it came back. Whatever the reason, Later tells of the slow transitions that have to be looked at
// before it is called again, or chunk is given up. If it is to Look, State, Label, IDs, Idle and Rest tell of the state
// before what is left.
func (s *Sieve) Expand(chunk, out []uint64, n, limit int) (left []uint64, filled, why int) {
	if !assembly || len(chunk) == 0 {
		return s.expandGo(chunk, out, n, limit)
	}
	s.begin(chunk, out)
	from, to := uintptr(unsafe.Pointer(&chunk[0])), uintptr(unsafe.Pointer(&out[0]))
	s.at, s.end = from, from+uintptr(len(chunk)*8)
	s.out, s.full = to+uintptr(n*8), to+uintptr(limit*8)
	first := uintptr(unsafe.Pointer(&s.later[0]))
	s.later0 = first
	for {
		if why = expand[s.words](&s.run); why != missing {
			s.laters = int(s.later0-first) / int(unsafe.Sizeof(later{}))
			for i := range s.later[:s.laters] {
				s.later[i].at -= from
			}
			return chunk[(s.at-from)/8:], int(s.out-to) / 8, why
		}
		s.make(s.run.spot)
	}
}

// Taken returns the number of transitions that were taken since it was called last.
func (s *Sieve) Taken() (n int) {
	n, s.taken = s.taken, 0
	return n
}

// State returns the words of the state that was expanded last, and its derived word.
func (s *Sieve) State() (words []uint64, derived uint64) { return s.state[:s.words], s.derived }

// Label returns the label of the state that was expanded last.
func (s *Sieve) Label() uint64 { return s.of }

// Rest tells whether all threads may stay where they are in that state.
func (s *Sieve) Rest() bool {
	for i := range s.count {
		if s.groups[i].spot(s.state[:]).rest == 0 {
			return false
		}
	}
	return true
}

// Idle tells whether nothing is enabled in that state but what is slow.
func (s *Sieve) Idle() bool { return s.enabled == 0 }

// IDs returns the transitions that have to be looked at in that state: those that are Slow, and Alarms.
func (s *Sieve) IDs() []uint32 { return s.ids[:s.odd] }

// Scan returns the transitions that are enabled in a state, those that are Slow and may be, and Alarms. State
// and Rest tell of it, too.
func (s *Sieve) Scan(state []uint64) []uint32 {
	if !assembly {
		return s.scanGo(state)
	}
	copy(s.state[:], state)
	for scan[s.words](&s.run) == missing {
		s.make(s.run.spot)
	}
	return s.ids[:s.odd]
}

// Fired adds to seen the transitions that were taken, or found enabled, since the sieve was made.
func (s *Sieve) Fired(seen []bool) {
	for _, b := range s.blocks {
		fired := *s.bytes(b, metaQuick) &^ *s.bytes(b, metaFresh)
		for i := range lanes {
			if fired>>i&1 != 0 {
				s.fired[ID(*s.idOf(b, i))] = true
			}
		}
	}
	for i, f := range s.fired {
		seen[i] = seen[i] || f
	}
}

// Rewatch takes note that other properties are watched now.
func (s *Sieve) Rewatch() {
	s.Fired(s.fired)
	s.slab, s.blocks = nil, nil
	for i := range s.pieces {
		if len(s.code.Trans[i].Watches) > 0 {
			s.pieces[i] = nil
		}
	}
	for i := range s.code.Groups {
		for k, sp := range s.code.Groups[i].At {
			if sp.N > 0 {
				s.groups[i].spots[k].n = -1
			}
		}
	}
}
