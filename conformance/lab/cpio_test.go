package lab

import (
	"bytes"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hpmc/internal/need"
)

// entry is a file as readCPIO finds it.
type entry struct {
	Name string
	Mode uint64
	Data string
}

// readCPIO reads the newc format, and fails on anything it does not expect there.
func readCPIO(t *testing.T, b []byte) (out []entry) {
	t.Helper()
	off := 0
	take := func(n int) string {
		if off+n > len(b) {
			t.Fatalf("the archive ends at %d, within %d bytes at %d", len(b), n, off)
		}
		off += n
		return string(b[off-n : off])
	}
	align := func() {
		for off%4 != 0 {
			if take(1) != "\x00" {
				t.Fatalf("the padding before %d is not 0", off)
			}
		}
	}
	for {
		if magic := take(6); magic != "070701" {
			t.Fatalf("at %d: the magic number is %q", off-6, magic)
		}
		var field [13]uint64
		for i := range field {
			var err error
			if field[i], err = strconv.ParseUint(take(8), 16, 64); err != nil {
				t.Fatal(err)
			}
		}
		name := strings.TrimSuffix(take(int(field[11])), "\x00")
		align()
		data := take(int(field[6]))
		align()
		if name == "TRAILER!!!" {
			if off != len(b) {
				t.Fatalf("%d bytes after the trailer", len(b)-off)
			}
			return out
		}
		out = append(out, entry{name, field[1], data})
	}
}

func TestCPIO(t *testing.T) {
	var b bytes.Buffer
	files := []File{{Path: "/init", Data: []byte("program"), Executable: true}, {Path: "lib/modules/x.ko", Data: []byte("m")}, {Path: "lib/y"}}
	if err := writeCPIO(&b, files); err != nil {
		t.Fatal(err)
	}
	want := []entry{
		{"dev", 0o040755, ""},
		{"dev/console", 0o020600, ""},
		{"init", 0o100755, "program"},
		{"lib", 0o040755, ""},
		{"lib/modules", 0o040755, ""},
		{"lib/modules/x.ko", 0o100644, "m"},
		{"lib/y", 0o100644, ""},
	}
	if diff := cmp.Diff(want, readCPIO(t, b.Bytes())); diff != "" {
		t.Error(diff)
	}
}

func TestCPIOMistakes(t *testing.T) {
	for _, c := range []struct {
		files []File
		want  string
	}{
		{[]File{{Path: "/"}}, "has no name"},
		{[]File{{Path: "init"}, {Path: "/init"}}, "two of init"},
		{[]File{{Path: "lib/x"}, {Path: "lib"}}, "two of lib"},
	} {
		if err := writeCPIO(&bytes.Buffer{}, c.files); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want %q", c.files, err, c.want)
		}
	}
}

// TestCPIOListed lets GNU cpio read what writeCPIO writes.
func TestCPIOListed(t *testing.T) {
	need.Tools(t, "cpio")
	var b bytes.Buffer
	if err := writeCPIO(&b, []File{{Path: "init", Data: bytes.Repeat([]byte("x"), 1001), Executable: true}, {Path: "etc/a"}}); err != nil {
		t.Fatal(err)
	}
	c := exec.Command("cpio", "--list", "--quiet")
	c.Stdin = &b
	out, err := c.CombinedOutput()
	if want := "dev\ndev/console\ninit\netc\netc/a\n"; err != nil || string(out) != want {
		t.Errorf("cpio --list: %v\n%swant\n%s", err, out, want)
	}
}
