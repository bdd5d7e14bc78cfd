// Package sieve finds the enabled transitions of packed states, and makes the states behind them. It is what a search does
// most often, so it neither tries transitions nor branches on what a state holds: it looks up what the threads of a group can
// do together, by those bits of the state that decide it. What is not known yet is worked out once (learn.go). On amd64 with
// AVX2 and BMI2 looking up is written in assembly.
package sieve

import (
	"unsafe"

	"hpmc/explorer/offheap"
	"hpmc/explorer/packed"
)

// MaxWords is the number of words of a state up to which there is a sieve.
const MaxWords = 3

// Block is the number of states that are looked up together.
const Block = 64

// Sieve is a program's transitions. It is for one goroutine.
type Sieve struct {
	run
	code    *packed.Code
	labels  *packed.Labels
	watched func(prop int) bool
	words   int
	stride  int // of a record, in words

	groups []group
	homes  [][]home // of each spot of each group
	extra  []spot   // of parts that are not the first of a spot's
	extras []*part
	reads  []uint64 // of each transition, a mask for each word; nothing: not known yet
	fresh  fresh
	lanes  []uint64 // laneWords each
	ids    []uint32 // the transition of each lane
	laneOf map[laneKey]uint16
	limits limits
	fired  []bool // per transition: found enabled
	block  area
	runs   *runs    // nil: nothing runs
	looks  []uint64 // states that have to be looked at, with their derived words
	next   int      // the first of list that was not made, or read, yet
	end    int
	taken  int
	regs   [packed.MaxRegs]uint64
	put    []uint64
}

// run is what the assembly works on. It knows its shape, and that of group, spot and ask. Addresses are numbers: the
// collector neither moves what they point to nor frees it, because Sieve or the caller holds it.
type run struct {
	at, stop  uintptr // states that are to be looked up
	groups0   *group
	groupsEnd uintptr
	derived0  uint64
	bare      uint64 // the bits of a state's last word that are not its label
	shift     uint64
	label     uint64 // all of the label's bits, shifted down
	records0  *uint64
	asks0     *ask
	list0     *uint32
	odds0     *uint32
	extra0    *spot
	listEnd   uintptr
	oddsEnd   uintptr
	asksEnd   uintptr // of those of the block
	resume    uintptr // the ask to go on with; 0: begin
	lane0     *uint64
	out       uintptr // where the next successor goes
	from, to  uintptr // of list: what is made
}

// area is states that are looked up together, what is to be asked of them, and what was found.
type area struct {
	records []uint64
	asks    []ask
	list    []uint32 // what is enabled
	odds    []uint32
}

// A record is a state: its words, its derived word, its label, in the upper half of whose word is how many transitions are
// enabled, with odd if it has to be looked at, and the classes that are barred (runs.go).
const odd = 1 << 31

func (s *Sieve) newArea(states, asks int) area {
	return area{make([]uint64, states*s.stride), make([]ask, asks+1), make([]uint32, asks+entryLanes), make([]uint32, states)}
}

func (s *Sieve) use(a *area) {
	s.records0, s.asks0, s.list0, s.odds0 = &a.records[0], &a.asks[0], &a.list[0], &a.odds[0]
}

// group is packed.Group with what is needed of it side by side. What a word of the state has under mask is the spot's number.
type group struct {
	at   *spot
	_    uint64
	from uint64 // byte offset of the word in a record
	mask uint64
}

// ask is a part that is to be looked up for a state.
type ask struct {
	part uintptr
	at   uint32 // byte offset of the state's record
	high uint32 // the same in the upper half, as it is in list
}

// A lane is a transition with what it does where some bits have given values: what is kept of each word of the state, what is
// put to it, and a bit for each label with which the successor is not left out. In list, its number is the lower half.
const (
	laneWords1 = 4
	laneWords  = 8
)

func (s *Sieve) laneWords() int {
	if s.words == 1 {
		return laneWords1
	}
	return laneWords
}

// New makes a sieve of a program, with labels, whose tables are put on an account. watched tells whether violations of a property are still
// looked for. It returns nil if states have too many words, or a transition depends on too much.
func New(c *packed.Code, lb *packed.Labels, mem *offheap.Memory, watched func(prop int) bool) *Sieve {
	w := c.Layout.Words
	if !Fits(c) {
		return nil
	}
	s := &Sieve{code: c, labels: lb, watched: watched, words: w, stride: 4, limits: usual, reads: make([]uint64, len(c.Trans)*(w+1)),
		fired: make([]bool, len(c.Trans)), groups: make([]group, len(c.Groups)+1), put: make([]uint64, w), fresh: fresh{mem: mem}}
	if w > 1 {
		s.stride = 8
	}
	for i := range c.Groups {
		g := &c.Groups[i]
		spots := make([]spot, len(g.At))
		for k, sp := range g.At {
			spots[k].derived = sp.Derived
		}
		s.groups[i] = group{&spots[0], 0, uint64(g.Word) * 8, g.Mask << g.Shift}
		s.homes = append(s.homes, make([]home, len(g.At)))
	}
	s.block = s.newArea(Block, Block*c.Most())
	end := unsafe.Pointer(&s.groups[len(c.Groups)])
	s.run = run{groups0: &s.groups[0], groupsEnd: uintptr(end), derived0: c.Derived0, bare: 1<<lb.Shift - 1}
	s.use(&s.block)
	if lb.Shift < 64 {
		s.shift, s.label = uint64(lb.Shift), 1<<(64-lb.Shift)-1
	}
	s.forget()
	return s
}

