package workloads

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hpmc"
	"hpmc/scenarios"
)

// setup is what workloads and scenarios both say.
type setup struct {
	CPUs, ThreadsPerCore int
	Offline              []int
	Threads              map[string][]string // calls in the model language
	Params               map[string]string
}

// TestScenarios holds workloads against the scenarios that they say they run.
func TestScenarios(t *testing.T) {
	c, err := scenarios.Load(hpmc.Sources)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range All() {
		if w.Scenario == "" {
			continue
		}
		t.Run(w.Name, func(t *testing.T) {
			s, err := c.Scenario(w.Scenario)
			if err != nil {
				t.Fatal(err)
			}
			want := setup{s.CPUs, s.ThreadsPerCore, s.Offline, map[string][]string{}, map[string]string{}}
			for _, thread := range s.Threads {
				for _, call := range thread.Body {
					want.Threads[thread.Name] = append(want.Threads[thread.Name], call.Text)
				}
			}
			for _, p := range s.Params {
				want.Params[p.Name] = p.Value.Text
			}
			if diff := cmp.Diff(want, modelled(t, w)); diff != "" {
				t.Errorf("the scenario, and the workload:\n%s", diff)
			}
		})
	}
}

// modelled writes a workload as a scenario.
func modelled(t *testing.T, w Workload) setup {
	t.Helper()
	out := setup{w.Machine.CPUs, 1, slices.Clone(w.Offline), map[string][]string{}, map[string]string{"no-listener": "true"}}
	if w.Machine.SMT {
		out.ThreadsPerCore = 2
	}
	if w.NoSMT {
		for cpu := 1; cpu < w.Machine.CPUs; cpu += 2 {
			out.Offline = append(out.Offline, cpu)
		}
		out.Params["nosmt"] = "true"
	}
	for i, cpus := range w.Children {
		out.Params["children"] = strconv.Itoa(i + 1)
		out.Params[fmt.Sprintf("child%d-cpus", i)] = mask(t, cpus)
	}
	if w.CgroupV1 {
		out.Params["cgroup-v1"] = "true"
	}
	if w.TasksIn > 0 {
		out.Params["tasks-in"] = strconv.Itoa(w.TasksIn)
	}
	for _, thread := range w.Threads {
		if thread.Name == Udevd {
			delete(out.Params, "no-listener")
			out.Threads[Udevd] = []string{"Udevd()"}
		}
		for _, text := range thread.Calls {
			call, err := ParseCall(text)
			if err != nil {
				t.Fatal(err)
			}
			if call.Name == "state_store" {
				out.Params["config-pm-sleep"] = "true"
			}
			out.Threads[thread.Name] = append(out.Threads[thread.Name], expression(t, call))
		}
	}
	return out
}

// expression is a call in the model language.
func expression(t *testing.T, c Call) string {
	t.Helper()
	switch c.Name {
	case "online_store":
		return fmt.Sprintf("OnlineStore(%s, %t)", c.Args[0], c.Args[1] == "1")
	case "control_store":
		return map[string]string{"off": "SMTControlStore(SMTDisabled)", "on": "SMTControlStore(SMTEnabled)"}[c.Args[0]]
	case "state_store":
		return "Suspend()"
	case "cpuset_write_resmask":
		return fmt.Sprintf("CpusetWriteCPUs(%s, %s)", strings.TrimPrefix(c.Args[0], "child"), mask(t, c.Args[1]))
	case "cpuset_common_seq_show":
		if c.Args[0] == "top" {
			return "CpusetReadEffective()"
		}
	}
	t.Fatalf("%s(%s) is not in the model language", c.Name, strings.Join(c.Args, ", "))
	return ""
}

// mask writes "{0,1}" as "0b11".
func mask(t *testing.T, set string) string {
	t.Helper()
	m := 0
	for _, s := range strings.Split(strings.Trim(set, "{}"), ",") {
		cpu, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		m |= 1 << cpu
	}
	return fmt.Sprintf("%#b", m)
}

// TestWorkloads checks what every workload must have.
func TestWorkloads(t *testing.T) {
	seen := map[string]bool{}
	for _, w := range All() {
		if seen[w.Name] || w.Name == "" || w.Summary == "" {
			t.Errorf("%q: a name that is used before, or no name, or no summary", w.Name)
		}
		seen[w.Name] = true
		if w.TasksIn > len(w.Children) {
			t.Errorf("%s: udevd in child cpuset %d of %d", w.Name, w.TasksIn, len(w.Children))
		}
		for _, thread := range w.Threads {
			if len(thread.Name) > 15 { // TASK_COMM_LEN
				t.Errorf("%s: %s is too long for a comm", w.Name, thread.Name)
			}
			if (thread.Name == Udevd) != (len(thread.Calls) == 0) {
				t.Errorf("%s: %s makes %d calls", w.Name, thread.Name, len(thread.Calls))
			}
			for _, text := range thread.Calls {
				if _, err := ParseCall(text); err != nil {
					t.Errorf("%s: %v", w.Name, err)
				}
			}
		}
	}
}

func TestParseCall(t *testing.T) {
	got, err := ParseCall("cpuset_write_resmask(child0, {0,1})")
	if want := (Call{"cpuset_write_resmask", []string{"child0", "{0,1}"}}); err != nil || !cmp.Equal(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
	for _, bad := range []string{"", "online_store", "online_store(1", "online_store 1)"} {
		if _, err := ParseCall(bad); err == nil || !strings.Contains(err.Error(), "is no call") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}
