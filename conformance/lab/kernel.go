// Package lab runs real kernels under emulation.
//
// Obtain gets one of Debian's kernels through apt, Boot runs it in QEMU with an initramfs of given files. What runs
// inside is the caller's: lab/init is the one that records workloads.
package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

// Kernel is a kernel that can be booted.
type Kernel struct {
	Series  string `json:"series"`  // "6.1"
	Release string `json:"release"` // what uname -r says, "6.1.0-50-cloud-amd64"
	Version string `json:"version"` // of the Debian package, "6.1.176-1"
	Image   string `json:"-"`       // path of vmlinuz
	Modules string `json:"-"`       // directory of the modules, .../lib/modules/RELEASE
	Headers string `json:"-"`       // directory for make -C to build modules in, or ""
}

// codenames are the Debian releases that have each series.
var codenames = map[string]string{"5.10": "bullseye", "6.1": "bookworm", "6.12": "trixie"}

// Series are the series of kernels that Obtain knows, oldest first.
func Series() []string { return []string{"5.10", "6.1", "6.12"} }

// Obtain gets Debian's newest cloud kernel of a series, and what is needed to build modules for it if headers is set.
//
// Packages come through apt from the archives that the machine itself uses, with a configuration of its own. They are
// unpacked into the user's cache directory and found there by later calls, which download nothing. Errors are of type
// *Missing if a tool is not installed.
func Obtain(ctx context.Context, series string, headers bool) (*Kernel, error) {
	if !slices.Contains(Series(), series) {
		return nil, fmt.Errorf("no kernel %q; there are %s", series, strings.Join(Series(), ", "))
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, err
	}
	k, err := obtain(ctx, filepath.Join(cache, "hpmc"), "/etc/apt", series, headers)
	if err != nil {
		return nil, fmt.Errorf("kernel %s: %w", series, err)
	}
	return k, nil
}

func obtain(ctx context.Context, cache, etc, series string, headers bool) (*Kernel, error) {
	dir := filepath.Join(cache, "kernels", series)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	unlock, err := lock(filepath.Join(dir, "lock"))
	if err != nil {
		return nil, err
	}
	defer unlock()

	var a *apt
	var said string
	client := func() error { // only if there is something to download
		if a != nil {
			return nil
		}
		var err error
		if a, err = newAPT(filepath.Join(cache, "apt", codenames[series]), etc, codenames[series]); err != nil {
			return err
		}
		said, err = a.update(ctx)
		return err
	}
	k := &Kernel{Series: series}
	if err := k.load(dir); err != nil {
		if err := client(); err != nil {
			return nil, err
		}
		if err := k.fetchImage(ctx, a, dir); err != nil {
			return nil, fmt.Errorf("%w\n%s", err, said)
		}
	}
	if !headers {
		return k, nil
	}
	k.Headers = filepath.Join(dir, "headers", "usr", "src", "linux-headers-"+k.Release)
	if _, err := os.Stat(k.Headers); err != nil {
		if err := client(); err != nil {
			return nil, err
		}
		if err := k.fetchHeaders(ctx, a, dir); err != nil {
			return nil, fmt.Errorf("%w\n%s", err, said)
		}
	}
	return k, nil
}

// lock takes a lock file, which other processes wait for.
func lock(path string) (unlock func(), err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return func() { f.Close() }, nil
}

// load finds the image that an earlier call left.
func (k *Kernel) load(dir string) error {
	text, err := os.ReadFile(filepath.Join(dir, "image", "kernel.json"))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, k); err != nil {
		return err
	}
	k.locate(filepath.Join(dir, "image"))
	_, err = os.Stat(k.Image)
	return err
}

func (k *Kernel) locate(root string) {
	k.Image = filepath.Join(root, "boot", "vmlinuz-"+k.Release)
	k.Modules = filepath.Join(root, "lib", "modules", k.Release)
	if _, err := os.Stat(k.Modules); err != nil { // since trixie
		k.Modules = filepath.Join(root, "usr", "lib", "modules", k.Release)
	}
}

// fetchImage downloads and unpacks the image.
func (k *Kernel) fetchImage(ctx context.Context, a *apt, dir string) error {
	const prefix = "linux-image-"
	meta, err := a.show(ctx, prefix+"cloud-amd64")
	if err != nil {
		return err
	}
	i := slices.IndexFunc(meta.depends, func(d string) bool { return strings.HasPrefix(d, prefix) })
	if i < 0 {
		return fmt.Errorf("%s %s depends on no kernel", meta.name, meta.version)
	}
	image, err := a.show(ctx, meta.depends[i])
	if err != nil {
		return err
	}
	k.Release, k.Version = strings.TrimPrefix(image.name, prefix), image.version
	return unpacked(filepath.Join(dir, "image"), func(root string) error {
		if err := a.unpack(ctx, root, image); err != nil {
			return err
		}
		text, err := json.Marshal(k)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(root, "kernel.json"), append(text, '\n'), 0o644)
	}, k.locate)
}

// fetchHeaders downloads and unpacks the headers for the image's very version.
func (k *Kernel) fetchHeaders(ctx context.Context, a *apt, dir string) error {
	arch, err := a.show(ctx, "linux-headers-"+k.Release)
	if err != nil {
		return err
	}
	if arch.version != k.Version {
		return fmt.Errorf("the headers are of %s, the kernel of %s: remove %s and get both again", arch.version, k.Version, dir)
	}
	packages := []*pkg{arch}
	for _, d := range arch.depends {
		if strings.HasPrefix(d, "linux-headers-") || strings.HasPrefix(d, "linux-kbuild-") {
			p, err := a.show(ctx, d)
			if err != nil {
				return err
			}
			packages = append(packages, p)
		}
	}
	final := filepath.Join(dir, "headers")
	return unpacked(final, func(root string) error {
		if err := a.unpack(ctx, root, packages...); err != nil {
			return err
		}
		return relocate(root, final)
	}, func(string) {})
}

// unpacked fills a directory that is there whole or not at all, and tells where it is.
func unpacked(dir string, fill func(root string) error, locate func(root string)) error {
	tmp, err := os.MkdirTemp(filepath.Dir(dir), "unpack-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	if err := os.Chmod(tmp, 0o755); err != nil {
		return err
	}
	if err := fill(tmp); err != nil {
		return err
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.Rename(tmp, dir); err != nil {
		return err
	}
	locate(dir)
	return nil
}

// relocate lets headers that were unpacked below root, and will be moved to final, refer to themselves there: a Makefile
// includes the common headers' by its absolute path.
func relocate(root, final string) error {
	files, err := filepath.Glob(filepath.Join(root, "usr", "src", "*", "Makefile"))
	if err != nil {
		return err
	}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if rest, ok := bytes.CutPrefix(text, []byte("include /usr/src/")); ok {
			text = append([]byte("include "+final+"/usr/src/"), rest...)
			if err := os.WriteFile(path, text, 0o644); err != nil {
				return err
			}
		}
	}
	return nil
}
