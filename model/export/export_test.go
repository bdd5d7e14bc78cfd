package export

import (
	"io"
	"strings"
	"testing"

	"hpmc/model"
)

// TestRefused exports what other checkers cannot compute, and what takes no step.
func TestRefused(t *testing.T) {
	ref := &model.Expr{Op: model.Ref}
	op := func(o model.Op, args ...*model.Expr) *model.Expr { return &model.Expr{Op: o, Args: args} }
	for _, c := range []struct {
		name string
		bits int
		min  int64
		val  *model.Expr
		want string // in the error; "" if there is none
	}{
		{"fits", 16, 0, op(model.Shl, ref, constant(14)), ""},
		{"shift", 16, 0, op(model.Shl, ref, constant(16)), "32 bits"},
		{"product", 16, 0, op(model.Mul, ref, ref), "32 bits"},
		{"part", 16, 0, op(model.And, op(model.Mul, ref, ref), constant(1)), "32 bits"},
		{"negative", 4, -8, op(model.Shr, ref, constant(1)), "32 bits"},
		{"wide", 32, 0, constant(1), "has 32 bits"},
		{"constant", 4, 0, constant(1 << 31), "32 bits"},
		{"far", 4, 1<<31 - 8, constant(1<<31 - 8), "32 bits"},
		{"remainder", 31, 0, op(model.Sub, ref, constant(1)), ""},
	} {
		p := &model.Program{Name: "p", Words: 1, Bits: c.bits, Vars: []model.Var{{Name: "x", Thread: -1, Bits: c.bits, Min: c.min, Max: c.min + 1<<c.bits - 1}}}
		p.Threads = []model.Thread{{Name: "t", PC: -1, Locs: make([]model.Location, 1), Out: [][]int{{0}}}}
		p.Transitions = []model.Transition{{Effect: []model.Assign{{Val: c.val}}}}
		for lang, write := range map[string]func() error{
			"promela": func() error { return Promela(io.Discard, p, Options{}) },
			"murphi":  func() error { return Murphi(io.Discard, p, Options{}) },
			"tla":     func() error { return TLA(io.Discard, io.Discard, "p", p, Options{}) },
		} {
			switch err := write(); {
			case err == nil && c.want != "":
				t.Errorf("%s, %s: no error, want one with %q", c.name, lang, c.want)
			case err != nil && (c.want == "" || !strings.Contains(err.Error(), c.want)):
				t.Errorf("%s, %s: %v, want %q", c.name, lang, err, c.want)
			}
		}
		p.Transitions[0].Guard = []*model.Expr{constant(0)}
		p.Transitions[0].Effect = nil
		if err := Promela(io.Discard, p, Options{}); c.bits < 32 && (err == nil || !strings.Contains(err.Error(), "takes no step")) {
			t.Errorf("%s: without a step: %v", c.name, err)
		}
	}
}

// TestNames makes identifiers of names that are words, clash or have nothing in them.
func TestNames(t *testing.T) {
	n := newNames("if linux", func(s string) bool { return numbered(s, "L") })
	for _, c := range [][2]string{{"cpuhp_state[1].done", "cpuhp_state_1_done"}, {"cpuhp_state[1]->done", "cpuhp_state_1_done_2"},
		{"if", "if_"}, {"linux", "linux_"}, {"L3", "L3_"}, {"L3", "L3_2"}, {"1st", "v_1st"}, {"--", "v"}, {"é", "v_2"}} {
		if got := n.get("", c[0]); got != c[1] {
			t.Errorf("%q: %s, want %s", c[0], got, c[1])
		}
	}
}
