package scenarios

import (
	"io/fs"
	"path"
)

// Kind tells what a kernel is for.
type Kind uint8

// The kinds of kernel.
const (
	Base    Kind = iota // the kernel that the others are patches of
	Fix                 // a proposed or merged fix of it
	Release             // another kernel as it was released
	Mutant              // a deliberate mistake, which some scenario must find
)

var kindNames = [...]string{"kernel", "fix", "release", "mutant"}

func (k Kind) String() string { return kindNames[k] }

// Kernel is a kernel to check: the source of model/linux with a series of patches applied.
type Kernel struct {
	Name    string
	Title   string
	Origin  string // the release, commit or mail it stands for
	Kind    Kind
	Patches []string // paths, in the order in which they apply
}

const (
	patchDir   = "model/linux/patches"
	seriesFile = patchDir + "/series.yaml"
)

// readSeries reads the kernels that seriesFile lists.
func readSeries(fsys fs.FS, errs *Errors) []Kernel {
	text, err := fs.ReadFile(fsys, seriesFile)
	if err != nil {
		errs.addf(posOf(seriesFile), "%v", err)
		return nil
	}
	files, _ := fs.Glob(fsys, patchDir+"/*.patch")
	for i := range files {
		files[i] = path.Base(files[i])
	}
	d := &decoder{errs: errs, s: &Scenario{}}
	root := readYAML(seriesFile, text, errs)
	if root == nil || !d.fields(root, "the series", []string{"kernels"}, "kernels") || root.find("kernels") == nil {
		return nil
	}
	var kernels []Kernel
	list := root.find("kernels").val
	for _, n := range d.list(list, "kernels") {
		k := d.kernel(n, files)
		for _, old := range kernels {
			if old.Name == k.Name && k.Name != "" {
				d.errorf(n.pos, "kernel %s is listed twice", k.Name)
			}
		}
		kernels = append(kernels, k)
	}
	if list.kind == listNode && len(kernels) == 0 {
		d.errorf(list.pos, "kernels is empty")
	}
	return kernels
}

// kernel reads one entry of the series. files are the patches there are.
func (d *decoder) kernel(n *node, files []string) Kernel {
	var k Kernel
	if !d.fields(n, "a kernel", []string{"name", "title", "origin", "kind", "patches"}, "name", "title", "origin", "kind") {
		return k
	}
	for _, e := range n.entries {
		switch e.key {
		case "name":
			k.Name = d.text(e.val, "name")
			if k.Name != "" && (k.Name == othersKey || k.Name == releasesKey || !nameRE.MatchString(k.Name)) {
				d.errorf(e.val.pos, "a kernel's name is lower-case words with hyphens between them, and not %s or %s", releasesKey, othersKey)
			}
		case "title":
			k.Title = d.text(e.val, "title")
		case "origin":
			k.Origin = d.text(e.val, "origin")
		case "kind":
			text := d.text(e.val, "kind")
			known := false
			for i, name := range kindNames {
				if name == text {
					k.Kind, known = Kind(i), true
				}
			}
			if text != "" && !known {
				d.errorf(e.val.pos, "unknown kind %s%s", text, didYouMean(text, kindNames[:]))
			}
		case "patches":
			for _, p := range d.list(e.val, "patches") {
				name := d.text(p, "a patch's name")
				if name != "" && !contains(files, name) {
					d.errorf(p.pos, "there is no %s in %s%s", name, patchDir, didYouMean(name, files))
				}
				k.Patches = append(k.Patches, path.Join(patchDir, name))
			}
		}
	}
	return k
}
