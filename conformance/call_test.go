package conformance

import (
	"slices"
	"strings"
	"testing"

	"hpmc/conformance/ftrace"
	"hpmc/model"
)

func TestParseMarker(t *testing.T) {
	for _, tt := range []struct {
		text string
		kind model.EventKind
		call string
		fn   string   // in the model
		args []string // in the model
		res  string
	}{
		{"hpmc: writer online_store(1, 0) begins", model.Enter, "online_store(1, 0)", "online_store", []string{"1", "0"}, ""},
		{"hpmc: writer online_store(1, 0) = -EBUSY", model.Leave, "online_store(1, 0)", "online_store", []string{"1", "0"}, "-EBUSY"},
		{"hpmc: writer online_store(1, 0) = -16", model.Leave, "online_store(1, 0)", "online_store", []string{"1", "0"}, "-EBUSY"},
		{"hpmc: smt control_store(off) begins", model.Enter, "control_store(off)", "__store_smt_control", []string{"SMTDisabled"}, ""},
		{"hpmc: pm state_store(mem) begins", model.Enter, "state_store(mem)", "pm_suspend", nil, ""},
		{"hpmc: pm state_store(disk) begins", model.Enter, "state_store(disk)", "state_store", []string{"disk"}, ""},
		{"hpmc: a cpuset_write_resmask(child0, {0,1}) begins", model.Enter, "cpuset_write_resmask(child0, {0,1})", "cpuset_write_resmask", []string{"0", "{0,1}"}, ""},
		{"hpmc: a cpuset_common_seq_show(top) = {0-1}", model.Leave, "cpuset_common_seq_show(top)", "cpuset_common_seq_show", nil, "{0-1}"},
		{"hpmc: udevd receives ONLINE cpu12", model.Leave, "recvmsg(KobjOnline, 12)", "recvmsg", []string{"KobjOnline", "12"}, ""},
	} {
		s, ok := parseMarker(tt.text)
		fn, args := s.call.inModel()
		if !ok || s.kind != tt.kind || s.call.String() != tt.call || s.result != tt.res || fn != tt.fn || !slices.Equal(args, tt.args) {
			t.Errorf("%s: %+v, %t; in the model %s %q", tt.text, s, ok, fn, args)
		}
	}
	for _, text := range []string{"", "hpmc:", "hpmc: run begins", "hello online_store(1, 0) begins", "hpmc: w online_store(1, 0)", "hpmc: w receives ADD cpu"} {
		if s, ok := parseMarker(text); ok {
			t.Errorf("%q is read as %+v", text, s)
		}
	}
}

func TestValues(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"true", "1", true}, {"false", "0", true}, {"{0,1,3}", "{0-1,3}", true}, {"{}", "{}", true}, {"{0}", "{1}", false},
		{"", "7", true}, {"KobjOnline", "KobjOffline", false}, {"{0-99999999999}", "{0}", false},
	} {
		if got := agree([]string{tt.a}, []string{tt.b}); got != tt.same {
			t.Errorf("%q and %q: %t", tt.a, tt.b, got)
		}
	}
	for in, want := range map[string]string{"0": "0", "-22": "-EINVAL", "0xffffffea": "-EINVAL", "0xffffffffffffffea": "-EINVAL", "1": "1", "-EBUSY": "-EBUSY", "-9999": "-9999"} {
		if got := result(in); got != want {
			t.Errorf("result %q is %q, want %q", in, got, want)
		}
	}
}

const (
	begins = "w-1 [000] .... 1.1: tracing_mark_write: hpmc: writer "
	event  = "w-1 [000] .... 1.2: f <-g\n"
)

