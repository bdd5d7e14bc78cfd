package lab

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// etc makes a directory as /etc/apt.
func etc(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestRelease(t *testing.T) {
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"one line a source", map[string]string{"sources.list": `
# deb http://commented.example/debian bookworm main
deb [arch=amd64 signed-by=/usr/share/keyrings/k.gpg] http://one.example/debian bookworm main contrib # a comment
deb-src http://one.example/debian bookworm main
deb	http://two.example/security bookworm-security main
deb http://one.example/debian bookworm-backports main
`}, `Types: deb
URIs: http://one.example/debian
Suites: trixie
Components: main
Signed-By: /usr/share/keyrings/k.gpg

Types: deb
URIs: http://two.example/security
Suites: trixie-security
Components: main

`},
		{"stanzas", map[string]string{
			"sources.list.d/debian.sources": `# comment
Types: deb deb-src
URIs: http://one.example/debian
Suites: stable stable-updates
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc

Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main
Enabled: no

Types: deb-src
URIs: http://src.example/debian
Suites: bookworm
Components: main
`,
			"sources.list.d/other.list": "deb http://other.example/apt nodistro main\ndeb http://third.example/linux bookworm stable\n",
		}, `Types: deb
URIs: http://one.example/debian
Suites: trixie
Components: main
Signed-By: 
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 abc

`},
	} {
		t.Run(c.name, func(t *testing.T) {
			from, err := machineSources(etc(t, c.files))
			if err != nil {
				t.Fatal(err)
			}
			got, err := release(from, "trixie")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSourcesMistakes(t *testing.T) {
	for _, c := range []struct{ file, text, want string }{
		{"sources.list", "deb [arch=amd64 http://one.example/debian bookworm main\n", "sources.list: no ] after ["},
		{"sources.list.d/x.sources", "Types\n", "x.sources: no field"},
		{"sources.list.d/x.sources", " Types: deb\n", "x.sources: a line that continues no field"},
		{"sources.list", "deb http://one.example/ubuntu jammy main\n", "name no Debian suite (such as bullseye, bookworm, trixie)"},
	} {
		from, err := machineSources(etc(t, map[string]string{c.file: c.text}))
		if err == nil {
			_, err = release(from, "trixie")
		}
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
}
