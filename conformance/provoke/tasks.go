package provoke

import (
	"fmt"
	"go/ast"
	"go/parser"
	"slices"
	"strconv"
	"strings"
)

// Task is a thread of the program.
type Task struct {
	Name    string
	Actions []Action
}

// Action is something that a task does.
type Action struct {
	Kind  ActionKind
	CPU   int    // of Online; 0 else
	Value string // what is written
}

// ActionKind is a way to act.
type ActionKind int

// The ways to act.
const (
	Online ActionKind = iota // write to a CPU's online
	SMT                      // write to smt/control
	Listen                   // receive uevents, and pin itself to each CPU that comes online
	Read                     // read cpuset.cpus.effective
)

// canDo are examples of what actionOf knows.
var canDo = []string{"OnlineStore(1, true)", "SMTControlStore(SMTDisabled)", "Udevd()", "CpusetReadEffective()"}

var smtValues = map[string]string{"SMTEnabled": "on", "SMTDisabled": "off", "SMTForceOff": "forceoff"}

// actionOf translates a statement of a scenario's thread.
func actionOf(text string) (Action, bool) {
	e, err := parser.ParseExpr(text)
	if err != nil {
		return Action{}, false
	}
	c, ok := e.(*ast.CallExpr)
	if !ok {
		return Action{}, false
	}
	name, args := word(c.Fun), make([]string, len(c.Args))
	for i, a := range c.Args {
		args[i] = word(a)
	}
	switch {
	case name == "OnlineStore" && len(args) == 2:
		cpu, err := strconv.Atoi(args[0])
		v, ok := map[string]string{"true": "1", "false": "0"}[args[1]]
		return Action{Kind: Online, CPU: cpu, Value: v}, err == nil && ok
	case name == "SMTControlStore" && len(args) == 1:
		v, ok := smtValues[args[0]]
		return Action{Kind: SMT, Value: v}, ok
	case name == "Udevd" && len(args) == 0:
		return Action{Kind: Listen}, true
	case name == "CpusetReadEffective" && len(args) == 0:
		return Action{Kind: Read}, true
	}
	return Action{}, false
}

func word(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.BasicLit:
		return e.Value
	}
	return ""
}

// C is the statement of the program that does it.
func (a Action) C() string {
	switch a.Kind {
	case Online:
		return fmt.Sprintf("store(CPUS \"cpu%d/online\", %q, %d, %s);", a.CPU, a.Value, a.CPU, a.Value)
	case SMT:
		return fmt.Sprintf("store(CPUS \"smt/control\", %q, -1, 0);", a.Value)
	case Listen:
		return "listen_to_uevents();"
	}
	return "read_effective();"
}

// String says what is done.
func (a Action) String() string {
	switch a.Kind {
	case Online:
		return fmt.Sprintf("writes %s to /sys/devices/system/cpu/cpu%d/online", a.Value, a.CPU)
	case SMT:
		return fmt.Sprintf("writes %s to /sys/devices/system/cpu/smt/control", a.Value)
	case Listen:
		return "receives uevents, and pins itself to each CPU that comes online"
	}
	return "reads cpuset.cpus.effective"
}

// String says what a task does.
func (t Task) String() string {
	parts := make([]string, len(t.Actions))
	for i, a := range t.Actions {
		parts[i] = a.String()
	}
	return t.Name + " " + strings.Join(parts, ", then ")
}

// does tells whether a task acts in a way.
func (t Task) does(k ActionKind) bool {
	return slices.ContainsFunc(t.Actions, func(a Action) bool { return a.Kind == k })
}
