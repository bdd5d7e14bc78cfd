package bitset

import (
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestSet compares sets with maps.
func TestSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, 200).Draw(t, "size")
		sets := append(Many(2, size), New(size))
		wants := make([]map[int]bool, len(sets))
		for i, s := range sets {
			wants[i] = map[int]bool{}
			for _, x := range rapid.SliceOf(rapid.IntRange(0, size-1)).Draw(t, "of") {
				s.Add(x)
				wants[i][x] = true
			}
		}
		a, b, c := sets[0], sets[1], sets[2]
		am, bm, cm := wants[0], wants[1], wants[2]
		within := true
		for x := range am {
			within = within && bm[x]
		}
		if a.Within(b) != within {
			t.Fatal("Within:", !within)
		}
		before := len(cm)
		maps.DeleteFunc(cm, func(x int, _ bool) bool { return !am[x] })
		if c.And(a) != (len(cm) < before) {
			t.Fatal("And does not tell whether it took something out")
		}
		a.Or(b)
		maps.Copy(am, bm)
		for i, s := range sets {
			var have []int
			s.Each(func(x int) { have = append(have, x) })
			want := slices.Sorted(maps.Keys(wants[i]))
			if !slices.Equal(have, want) || s.Count() != len(want) {
				t.Fatalf("%v, %d of them, instead of %v", have, s.Count(), want)
			}
			for x := range size {
				if s.Has(x) != wants[i][x] {
					t.Fatal("Has:", x)
				}
			}
		}
	})
}
