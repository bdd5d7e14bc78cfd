package scenarios

import (
	"strings"
	"testing"

	"hpmc/model/compile"
)

func FuzzScenario(f *testing.F) {
	kernels := []Kernel{{Name: "v5.12"}, {Name: "tglx", Kind: Fix}, {Name: "late", Kind: Mutant}}
	for _, s := range []string{goodScenario, miniSeries, "", "a", "[", "{a: [", "? a\n: b", "a: &x *x", "a: !!map", "- - - a", "<<: {a: b}",
		"name: a\nthreads: {w: [\"é\", 'it''s', k . x ]}\ncheck: [k.A   , \"k.B\"  ]\nreach: [k.C # c\n]", "a: |\n b\n", "\"\\u00e9\": 1", "a: b: c", "%YAML 1.2\n---\na: 1",
		strings.Repeat("[", 3000), strings.Repeat("- ", 3000), strings.Repeat("{a: ", 2000), "a:\r\n  - b\r\n", "\xff\xfe\x00a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var errs Errors
		s := decodeScenario("f.yaml", []byte(text), kernels, &errs)
		for _, e := range errs {
			if e.Pos.File != "f.yaml" || e.Msg == "" || len(text) <= maxFile && (e.Pos.Line < 1 || e.Pos.Col < 1) {
				t.Errorf("%q: bad error %+v", text, e)
			}
		}
		if len(errs) > 0 {
			return
		}
		src := strings.ReplaceAll(text, "\r\n", "\n")
		exprs := append(append([]compile.Expr{}, s.InPlace...), s.Reach...)
		for _, th := range s.Threads {
			exprs = append(exprs, th.Body...)
		}
		for _, x := range exprs {
			if strings.ContainsAny(src, "\"'\\") { // escapes differ from what they stand for
				continue
			}
			if !strings.HasPrefix(at(src, x.Pos.Line, x.Pos.Col), x.Text) {
				t.Errorf("%q: %q is not at %v", text, x.Text, x.Pos)
			}
		}
	})
}

func FuzzPatch(f *testing.F) {
	base := tree{"model/linux/kernel.go": miniKernel, "model/linux/user.go": miniUser, "invariants/boot.go": miniInvariants}
	for _, s := range []string{tglxPatch, latePatch, "", "@@ -1 +1 @@\n", "--- a\n+++ b\n@@ -1 +1 @@\n-a\n+b\n",
		"diff --git a/model/linux/user.go b/model/linux/user.go\ndeleted file mode 100644\n",
		"diff --git a/x b/x\nGIT binary patch\nliteral 3\nKcmYdfWY7Tr2rGC0\n\n",
		"--- model/linux/user.go\n+++ model/linux/user.go\n@@ -9223372036854775807,1 +1,1 @@\n-x\n+y\n@@ --5,1 +2,1 @@\n-x\n+y\n",
		"--- model/linux/user.go\n+++ model/linux/user.go\n@@ -1,1 +1,1 @@\n-package linux\n\\ No newline at end of file\n+package linux\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tr := tree{}
		for name, text := range base {
			tr[name] = text
		}
		err := tr.apply(Patch{Name: "f.patch", Text: []byte(text)})
		if err == nil {
			return
		}
		if list, ok := err.(Errors); !ok || len(list) == 0 || list[0].Pos.File == "" {
			t.Errorf("%q: bad error %v", text, err)
		}
	})
}
