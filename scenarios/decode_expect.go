package scenarios

import (
	"github.com/hashicorp/go-set/v2"

	"hpmc/explorer"
)

// releasesKey and othersKey stand in expect for kernels that are not named: the first for releases, the second for
// all that are left.
const (
	releasesKey = "releases"
	othersKey   = "others"
)

func (d *decoder) kernelNames() []string {
	names := make([]string, len(d.kernels))
	for i, k := range d.kernels {
		names[i] = k.Name
	}
	return names
}

func (d *decoder) kernelList(n *node) {
	d.hasList = true
	items := d.list(n, "kernels")
	if n.kind == listNode && len(items) == 0 {
		d.errorf(n.pos, "kernels is empty; leave the key out to check every kernel but mutants")
	}
	for _, i := range items {
		name := d.text(i, "a kernel's name")
		switch {
		case name == "":
		case !contains(d.kernelNames(), name):
			d.errorf(i.pos, "unknown kernel %s%s", name, didYouMean(name, d.kernelNames()))
		case contains(d.given, name):
			d.errorf(i.pos, "kernel %s is listed twice", name)
		default:
			d.given = append(d.given, name)
		}
	}
}

// chooseKernels sets the kernels that the scenario is checked on: those listed, or else all but mutants; and every
// mutant of which something is expected.
func (d *decoder) chooseKernels() {
	for _, k := range d.kernels {
		_, expected := d.s.expect[k.Name]
		switch {
		case contains(d.given, k.Name), k.Kind == Mutant && expected, !d.hasList && k.Kind != Mutant:
			d.s.Kernels = append(d.s.Kernels, k.Name)
		}
	}
}

func (d *decoder) expectations(n *node) {
	d.s.expect = map[string]Expectation{}
	valid := append(d.kernelNames(), releasesKey, othersKey)
	var releases *Expectation
	for _, e := range d.entries(n, "expect") {
		x := d.expectation(e)
		switch e.key {
		case releasesKey:
			releases = &x
			continue
		case othersKey:
			d.s.others = &x
			continue
		}
		i := -1
		for j, k := range d.kernels {
			if k.Name == e.key {
				i = j
			}
		}
		switch {
		case i < 0:
			d.errorf(e.pos, "unknown kernel %s%s", e.key, didYouMean(e.key, valid))
		case d.hasList && d.kernels[i].Kind != Mutant && !contains(d.given, e.key):
			d.errorf(e.pos, "kernel %s is not among kernels, so nothing can be expected of it", e.key)
		default:
			d.s.expect[e.key] = x
		}
	}
	for _, k := range d.kernels {
		if _, named := d.s.expect[k.Name]; releases != nil && k.Kind == Release && !named {
			d.s.expect[k.Name] = *releases
		}
	}
}

const expectForms = "holds, inconclusive or {violated: [PROPERTY, ...]}"

func (d *decoder) expectation(e entry) Expectation {
	x := Expectation{Violated: set.New[string](0)}
	switch e.val.kind {
	case scalarNode:
		switch e.val.text {
		case "holds":
			x.Verdict = explorer.Holds
		case "inconclusive":
		default:
			hint := ""
			if near := Nearest(e.val.text, []string{"holds", "inconclusive", "violated"}); near != "" && near != "violated" {
				hint = "; did you mean " + near + "?"
			}
			d.errorf(e.val.pos, "what is expected of %s must be %s, not %q%s", e.key, expectForms, e.val.text, hint)
		}
	case mapNode:
		x.Verdict = explorer.Violated
		if !d.fields(e.val, "what is expected of "+e.key, []string{"violated"}, "violated") {
			break
		}
		if v := e.val.find("violated"); v != nil {
			items := d.list(v.val, "violated")
			if v.val.kind == listNode && len(items) == 0 {
				d.errorf(v.val.pos, "violated is empty; write holds if nothing is violated")
			}
			for _, i := range items {
				d.violated(x.Violated, i)
			}
		}
	default:
		d.want(e.val, "what is expected of "+e.key, expectForms)
	}
	return x
}

// violated adds the property that n names, which the scenario must check.
func (d *decoder) violated(to *set.Set[string], n *node) {
	name := d.text(n, "a property's name")
	if name == "" {
		return
	}
	valid := []string{"bug"}
	for _, c := range d.s.Check {
		valid = append(valid, c.Text)
	}
	for _, x := range d.s.InPlace {
		valid = append(valid, x.Text)
	}
	for _, x := range d.s.Reach {
		valid = append(valid, reachName(x.Text))
	}
	switch {
	case name == "model":
		d.errorf(n.pos, "a fault of the model cannot be expected")
	case len(d.s.Check)+len(d.s.InPlace) == 0: // the missing check has been reported
	case !contains(valid, name):
		d.errorf(n.pos, "this scenario does not check %s%s", name, didYouMean(name, valid))
	case !to.Insert(name):
		d.errorf(n.pos, "%s is listed twice", name)
	}
}