func TestDerive(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"one writer", begins + "online_store(2, 1) begins\n", `name: recorded
summary: what the recording says to be a run of
topology: {cpus: 3, threads-per-core: 1, offline: [2]}
params: {no-listener: true}
queue: 8
threads:
  writer:
    - OnlineStore(2, true)
check: [deadlock]
`},
		{"everything", `# machine: 4 CPUs, 2 cores of 2 threads
# workload: all-of-it: a sentence
# offline: 2
# smt: off
# cgroup: v1
# cpuset: child0 {0,1}
# cpuset: child1 {3}, udevd in it
` + begins + `control_store(on) begins
` + begins + `control_store(on) = 0
` + begins + `state_store(mem) begins
u-2 [000] .... 1.2: tracing_mark_write: hpmc: udevd receives ONLINE cpu1
u-2 [000] .... 1.3: tracing_mark_write: hpmc: udevd sched_setaffinity({1}) begins
a-3 [000] .... 1.4: tracing_mark_write: hpmc: admin cpuset_write_resmask(child1, {0-1}) begins
a-3 [000] .... 1.4: tracing_mark_write: hpmc: admin cpuset_common_seq_show(child1) begins
a-3 [000] .... 1.4: tracing_mark_write: hpmc: admin cpuset_common_seq_show(top) begins
`, `name: all-of-it
summary: what the recording says to be a run of
topology: {cpus: 4, threads-per-core: 2, offline: [1, 2, 3]}
params: {nosmt: true, cgroup-v1: true, children: 2, child0-cpus: 0b11, child1-cpus: 0b1000, tasks-in: 2, config-pm-sleep: true}
queue: 8
threads:
  writer:
    - SMTControlStore(SMTEnabled)
    - Suspend()
  udevd:
    - Udevd()
  admin:
    - CpusetWriteCPUs(1, 0b11)
    - CpusetReadChild(1)
    - CpusetReadEffective()
check: [deadlock]
`},
	} {
		rec, err := ftrace.Read("t.txt", []byte(tt.text))
		if err != nil {
			t.Fatal(err)
		}
		got, err := Derive(rec)
		if err != nil || string(got) != tt.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", tt.name, err, got, tt.want)
		}
		if _, err := builder(t).c.Decode("derived", got); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	for _, tt := range []struct{ text, want string }{
		{event, "t.txt: no marker in it says what its programs do"},
		{begins + "state_store(disk) begins\n", "t.txt:1: no call of the model is known for state_store(disk)"},
		{begins + "online_store(x, 1) begins\n", "t.txt:1: no call of the model is known for online_store(x, 1)"},
		{begins + "online_store() begins\n", "t.txt:1: no call of the model is known for online_store()"},
		{"# machine: big\n" + begins + "online_store(1, 1) begins\n", `t.txt: cannot read the comment line "# machine: big"`},
		{"# offline: one\n" + begins + "online_store(1, 1) begins\n", `cannot read the comment line "# offline: one"`},
		{"# cpuset: child1 {0}\n" + begins + "online_store(1, 1) begins\n", `cannot read the comment line "# cpuset: child1 {0}"`},
		{"# cpuset: child0 {9-}\n" + begins + "online_store(1, 1) begins\n", `cannot read the comment line "# cpuset: child0 {9-}"`},
	} {
		rec, err := ftrace.Read("t.txt", []byte(tt.text))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Derive(rec); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: got %v, want %s", tt.text, err, tt.want)
		}
	}
}

// FuzzDerive finds recordings whose scenario is not one.
func FuzzDerive(f *testing.F) {
	f.Add("# machine: 2 CPUs, no SMT\n# offline: 1\n# cpuset: child0 {0,1}, udevd in it\n" + begins + "online_store(1, 1) begins\n")
	f.Add(begins + "cpuset_write_resmask(child0, {0-63}) begins\n" + begins + "receives ONLINE cpu1\n")
	f.Fuzz(func(t *testing.T, text string) {
		rec, err := ftrace.Read("t.txt", []byte(text))
		if err != nil {
			return
		}
		if got, err := Derive(rec); err == nil && len(got) == 0 {
			t.Error("neither a scenario nor an error")
		}
	})
}
