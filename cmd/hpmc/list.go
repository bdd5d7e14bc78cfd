package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"hpmc/model"
	"hpmc/model/compile"
	"hpmc/scenarios"
)

var listKinds = []string{"scenarios", "kernels", "properties", "params"}

func listCommand() *cobra.Command {
	var c choice
	cmd := &cobra.Command{
		Use:       "list [scenarios|kernels|properties|params]",
		Short:     "list the names that other commands take",
		ValidArgs: listKinds,
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, a := range args {
				if err := oneOf("list", a, listKinds); err != nil {
					return err
				}
			}
			src, err := c.open()
			if err != nil {
				return err
			}
			return list(src, args, cmd.OutOrStdout())
		},
	}
	c.scenarioFlag(cmd)
	return cmd
}

// oneOf refuses a word that is not one of valid.
func oneOf(cmd, word string, valid []string) error {
	if slices.Contains(valid, word) {
		return nil
	}
	hint := ""
	if n := scenarios.Nearest(word, valid); n != "" {
		hint = "; did you mean " + n + "?"
	}
	return fmt.Errorf("hpmc %s takes %s, not %s%s", cmd, strings.Join(valid, ", "), word, hint)
}

// entry is one line of a list.
type entry struct{ name, note, text string }

func list(src *source, kinds []string, w io.Writer) error {
	titled := len(kinds) != 1
	if len(kinds) == 0 {
		kinds = listKinds
	}
	var out strings.Builder
	for i, k := range kinds {
		entries, err := src.entries(k)
		if err != nil {
			return err
		}
		if titled {
			if i > 0 {
				out.WriteByte('\n')
			}
			out.WriteString(k + ":\n")
		}
		writeEntries(&out, entries, titled)
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func (s *source) entries(kind string) ([]entry, error) {
	var es []entry
	switch kind {
	case "scenarios":
		for _, sc := range s.list {
			es = append(es, entry{sc.Name, fmt.Sprintf("%d CPUs", sc.CPUs), sc.Summary})
		}
		return es, nil
	case "kernels":
		for i := range s.Kernels {
			k := &s.Kernels[i]
			es = append(es, entry{k.Name, k.Kind.String(), fmt.Sprintf("%s (%s)", k.Title, k.Origin)})
		}
		return es, nil
	}
	pkgs, err := s.KernelSource(s.base())
	if err != nil {
		return nil, err
	}
	if kind == "properties" {
		props, err := compile.Properties(pkgs)
		if err != nil {
			return nil, err
		}
		for _, p := range props {
			es = append(es, entry{p.Name, p.Kind.String(), sentence(p.Summary, p.Name)})
		}
		return es, nil
	}
	params, err := compile.Params(pkgs)
	if err != nil {
		return nil, err
	}
	for _, p := range params {
		es = append(es, entry{p.Name, p.Type, p.Summary})
	}
	return es, nil
}

// sentence drops the name with which a doc comment begins.
func sentence(summary, name string) string {
	if head, rest, ok := strings.Cut(summary, ": "); ok && !strings.Contains(head, " ") {
		return rest
	}
	return summary
}

func writeEntries(b *strings.Builder, es []entry, indented bool) {
	in := ""
	if indented {
		in = "  "
	}
	var name, note int
	for _, e := range es {
		name, note = max(name, len(e.name)), max(note, len(e.note))
	}
	for _, e := range es {
		line := fmt.Sprintf("%s%-*s  %-*s  %s", in, name, e.name, note, e.note, e.text)
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
}

// property returns what is known of a property by name.
func (s *source) property(name string) (compile.PropertyInfo, []compile.Package, error) {
	pkgs, err := s.KernelSource(s.base())
	if err != nil {
		return compile.PropertyInfo{}, nil, err
	}
	props, err := compile.Properties(pkgs)
	if err != nil {
		return compile.PropertyInfo{}, nil, err
	}
	names := make([]string, len(props))
	for i, p := range props {
		if names[i] = p.Name; p.Name == name {
			return p, pkgs, nil
		}
	}
	hint := ""
	if n := scenarios.Nearest(name, names); n != "" {
		hint = "; did you mean " + n + "?"
	}
	return compile.PropertyInfo{}, nil, fmt.Errorf("unknown property %s%s\nAll of them: hpmc list properties", name, hint)
}

func place(p model.Pos) string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}
