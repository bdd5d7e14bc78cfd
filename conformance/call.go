package conformance

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// call is a call of a program as recordings name it: by the function of the kernel that a system call leads to, such as
// online_store(1, 0).
type call struct {
	fn   string
	args []string
}

func (c call) String() string { return c.fn + "(" + strings.Join(c.args, ", ") + ")" }

// smt are the values of smt/control.
var smt = map[string]string{"on": "SMTEnabled", "off": "SMTDisabled", "forceoff": "SMTForceOff"}

// inModel returns the function and the arguments by which a model has a call.
func (c call) inModel() (fn string, args []string) {
	switch c.fn {
	case "control_store":
		if len(c.args) == 1 && smt[c.args[0]] != "" {
			return "__store_smt_control", []string{smt[c.args[0]]}
		}
		return "__store_smt_control", nil
	case "state_store":
		if slices.Equal(c.args, []string{"mem"}) {
			return "pm_suspend", nil
		}
	case "cpuset_write_resmask", "cpuset_common_seq_show":
		args = slices.Clone(c.args)
		if len(args) > 0 {
			if args[0] = strings.TrimPrefix(args[0], "child"); args[0] == "top" {
				args = args[1:]
			}
		}
		return c.fn, args
	}
	return c.fn, c.args
}

// source writes a call as the body of a scenario's thread.
func (c call) source() (string, error) {
	number := func(i int) string {
		if i < len(c.args) {
			if n, err := strconv.Atoi(strings.TrimPrefix(c.args[i], "child")); err == nil {
				return strconv.Itoa(n)
			}
		}
		return ""
	}
	switch n := number(0); {
	case c.fn == "online_store" && n != "" && (number(1) == "0" || number(1) == "1"):
		return fmt.Sprintf("OnlineStore(%s, %t)", n, number(1) == "1"), nil
	case (c.fn == "target_store" || c.fn == "write_cpuhp_target") && n != "" && number(1) != "":
		return fmt.Sprintf("HotplugTargetStore(%s, %t)", n, number(1) != "0"), nil
	case c.fn == "control_store" && len(c.args) == 1 && smt[c.args[0]] != "":
		return "SMTControlStore(" + smt[c.args[0]] + ")", nil
	case c.fn == "state_store" && slices.Equal(c.args, []string{"mem"}):
		return "Suspend()", nil
	case c.fn == "cpuset_common_seq_show" && slices.Equal(c.args, []string{"top"}):
		return "CpusetReadEffective()", nil
	case c.fn == "cpuset_common_seq_show" && n != "":
		return "CpusetReadChild(" + n + ")", nil
	case c.fn == "cpuset_write_resmask" && n != "" && len(c.args) == 2:
		if m, ok := mask(c.args[1]); ok {
			return fmt.Sprintf("CpusetWriteCPUs(%s, %#b)", n, m), nil
		}
	case c.fn == "sched_setaffinity" && len(c.args) == 1:
		if m, ok := mask(c.args[0]); ok {
			return fmt.Sprintf("SchedSetaffinity(%#b)", m), nil
		}
	}
	return "", fmt.Errorf("no call of the model is known for %s", c)
}
