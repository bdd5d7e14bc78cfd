package scenarios

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMistakes gives the messages for malformed scenarios. A text without a line "name:" gets the parts
// that every scenario needs in front, in lines 1 to 4.
func TestMistakes(t *testing.T) {
	const head = "name: a\ntopology: {cpus: 2}\nthreads: {w: Udevd()}\ncheck: [deadlock, k.V2]\n"
	kernels := miniCatalogue(t).Kernels
	for _, tt := range []struct{ text, want string }{
		{"topolgy: {}", "5:1: unknown key topolgy; did you mean topology?"},
		{"zzz: 1", "5:1: unknown key zzz"},
		{"summary: [a]", "5:10: summary must be text, not a list"},
		{"queue: 99", "5:8: queue must be between 1 and 8, not 99"},
		{"queue: many", `5:8: queue must be a number, not "many"`},
		{"queue: '3'", `5:9: queue must be a number, not "3"`},
		{"queue:", "5:7: queue must be a number, not nothing"},
		{"queue: 99999999999999999999", "5:8: queue must be between 1 and 8, not 99999999999999999999"},
		{"check: [deadlock]", "5:1: check is given twice; the first is at line 4"},
		{"kernels: [v5.12, tgls]", "5:18: unknown kernel tgls; did you mean tglx?"},
		{"kernels: [tglx, tglx]", "5:17: kernel tglx is listed twice"},
		{"kernels: []", "5:10: kernels is empty; leave the key out to check every kernel but mutants"},
		{"kernels: tglx", `5:10: kernels must be a list, not "tglx"`},
		{"expect: {relases: holds}", "5:10: unknown kernel relases; did you mean releases?"},
		{"expect: {v5.21: holds}", "5:10: unknown kernel v5.21; did you mean v5.12?"},
		{"expect: {tglx: hold}", `5:16: what is expected of tglx must be holds, inconclusive or {violated: [PROPERTY, ...]}, not "hold"; did you mean holds?`},
		{"expect: {tglx: violated}", `5:16: what is expected of tglx must be holds, inconclusive or {violated: [PROPERTY, ...]}, not "violated"`},
		{"expect: {tglx: [a]}", "5:16: what is expected of tglx must be holds, inconclusive or {violated: [PROPERTY, ...]}, not a list"},
		{"expect: {tglx: {violatd: [deadlock]}}", "5:16: what is expected of tglx needs the key violated\n5:17: unknown key violatd; did you mean violated?"},
		{"expect: {tglx: {violated: []}}", "5:27: violated is empty; write holds if nothing is violated"},
		{"expect: {tglx: {violated: [deadlok]}}", "5:28: this scenario does not check deadlok; did you mean deadlock?"},
		{"expect: {tglx: {violated: [model]}}", "5:28: a fault of the model cannot be expected"},
		{"expect: {tglx: {violated: [k.V2, k.V2]}}", "5:34: k.V2 is listed twice"},
		{"kernels: [v5.12]\nexpect: {tglx: holds}", "6:10: kernel tglx is not among kernels, so nothing can be expected of it"},
		{"faults: {enomem: 0}", "5:18: the budget of enomem must be between 1 and 15, not 0"},
		{"faults: [enomem]", "5:9: faults must be a map, not a list"},
		{"params: {v2: }", "5:13: the value of v2 is missing; write a Go expression"},
		{"params: {v2: [1]}", "5:14: the value of v2 must be a Go expression, not a list"},
		{"reach: [\"\"]", "5:10: an entry of reach is empty; write a Go expression"},
		{"reach:\n  - |\n    k.V2", "6:5: write a Go expression on one line, so that its errors have a position"},
		{"reach:\n  - k.V2 &&\n    !k.V2", "6:5: write a Go expression on one line, so that its errors have a position"},
		{"reach: [k.Online[0]]", "5:17: ',' or ']' must be specified; put a Go expression in quotes"},
		{"reach: [&a k.V2, *a]", "5:9: anchors are not supported; write the value out, or put it in quotes if & belongs to it\n5:18: aliases are not supported; write the value out, or put it in quotes if * belongs to it"},
		{"reach:\n  - !k.V2", "6:5: tags are not supported; put the value in quotes if ! belongs to it"},
		{"? reach\n: [k.V2]", "5:1: a key must be a plain name"},
		{"---\nname: b", "6:1: a second document; write one document a file"},
		{"reach: [k.V2", "5:8: sequence end token ']' not found; put a Go expression in quotes"},
		{"reach:\n\t- k.V2", "6:1: indent with spaces; YAML does not allow tabs"},
		{"summary: \"é", "5:10: could not find end character of double-quoted text"},

		{"name: a", "1:1: a scenario needs the key topology\n1:1: a scenario needs the key threads\n1:1: a scenario needs the key check"},
		{"name: A b\ntopology: {cpus: 1}\nthreads: {w: X()}\ncheck: [deadlock]", `1:7: a scenario's name is lower-case words with hyphens between them, not "A b"`},
		{"name: a\ntopology: {cpus: 4, threads-per-core: 3, offline: [0, 4, 2, 2, x]}\nthreads: {}\ncheck: []",
			"2:39: 4 cpus cannot be divided into cores of 3 threads\n2:52: CPU 0 cannot be offline at first: it is the one that boots\n" +
				"2:55: there is no CPU 4: the topology has CPUs 0 to 3\n2:61: CPU 2 is listed twice\n2:64: a CPU must be a number, not \"x\"\n" +
				"3:10: threads is empty; write NAME: CALL, such as writer: OnlineStore(1, true)\n4:8: check is empty; name a property"},
		{"name: a\ntopology: {cpus: 17}\nthreads: {w: []}\ncheck: deadlock",
			"2:18: cpus must be between 1 and 16, not 17\n3:14: the body of w is empty; write a call of a kernel function\n4:8: check must be a list, not \"deadlock\""},
		{"name: a\ntopology: {offline: [1]}\nthreads:\ncheck: [bug, deadlock, deadlock]",
			"2:11: topology needs the key cpus\n3:9: threads is empty; write NAME: CALL, such as writer: OnlineStore(1, true)\n" +
				"4:9: bug is always checked; leave it out\n4:24: deadlock is checked twice"},
		{"name: a\ntopology: 2\nthreads: {w w: X()}\ncheck: [deadlock]",
			"2:11: topology must be a map, not \"2\"\n3:11: a thread's name is letters, digits and . _ / -, not \"w w\""},
		{"- name: a", "1:1: a scenario must be a map, not a list"},
		{"# name: a", "1:1: the file is empty"},
	} {
		text := tt.text
		if !strings.Contains(text, "name: ") || strings.HasPrefix(text, "---") {
			text = head + text
		}
		var errs Errors
		decodeScenario("a.yaml", []byte(text), kernels, &errs)
		got := "no error"
		if err := errs.err(); err != nil {
			got = strings.ReplaceAll(err.Error(), "a.yaml:", "")
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s\n(-want +got)\n%s", tt.text, d)
		}
	}
}

func TestSeriesMistakes(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"kernels: []", "1:10: kernels is empty"},
		{"kernel: []", "1:1: unknown key kernel; did you mean kernels?\n1:1: the series needs the key kernels"},
		{"kernels: [{name: a, title: A, kind: fx, patches: [tglxx.patch]}]",
			"1:11: a kernel needs the key origin\n1:37: unknown kind fx; did you mean fix?\n" +
				"1:51: there is no tglxx.patch in model/linux/patches; did you mean tglx.patch?"},
		{"kernels:\n  - {name: a, title: A, origin: x, kind: fix}\n  - {name: a, title: A, origin: x, kind: fix}\n  - {name: others, title: A, origin: x, kind: fix}",
			"3:5: kernel a is listed twice\n4:12: a kernel's name is lower-case words with hyphens between them, and not releases or others"},
	} {
		_, err := Load(mini(t, map[string]string{seriesFile: tt.text}))
		got := "no error"
		if err != nil {
			got = strings.ReplaceAll(err.Error(), seriesFile+":", "")
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s\n(-want +got)\n%s", tt.text, d)
		}
	}
	if _, err := Load(mini(t, map[string]string{seriesFile: ""})); err == nil {
		t.Error("no error without a series")
	}
}
