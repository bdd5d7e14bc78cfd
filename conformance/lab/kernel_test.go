package lab

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestObtainCached finds what an earlier call left, with no tool to download anything.
func TestObtainCached(t *testing.T) {
	t.Setenv("PATH", "")
	cache := etc(t, map[string]string{
		"kernels/6.1/image/kernel.json":                                               `{"series": "6.1", "release": "6.1.0-1-cloud-amd64", "version": "6.1.1-1"}`,
		"kernels/6.1/image/boot/vmlinuz-6.1.0-1-cloud-amd64":                          "",
		"kernels/6.1/image/lib/modules/6.1.0-1-cloud-amd64/modules.dep":               "",
		"kernels/6.1/headers/usr/src/linux-headers-6.1.0-1-cloud-amd64/Makefile":      "",
		"kernels/6.12/image/kernel.json":                                              `{"series": "6.12", "release": "6.12.1-cloud-amd64", "version": "6.12.1-1"}`,
		"kernels/6.12/image/boot/vmlinuz-6.12.1-cloud-amd64":                          "",
		"kernels/6.12/image/usr/lib/modules/6.12.1-cloud-amd64/modules.dep":           "",
		"kernels/5.10/image/kernel.json":                                              "cut off",
		"kernels/5.10/image/boot/vmlinuz-of-a-kernel-that-the-file-does-not-speak-of": "",
	})
	at := func(name string) string { return filepath.Join(cache, "kernels", name) }
	for _, want := range []Kernel{
		{"6.1", "6.1.0-1-cloud-amd64", "6.1.1-1", at("6.1/image/boot/vmlinuz-6.1.0-1-cloud-amd64"),
			at("6.1/image/lib/modules/6.1.0-1-cloud-amd64"), at("6.1/headers/usr/src/linux-headers-6.1.0-1-cloud-amd64")},
		{"6.12", "6.12.1-cloud-amd64", "6.12.1-1", at("6.12/image/boot/vmlinuz-6.12.1-cloud-amd64"),
			at("6.12/image/usr/lib/modules/6.12.1-cloud-amd64"), ""},
	} {
		k, err := obtain(context.Background(), cache, t.TempDir(), want.Series, want.Headers != "")
		if err != nil || *k != want {
			t.Errorf("%+v, %v, want %+v", k, err, want)
		}
	}
	sources := etc(t, map[string]string{"sources.list": "deb http://one.example/debian bookworm main\n"})
	for _, c := range []struct {
		series  string
		headers bool
	}{{"5.10", false}, {"6.12", true}} {
		_, err := obtain(context.Background(), cache, sources, c.series, c.headers)
		var missing *Missing
		if !errors.As(err, &missing) || missing.Tool != "apt-get" && missing.Tool != "apt-cache" {
			t.Errorf("%+v is not there, and apt-get is not installed: %v", c, err)
		}
	}
}

func TestObtainMistakes(t *testing.T) {
	if _, err := Obtain(context.Background(), "5.11", false); err == nil || err.Error() != `no kernel "5.11"; there are 5.10, 6.1, 6.12` {
		t.Error(err)
	}
}

// TestRelocate moves headers to where they can be used.
func TestRelocate(t *testing.T) {
	root := etc(t, map[string]string{
		"usr/src/linux-headers-1/Makefile":      "include /usr/src/linux-headers-1-common/Makefile\n",
		"usr/src/linux-headers-common/Makefile": "# include /usr/src/x\nall:\n",
	})
	if err := relocate(root, "/final"); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		"usr/src/linux-headers-1/Makefile":      "include /final/usr/src/linux-headers-1-common/Makefile\n",
		"usr/src/linux-headers-common/Makefile": "# include /usr/src/x\nall:\n",
	} {
		if got, err := os.ReadFile(filepath.Join(root, file)); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v, want %q", file, got, err, want)
		}
	}
}

// TestUnpacked leaves no directory behind that is not whole.
func TestUnpacked(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "image")
	failure := errors.New("the disk is full")
	err := unpacked(dir, func(root string) error {
		if err := os.WriteFile(filepath.Join(root, "a"), nil, 0o644); err != nil {
			return err
		}
		return failure
	}, func(string) { t.Error("located") })
	left, _ := filepath.Glob(filepath.Join(filepath.Dir(dir), "*"))
	if !errors.Is(err, failure) || len(left) > 0 {
		t.Errorf("%v, left %s", err, strings.Join(left, " "))
	}
}
