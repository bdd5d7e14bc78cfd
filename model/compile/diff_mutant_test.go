package compile

import (
	"math/rand"
	"testing"

	"hpmc/model"
)

// TestDiffNotices checks that the comparison notices an interpreter that is wrong, in few random programs.
func TestDiffNotices(t *testing.T) {
	const most = 400
	for _, mutant := range []string{"lock does not block", "writer does not drain", "atomic splits", "flush does not wait",
		"fault has no budget", "queue is a stack"} {
		seed := 0
		for ; seed < most; seed++ {
			p := diffPrograms.Example(seed)
			w, err := loadDiff(p, "")
			if err != nil {
				t.Fatal(err)
			}
			wrong, err := loadDiff(p, mutant)
			if err != nil {
				t.Fatal(err)
			}
			right := w.explore()
			if right == nil || right.states > 500 {
				continue
			}
			other := wrong.explore()
			if other == nil || right.diff(other) == "" {
				continue // this program does not show it
			}
			d, _, err := compareDiff(p, mutant)
			if err != nil {
				t.Fatal(err)
			}
			if d == "" {
				t.Errorf("%s: not noticed\n%v", mutant, p)
			}
			break
		}
		if seed == most {
			t.Errorf("%s: no random program shows it", mutant)
		}
		t.Logf("%s: shown by random program %d", mutant, seed)
	}
}

// TestHonestNotices checks that honest notices footprints that lack a variable, and that the comparison of
// sets notices a compiled program that lacks a guard.
func TestHonestNotices(t *testing.T) {
	p := &diffProgram{cpus: 2, queue: 2, calls: []string{"T0()", "T1()"}, text: diffKernel + `
func (k *Kernel) T0() { k.L1.Lock(); k.N = (k.I + 1) % 4; k.M.Set(0); k.L1.Unlock() }
func (k *Kernel) T1() { k.L1.Lock(); k.I = (k.N + 2) % 4; k.M.Clear(0); k.L1.Unlock() }
`}
	w, err := loadDiff(p, "")
	if err != nil {
		t.Fatal(err)
	}
	compile := func() *model.Program {
		prog, err := Compile(diffConfigOf(p, "honest", false, false))
		if err != nil {
			t.Fatal(err)
		}
		return prog
	}
	lies := func(prog *model.Program) (found bool) {
		rnd := rand.New(rand.NewSource(1))
		for range 20 {
			w.exploreProgram(prog, rnd, func(s model.State) { found = found || honest(prog, s, rnd) != nil })
		}
		return found
	}
	if lies(compile()) {
		t.Fatal("honest footprints are called dishonest")
	}
	right := compile()
	for i := range right.Transitions {
		for _, id := range right.Transitions[i].Reads.Vars() {
			prog := compile()
			prog.Transitions[i].Reads[id] = 0
			if !lies(prog) {
				t.Errorf("%s without reading %s is not noticed", prog.Transitions[i].Text, prog.Vars[id].Name)
			}
		}
		for _, id := range right.Transitions[i].Writes.Vars() {
			prog := compile()
			prog.Transitions[i].Writes[id] = 0
			if !lies(prog) {
				t.Errorf("%s without writing %s is not noticed", prog.Transitions[i].Text, prog.Vars[id].Name)
			}
		}
		if len(right.Transitions[i].Guard) > 0 {
			prog := compile()
			prog.Transitions[i].Guard = nil
			if w.explore().diff(w.exploreProgram(prog, rand.New(rand.NewSource(1)), nil)) == "" {
				t.Errorf("%s without its guard is not noticed", prog.Transitions[i].Text)
			}
		}
	}
}
