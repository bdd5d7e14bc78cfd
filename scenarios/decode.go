package scenarios

import (
	"regexp"
	"sort"
	"strconv"
	"strings"

	"hpmc/model"
	"hpmc/model/compile"
	"hpmc/model/hp"
)

var (
	nameRE     = regexp.MustCompile(`^[a-z0-9]+([.-][a-z0-9]+)*$`)
	threadRE   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/-]*$`)
	propertyRE = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`) // what can only be meant as a property's name
)

// maxBudget is the largest budget of a fault.
const maxBudget = 15

// decoder reads one scenario.
type decoder struct {
	errs    *Errors
	kernels []Kernel
	s       *Scenario
	given   []string // kernels named by the key kernels
	hasList bool     // whether that key is there
}

var scenarioKeys = []string{"name", "summary", "topology", "threads", "params", "faults", "queue", "kernels", "check", "reach", "expect"}

// decodeScenario reads a scenario. The scenario is of no use when it adds to errs.
func decodeScenario(file string, text []byte, kernels []Kernel, errs *Errors) *Scenario {
	d := &decoder{errs: errs, kernels: kernels, s: &Scenario{ThreadsPerCore: 1}}
	root := readYAML(file, text, errs)
	if root == nil || !d.fields(root, "a scenario", scenarioKeys, "name", "topology", "threads", "check") {
		return d.s
	}
	for _, key := range scenarioKeys {
		e := root.find(key)
		if e == nil {
			continue
		}
		switch key {
		case "name":
			if d.s.Name = d.text(e.val, "name"); d.s.Name != "" && !nameRE.MatchString(d.s.Name) {
				d.errorf(e.val.pos, "a scenario's name is lower-case words with hyphens between them, not %q", d.s.Name)
			}
			d.s.Pos = e.val.pos
		case "summary":
			if e.val.kind == scalarNode {
				d.s.Summary = strings.Join(strings.Fields(e.val.text), " ")
			} else {
				d.want(e.val, "summary", "text")
			}
		case "topology":
			d.topology(e.val)
		case "threads":
			d.threads(e)
		case "params":
			for _, p := range d.entries(e.val, key) {
				d.s.paramPos = append(d.s.paramPos, p.pos)
				d.s.Params = append(d.s.Params, compile.Param{Name: p.key, Value: d.expr(p.val, "the value of "+p.key)})
			}
		case "faults":
			for _, f := range d.entries(e.val, key) {
				n := d.int(f.val, "the budget of "+f.key, 1, maxBudget)
				d.s.Faults = append(d.s.Faults, compile.Fault{Name: f.key, Budget: n, Pos: f.pos})
			}
		case "queue":
			d.s.Queue = d.int(e.val, "queue", 1, hp.MaxQueue)
		case "kernels":
			d.kernelList(e.val)
		case "check":
			d.check(e)
		case "reach":
			for _, n := range d.list(e.val, key) {
				d.s.Reach = append(d.s.Reach, d.expr(n, "an entry of reach"))
			}
		case "expect":
			d.expectations(e.val)
		}
	}
	d.chooseKernels()
	return d.s
}

func (d *decoder) errorf(pos model.Pos, format string, args ...any) {
	d.errs.addf(pos, format, args...)
}

// want reports a value of the wrong kind.
func (d *decoder) want(n *node, key, what string) {
	if n.kind != badNode {
		d.errorf(n.pos, "%s must be %s, not %s", key, what, n.describe())
	}
}

// fields checks that n is a map with known keys, and with the required ones.
func (d *decoder) fields(n *node, what string, valid []string, required ...string) bool {
	if n.kind != mapNode {
		d.want(n, what, "a map")
		return false
	}
	for _, e := range n.entries {
		if !contains(valid, e.key) {
			d.errorf(e.pos, "unknown key %s%s", e.key, didYouMean(e.key, valid))
		}
	}
	for _, r := range required {
		if n.find(r) == nil {
			d.errorf(n.pos, "%s needs the key %s", what, r)
		}
	}
	return true
}

func (d *decoder) text(n *node, key string) string {
	if n.kind != scalarNode {
		d.want(n, key, "text")
		return ""
	}
	if n.lines {
		d.errorf(n.pos, "%s must be on one line", key)
		return ""
	}
	if n.text == "" {
		d.errorf(n.pos, "%s is empty", key)
	}
	return n.text
}

// expr reads a Go expression.
func (d *decoder) expr(n *node, key string) compile.Expr {
	switch {
	case n.kind == nullNode && n.text == "":
		d.errorf(n.pos, "%s is missing; write a Go expression", key)
	case n.kind == nullNode:
		d.errorf(n.pos, "%s must be a Go expression, not %q", key, n.text)
	case n.kind != scalarNode:
		d.want(n, key, "a Go expression")
	case n.lines:
		d.errorf(n.pos, "write a Go expression on one line, so that its errors have a position")
	case strings.TrimSpace(n.text) == "":
		d.errorf(n.pos, "%s is empty; write a Go expression", key)
	default:
		return compile.Expr{Text: n.text, Pos: n.pos}
	}
	return compile.Expr{Pos: n.pos}
}

