package provoke

import "fmt"

// Hold keeps a thread at the beginning of a call until something has happened.
type Hold struct {
	Thread string
	Func   string // the kernel's name
	Nth    int    // which of the thread's calls of Func it is, from 1
	Until  Event  // the zero Event: until the program has seen what it looks for
}

// Event is the begin or the return of a call in a thread.
type Event struct {
	Thread string
	Func   string
	Nth    int
	Return bool
}

// String reads on after "is held".
func (h Hold) String() string {
	return fmt.Sprintf("at %s until %s", call(h.Func, h.Nth), h.Until)
}

func (e Event) String() string {
	switch {
	case e == Event{}:
		return "the program has looked"
	case e.Return:
		return fmt.Sprintf("%s has returned from %s", e.Thread, call(e.Func, e.Nth))
	}
	return fmt.Sprintf("%s has called %s", e.Thread, call(e.Func, e.Nth))
}

// Missing says that the event did not happen.
func (e Event) Missing() string {
	switch {
	case e == Event{}:
		return "the program has seen nothing"
	case e.Return:
		return fmt.Sprintf("%s has not returned from %s", e.Thread, call(e.Func, e.Nth))
	}
	return fmt.Sprintf("%s has not called %s", e.Thread, call(e.Func, e.Nth))
}

func call(name string, nth int) string {
	if nth > 1 {
		return fmt.Sprintf("%s() for the %s time", name, ordinal(nth))
	}
	return name + "()"
}

func ordinal(n int) string {
	switch {
	case n%10 == 1 && n%100 != 11:
		return fmt.Sprintf("%dst", n)
	case n%10 == 2 && n%100 != 12:
		return fmt.Sprintf("%dnd", n)
	case n%10 == 3 && n%100 != 13:
		return fmt.Sprintf("%drd", n)
	}
	return fmt.Sprintf("%dth", n)
}
