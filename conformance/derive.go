package conformance

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"hpmc/conformance/ftrace"
	"hpmc/model"
)

// Derive writes the scenario of which a recording says to be a run, as YAML: its threads and the calls they make are those
// that its markers announce, and what its comment lines say of the machine and its state before the run is the topology
// and the parameters.
func Derive(rec *ftrace.Recording) ([]byte, error) {
	d := &deriver{rec: rec, calls: map[string][]string{}, first: map[int]string{}, cpus: rec.CPUs, threadsPerCore: 1}
	if err := d.threads(); err != nil {
		return nil, err
	}
	if len(d.names) == 0 {
		return nil, &Error{File: rec.File, Msg: "no marker in it says what its programs do, so it takes a scenario: give --scenario NAME, or --scenarios FILE"}
	}
	if err := d.header(); err != nil {
		return nil, err
	}
	return []byte(d.yaml()), nil
}

type deriver struct {
	rec            *ftrace.Recording
	names          []string // of the threads, in the order in which they first speak
	calls          map[string][]string
	listens        bool
	suspends       bool
	first          map[int]string // per CPU, what is first written to its file online
	cpus           int
	threadsPerCore int
	offline        []int
	params         []string
}

// threads finds who makes which calls. A thread that receives uevents is the listener of the model, and its other calls
// follow from what it receives.
func (d *deriver) threads() error {
	listener := map[string]bool{}
	for i := range d.rec.Events {
		if s, ok := parseMarker(d.rec.Events[i].Text); ok && s.call.fn == received {
			listener[s.thread] = true
		}
	}
	for i := range d.rec.Events {
		e := &d.rec.Events[i]
		s, ok := parseMarker(e.Text)
		if e.Kind != ftrace.Marker || !ok {
			continue
		}
		if !slices.Contains(d.names, s.thread) {
			d.names = append(d.names, s.thread)
		}
		switch {
		case listener[s.thread]:
			d.listens = true
			d.calls[s.thread] = []string{"Udevd()"}
		case s.kind == model.Enter:
			src, err := s.call.source()
			if err != nil {
				return &Error{d.rec.File, e.Line, err.Error()}
			}
			d.calls[s.thread] = append(d.calls[s.thread], src)
			d.suspends = d.suspends || src == "Suspend()"
			if s.call.fn == "online_store" {
				d.onlines(s.call)
			}
		}
	}
	return nil
}

func (d *deriver) onlines(c call) {
	if cpu, err := strconv.Atoi(c.args[0]); err == nil && d.first[cpu] == "" {
		d.first[cpu] = c.args[1]
	}
}

// maxCPUs is more than a scenario can have, and little enough to count.
const maxCPUs = 64

var (
	machineRE = regexp.MustCompile(`^(\d+) CPUs, (?:no SMT|(\d+) cores? of (\d+) threads)`)
	cpusetRE  = regexp.MustCompile(`^child(\d) (\{[-\d, ]*\})(, .* in it)?$`)
)

// header reads what the comment lines say: "# machine: 4 CPUs, 2 cores of 2 threads", "# offline: 1, 2", "# smt: off",
// "# cgroup: v1", "# cpuset: child0 {0,1}, udevd in it". A CPU that is brought up before it is taken down was offline.
func (d *deriver) header() error {
	fault := func(key string) error {
		return &Error{File: d.rec.File, Msg: fmt.Sprintf("cannot read the comment line %q", "# "+key+": "+d.rec.Meta[key])}
	}
	meta := d.rec.Meta
	if v, ok := meta["machine"]; ok {
		m := machineRE.FindStringSubmatch(v)
		if m == nil {
			return fault("machine")
		}
		d.cpus, _ = strconv.Atoi(m[1])
		if m[3] != "" {
			d.threadsPerCore, _ = strconv.Atoi(m[3])
		}
		if d.cpus < 1 || d.cpus > maxCPUs || d.threadsPerCore < 1 || d.threadsPerCore > d.cpus {
			return fault("machine")
		}
	}
	if v, ok := meta["offline"]; ok {
		for _, f := range strings.FieldsFunc(v, func(c rune) bool { return c == ',' || c == ' ' }) {
			n, err := strconv.Atoi(f)
			if err != nil {
				return fault("offline")
			}
			d.offline = append(d.offline, n)
		}
	} else {
		for cpu, v := range d.first {
			if v == "1" {
				d.offline = append(d.offline, cpu)
			}
		}
	}
	if meta["smt"] == "off" {
		d.params = append(d.params, "nosmt: true")
		for cpu := range d.cpus {
			if d.threadsPerCore > 1 && cpu%d.threadsPerCore != 0 && !slices.Contains(d.offline, cpu) {
				d.offline = append(d.offline, cpu)
			}
		}
	}
	slices.Sort(d.offline)
	for cpu := range d.first {
		d.cpus = max(d.cpus, cpu+1)
	}
	if meta["cgroup"] == "v1" {
		d.params = append(d.params, "cgroup-v1: true")
	}
	if v, ok := meta["cpuset"]; ok {
		list := strings.Split(v, "\n")
		d.params = append(d.params, fmt.Sprintf("children: %d", len(list)))
		for i, l := range list {
			m := cpusetRE.FindStringSubmatch(l)
			if m == nil || m[1] != strconv.Itoa(i) {
				return fault("cpuset")
			}
			cpus, ok := mask(m[2])
			if !ok {
				return fault("cpuset")
			}
			d.params = append(d.params, fmt.Sprintf("child%d-cpus: %#b", i, cpus))
			if m[3] != "" {
				d.params = append(d.params, fmt.Sprintf("tasks-in: %d", i+1))
			}
		}
	}
	if d.suspends {
		d.params = append(d.params, "config-pm-sleep: true")
	}
	if !d.listens {
		d.params = append(d.params, "no-listener: true")
	}
	return nil
}

func (d *deriver) yaml() string {
	var b strings.Builder
	name := "recorded"
	if w, _, _ := strings.Cut(d.rec.Meta["workload"], ":"); regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`).MatchString(w) {
		name = w
	}
	fmt.Fprintf(&b, "name: %s\nsummary: what the recording says to be a run of\n", name)
	fmt.Fprintf(&b, "topology: {cpus: %d, threads-per-core: %d", d.cpus, d.threadsPerCore)
	if len(d.offline) > 0 {
		fmt.Fprintf(&b, ", offline: [%s]", strings.Trim(strings.ReplaceAll(fmt.Sprint(d.offline), " ", ", "), "[]"))
	}
	b.WriteString("}\n")
	if len(d.params) > 0 {
		fmt.Fprintf(&b, "params: {%s}\n", strings.Join(d.params, ", "))
	}
	b.WriteString("queue: 8\nthreads:\n")
	for _, n := range d.names {
		fmt.Fprintf(&b, "  %s:\n", n)
		for _, c := range d.calls[n] {
			fmt.Fprintf(&b, "    - %s\n", c)
		}
	}
	b.WriteString("check: [deadlock]\n")
	return b.String()
}
