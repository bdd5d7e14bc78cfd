package provoke

import (
	"bytes"
	"embed"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"time"
)

//go:embed templates
var templates embed.FS

// Options are what a user may choose of a reproducer.
type Options struct {
	Timeout  time.Duration // how long a task is held at most
	KnockOut []string      // functions of the kernel that are to return 0 at once
}

// DefaultTimeout is how long a task is held if nobody says otherwise. Bringing a CPU up under emulation takes some 30 ms.
const DefaultTimeout = 3 * time.Second

// Source is a file of a reproducer.
type Source struct {
	Name string
	Text []byte
}

// Sources returns the files of the reproducer: the module, the program, the Makefile and the README.
func (p *Plan) Sources(o Options) ([]Source, error) {
	t, err := template.New("").Funcs(template.FuncMap{"wrap": wrap, "join": strings.Join}).
		ParseFS(templates, "templates/*.tmpl")
	if err != nil {
		return nil, err
	}
	d := newData(p, o)
	var out []Source
	for _, f := range []struct{ name, template string }{
		{"hpmc_provoke.c", "module.c.tmpl"}, {"provoke.c", "program.c.tmpl"}, {"Makefile", "Makefile.tmpl"}, {"README.md", "README.md.tmpl"},
	} {
		var b bytes.Buffer
		if err := t.ExecuteTemplate(&b, f.template, d); err != nil {
			return nil, err
		}
		out = append(out, Source{f.name, b.Bytes()})
	}
	return out, nil
}

// data is what the templates are filled in with.
type data struct {
	*Plan
	Options
	Millis   int64
	Listens  bool
	Points   []string // functions to probe
	Events   []Event  // that holds wait for
	HoldRows []holdRow

	Worker, Work string // a worker that holds speak of, and the function that it is known by; or ""
}

type holdRow struct {
	Hold
	Until string // an index in Events, or THE_PROGRAM
}

func newData(p *Plan, o Options) *data {
	d := &data{Plan: p, Options: o, Millis: o.Timeout.Milliseconds(), Listens: slices.ContainsFunc(p.Tasks, Task.Listens)}
	for _, h := range p.Holds {
		row := holdRow{h, "THE_PROGRAM"}
		d.thread(h.Thread)
		row.Func = d.point(h.Func)
		if e := h.Until; e != (Event{}) {
			d.thread(e.Thread)
			e.Func = d.point(e.Func)
			i := slices.Index(d.Events, e)
			if i < 0 {
				i = len(d.Events)
				d.Events = append(d.Events, e)
			}
			row.Until = strconv.Itoa(i)
		}
		d.HoldRows = append(d.HoldRows, row)
	}
	return d
}

// point adds a function to those that are probed, and returns its symbol.
func (d *data) point(function string) string {
	s := symbol(function)
	if !slices.Contains(d.Points, s) {
		d.Points = append(d.Points, s)
	}
	return s
}

// thread sees to it that the module knows a thread.
func (d *data) thread(name string) {
	if work := works[name]; work != "" {
		d.Worker, d.Work = name, d.point(work)
	}
}

// Ident is the name of the task's function in C.
func (t Task) Ident() string {
	return "task_" + regexp.MustCompile(`[^A-Za-z0-9_]`).ReplaceAllString(t.Name, "_")
}

// Listens tells whether the task receives uevents, for ever.
func (t Task) Listens() bool { return t.does(Listen) }

// wrap breaks a sentence into lines of a comment.
func wrap(text string) string {
	const width = 76
	var b strings.Builder
	column := 0
	for _, w := range strings.Fields(text) {
		if column == 0 || column+1+len(w) > width {
			if column > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(" *")
			column = 2
		}
		b.WriteString(" " + w)
		column += 1 + len(w)
	}
	return b.String()
}

// Identifier tells whether a name can be that of a function of the kernel.
var Identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
