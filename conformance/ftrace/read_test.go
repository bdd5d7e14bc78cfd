package ftrace

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// TestEvents has lines as tracers write them.
func TestEvents(t *testing.T) {
	for _, tt := range []struct {
		name, line string
		want       Event
	}{
		{"function", "            init-78      [000] ....    11.983316: device_offline <-online_store",
			Event{Task: "init", PID: 78, Time: "11.983316", Kind: Function, Name: "device_offline", Caller: "online_store"}},
		{"five flags", "     kworker/1:1-35      [001] d..1.    13.258975: cpuset_hotplug_workfn <-process_one_work",
			Event{Task: "kworker/1:1", PID: 35, CPU: 1, Time: "13.258975", Kind: Function, Name: "cpuset_hotplug_workfn", Caller: "process_one_work"}},
		{"no flags", "  init-78  [000]    11.983316: device_offline <-online_store",
			Event{Task: "init", PID: 78, Time: "11.983316", Kind: Function, Name: "device_offline", Caller: "online_store"}},
		{"thread group", "  init-78  (     78) [000] ....  11.983316: device_offline <-online_store",
			Event{Task: "init", PID: 78, Time: "11.983316", Kind: Function, Name: "device_offline", Caller: "online_store"}},
		{"a name with blanks and hyphens", "  my - task-2-78  [000] ....  11.983316: f <-g",
			Event{Task: "my - task-2", PID: 78, Time: "11.983316", Kind: Function, Name: "f", Caller: "g"}},
		{"unknown name", "  <...>-78  [000] ....  11.983316: f <-g",
			Event{Task: "<...>", PID: 78, Time: "11.983316", Kind: Function, Name: "f", Caller: "g"}},
		{"offsets and modules", "  a-1  [000] ....  1.5: f+0x4/0x20 [m] <-g+0x10/0x30 [m]",
			Event{Task: "a", PID: 1, Time: "1.5", Kind: Function, Name: "f", Caller: "g"}},
		{"clones", "  a-1  [000] ....  1.5: f.isra.0 <-g.part.1",
			Event{Task: "a", PID: 1, Time: "1.5", Kind: Function, Name: "f.isra.0", Caller: "g.part.1"}},
		{"arguments", "  a-1  [000] ....  1.5: f(cpu=0x1, p=0xffff) <-g",
			Event{Task: "a", PID: 1, Time: "1.5", Kind: Function, Name: "f", Caller: "g"}},
		{"trace-cmd", "            init-78    [000]    11.983316: function:             device_offline <-- online_store",
			Event{Task: "init", PID: 78, Time: "11.983316", Kind: Function, Name: "device_offline", Caller: "online_store"}},
		{"marker", "  udevd-9  [001] .....  15.385894: tracing_mark_write: hpmc: udevd receives OFFLINE cpu1",
			Event{Task: "udevd", PID: 9, CPU: 1, Time: "15.385894", Kind: Marker, Text: "hpmc: udevd receives OFFLINE cpu1"}},
		{"marker of trace-cmd", "  udevd-9  [001]  15.385894: print:                tracing_mark_write: hpmc: udevd receives OFFLINE cpu1",
			Event{Task: "udevd", PID: 9, CPU: 1, Time: "15.385894", Kind: Marker, Text: "hpmc: udevd receives OFFLINE cpu1"}},
		{"kprobe", `  w-8  [000] ....  1.5: kobject_uevent_env: (dev_uevent+0x0/0x2f0) action="ACTION=online" n=0x4`,
			Event{Task: "w", PID: 8, Time: "1.5", Kind: Entry, Probe: "kobject_uevent_env", Name: "dev_uevent",
				Text: `action="ACTION=online" n=0x4`, Args: map[string]string{"action": "ACTION=online", "n": "0x4"}}},
		{"kretprobe", "  w-8  [000] d...  1.5: _cpu_up_return: (cpu_up+0xbc/0xd0 <- _cpu_up) ret=-16",
			Event{Task: "w", PID: 8, Time: "1.5", Kind: Return, Probe: "_cpu_up_return", Name: "_cpu_up", Caller: "cpu_up",
				Text: "ret=-16", Args: map[string]string{"ret": "-16"}}},
		{"probe inside a function", "  w-8  [000] ....  1.5: p: (f+0x8/0x20) a=1",
			Event{Task: "w", PID: 8, Time: "1.5", Kind: Other, Name: "p", Text: "(f+0x8/0x20) a=1", Args: map[string]string{"a": "1"}}},
		{"event", "  cpuhp/1-19  [001] d..1.  15.3: workqueue_queue_work: work struct=00000000 function=f cpu=1",
			Event{Task: "cpuhp/1", PID: 19, CPU: 1, Time: "15.3", Kind: Other, Name: "workqueue_queue_work",
				Text: "work struct=00000000 function=f cpu=1", Args: map[string]string{"struct": "00000000", "function": "f", "cpu": "1"}}},
	} {
		for _, end := range []string{"\n", "\r\n"} {
			rec, err := Read("t.txt", []byte("# tracer: function"+end+"#"+end+tt.line+end))
			if err != nil {
				t.Errorf("%s: %v", tt.name, err)
				continue
			}
			want := tt.want
			want.Line, want.Raw = 3, strings.TrimSpace(tt.line)
			if got := rec.Events[0]; len(rec.Events) != 1 || !same(got, want) {
				t.Errorf("%s:\ngot  %+v\nwant %+v", tt.name, got, want)
			}
		}
	}
}

