package compile

import (
	"strings"
	"testing"

	"hpmc/model"
)

// TestRules has one faulty program for each rule of the language, and what the compiler says of it.
func TestRules(t *testing.T) {
	const fields = `
type Mode int
const ( Off Mode = iota; On )
type Kernel struct {
	L    hp.Mutex
	N    int ` + "`range:\"0..3\"`" + `
	A    [4]int ` + "`range:\"0..3\"`" + `
	M    hp.CPUMask
	Mode Mode
	P    bool ` + "`param:\"p\"`" + `
}
`
	// The body is line 15 of the file.
	for _, tt := range []struct{ name, body, want string }{
		{"go", "func (k *Kernel) F() { go k.G() }; func (k *Kernel) G() { k.N = 1 }", "k.go:15:24: go statement: declare the thread in the scenario"},
		{"defer", "func (k *Kernel) F() { defer k.L.Unlock() }", "k.go:15:24: defer: write the call where the function returns"},
		{"select", "func (k *Kernel) F() { select {} }", "k.go:15:24: select: wait with hp.Await"},
		{"channel", "func (k *Kernel) F() { var c chan int; _ = c }", "k.go:15:30: channel: use an hp.Queue"},
		{"map", "func (k *Kernel) F() { var m map[int]int; _ = m }", "k.go:15:30: map: use an array"},
		{"slice", "func (k *Kernel) F() { var s []int; _ = s }", "k.go:15:30: slice: use an array of constant length"},
		{"slice expression", "func (k *Kernel) F() { _ = k.A[1:2] }", "slice expression: loop over the indices"},
		{"pointer", "func (k *Kernel) F() { p := &k.N; _ = p }", "k.go:15:29: address of a value"},
		{"pointer parameter", "func (k *Kernel) F() { }; func (k *Kernel) G(p *int) { *p = 1 }", "k.go:15:48: pointer parameter: make the function a method of int"},
		{"pointer result", "func (k *Kernel) F() { }; func (k *Kernel) G() *int { return nil }", "pointer result: return the value"},
		{"two results", "func (k *Kernel) F() { }; func (k *Kernel) G() (int, int) { return 1, 2 }", "2 results: return one value"},
		{"variadic", "func (k *Kernel) F() { }; func (k *Kernel) G(x ...int) { }", "variadic parameter"},
		{"closure", "func (k *Kernel) F() { f := func() {}; f() }", "k.go:15:29: function literal: only hp.Atomic takes one"},
		{"goto", "func (k *Kernel) F() { L: goto L }", "label: use a boolean variable"},
		{"fallthrough", "func (k *Kernel) F() { switch k.N { case 0: fallthrough; case 1: } }", "fallthrough: write the branch as if and else"},
		{"interface", "func (k *Kernel) F() { var x interface{}; _ = x }", "interface: use a concrete type"},
		{"float", "func (k *Kernel) F() { x := 1.5; _ = x }", "number 1.5: only integers"},
		{"package variable", "var count int; func (k *Kernel) F() { count = 1 }", "k.go:15:5: package variable count: shared state must be a field of Kernel"},
		{"type parameters", "func (k *Kernel) F() { }; func g[T any](x T) { }", "type parameters: only hp.Queue is generic"},
		{"recursion", "func (k *Kernel) F() { k.G() }; func (k *Kernel) G() { k.N = 1; k.G() }", "k.go:15:65: G calls itself: calls are inlined"},
		{"mutual recursion", "func (k *Kernel) F() { k.G() }; func (k *Kernel) G() { k.N = 1; k.F() }", "F calls itself"},
		{"call in condition", "func (k *Kernel) F() { if k.G() { k.N = 1 } }; func (k *Kernel) G() bool { k.N = 2; return true }", "k.go:15:27: call of G inside an expression: it has steps of its own"},
		{"call in argument", "func (k *Kernel) F() { k.N = 1 + k.G() }; func (k *Kernel) G() int { k.N = 2; return 1 }", "call of G inside an expression"},
		{"loop without a step", "func (k *Kernel) F() { for x := 0; x >= 0; { x = 1 - x } }", "a loop without a step in its body"},
		{"await after assignment", "func (k *Kernel) F() { hp.Atomic(func() { k.N = 1; hp.Await(k.M.Empty()) }) }", "hp.Await after an assignment inside hp.Atomic"},
		{"return in atomic", "func (k *Kernel) F() { hp.Atomic(func() { return }) }", "return inside hp.Atomic: set a variable"},
		{"atomic of a name", "func (k *Kernel) F() { hp.Atomic(k.G) }; func (k *Kernel) G() { }", "hp.Atomic takes a function literal"},
		{"unknown count", "func (k *Kernel) F() { n := k.N; for i := range n { k.A[i] = 1 } }", "range over a number that is not a constant"},
		{"index", "func (k *Kernel) F() { k.A[hp.NumCPUs()+2] = 1 }", "index 4 is outside the array of 4 elements"},
		{"division", "func (k *Kernel) F() { k.N = 3 / k.N }", "division by something that is not a constant"},
		{"choose", "func (k *Kernel) F() { k.N = hp.Choose(k.N) }", "the argument of hp.Choose must be a constant"},
		{"write to a parameter", "func (k *Kernel) F() { k.P = true }", "P is a parameter of the scenario and cannot be written"},
		{"useless call", "func (k *Kernel) F() { k.M.Empty() }", "call of Empty has no effect here"},
		{"type error", "func (k *Kernel) F() { k.N = true }", "k.go:15:30: cannot use true"},
		{"syntax error", "func (k *Kernel) F() { k.N = }", "k.go:15:30: expected operand"},
		{"import", "func (k *Kernel) F() { }; func init() { }; var _ = fmt.Sprint", "undefined: fmt"},
		{"unknown range", "func (k *Kernel) F() { n := 0; k.N = 1; for { n = n + k.N; k.A[0] = n % 2 } }", "the range of n cannot be told"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Compile(config(t, fields+tt.body, "F()"))
			if err == nil {
				t.Fatalf("no error, want %q", tt.want)
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got:  %v\nwant: %s", err, tt.want)
			}
			for _, e := range err.(Errors) {
				if e.Pos.File == "" || e.Pos.Line == 0 {
					t.Errorf("no position: %v", e)
				}
			}
		})
	}
}

