package scenarios

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"github.com/bluekeyes/go-gitdiff/gitdiff"

	"hpmc/model"
)

// Patch is a change of a model's sources: a unified diff, alone or in a mail.
type Patch struct {
	Name string // as shown in messages
	Text []byte
}

// ReadPatch reads a user's patch.
func ReadPatch(name string) (Patch, error) {
	text, err := os.ReadFile(name)
	return Patch{Name: name, Text: text}, err
}

func (p Patch) errorf(line int, format string, args ...any) error {
	return Errors{{Pos: model.Pos{File: p.Name, Line: line}, Msg: fmt.Sprintf(format, args...)}}
}

var (
	gitdiffErrRE = regexp.MustCompile(`^gitdiff: (?:line (\d+): )?(.*)$`)
	encodingRE   = regexp.MustCompile(`(?im)^content-transfer-encoding:[ \t]*(base64|quoted-printable)`)
)

// apply changes t. The tree is not to be used after an error.
func (t tree) apply(p Patch) (err error) {
	defer func() { // the diff library is fed whatever a user hands in
		if e := recover(); e != nil {
			err = p.errorf(0, "malformed patch (%v)", e)
		}
	}()
	p.Text = bytes.ReplaceAll(p.Text, []byte("\r\n"), []byte("\n"))
	files, preamble, err := gitdiff.Parse(bytes.NewReader(p.Text))
	if err != nil {
		m := gitdiffErrRE.FindStringSubmatch(err.Error())
		if m == nil {
			return p.errorf(0, "%v", err)
		}
		line, _ := strconv.Atoi(m[1])
		if strings.Contains(m[2], "miscounts") { // the library is vague about where that header is
			for lines := strings.Split(string(p.Text), "\n"); line > 1 && line <= len(lines) && !strings.HasPrefix(lines[line-1], "@@ "); {
				line--
			}
		}
		return p.errorf(line, "malformed patch: %s", m[2])
	}
	if m := encodingRE.FindStringSubmatchIndex(preamble); m != nil {
		return p.errorf(1+strings.Count(preamble[:m[0]], "\n"),
			"the mail is encoded as %s; save the diff itself", preamble[m[2]:m[3]])
	}
	if len(files) == 0 {
		return p.errorf(1, "no diff found; a patch has lines such as \"--- a/model/linux/cpu.go\"")
	}
	headers := scanHunks(string(p.Text))
	var changed []string
	skipped := false
	for _, f := range files {
		n := len(f.TextFragments)
		if n > len(headers) {
			return p.errorf(0, "malformed patch")
		}
		hunks := headers[:n]
		headers = headers[n:]
		name, err := t.applyFile(p, f, hunks)
		if err != nil {
			return err
		}
		if name == "" {
			skipped = true
			continue
		}
		changed = append(changed, name)
	}
	if len(changed) == 0 && skipped {
		return p.errorf(1, "the patch changes nothing but tests")
	}
	sort.Strings(changed)
	return t.checkSyntax(p.Name, changed)
}

// applyFile changes one file and returns its name, which is empty if the file is a test.
func (t tree) applyFile(p Patch, f *gitdiff.File, hunks []hunk) (string, error) {
	line, oldName, newName := 1, f.OldName, f.NewName
	if len(hunks) > 0 {
		line, oldName, newName = hunks[0].fileLine, hunks[0].oldName, hunks[0].newName
	} else if i := bytes.Index(p.Text, []byte(f.OldName+f.NewName)); i >= 0 {
		line += bytes.Count(p.Text[:i], []byte("\n"))
	}
	switch {
	case f.IsBinary:
		return "", p.errorf(line, "a binary diff; a model is Go source")
	case f.IsRename || f.IsCopy:
		return "", p.errorf(line, "renames and copies are not supported; make the patch with git diff --no-renames")
	case f.IsNew:
		return t.create(p, f, newName, line)
	}
	if f.IsDelete || newName == "/dev/null" {
		newName = oldName
	}
	name := t.resolve(newName)
	if strings.HasSuffix(name, "_test.go") && dirIndex(name) >= 0 {
		return "", nil
	}
	if _, ok := t[name]; !ok {
		return "", p.errorf(line, "%s is not a source file of the model%s", name, t.nearestFile(name))
	}
	text, err := t.applyHunks(p, f, name, hunks)
	if err != nil {
		return "", err
	}
	if !f.IsDelete {
		t[name] = text
		return name, nil
	}
	delete(t, name)
	return name, nil
}

// create adds the file that f makes.
func (t tree) create(p Patch, f *gitdiff.File, newName string, line int) (string, error) {
	name := t.resolve(newName)
	switch {
	case strings.HasSuffix(name, "_test.go") && dirIndex(name) >= 0:
		return "", nil
	case !isSource(name):
		return "", p.errorf(line, "%s cannot be created: a model's source files are model/hp/*.go, model/linux/*.go and invariants/*.go", name)
	case t[name] != "":
		return "", p.errorf(line, "%s cannot be created: it exists", name)
	}
	var b bytes.Buffer
	if err := gitdiff.Apply(&b, strings.NewReader(""), f); err != nil {
		return "", p.errorf(line, "%s cannot be created: %v", name, err)
	}
	t[name] = b.String()
	return name, nil
}

// resolve turns a path of a patch into one of the tree: as it stands, or without its first component, as
// the a/ and b/ of git. What fits in neither way is returned without a/ or b/.
func (t tree) resolve(name string) string {
	name = path.Clean(name)
	_, stripped, ok := strings.Cut(name, "/")
	switch {
	case !ok || dirIndex(name) >= 0:
		return name
	case dirIndex(stripped) >= 0 || strings.HasPrefix(name, "a/") || strings.HasPrefix(name, "b/"):
		return stripped
	}
	return name
}

// nearestFile returns the end of a message about a file that does not exist.
func (t tree) nearestFile(name string) string {
	if n := Nearest(name, t.names()); n != "" {
		return "; did you mean " + n + "?"
	}
	base := map[string]string{}
	var bases []string
	for _, n := range t.names() {
		base[path.Base(n)] = n
		bases = append(bases, path.Base(n))
	}
	stem := strings.TrimSuffix(path.Base(name), path.Ext(name)) + ".go"
	if n := Nearest(stem, bases); n != "" {
		return "; did you mean " + base[n] + "?"
	}
	return ""
}
