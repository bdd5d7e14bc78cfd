// Package need says what becomes of tests for want of a tool.
package need

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
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

// Unless is Nil for an error because of which a tool cannot be run, but for tools that CI_WITHOUT names, with blanks between
// them: a machine on which nothing else may skip says there what it is known to lack.
func Unless(t testing.TB, tool string, err error) {
	t.Helper()
	if err != nil && slices.Contains(strings.Fields(os.Getenv("CI_WITHOUT")), tool) {
		t.Skipf("%v, and CI_WITHOUT says so", err)
	}
	Nil(t, err)
}

// Tools is Unless for the first of some tools that is not on the path.
func Tools(t testing.TB, names ...string) {
	t.Helper()
	for _, name := range names {
		if _, err := exec.LookPath(name); err != nil {
			Unless(t, name, fmt.Errorf("%s is not installed", name))
		}
	}
}
