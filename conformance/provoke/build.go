package provoke

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"hpmc/conformance/lab"
)

// Built is a reproducer that can be booted.
type Built struct {
	Kernel  *lab.Kernel
	machine lab.Machine
	files   []lab.File
	params  []string // of the module
}

// Write writes the sources to a directory, which is made.
func Write(dir string, sources []Source) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, s := range sources {
		if err := os.WriteFile(filepath.Join(dir, s.Name), s.Text, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// Build compiles the reproducer for a kernel that was obtained with its headers. Errors are of type *lab.Missing if make or gcc
// is not installed.
func (p *Plan) Build(ctx context.Context, k *lab.Kernel, o Options) (*Built, error) {
	for _, tool := range []string{"make", "gcc"} {
		if err := lab.Installed(tool); err != nil {
			return nil, err
		}
	}
	sources, err := p.Sources(o)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "hpmc-provoke-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := Write(dir, sources); err != nil {
		return nil, err
	}
	c := exec.CommandContext(ctx, "make", "-C", dir, "KDIR="+k.Headers)
	c.Env = append(os.Environ(), "LC_ALL=C")
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	if err := c.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("make: %w", context.Cause(ctx))
		}
		return nil, fmt.Errorf("the reproducer for %s does not build: %w\n%s", k.Release, err, tail(out.String(), 12))
	}
	b := &Built{Kernel: k, machine: p.Machine}
	for _, f := range []lab.File{{Path: "init", Executable: true}, {Path: "hpmc_provoke.ko"}} {
		name := f.Path
		if name == "init" {
			name = "provoke"
		}
		if f.Data, err = os.ReadFile(filepath.Join(dir, name)); err != nil {
			return nil, err
		}
		b.files = append(b.files, f)
	}
	b.params = append(b.params, fmt.Sprintf("timeout_ms=%d", o.Timeout.Milliseconds()))
	if len(o.KnockOut) > 0 {
		b.params = append(b.params, "knock_out="+strings.Join(o.KnockOut, ","))
	}
	return b, nil
}

func tail(text string, lines int) string {
	all := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
