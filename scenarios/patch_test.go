package scenarios

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hpmc/model/compile"
)

// source returns the text of a file of packages.
func source(pkgs []compile.Package, name string) (string, bool) {
	for _, p := range pkgs {
		for _, f := range p.Files {
			if f.Name == name {
				return string(f.Text), true
			}
		}
	}
	return "", false
}

func TestKernelSource(t *testing.T) {
	c := miniCatalogue(t)
	for kernel, want := range map[string][2]bool{"v5.12": {false, true}, "tglx": {true, true}, "late": {true, false}} {
		pkgs, err := c.KernelSource(kernel)
		if err != nil {
			t.Errorf("%s: %v", kernel, err)
			continue
		}
		core, _ := source(pkgs, "model/linux/kernel.go")
		user, _ := source(pkgs, "model/linux/user.go")
		if got := [2]bool{strings.Contains(core, "Waiters int"), strings.Contains(user, "(0, true)")}; got != want {
			t.Errorf("%s: %v, want %v", kernel, got, want)
		}
		if _, ok := source(pkgs, "model/linux/kernel_test.go"); ok {
			t.Error("a test is among the sources")
		}
		if pkgs[0].Path != "hpmc/model/hp" || pkgs[1].Path != "hpmc/model/linux" || pkgs[2].Path != "hpmc/invariants" {
			t.Errorf("packages %v", pkgs)
		}
	}
	if d, err := c.Diff("late"); err != nil || d != tglxPatch+latePatch {
		t.Errorf("Diff(late) = %q, %v", d, err)
	}
	if d, err := c.Diff("v5.12"); err != nil || d != "" {
		t.Errorf("Diff(v5.12) = %q, %v", d, err)
	}
}

const userHunk = "@@ -4,3 +4,3 @@\n func (k *Kernel) Udevd() {\n-\tk.OnlineStore(0, true)\n+\tk.OnlineStore(1, true)\n }\n"

func TestPatches(t *testing.T) {
	c := miniCatalogue(t)
	const user = "model/linux/user.go"
	for name, patch := range map[string]string{
		"git":              "diff --git a/model/linux/user.go b/model/linux/user.go\n--- a/model/linux/user.go\n+++ b/model/linux/user.go\n" + userHunk,
		"without prefixes": "diff --git model/linux/user.go model/linux/user.go\n--- model/linux/user.go\n+++ model/linux/user.go\n" + userHunk,
		"plain":            "--- x/model/linux/user.go\t2021-01-01\n+++ y/model/linux/user.go\t2021-01-02\n" + userHunk,
		"other line":       "--- a/model/linux/user.go\n+++ b/model/linux/user.go\n" + strings.Replace(userHunk, "-4,3 +4,3", "-44,3 +44,3", 1),
		"carriage returns": strings.ReplaceAll("--- a/model/linux/user.go\n+++ b/model/linux/user.go\n"+userHunk, "\n", "\r\n"),
	} {
		pkgs, err := c.KernelSource("v5.12", Patch{Name: "my.patch", Text: []byte(patch)})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, _ := source(pkgs, user)
		if d := cmp.Diff(strings.Replace(miniUser, "(0,", "(1,", 1), got); d != "" {
			t.Errorf("%s: (-want +got)\n%s", name, d)
		}
	}

	all := "--- a/model/linux/user.go\n+++ b/model/linux/user.go\n" + userHunk +
		"diff --git a/model/linux/new.go b/model/linux/new.go\nnew file mode 100644\nindex 0000000..1111111\n--- /dev/null\n+++ b/model/linux/new.go\n@@ -0,0 +1,3 @@\n+package linux\n+\n+const X = 1\n" +
		"diff --git a/invariants/boot.go b/invariants/boot.go\ndeleted file mode 100644\nindex 1111111..0000000\n--- a/invariants/boot.go\n+++ /dev/null\n@@ -1,13 +0,0 @@\n" +
		"-" + strings.ReplaceAll(strings.TrimSuffix(miniInvariants, "\n"), "\n", "\n-") + "\n"
	n := strings.Count(miniInvariants, "\n")
	all = strings.Replace(all, "-1,13", "-1,"+itoa(n), 1)
	pkgs, err := c.KernelSource("v5.12", Patch{Name: "all.patch", Text: []byte(all)})
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := source(pkgs, "model/linux/new.go"); got != "package linux\n\nconst X = 1\n" {
		t.Errorf("created %q", got)
	}
	if _, ok := source(pkgs, "invariants/boot.go"); ok {
		t.Error("a deleted file is there")
	}
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}

