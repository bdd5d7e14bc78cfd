package conformance

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"hpmc/model"
	"hpmc/model/compile"
)

// Vocabulary is what functions the models of kernels have, by the kernel's names.
type Vocabulary struct {
	own  map[string]bool     // those of the kernel at hand
	file map[string]string   // their files
	expr map[string]bool     // of them those that are part of the step that calls them, and cannot be told apart in it
	in   map[string][]string // the kernels that have a function, in the order of the series
}

// Add tells of the functions of a kernel. own is said of the one that the program is of.
func (v *Vocabulary) Add(kernel string, functions []compile.FunctionInfo, own bool) {
	if v.in == nil {
		v.in, v.own, v.expr, v.file = map[string][]string{}, map[string]bool{}, map[string]bool{}, map[string]string{}
	}
	for _, f := range functions {
		if own {
			v.own[f.Kernel], v.file[f.Kernel] = true, f.File
			v.expr[f.Kernel] = v.expr[f.Kernel] || f.Expr
		}
		if f.Expr {
			continue
		}
		if !slices.Contains(v.in[f.Kernel], kernel) {
			v.in[f.Kernel] = append(v.in[f.Kernel], kernel)
		}
	}
}

// knows tells whether the model of some kernel has a function.
func (v *Vocabulary) knows(name string) bool { return len(v.in[name]) > 0 || verbs[name] != "" }

// inlinable tells whether compilers can have inlined a call in the innermost function of a stack: one within a file.
func (v *Vocabulary) inlinable(fn string, stack []string) bool {
	f := v.file[fn]
	if verbs[fn] != "" {
		f = "kernel/workqueue.c"
	}
	return f == "" || len(stack) == 0 || v.file[stack[len(stack)-1]] == "" || v.file[stack[len(stack)-1]] == f
}

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

// inlined are functions that can be traced, and the callers in their own file into which compilers have inlined them in the
// kernels that were recorded: there, and only there, nothing is to be seen of a call.
var inlined = map[string][]string{
	"flush_work":           {"work_on_cpu", "work_on_cpu_key"},
	"cpuset_force_rebuild": {"cpuset_handle_hotplug"},
	// In cpu_hotplug_pm_callback(), which models leave out.
	"cpu_hotplug_disable": {"pm_suspend"},
	"cpu_hotplug_enable":  {"pm_suspend"},
}

// isInlined tells whether a call in the innermost function of a stack is known to be inlined.
func isInlined(fn string, stack []string) bool {
	return len(stack) > 0 && slices.Contains(inlined[fn], stack[len(stack)-1])
}

// restarts is the function that fails a system call so that it begins again, if it does not get its lock. In the model it
// waits.
const restarts = "lock_device_hotplug_sysfs"

// received is the function by which a listener of the model gets a uevent.
const received = "recvmsg"

// clonedRE matches what compilers append to the name of a function that they have changed, but for .part, which is only
// a part of one.
var clonedRE = regexp.MustCompile(`\.(isra|constprop|llvm)\.\d+`)

// plain returns a function's name as the source has it.
func plain(name string) string { return clonedRE.ReplaceAllString(name, "") }

// uevents are the values of enum kobject_action that models know.
var uevents = map[int64]string{4: "KobjOnline", 5: "KobjOffline"}

// kobj writes the action of a uevent as models do.
func kobj(action string) string {
	return "Kobj" + strings.ToUpper(action[:1]) + strings.ToLower(action[1:])
}

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
	if m, ok := mask(s); ok {
		return model.FormatMask(m)
	}
	return s
}

// mask reads a set of CPUs, {0-1,3}.
func mask(s string) (m uint64, ok bool) {
	list, ok := strings.CutPrefix(s, "{")
	list, closed := strings.CutSuffix(list, "}")
	if !ok || !closed {
		return 0, false
	}
	for _, part := range strings.FieldsFunc(list, func(c rune) bool { return c == ',' || c == ' ' }) {
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		a, err1 := strconv.ParseUint(first, 10, 6)
		b, err2 := strconv.ParseUint(last, 10, 6)
		if err1 != nil || err2 != nil {
			return 0, false
		}
		for ; a <= b; a++ {
			m |= 1 << a
		}
	}
	return m, true
}

// agree tells whether two lists agree where both know.
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