// TestFields has faulty declarations of shared state.
func TestFields(t *testing.T) {
	for _, tt := range []struct{ field, want string }{
		{"N int", "integer field N has no range"},
		{"N int `range:\"7\"`", "range \"7\" of N"},
		{"N int `range:\"3..1\"`", "range \"3..1\" of N"},
		{"S string", "S has type string"},
		{"C hp.Queue[string]", "has type string"},
	} {
		_, err := Compile(config(t, "type Kernel struct { "+tt.field+" }\nfunc (k *Kernel) F() { }", "F()"))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.field, err, tt.want)
		}
	}
}

// TestScenarioExpressions has faulty expressions of a scenario: the message points into its file.
func TestScenarioExpressions(t *testing.T) {
	kernel := "type Kernel struct { M hp.CPUMask; P bool `param:\"p\"` }\nfunc (k *Kernel) F(cpu hp.CPU, on bool) { k.M.Set(cpu) }"
	at := model.Pos{File: "s.yaml", Line: 7, Col: 11}
	for _, tt := range []struct {
		name string
		set  func(*Config)
		want string
	}{
		{"no call", func(c *Config) { c.Threads[0].Body[0] = Expr{"F", at} }, "s.yaml:7:11: a thread is a call of one of the kernel's methods"},
		{"unknown method", func(c *Config) { c.Threads[0].Body[0] = Expr{"Fx(1, true)", at} }, "s.yaml:7:11: k.Fx undefined"},
		{"wrong argument", func(c *Config) { c.Threads[0].Body[0] = Expr{"F(1, 2)", at} }, "s.yaml:7:16: cannot use 2"},
		{"too few", func(c *Config) { c.Threads[0].Body[0] = Expr{"F(1)", at} }, "s.yaml:7:14: not enough arguments"},
		{"syntax", func(c *Config) { c.Threads[0].Body[0] = Expr{"F(1,", at} }, "s.yaml:7:15: expected"},
		{"statement", func(c *Config) { c.Threads[0].Body[0] = Expr{"F(1, true); F(1, true)", at} }, "s.yaml:7:2"},
		{"comment", func(c *Config) { c.Threads[0].Body[0] = Expr{"F(1, true) // x", at} }, "s.yaml:7:11: an expression is one line"},
		{"property", func(c *Config) { c.InPlace = []Expr{{"k.M.Has(true)", at}} }, "s.yaml:7:19: cannot use true"},
		{"not a condition", func(c *Config) { c.Reach = []Expr{{"k.M", at}} }, "s.yaml:7:11: cannot use k.M"},
		{"unknown property", func(c *Config) { c.Properties = []Name{{"nope", at}} }, "s.yaml:7:11: unknown property nope"},
		{"parameter", func(c *Config) { c.Params = []Param{{"p", Expr{"k.P", at}}} }, "a parameter must be a constant"},
		{"value of another type", func(c *Config) { c.Params = []Param{{"p", Expr{"7", at}}} }, "s.yaml:7:11: 7 is not a value of p, which is bool from false to true"},
		{"topology", func(c *Config) { c.CPUs = 99 }, "99 CPUs: a topology has 1 to 16"},
	} {
		cfg := config(t, kernel, "F(1, true)")
		tt.set(&cfg)
		_, err := Compile(cfg)
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
}
