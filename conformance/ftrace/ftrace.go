// Package ftrace reads what the kernel's tracers recorded: the trace file of tracefs, and what trace-cmd report
// prints. It knows the format, and nothing of what the events mean.
package ftrace

import "fmt"

// Kind tells what an event is.
type Kind uint8

// The kinds of event.
const (
	Function Kind = iota // the function tracer saw a function being entered
	Entry                // a kprobe at the beginning of a function was hit
	Return               // a kretprobe was hit: a function returned
	Marker               // a program wrote to trace_marker
	Other                // any other event
)

var kindNames = [...]string{"function", "kprobe", "kretprobe", "marker", "event"}

func (k Kind) String() string { return kindNames[k] }

// Event is a line of a recording.
type Event struct {
	Line   int // in the file, from 1
	Task   string
	PID    int
	CPU    int
	Time   string // seconds, as recorded
	Kind   Kind
	Name   string // Function, Entry, Return: the function; Other: the event; Marker: empty
	Probe  string // of an Entry or Return, the name of the probe
	Caller string // of a Function or Return; "" if it was not recorded
	Text   string // of a Marker what was written, of other events what follows the name
	Args   map[string]string
	Raw    string // the line, without blanks around it
}

// Recording is a file of events in the order of the file.
type Recording struct {
	File      string
	Events    []Event
	Meta      map[string]string // comment lines "# key: value", by lower-case key
	Functions []string          // the value of "# functions:", the functions that were traced whether or not they were entered
	CPUs      int               // of the machine, if the header says; else 0
	Lost      int               // events known to be lost, -1 if some are and their number is not known
	Cut       bool              // the last line is not complete, and was left out
	Warnings  []string
}

// Error is a fault of a file.
type Error struct {
	File string
	Line int // 0 if it is of the whole file
	Msg  string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.File, e.Msg)
	}
	return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Msg)
}