func TestBadPatches(t *testing.T) {
	c := miniCatalogue(t)
	const head = "--- a/model/linux/user.go\n+++ b/model/linux/user.go\n"
	for _, tt := range []struct{ patch, want string }{
		{"", `my.patch:1: no diff found; a patch has lines such as "--- a/model/linux/cpu.go"`},
		{"nothing\n", `my.patch:1: no diff found; a patch has lines such as "--- a/model/linux/cpu.go"`},
		{head + strings.Replace(userHunk, "-\tk.OnlineStore(0, true)", "-\tk.OnlineStore(3, true)", 1),
			`my.patch:5: hunk 1 does not apply to model/linux/user.go at line 5: expected "k.OnlineStore(3, true)", found "k.OnlineStore(0, true)"`},
		{head + "@@ -1,1 +1,2 @@\n package linux\n+\n@@ -5,2 +6,3 @@\n \tk.OnlineStore(0, true)\n }\n+// end\n@@ -7,2 +9,3 @@\n // more\n+// x\n }\n",
			`my.patch:11: hunk 3 does not apply to model/linux/user.go at line 7: expected "// more", found the end of the file`},
		{head + strings.Replace(strings.Replace(userHunk, "(0,", "(5,", 1), "(1,", "(0,", 1), "my.patch:3: hunk 1 is in model/linux/user.go already, at line 4"},
		{strings.ReplaceAll(head, "user.go", "usr.go") + userHunk, "my.patch:1: model/linux/usr.go is not a source file of the model; did you mean model/linux/user.go?"},
		{strings.ReplaceAll(head, "model/linux/user.go", "drivers/kernel.c") + userHunk, "my.patch:1: drivers/kernel.c is not a source file of the model; did you mean model/linux/kernel.go?"},
		{head + strings.Replace(userHunk, "4,3 +4,3", "4,9 +4,9", 1), "my.patch:3: malformed patch: fragment header miscounts lines: -6 old, -6 new"},
		{userHunk, "my.patch:1: malformed patch: patch fragment without file header: @@ -4,3 +4,3 @@"},
		{head + "@@ -5,1 +5,1 @@\n-\tk.OnlineStore(0, true)\n+\tk.OnlineStore(0, true\n",
			"model/linux/user.go:5:23: missing ',' before newline in argument list (after my.patch is applied)\n" +
				"model/linux/user.go:6:1: expected operand, found '}' (after my.patch is applied)"},
		{head + "@@ -5,0 +6,1 @@\n+// no context\n", "my.patch:3: hunk 1 of model/linux/user.go has no context lines; make the patch with git diff"},
		{"diff --git a/model/linux/user.go b/model/linux/users.go\nsimilarity index 100%\nrename from model/linux/user.go\nrename to model/linux/users.go\n",
			"my.patch:1: renames and copies are not supported; make the patch with git diff --no-renames"},
		{"--- /dev/null\n+++ b/model/linux/user.go\n@@ -0,0 +1,1 @@\n+package linux\n", "my.patch:1: model/linux/user.go cannot be created: it exists"},
		{"--- /dev/null\n+++ b/cmd/user.go\n@@ -0,0 +1,1 @@\n+package linux\n", "my.patch:1: cmd/user.go cannot be created: a model's source files are model/hp/*.go, model/linux/*.go and invariants/*.go"},
		{"--- /dev/null\n+++ b/model/linux/x_test.go\n@@ -0,0 +1,1 @@\n+package linux\n", "my.patch:1: the patch changes nothing but tests"},
		{"From: a\nContent-Transfer-Encoding: base64\n\nAAAA\n", "my.patch:2: the mail is encoded as base64; save the diff itself"},
		{"--- a/model/linux/user.go\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-package linux\n-\n", "my.patch:1: model/linux/user.go is deleted, but the patch does not delete all of it"},
	} {
		_, err := c.KernelSource("v5.12", Patch{Name: "my.patch", Text: []byte(tt.patch)})
		got := "no error"
		if err != nil {
			got = err.Error()
		}
		if d := cmp.Diff(tt.want, got); d != "" {
			t.Errorf("%s\n(-want +got)\n%s", tt.patch, d)
		}
	}
}
