package lab

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// source is one place of the machine's apt configuration that serves a Debian suite.
type source struct {
	uri      string
	suite    string
	signedBy string // as written after Signed-By, with its further lines if it is a key; "" if absent
}

// suites are the names under which Debian's archive is listed. Other suites belong to other archives.
var suites = []string{"bullseye", "bookworm", "trixie", "forky", "sid", "oldoldstable", "oldstable", "stable", "testing", "unstable"}

// machineSources reads apt's sources below a directory, /etc/apt as a rule: sources.list, sources.list.d/*.list and
// sources.list.d/*.sources. Files that are missing have no sources.
func machineSources(dir string) ([]source, error) {
	lists, err := filepath.Glob(filepath.Join(dir, "sources.list.d", "*.list"))
	if err != nil {
		return nil, err
	}
	stanzas, err := filepath.Glob(filepath.Join(dir, "sources.list.d", "*.sources"))
	if err != nil {
		return nil, err
	}
	var out []source
	read := func(path string, parse func(io.Reader) ([]source, error)) error {
		f, err := os.Open(path)
		if os.IsNotExist(err) {
			return nil
		}
		if err != nil {
			return err
		}
		defer f.Close()
		found, err := parse(f)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		out = append(out, found...)
		return nil
	}
	for _, path := range append([]string{filepath.Join(dir, "sources.list")}, lists...) {
		if err := read(path, parseList); err != nil {
			return nil, err
		}
	}
	for _, path := range stanzas {
		if err := read(path, parseStanzas); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// parseList reads apt's one-line format: deb [options] URI suite component...
func parseList(r io.Reader) ([]source, error) {
	var out []source
	in := bufio.NewScanner(r)
	for in.Scan() {
		line, _, _ := strings.Cut(in.Text(), "#")
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "deb ") && !strings.HasPrefix(line, "deb\t") {
			continue
		}
		line = strings.TrimSpace(line[len("deb"):])
		signedBy := ""
		if strings.HasPrefix(line, "[") {
			options, rest, ok := strings.Cut(line[1:], "]")
			if !ok {
				return nil, fmt.Errorf("no ] after [ in %q", in.Text())
			}
			for _, o := range strings.Fields(options) {
				if key, value, _ := strings.Cut(o, "="); strings.EqualFold(key, "signed-by") {
					signedBy = value
				}
			}
			line = rest
		}
		if f := strings.Fields(line); len(f) >= 3 && slices.Contains(f[2:], "main") {
			out = append(out, source{uri: f[0], suite: f[1], signedBy: signedBy})
		}
	}
	return out, in.Err()
}

// parseStanzas reads apt's deb822 format: fields "Name: value", stanzas apart by an empty line, further lines of a
// value indented.
func parseStanzas(r io.Reader) ([]source, error) {
	var out []source
	fields := map[string]string{}
	last := ""
	flush := func() {
		f := fields
		fields, last = map[string]string{}, ""
		if !slices.Contains(strings.Fields(f["types"]), "deb") || !slices.Contains(strings.Fields(f["components"]), "main") ||
			slices.Contains([]string{"no", "false", "0"}, strings.ToLower(strings.TrimSpace(f["enabled"]))) {
			return
		}
		for _, uri := range strings.Fields(f["uris"]) {
			for _, suite := range strings.Fields(f["suites"]) {
				out = append(out, source{uri: uri, suite: suite, signedBy: f["signed-by"]})
			}
		}
	}
	in := bufio.NewScanner(r)
	for in.Scan() {
		line := in.Text()
		switch {
		case strings.TrimSpace(line) == "":
			flush()
		case strings.HasPrefix(line, "#"):
		case line[0] == ' ' || line[0] == '\t':
			if last == "" {
				return nil, fmt.Errorf("a line that continues no field: %q", line)
			}
			fields[last] += "\n" + line
		default:
			name, value, ok := strings.Cut(line, ":")
			if !ok {
				return nil, fmt.Errorf("no field: %q", line)
			}
			last = strings.ToLower(strings.TrimSpace(name))
			fields[last] = strings.TrimSpace(value)
		}
	}
	flush()
	return out, in.Err()
}

// release turns a machine's sources into those of another Debian release, in the deb822 format: the same archives, their
// suite and its security suite by another name.
func release(from []source, codename string) (string, error) {
	var b strings.Builder
	seen := map[string]bool{}
	for _, s := range from {
		base, tail, _ := strings.Cut(s.suite, "-")
		if !slices.Contains(suites, base) || tail != "" && tail != "security" {
			continue
		}
		suite := codename
		if tail != "" {
			suite += "-" + tail
		}
		if key := s.uri + " " + suite; seen[key] {
			continue
		} else {
			seen[key] = true
		}
		fmt.Fprintf(&b, "Types: deb\nURIs: %s\nSuites: %s\nComponents: main\n", s.uri, suite)
		if s.signedBy != "" {
			fmt.Fprintf(&b, "Signed-By: %s\n", s.signedBy)
		}
		b.WriteByte('\n')
	}
	if b.Len() == 0 {
		return "", fmt.Errorf("the machine's apt sources name no Debian suite (such as %s)", strings.Join(suites[:3], ", "))
	}
	return b.String(), nil
}
