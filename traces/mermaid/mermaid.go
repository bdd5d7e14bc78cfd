// Package mermaid writes traces as sequence diagrams of Mermaid, which hosting sites and wikis draw:
// https://mermaid.js.org/syntax/sequenceDiagram.html.
package mermaid

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"hpmc/model"
	"hpmc/traces"
)

// most is how many lines a diagram has at most: Mermaid refuses long texts, and nobody reads them. What is in the middle
// is left out.
const most = 200

// Write writes the trace: a participant for each thread, notes for what it does, and arrows for work that is queued
// and messages that are sent.
func Write(w io.Writer, t *traces.Trace) error {
	b := bufio.NewWriter(w)
	title := t.Program.Name
	if t.Kernel != "" {
		title += " on " + t.Kernel
	}
	fmt.Fprintf(b, "sequenceDiagram\n    %%%% %s: %s\n", escape(title), escape(t.Property().Name))
	for _, th := range t.Threads() {
		fmt.Fprintf(b, "    participant T%d as %s\n", th, escape(t.Program.Threads[th].Name))
	}
	lines := diagram(t)
	if n := len(lines); n > most {
		left := fmt.Sprintf("    %%%% %d lines are left out here", n-most)
		lines = append(append(append([]string{}, lines[:most/2]...), left), lines[n-most/2:]...)
	}
	for _, l := range lines {
		fmt.Fprintln(b, l)
	}
	return b.Flush()
}

func diagram(t *traces.Trace) []string {
	events := t.Events()
	arrives := map[int]traces.Flow{}
	for _, f := range t.Flows(events) {
		arrives[f.To] = f
	}
	var lines, pending []string // pending: of the note that is being made
	thread := -1
	note := func() {
		if len(pending) > 0 {
			lines = append(lines, fmt.Sprintf("    Note over T%d: %s", thread, strings.Join(pending, "<br/>")))
			pending = nil
		}
	}
	for i, e := range events {
		if f, ok := arrives[i]; ok {
			note()
			lines = append(lines, fmt.Sprintf("    T%d-)T%d: %s", events[f.From].Thread, e.Thread, escape(f.Name)))
		}
		if e.Thread != thread || len(pending) >= 8 {
			note()
			thread = e.Thread
		}
		if e.Kind != model.Leave {
			pending = append(pending, escape(e.Text))
		}
		if e.Broken {
			note()
			lines = append(lines, "    rect rgb(255, 220, 220)", fmt.Sprintf("    Note over T%d: %s is violated", e.Thread, escape(t.Property().Name)), "    end")
		}
	}
	note()
	if t.Property().Kind == model.Deadlock {
		for _, w := range t.Waits() {
			if w.To == len(t.Steps) {
				what := w.Text
				if w.Lock != "" {
					what = w.Lock
				}
				lines = append(lines, fmt.Sprintf("    Note over T%d: DEADLOCK, waits for %s", w.Thread, escape(what)))
			}
		}
	}
	return lines
}

// escape writes what would end a statement or begin an entity as an entity, and the word end, which ends a block, such
// that it does not.
func escape(s string) string {
	s = strings.NewReplacer("#", "#35;", ";", "#59;", "<", "#lt;").Replace(s)
	words := strings.Split(s, " ")
	for i, w := range words {
		if strings.EqualFold(w, "end") {
			words[i] = w[:1] + "#" + fmt.Sprint(w[1]) + ";" + w[2:]
		}
	}
	return strings.Join(words, " ")
}