// Err tells whether tables needed more memory than there may be: a *offheap.LimitError.
func (s *Sieve) Err() error { return s.fresh.err }

// Free takes the tables off the account. The sieve must not be used any more.
func (s *Sieve) Free() {
	s.fresh.mem.Give(s.fresh.owed)
	s.fresh.owed = 0
}

// Fits tells whether there is a sieve for a program.
func Fits(c *packed.Code) bool {
	if c.Layout.Words > MaxWords || c.Most() > mostParts {
		return false
	}
	m := make([]uint64, c.Layout.Words+1)
	for i := range c.Trans {
		clear(m)
		if c.Trans[i].Reads(m, func(int) bool { return true }); count(m) > keyBits {
			return false
		}
	}
	return true
}

// Slack is how many words beyond the last successor Expand writes to at most.
const Slack = 4

// Expand makes the successors of the states of chunk, labelled, and puts them to out from word n on, until there are limit
// words or it is done. It returns what is left of chunk, where some states that are gone may be Pending, and where out is
// filled to. Looks tells of what has to be looked at.
func (s *Sieve) Expand(chunk, out []uint64, n, limit int) (left []uint64, filled int) {
	for {
		for s.Pending() {
			room := (limit - n) / s.words
			if room <= 0 {
				return chunk, n
			}
			n = s.make(min(s.end-s.next, room), out, n)
		}
		if len(chunk) == 0 {
			return chunk, n
		}
		k := min(len(chunk), Block*s.words)
		s.next, s.end = 0, s.scan(chunk[:k])
		s.taken += s.end
		for _, at := range s.oddOnes() {
			s.looks = append(s.looks, s.record(int(at) / 8)[:s.words+1]...)
		}
		chunk = chunk[k:]
	}
}

// Pending tells whether successors of states that Expand has taken off the chunk are still to be made.
func (s *Sieve) Pending() bool { return s.next < s.end }

// make makes the successors for so many of list.
func (s *Sieve) make(k int, out []uint64, n int) int {
	if !assembly {
		n = s.makeGo(s.block.list[s.next:s.next+k], out, n)
		s.next += k
		return n
	}
	base := uintptr(unsafe.Pointer(&out[0]))
	s.out = base + uintptr(n*8)
	first := uintptr(unsafe.Pointer(s.list0))
	s.from, s.to = first+uintptr(s.next*4), first+uintptr((s.next+k)*4)
	s.next += k
	makers[s.words](&s.run)
	return int(s.out-base) / 8
}

// scan lists what is enabled in the states of a block, and returns how long the list is.
func (s *Sieve) scan(states []uint64) int {
	if !assembly {
		return s.scanGo(states)
	}
	s.at = uintptr(unsafe.Pointer(&states[0]))
	s.stop = s.at + uintptr(len(states)*8)
	s.resume = 0
	how := &scanners
	if s.runs != nil {
		how = &runners
	}
	for how[s.words](&s.run) != 0 {
		a := &s.block.asks[(s.resume-uintptr(unsafe.Pointer(s.asks0)))/unsafe.Sizeof(ask{})]
		if s.learn(a.part, s.record(int(a.at)/8)) {
			s.resume = 0
		}
	}
	return int(s.listEnd-uintptr(unsafe.Pointer(s.list0))) / 4
}

// record returns the record at word i of them.
func (s *Sieve) record(i int) []uint64 { return s.block.records[i : i+s.stride : i+s.stride] }

// oddOnes returns where the records are, in bytes, of those states of the block that have to be looked at: alarms ring, or
// nothing is enabled.
func (s *Sieve) oddOnes() []uint32 {
	return s.block.odds[:int(s.oddsEnd-uintptr(unsafe.Pointer(s.odds0)))/4]
}

// Looks returns the states that have to be looked at since it was called last, each with its derived word: alarms may ring, or
// nothing is enabled.
func (s *Sieve) Looks() []uint64 {
	l := s.looks
	s.looks = s.looks[:0]
	return l
}

// Taken returns the number of transitions that were taken since it was called last.
func (s *Sieve) Taken() (n int) {
	n, s.taken = s.taken, 0
	return n
}

// Rest tells whether all threads may stay where they are in a state.
func (s *Sieve) Rest(state []uint64) bool {
	for i := range s.code.Groups {
		if !s.code.Groups[i].Spot(state).Rest {
			return false
		}
	}
	return true
}

// Fired adds to seen the transitions that were found enabled since the sieve was made.
func (s *Sieve) Fired(seen []bool) {
	for i, f := range s.fired {
		seen[i] = seen[i] || f
	}
}

// Rewatch takes note that other properties are watched now.
func (s *Sieve) Rewatch() { s.forget() }
