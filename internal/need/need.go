// Package need says what becomes of tests for want of a tool.
package need

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// Nil skips a test for an error that names a tool which is not there. Where CI_NO_SKIP is set it fails the test.
func Nil(t testing.TB, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if os.Getenv("CI_NO_SKIP") != "" {
		t.Fatal(err)
	}
	t.Skip(err)
}

// Tools is Nil for the first of some tools that is not on the path.
func Tools(t testing.TB, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			Nil(t, fmt.Errorf("%s is not installed", name))
		}
	}
}
