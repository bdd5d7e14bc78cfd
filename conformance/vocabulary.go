package conformance

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"hpmc/model/compile"
)

// Vocabulary is what functions the models of kernels have, by the kernel's names.
type Vocabulary struct {
	expr map[string]bool     // of the kernel at hand: part of the step that calls it, in which nothing is to be seen of it
	in   map[string][]string // the kernels that have a function, in the order of the series
}

// Add tells of the functions of a kernel. own is said of the one that the program is of.
func (v *Vocabulary) Add(kernel string, functions []compile.FunctionInfo, own bool) {
	if v.in == nil {
		v.in, v.expr = map[string][]string{}, map[string]bool{}
	}
	for _, f := range functions {
		if f.Expr {
			if own {
				v.expr[f.Kernel] = true
			}
			continue
		}
		if !slices.Contains(v.in[f.Kernel], kernel) {
			v.in[f.Kernel] = append(v.in[f.Kernel], kernel)
		}
	}
}

// knows tells whether the model of some kernel has a function.
func (v *Vocabulary) knows(name string) bool { return len(v.in[name]) > 0 || verbs[name] != "" }

// verbs are functions that models have as an operation of package hp: the statement says which.
var verbs = map[string]string{
	"flush_work": "flush_work(",
	"queue_work": "queue_work(",
}

// inner are functions that kernels call at once from those that models speak of, which cannot be traced themselves: they are
// inline, or stand where nothing is traced.
var inner = map[string]string{
	"__flush_work":       "flush_work",
	"queue_work_on":      "queue_work",
	"kobject_uevent_env": "kobject_uevent",
}

// anyones are functions that all of the kernel calls. Of them only calls by functions of the model count.
var anyones = map[string]bool{"flush_work": true, "queue_work": true, "synchronize_rcu": true}

// many are functions of which one call of a model stands for many of the kernel's.
var many = map[string]bool{
	"process_one_work":             true,
	"cpuhp_thread_fun":             true,
	"cpuhp_invoke_callback":        true,
	"syscall_enter_from_user_mode": true,
	"exit_to_user_mode":            true,
}

// remote are functions that have a kworker do what is called in them.
var remote = map[string]bool{"work_on_cpu": true, "work_on_cpu_key": true, "__cpu_down_maps_locked": true}

// received is the function by which a listener of the model gets a uevent.
const received = "recvmsg"

// clonedRE matches what compilers append to the name of a function that they have changed, but for .part, which is only
// a part of one.
var clonedRE = regexp.MustCompile(`\.(isra|constprop|llvm)\.\d+`)

// plain returns a function's name as the source has it.
func plain(name string) string { return clonedRE.ReplaceAllString(name, "") }

// uevents are the values of enum kobject_action that models know.
var uevents = map[int64]string{4: "KobjOnline", 5: "KobjOffline"}

// errnos are the errors that models know.
var errnos = map[int64]string{1: "EPERM", 2: "ENOENT", 4: "EINTR", 11: "EAGAIN", 12: "ENOMEM", 13: "EACCES", 16: "EBUSY", 19: "ENODEV", 22: "EINVAL", 28: "ENOSPC", 95: "EOPNOTSUPP", 110: "ETIMEDOUT", 125: "ECANCELED"}

// result writes what a function returned as models do, where it is a number.
func result(s string) string {
	n, err := strconv.ParseInt(s, 0, 64)
	if err != nil {
		u, err := strconv.ParseUint(s, 0, 64)
		if err != nil {
			return s
		}
		n = int64(u)
	}
	if n > 1<<31 && n < 1<<32 { // an int, as a register has it
		n -= 1 << 32
	}
	if e := errnos[-n]; n < 0 && e != "" {
		return "-" + e
	}
	return strconv.FormatInt(n, 10)
}

// value writes an argument so that those of recordings and of models compare.
func value(s string) string {
	switch s {
	case "true":
		return "1"
	case "false":
		return "0"
	}
	return s
}

// values tells whether two lists agree where both know.
func agree(a, b []string) bool {
	for i := 0; i < len(a) && i < len(b); i++ {
		if a[i] != "" && b[i] != "" && value(a[i]) != value(b[i]) {
			return false
		}
	}
	return true
}

// Error is a recording that does not fit a program.
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

// splitArgs takes apart "1, {0-1,3}".
func splitArgs(s string) []string {
	var out []string
	depth, from := 0, 0
	for i, c := range s {
		switch c {
		case '{', '(':
			depth++
		case '}', ')':
			depth--
		case ',':
			if depth == 0 {
				out = append(out, strings.TrimSpace(s[from:i]))
				from = i + 1
			}
		}
	}
	if last := strings.TrimSpace(s[from:]); last != "" || len(out) > 0 {
		out = append(out, last)
	}
	return out
}
