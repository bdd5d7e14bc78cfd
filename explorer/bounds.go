package explorer

import (
	"fmt"
	"time"
)

// grow gives the visited set more room: four times as much while it is small, then twice, and by half when it is large. With
// little memory left it takes what there is, and packs the set tighter.
func (s *search) grow() error {
	if s.table.crowded() {
		if err := s.table.relieve(len(s.workers)); err != nil {
			return err
		}
	}
	if s.states.Load() <= s.limit {
		return nil
	}
	room := s.table.room()
	factors := []int{150, 125, 112}
	if room < 300_000 {
		factors = []int{400, 200, 150}
	} else if room < 1_200_000 {
		factors = []int{200, 150}
	}
	var err error
	for _, f := range factors {
		if err = s.table.grow(room/100*f, len(s.workers)); err == nil {
			s.limit = int64(s.table.room()) * loadLimit / 100
			return nil
		}
	}
	if tight := int64(room) * 95 / 100; s.limit < tight && room > 1<<18 {
		s.limit = tight
		return nil
	}
	return err
}

// watchdog makes the search pause when time is up or it is interrupted; the function returned ends it.
func (s *search) watchdog() (stop func()) {
	if s.o.Timeout <= 0 && s.o.Interrupt == nil {
		return func() {}
	}
	end := make(chan struct{})
	var late <-chan time.Time
	if s.o.Timeout > 0 {
		t := time.NewTimer(time.Until(s.start.Add(s.o.Timeout)))
		late = t.C
	}
	go func() {
		why := "interrupted"
		select {
		case <-end:
			return
		case <-s.o.Interrupt:
		case <-late:
			why = fmt.Sprintf("%v passed", s.o.Timeout)
		}
		s.why.Store(&why)
		s.pause.Store(pauseStop)
	}()
	return func() { close(end) }
}

// tell reports progress, at most every 100 ms unless now.
func (s *search) tell(now bool) {
	if s.o.Progress == nil || !now && time.Since(s.told) < 100*time.Millisecond {
		return
	}
	s.tellPhase("")
}

// tellPhase reports progress, and what is done that is not searching.
func (s *search) tellPhase(phase string) {
	if s.o.Progress == nil {
		return
	}
	s.told = time.Now()
	frontier := s.level.states
	if s.queue != nil {
		frontier = s.queue.left()
	}
	s.o.Progress(Progress{Phase: phase, States: int(s.states.Load()), Transitions: s.trans, Depth: s.depth, Frontier: frontier,
		Bytes: s.mem.Used(), Elapsed: time.Since(s.start)})
}

// telling reports progress until the function returned is called. The search must change none of it meanwhile.
func (s *search) telling() (stop func()) {
	if s.o.Progress == nil {
		return func() {}
	}
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for t := time.NewTicker(100 * time.Millisecond); ; {
			select {
			case <-end:
				t.Stop()
				return
			case <-t.C:
				s.tell(true)
			}
		}
	}()
	return func() { close(end); <-ended }
}

// size writes a number of bytes shortly.
func size(n int64) string {
	switch {
	case n >= 10<<30:
		return fmt.Sprintf("%d GiB", n>>30)
	case n >= 10<<20:
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d KiB", n>>10)
}
