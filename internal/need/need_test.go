package need

import (
	"errors"
	"fmt"
	"testing"
)

// fake is a test that notes what becomes of it.
type fake struct {
	testing.TB
	end string
}

func (f *fake) Helper() {}
func (f *fake) Fatal(args ...any) {
	f.end += "fails: " + fmt.Sprint(args...)
	panic(f)
}
func (f *fake) Skip(args ...any) {
	f.end += "skips: " + fmt.Sprint(args...)
	panic(f)
}
func (f *fake) Skipf(format string, args ...any) { f.Skip(fmt.Sprintf(format, args...)) }

func TestUnless(t *testing.T) {
	for _, c := range []struct {
		noSkip, without string
		err             error
		want            string
	}{
		{"", "", nil, ""},
		{"1", "tlc", nil, ""},
		{"", "", errors.New("no tlc"), "skips: no tlc"},
		{"1", "", errors.New("no tlc"), "fails: no tlc"},
		{"1", "spin tlcx", errors.New("no tlc"), "fails: no tlc"},
		{"1", "spin tlc", errors.New("no tlc"), "skips: no tlc, and CI_WITHOUT says so"},
	} {
		t.Setenv("CI_NO_SKIP", c.noSkip)
		t.Setenv("CI_WITHOUT", c.without)
		f := &fake{}
		func() {
			defer func() {
				if x := recover(); x != nil && x != f {
					panic(x)
				}
			}()
			Unless(f, "tlc", c.err)
		}()
		if f.end != c.want {
			t.Errorf("%+v: %q", c, f.end)
		}
	}
}
