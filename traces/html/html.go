// Package html writes a trace as one page that needs nothing else: the table, the state beside it, and keys to step
// through both. Without scripts it shows the table and what is violated.
package html

import (
	_ "embed" // the page's parts
	"encoding/json"
	"html/template"
	"io"
	"slices"
	"strconv"
	"strings"

	"hpmc/model"
	"hpmc/traces"
)

//go:embed style.css
var style string

//go:embed script.js
var script string

//go:embed page.html
var page string

var tmpl = template.Must(template.New("page").Funcs(template.FuncMap{"pad": func(n int) int { return 2 * n }}).Parse(page))

// Write writes the page.
func Write(w io.Writer, t *traces.Trace) error {
	b := &builder{t: t, column: map[int]int{}}
	d := pageData{Scenario: t.Program.Name, Kernel: t.Kernel, Property: t.Property().Name,
		Steps: len(t.Steps), Summary: strings.TrimSpace(t.Property().Summary), Reasons: strings.TrimRight(t.Reasons(96), "\n"), Style: template.CSS(style), Script: template.JS(script)}
	switch t.Property().Kind {
	case model.Deadlock:
	case model.Reachable:
		d.Outcome = " is reached"
	default:
		d.Outcome = " is violated"
	}
	d.Title = d.Scenario
	if d.Kernel != "" {
		d.Title += " on " + d.Kernel
	}
	for _, th := range t.Threads() {
		b.column[th] = len(d.Threads)
		d.Threads = append(d.Threads, t.Program.Threads[th].Name)
	}
	for _, all := range []bool{false, true} {
		x := table{Name: "what matters", Rows: b.rows(all)}
		if all {
			x.Name = "every step"
		}
		x.Widths = widths(x.Rows, len(d.Threads))
		d.Tables = append(d.Tables, x)
	}
	data, err := json.Marshal(b.states())
	if err != nil {
		return err
	}
	d.Data = template.JS(data)
	return tmpl.Execute(w, d)
}

type pageData struct {
	Title, Scenario, Kernel, Property, Summary, Reasons string
	Outcome                                             string
	Steps                                               int
	Threads                                             []string
	Tables                                              []table
	Data                                                template.JS
	Style                                               template.CSS
	Script                                              template.JS
}

type table struct {
	Name   string
	Widths []int // of the columns, in percent of what the steps' numbers leave
	Rows   []row
}

type row struct {
	Step   int    // counted from 1
	Number string // the same, where it is not that of the row before
	Text   string
	Depth  int
	Column int
	Before []struct{} // the empty cells before it
	After  []struct{}
	Class  string
	Broken bool
	Waits  bool
}

// stateData is what the page's script knows of a state, and of the step that led to it.
type stateData struct {
	Thread  string      `json:"thread,omitempty"`
	Text    string      `json:"text,omitempty"`
	At      string      `json:"at,omitempty"`
	Values  []string    `json:"values"`
	Choices []stateWait `json:"choices"`
	Changed []int       `json:"changed,omitempty"` // the variables that the step before changed
}

type stateWait struct {
	Thread string `json:"thread"`
	Text   string `json:"text"`
	State  string `json:"state"` // enabled, waits or rests
	Why    string `json:"why,omitempty"`
}

type allData struct {
	Names  []string    `json:"names"`
	States []stateData `json:"states"`
}

type builder struct {
	t      *traces.Trace
	column map[int]int
}

func (b *builder) rows(all bool) []row {
	var out []row
	n := len(b.column)
	for _, r := range b.t.Rows(all) {
		c := b.column[r.Thread]
		x := row{Step: min(r.Step+1, len(b.t.Steps)), Text: r.Text, Depth: r.Depth, Column: c, Before: make([]struct{}, c),
			After: make([]struct{}, n-c-1), Broken: r.Broken, Waits: r.Waits}
		if len(out) == 0 || out[len(out)-1].Step != x.Step {
			x.Number = strconv.Itoa(x.Step)
		}
		var class []string
		if r.Call {
			class = append(class, "call")
		}
		if r.Broken {
			class = append(class, "broken")
		}
		if r.Waits {
			class = append(class, "waits")
		}
		x.Class = strings.Join(class, " ")
		out = append(out, x)
	}
	return out
}

// widths shares the width among columns: the last one gets what its longest line needs, since only the others can reach
// into blank columns to their right; the others get what they need or the same.
func widths(rows []row, n int) []int {
	const least, most = 14, 64
	need := make([]int, n)
	for _, r := range rows {
		need[r.Column] = max(need[r.Column], min(2*r.Depth+len(r.Text)+4, most))
	}
	total := 0
	for i := range need {
		if i < n-1 {
			need[i] = min(max(need[i], least), 30)
		}
		total += need[i]
	}
	for i := range need {
		need[i] = 100 * need[i] / max(total, 1)
	}
	return need
}

// states returns every state with the step that led to it, as users read them.
func (b *builder) states() allData {
	p := b.t.Program
	var vars []model.VarID
	var d allData
	for i := range p.Vars {
		if p.Vars[i].Kind != model.PC {
			vars = append(vars, model.VarID(i))
			d.Names = append(d.Names, p.Vars[i].Display())
		}
	}
	for i, s := range b.t.States {
		x := stateData{Choices: []stateWait{}}
		if i > 0 {
			tr := &p.Transitions[b.t.Steps[i-1]]
			x.Thread, x.Text, x.At = p.Threads[tr.Thread].Name, tr.Text, tr.Pos.String()
			for _, c := range b.t.Changes(i - 1) {
				x.Changed = append(x.Changed, slices.Index(vars, c.Var))
			}
		}
		for _, v := range vars {
			x.Values = append(x.Values, p.Vars[v].Type.FormatValue(p.Get(s, v)))
		}
		for _, c := range b.t.Choices(i) {
			state := "waits"
			switch {
			case c.Enabled:
				state = "enabled"
			case c.Rests:
				state = "rests"
			}
			x.Choices = append(x.Choices, stateWait{p.Threads[c.Thread].Name, c.Text, state, c.Waits})
		}
		d.States = append(d.States, x)
	}
	return d
}
