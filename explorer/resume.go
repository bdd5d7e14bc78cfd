package explorer

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"hpmc/explorer/checkpoint"
)

// checkpointEvery is the default of Options.CheckpointEvery.
const checkpointEvery = time.Minute

// progressed is what a checkpoint says of a search besides its states.
type progressed struct {
	Depth, States, Transitions, Deadlocks int
	Fired                                 []bool
	Found                                 []int // per property: the level, or -1
	Frontier                              int   // states of the level that comes next
	Visited                               tableMeta
}

// keeper writes checkpoints at level boundaries, and reads one to begin with.
type keeper struct {
	dir   *checkpoint.Dir // nil: none are written
	every time.Duration
	last  time.Time
}

// meta says what a checkpoint of the search belongs to.
func (s *search) meta() checkpoint.Meta {
	how := "full"
	if s.reduce {
		how = "reduced"
	}
	return checkpoint.Meta{Name: s.p.Name, Program: identity(s.p), Options: fmt.Sprintf("%v, %s", s.o.Store, how)}
}

// keep opens the directory for checkpoints, and lets the search go on from the one it is to resume.
func (s *search) keep() error {
	s.keeper = &keeper{every: s.o.CheckpointEvery, last: time.Now()}
	if s.keeper.every <= 0 {
		s.keeper.every = checkpointEvery
	}
	if s.o.Resume != "" {
		dir, err := checkpoint.OpenDir(s.o.Resume, false)
		if err != nil {
			return err
		}
		if s.o.Checkpoint == s.o.Resume {
			s.keeper.dir = dir
		} else {
			defer dir.Close()
		}
		if err := s.resume(dir); err != nil {
			return err
		}
	}
	if s.o.Checkpoint != "" && s.keeper.dir == nil {
		dir, err := checkpoint.OpenDir(s.o.Checkpoint, true)
		if err != nil {
			return err
		}
		s.keeper.dir = dir
		return dir.Refuse()
	}
	return nil
}

// resume takes the search to where a checkpoint was written.
func (s *search) resume(dir *checkpoint.Dir) error {
	r, err := dir.Open(s.meta())
	if err != nil {
		return err
	}
	defer r.Close()
	var at progressed
	if err := json.Unmarshal(r.Meta().State, &at); err != nil {
		return fmt.Errorf("%w: %v", checkpoint.ErrTorn, err)
	}
	if len(at.Fired) != len(s.fired) || len(at.Found) != len(s.found) || at.Frontier < 0 || at.Visited.Slots < 0 || at.Visited.Components < 0 {
		return fmt.Errorf("%w: its counters are not of this program", checkpoint.ErrForeign)
	}
	err = s.table.load(at.Visited, func(part string) func([]uint64) error {
		return func(w []uint64) error {
			if err := r.Section(part); err != nil {
				return err
			}
			return readAll(r, w)
		}
	})
	if err != nil {
		return err
	}
	for s.table.crowded() { // there are more workers now than there were, who may add more before anybody looks
		if err := s.table.relieve(len(s.workers)); err != nil {
			return err
		}
	}
	if err := r.Section("frontier"); err != nil {
		return err
	}
	s.level.drop(true)
	s.level = newLayer(s.pool, s.layout.Words, s.o.SpillDir)
	for left := at.Frontier; left > 0; {
		c, err := s.pool.get()
		if err != nil {
			return err
		}
		n := min(left, cap(c)/s.layout.Words)
		c = c[:n*s.layout.Words]
		if err := readAll(r, c); err != nil {
			return err
		}
		if err := s.level.add(c); err != nil {
			return err
		}
		left -= n
	}
	if err := r.Finish(); err != nil {
		return err
	}
	s.depth, s.trans, s.dead, s.fired, s.resumed = at.Depth, at.Transitions, at.Deadlocks, at.Fired, at.Depth
	s.found = at.Found
	s.states.Store(int64(at.States))
	s.done = at.States - s.level.states
	s.limit = max(int64(s.table.room())*loadLimit/100, int64(at.States))
	s.settle()
	return nil
}

// readAll fills w.
func readAll(r *checkpoint.Reader, w []uint64) error {
	for len(w) > 0 {
		n, err := r.Read(w)
		if errors.Is(err, io.EOF) || err == nil && n == 0 {
			return fmt.Errorf("%w: a section ends early", checkpoint.ErrTorn)
		}
		if err != nil {
			return err
		}
		w = w[n:]
	}
	return nil
}

// save writes a checkpoint if it is time for one. It is called between levels.
func (s *search) save() error {
	k := s.keeper
	if k == nil || k.dir == nil || time.Since(k.last) < k.every {
		return nil
	}
	s.tellPhase("checkpoint")
	parts, meta := s.table.parts()
	state, err := json.Marshal(progressed{s.depth, int(s.states.Load()), s.trans, s.dead, s.fired, s.found, s.level.states, meta})
	if err != nil {
		return err
	}
	m := s.meta()
	m.State = state
	w, err := k.dir.Create(m)
	if err != nil {
		return err
	}
	if err := s.write(w, parts); err != nil {
		w.Abort()
		return err
	}
	k.last = time.Now()
	return nil
}

func (s *search) write(w *checkpoint.Writer, parts []part) error {
	for _, p := range parts {
		if err := w.Section(p.name); err != nil {
			return err
		}
		if err := w.Write(p.words); err != nil {
			return err
		}
	}
	if err := w.Section("frontier"); err != nil {
		return err
	}
	for {
		c, _, err := s.level.take()
		if err != nil {
			return err
		}
		if c == nil {
			break
		}
		err = w.Write(c)
		s.level.done(c, true)
		if err != nil {
			return err
		}
	}
	s.level.rewind()
	return w.Commit()
}

// finish gives up the directory: a search that came to its end needs no checkpoint.
func (k *keeper) finish(complete bool) error {
	if k == nil || k.dir == nil {
		return nil
	}
	defer func() { _ = k.dir.Close(); k.dir = nil }()
	if complete {
		return k.dir.Remove()
	}
	return nil
}
