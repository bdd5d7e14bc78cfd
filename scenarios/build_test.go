package scenarios

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hpmc/explorer"
)

func TestBuild(t *testing.T) {
	c := miniCatalogue(t)
	s := c.Scenarios[0]
	for _, k := range s.Kernels {
		p, err := c.Build(s, k, BuildOptions{})
		if err != nil {
			t.Errorf("%s: %v", k, err)
			continue
		}
		var names []string
		for _, prop := range p.Props {
			if !prop.Fault {
				names = append(names, prop.Name)
			}
		}
		for _, want := range []string{"boot-cpu-online", "deadlock", "k.Online.Has(0)", "reach: k.Online.Has(3)"} {
			if !contains(names, want) {
				t.Errorf("%s: no property %s among %v", k, want, names)
			}
		}
		o := NewOutcome(p, explorer.Run(p, explorer.Options{}))
		if d := cmp.Diff([]string{"reach: k.Online.Has(1) && !k.V2", "reach: k.Online.Has(3)"}, o.Violated); d != "" {
			t.Errorf("%s: violated (-want +got)\n%s", k, d)
		}
	}
}

func TestBuildMistakes(t *testing.T) {
	c := miniCatalogue(t)
	for _, tt := range []struct{ old, new, want string }{
		{"check: [boot-cpu-online", "check: [boot-cpu-onlin", "16:9: unknown property boot-cpu-onlin; did you mean boot-cpu-online?"},
		{"params: {cgroup-v2", "params: {cgroup-v3", "12:10: unknown param cgroup-v3; did you mean cgroup-v2?"},
		{"  enomem: 2", "  nomem: 2", "14:3: unknown fault nomem; did you mean enomem?"},
		{"writer: OnlineStore(1, true)", "writer: OnlineStor(1, true)", "8:11: unknown kernel function OnlineStor; did you mean OnlineStore?"},
		{`"OnlineStore(2, false)"`, `"OnlineStore(2, false"`, "10:28: missing ',' before newline in argument list in the Go expression OnlineStore(2, false"},
		{`"OnlineStore(2, false)"`, `"k.OnlineStore(2, false)"`, "10:8: call a kernel function by its name alone, such as OnlineStore(1, true)"},
		{`"OnlineStore(2, false)"`, `Udevd`, "10:7: a thread's body is a call of a kernel function, such as OnlineStore(1, true), not Udevd"},
		{"'k.Online.Has(0)'", "'k.Online.Has(0'", "16:51: missing ',' before newline in argument list in the Go expression k.Online.Has(0"},
	} {
		text := strings.Replace(goodScenario, tt.old, tt.new, 1)
		text = text[:strings.Index(text, "expect:")]
		var errs Errors
		s := decodeScenario("a.yaml", []byte(text), c.Kernels, &errs)
		_, err := c.Build(s, "v5.12", BuildOptions{})
		if errs != nil {
			err = errs
		}
		got := "no error"
		if err != nil {
			got = strings.ReplaceAll(err.Error(), "a.yaml:", "")
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s\n(-want +got)\n%s", tt.new, d)
		}
	}
	for _, tt := range []struct{ old, new, at string }{ // what the compiler finds
		{"OnlineStore(1, true)", "OnlineStore(1, 1)", "a.yaml:8:26: "},
		{"\"k.Online.Has(3)\"", "\"k.Onlin.Has(3)\"", "a.yaml:19:8: "},
		{"true}", "tru}", "a.yaml:12:21: "},
	} {
		text := strings.Replace(goodScenario, tt.old, tt.new, 1)
		text = text[:strings.Index(text, "expect:")]
		var errs Errors
		s := decodeScenario("a.yaml", []byte(text), c.Kernels, &errs)
		_, err := c.Build(s, "v5.12", BuildOptions{})
		if err == nil || !strings.HasPrefix(err.Error(), tt.at) {
			t.Errorf("%s: %v, want a message at %s", tt.new, err, tt.at)
		}
	}
	if _, err := c.Build(c.Scenarios[0], "v5", BuildOptions{}); err == nil {
		t.Error("no error for an unknown kernel")
	}
}