// int reads a number between lo and hi. It returns lo after a mistake.
func (d *decoder) int(n *node, key string, lo, hi int) int {
	if n.kind != scalarNode || !n.plain {
		d.want(n, key, "a number")
		return lo
	}
	v, err := strconv.Atoi(n.text)
	if err != nil && !isNumError(err, strconv.ErrRange) {
		d.want(n, key, "a number")
		return lo
	}
	if err != nil || v < lo || v > hi {
		d.errorf(n.pos, "%s must be between %d and %d, not %s", key, lo, hi, n.text)
		return lo
	}
	return v
}

func isNumError(err, target error) bool {
	e, ok := err.(*strconv.NumError)
	return ok && e.Err == target
}

func (d *decoder) list(n *node, key string) []*node {
	if n.kind != listNode {
		d.want(n, key, "a list")
	}
	return n.items
}

func (d *decoder) entries(n *node, key string) []entry {
	if n.kind != mapNode {
		d.want(n, key, "a map")
	}
	return n.entries
}

func (d *decoder) topology(n *node) {
	if !d.fields(n, "topology", []string{"cpus", "threads-per-core", "offline"}, "cpus") {
		return
	}
	known := false // the number of CPUs
	if e := n.find("cpus"); e != nil {
		before := len(*d.errs)
		d.s.CPUs = d.int(e.val, "cpus", 1, hp.MaxCPUs)
		known = len(*d.errs) == before
	}
	if e := n.find("threads-per-core"); e != nil {
		d.s.ThreadsPerCore = d.int(e.val, "threads-per-core", 1, hp.MaxCPUs)
		if known && d.s.CPUs%d.s.ThreadsPerCore != 0 {
			d.errorf(e.val.pos, "%d cpus cannot be divided into cores of %d threads", d.s.CPUs, d.s.ThreadsPerCore)
		}
	}
	e := n.find("offline")
	if e == nil {
		return
	}
	seen := map[int]bool{}
	for _, c := range d.list(e.val, "offline") {
		before := len(*d.errs)
		cpu := d.int(c, "a CPU", 0, hp.MaxCPUs-1)
		switch {
		case len(*d.errs) > before:
		case cpu == 0:
			d.errorf(c.pos, "CPU 0 cannot be offline at first: it is the one that boots")
		case known && cpu >= d.s.CPUs:
			d.errorf(c.pos, "there is no CPU %d: the topology has CPUs 0 to %d", cpu, d.s.CPUs-1)
		case seen[cpu]:
			d.errorf(c.pos, "CPU %d is listed twice", cpu)
		default:
			seen[cpu] = true
			d.s.Offline = append(d.s.Offline, cpu)
		}
	}
	sort.Ints(d.s.Offline)
}

func (d *decoder) threads(e *entry) {
	if e.val.kind == nullNode || e.val.kind == mapNode && len(e.val.entries) == 0 {
		d.errorf(e.val.pos, "threads is empty; write NAME: CALL, such as writer: OnlineStore(1, true)")
		return
	}
	for _, t := range d.entries(e.val, "threads") {
		if !threadRE.MatchString(t.key) {
			d.errorf(t.pos, "a thread's name is letters, digits and . _ / -, not %q", t.key)
		}
		th := compile.Thread{Name: t.key}
		what := "the body of " + t.key
		if t.val.kind == listNode {
			if len(t.val.items) == 0 {
				d.errorf(t.val.pos, "%s is empty; write a call of a kernel function", what)
			}
			for _, n := range t.val.items {
				th.Body = append(th.Body, d.expr(n, "a call of "+t.key))
			}
		} else {
			th.Body = []compile.Expr{d.expr(t.val, what)}
		}
		d.s.Threads = append(d.s.Threads, th)
	}
}

func (d *decoder) check(e *entry) {
	items := d.list(e.val, "check")
	if e.val.kind == listNode && len(items) == 0 {
		d.errorf(e.val.pos, "check is empty; name a property")
	}
	seen := map[string]bool{}
	for _, n := range items {
		x := d.expr(n, "an entry of check")
		switch {
		case x.Text == "":
		case seen[x.Text]:
			d.errorf(x.Pos, "%s is checked twice", x.Text)
		case x.Text == "bug" || x.Text == "model":
			d.errorf(x.Pos, "%s is always checked; leave it out", x.Text)
		case propertyRE.MatchString(x.Text):
			d.s.Check = append(d.s.Check, compile.Name(x))
		default:
			d.s.InPlace = append(d.s.InPlace, x)
		}
		seen[x.Text] = true
	}
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}
