package traces

import (
	"fmt"
	"strings"

	"hpmc/model"
)

// changelogWidth is how wide a changelog is: a patch's text is indented and quoted.
const changelogWidth = 72

// Changelog writes the trace as a part of a changelog, in the maintainers' form: the context, the problem with the table
// that depicts it, and how to see it again. summary is a sentence on the scenario, without a full stop, and command
// shows the trace.
func (t *Trace) Changelog(summary, command string, o Options) string {
	o.Width = changelogWidth
	var b strings.Builder
	prop := t.Property()
	text := strings.TrimSpace(prop.Summary)
	if text == "" {
		text = prop.Name
	}
	on := ""
	if t.Kernel != "" {
		on = " on " + t.Kernel
	}
	if context := strings.TrimSuffix(summary, "."); context != "" {
		para(&b, "", upper(context)+".", o.Width)
		b.WriteByte('\n')
	}
	n := fmt.Sprintf("%d steps", len(t.Steps))
	if len(t.Steps) == 1 {
		n = "1 step"
	}
	switch {
	case prop.Kind == model.Deadlock:
		text = fmt.Sprintf("This can deadlock%s, at the shortest in %s:", on, n)
	case prop.Kind == model.LockOrder:
		text = fmt.Sprintf("Locks depend on each other in a circle%s; the last of the dependencies comes about in %s:", on, n)
	case prop.Kind == model.Reachable:
		text = fmt.Sprintf("This is reached%s, at the shortest in %s: %s", on, n, text)
	default:
		text = fmt.Sprintf("It should hold that %s. This interleaving of %s, the shortest%s, breaks it:", strings.TrimSuffix(lower(text), "."), n, on)
	}
	para(&b, "", text, o.Width)
	b.WriteString("\n" + t.picture(o))
	// The property as it is written speaks of the model, which a mail does not.
	if why := t.reasons(o.Width, false); why != "" {
		b.WriteString("\n" + why)
	}
	if command != "" {
		b.WriteString("\nShown by:\n\n  " + strings.Join(continued(command, o.Width-2), " \\\n      ") + "\n")
	}
	return b.String()
}

// continued breaks a command before its flags into lines of at most w columns, the sign that it goes on not counted, as
// far as it can.
func continued(command string, w int) []string {
	var lines []string
	for i, part := range strings.Split(command, " --") {
		if i > 0 {
			part = "--" + part
		}
		last := len(lines) - 1
		if last < 0 || width(lines[last])+1+width(part) > w-6 {
			lines = append(lines, part)
		} else {
			lines[last] += " " + part
		}
	}
	return lines
}

// upper begins a sentence in upper case unless it begins with a name.
func upper(s string) string {
	if word, _, _ := strings.Cut(s, " "); strings.ContainsAny(word, "_(./") || s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// lower begins a sentence in lower case unless it begins with a name.
func lower(s string) string {
	word, _, _ := strings.Cut(s, " ")
	if strings.ContainsAny(word, "_(.") || strings.ToUpper(word) == word {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}
