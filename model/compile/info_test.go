package compile

import (
	"fmt"
	"slices"
	"testing"

	"hpmc/model"
)

const infoKernel = `type Pair struct { A, B hp.CPU }
type Kernel struct { N int ` + "`range:\"0..3\"`" + ` }

//linux:first_fn kernel/a.c
func (k *Kernel) First() int {
	n := k.N
	k.N = 1
	return n
}

//linux:pair_fn kernel/a.c
func (k *Kernel) PairFn(cpu hp.CPU) Pair {
	k.N = 2
	return Pair{A: cpu, B: 0}
}

//linux:value_fn kernel/b.c
func (k *Kernel) Value() int { return k.N }

func helper(n int) int { return n + 1 }

func (k *Kernel) Run() {
	k.First()
	p := k.PairFn(1)
	k.N = helper(int(p.B))
}`

// TestFunctions: all functions of the kernel by the kernel's names, and whether they are part of the step that calls them.
func TestFunctions(t *testing.T) {
	fs, err := Functions(config(t, infoKernel, "Run()").Packages)
	if err != nil {
		t.Fatal(err)
	}
	var names, exprs []string
	for _, f := range fs {
		if f.Pos.Line == 0 {
			t.Errorf("%s has no position", f.Kernel)
		}
		if f.Kernel == "value_fn" && f.File != "kernel/b.c" || f.Kernel == "helper" && f.File != "" {
			t.Errorf("%s is in %q", f.Kernel, f.File)
		}
		if names = append(names, f.Kernel); f.Expr {
			exprs = append(exprs, f.Kernel)
		}
	}
	for _, want := range []string{"first_fn", "pair_fn", "value_fn", "helper", "Run"} {
		if !slices.Contains(names, want) {
			t.Errorf("no %s in %q", want, names)
		}
	}
	if want := []string{"value_fn", "helper"}; !slices.Equal(exprs, want) {
		t.Errorf("expressions %q, want %q", exprs, want)
	}
}

// TestKeepResults: what a function returns is known when it returns, though no step needs it; with the scalars of arguments
// and of a struct.
func TestKeepResults(t *testing.T) {
	for _, keep := range []bool{false, true} {
		cfg := config(t, infoKernel, "Run()")
		cfg.CPUs = 2
		cfg.KeepResults = keep
		p, err := Compile(cfg)
		if err != nil {
			t.Fatal(err)
		}
		value := func(e *model.Expr) string {
			if e == nil {
				return "unknown"
			}
			s := p.Initial()
			for id := range p.Vars { // the values that the locals can have
				if p.Vars[id].Kind == model.Local {
					p.Set(s, model.VarID(id), p.Vars[id].Max)
				}
			}
			return fmt.Sprint(p.Eval(s, e))
		}
		got := map[string]string{}
		for _, tr := range p.Transitions {
			for _, e := range tr.Events {
				switch {
				case e.Kind == model.Leave && e.Text == "first_fn()":
					got["result"] = value(e.Value)
				case e.Kind == model.Leave && e.Text == "pair_fn()":
					got["struct"] = value(e.Parts[0].Value) + " " + value(e.Parts[1].Value)
				case e.Kind == model.Enter && e.Text == "pair_fn(1)":
					got["argument"] = value(e.Parts[0].Value)
				}
			}
		}
		if got["struct"] != "1 0" || got["argument"] != "1" {
			t.Errorf("keep %t: %v", keep, got)
		}
		if known := got["result"] != "unknown"; known != keep {
			t.Errorf("keep %t: the result is %s", keep, got["result"])
		}
	}
}
