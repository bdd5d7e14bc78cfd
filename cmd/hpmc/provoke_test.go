package main

import (
	"bytes"
	"testing"
)

// TestProvokeVerdict: boots without an answer are never a success.
func TestProvokeVerdict(t *testing.T) {
	for _, test := range []struct {
		happened, failed, runs int
		want                   string
		code                   error
	}{
		{3, 0, 3, "\nhappened on K (3 of 3)\n", status(exitViolated)},
		{2, 1, 3, "\nhappened on K (2 of 3, and no answer from 1)\n", status(exitViolated)},
		{0, 0, 3, "\ndid not happen on K (0 of 3)\n", nil},
		{0, 1, 3, "\nno answer on K (0 of 3, and no answer from 1)\n", status(exitInconclusive)},
	} {
		var out bytes.Buffer
		if err := verdict(&out, "K", test.happened, test.failed, test.runs); err != test.code || out.String() != test.want {
			t.Errorf("%+v: %q, %v", test, out.String(), err)
		}
	}
}
