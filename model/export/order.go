package export

import "hpmc/model"

// ordered is one of several assignments that are written one after the other.
type ordered struct {
	model.Assign
	saved bool // nothing is assigned: the variable's value is to be kept for those that follow
}

// inOrder puts simultaneous assignments one after the other: first those to variables that no other one reads any
// more; where they read each other in a ring, a value is saved first.
func inOrder(effect []model.Assign) []ordered {
	var out []ordered
	left := append([]model.Assign(nil), effect...)
	saved := map[model.VarID]bool{}
	free := func(i int) bool {
		if saved[left[i].Var] {
			return true
		}
		for j, a := range left {
			if j != i && reads(a.Val, left[i].Var) {
				return false
			}
		}
		return true
	}
	for len(left) > 0 {
		next := 0
		for next < len(left) && !free(next) {
			next++
		}
		if next == len(left) {
			next = 0
			saved[left[0].Var] = true
			out = append(out, ordered{Assign: left[0], saved: true})
		}
		out = append(out, ordered{Assign: left[next]})
		left = append(left[:next], left[next+1:]...)
	}
	return out
}

func reads(e *model.Expr, id model.VarID) bool {
	found := false
	walk(e, func(v model.VarID) { found = found || v == id })
	return found
}