func same(a, b Event) bool {
	if len(a.Args) != len(b.Args) {
		return false
	}
	for k, v := range a.Args {
		if b.Args[k] != v {
			return false
		}
	}
	a.Args, b.Args = nil, nil
	return a.Line == b.Line && a.Task == b.Task && a.PID == b.PID && a.CPU == b.CPU && a.Time == b.Time && a.Kind == b.Kind &&
		a.Name == b.Name && a.Probe == b.Probe && a.Caller == b.Caller && a.Text == b.Text && a.Raw == b.Raw
}

const event = "  a-1  [000] ....  1.5: f <-g\n"

func TestHeader(t *testing.T) {
	rec, err := Read("t.txt", []byte("# kernel: 6.1.0\n# cpuset: child0 {0}\n# cpuset: child1 {1}\n# functions: f, g h\n# functions: i\n"+
		"# tracer: function\n#\n# entries-in-buffer/entries-written: 18/18   #P:2\n#           TASK-PID     CPU#\n#              | |         |\n"+
		"##### CPU 1 buffer started ####\n"+event))
	if err != nil {
		t.Fatal(err)
	}
	if rec.Meta["kernel"] != "6.1.0" || rec.Meta["cpuset"] != "child0 {0}\nchild1 {1}" || rec.CPUs != 2 || rec.Lost != 0 || rec.Cut {
		t.Errorf("%+v", rec)
	}
	if want := []string{"f", "g", "h", "i"}; !slices.Equal(rec.Functions, want) {
		t.Errorf("functions %q, want %q", rec.Functions, want)
	}
	if len(rec.Warnings) > 0 {
		t.Errorf("warnings %q", rec.Warnings)
	}
	rec, err = Read("t.txt", []byte("version = 6\nCPU 1 is empty\ncpus=4\n"+event))
	if err != nil || rec.CPUs != 4 {
		t.Errorf("trace-cmd: %+v, %v", rec, err)
	}
}

func TestWarnings(t *testing.T) {
	for _, tt := range []struct {
		name, text, want string
		lost             int
		cut              bool
	}{
		{"overwritten", "# entries-in-buffer/entries-written: 18/20   #P:2\n" + event, "line 1: 2 of 20 events were overwritten", 2, false},
		{"lost", event + "CPU:1 [LOST 12 EVENTS]\n" + event, "line 2: events were lost here", 12, false},
		{"lost, not known how many", event + "CPU:1 [LOST EVENTS]\n" + event, "line 2: events were lost", -1, false},
		{"lost in trace-cmd", event + "CPU:0 [3 EVENTS DROPPED]\n", "line 2: events were lost", 3, false},
		{"cut off", event + "  a-1  [000] ....  1.6: f <-", "line 2, the last one, does not end", 0, true},
		{"time goes back", event + "  a-1  [000] ....  1.4: f <-g\n", "line 2: the time goes back", 0, false},
	} {
		rec, err := Read("t.txt", []byte(tt.text))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if len(rec.Warnings) != 1 || !strings.Contains(rec.Warnings[0], tt.want) || rec.Lost != tt.lost || rec.Cut != tt.cut {
			t.Errorf("%s: warnings %q, lost %d, cut %t", tt.name, rec.Warnings, rec.Lost, rec.Cut)
		}
	}
}

func TestErrors(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"empty", "", "t.txt: no event in it"},
		{"only a header", "# tracer: function\n#\n", "t.txt: no event in it"},
		{"only half a line", "  a-1  [000] ....  1.6: f <-", "t.txt: no event in it"},
		{"other text", "# tracer: function\n" + event + "Hello, world\n", `t.txt:3: this is no line of a recording: "Hello, world"`},
		{"binary", "\x17\x08Dtracing\x00\x00\n", "t.txt:1: this is not text"},
		{"another tracer", "# tracer: function_graph\n", "t.txt:1: recorded with the tracer function_graph"},
	} {
		_, err := Read("t.txt", []byte(tt.text))
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
}

// FuzzRead finds text that makes Read panic, or that it takes for events without lines.
func FuzzRead(f *testing.F) {
	f.Add("# tracer: function\n# entries-in-buffer/entries-written: 1/2 #P:2\n" + event + "CPU:1 [LOST 1 EVENTS]\n")
	f.Add("  w-8  [000] d...  1.5: r: (cpu_up+0xbc/0xd0 <- _cpu_up) ret=-16 s=\"a b\"\r\n  u-9 (  9) [001] 1.6: print: f: hpmc: x\n")
	f.Add("cpus=99999999999999999999\n  a-99999999999999999999  [0] 1.1: f+0x0 [m] <-- g\n a-1 [0] 1.1:  \n")
	f.Fuzz(func(t *testing.T, text string) {
		rec, err := Read("t.txt", []byte(text))
		if err != nil {
			return
		}
		lines := strings.Split(text, "\n")
		for _, e := range rec.Events {
			if e.Line < 1 || e.Line >= len(lines) || strings.TrimSpace(lines[e.Line-1]) != e.Raw {
				t.Errorf("line %d is not %q", e.Line, e.Raw)
			}
			if e.Kind == Function && (e.Name == "" || e.Caller == "") {
				t.Errorf("a function without name or caller: %q", e.Raw)
			}
		}
	})
}
