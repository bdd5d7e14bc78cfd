package lab

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// apt is apt with its configuration, lists and caches in a directory of ours, for another Debian release than the
// machine's. Nothing is installed.
type apt struct {
	conf    string // its apt.conf
	scratch string // debs are downloaded to it
}

// newAPT writes the configuration for a release below a directory. etc is the machine's own, /etc/apt.
func newAPT(dir, etc, codename string) (*apt, error) {
	from, err := machineSources(etc)
	if err != nil {
		return nil, err
	}
	sources, err := release(from, codename)
	if err != nil {
		return nil, err
	}
	for _, d := range []string{"lists/partial", "cache/archives/partial", "debs"} {
		if err := os.MkdirAll(filepath.Join(dir, d), 0o755); err != nil {
			return nil, err
		}
	}
	// The release itself goes before its security suite: its kernels change a few times a year, not every week, so
	// recordings made months apart are of the same kernel.
	files := map[string]string{
		"hpmc.sources": sources,
		"preferences":  fmt.Sprintf("Package: *\nPin: release n=%s\nPin-Priority: 900\n", codename),
		"status":       "",
		"apt.conf": fmt.Sprintf(`#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
APT::Architecture "amd64";
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Dir::Etc::SourceList "%[1]s/hpmc.sources";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "%[1]s/preferences";
Dir::Etc::PreferencesParts "/dev/null";
Dir::State::Lists "%[1]s/lists";
Dir::State::status "%[1]s/status";
Dir::Cache "%[1]s/cache";
`, dir),
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return nil, err
		}
	}
	return &apt{conf: filepath.Join(dir, "apt.conf"), scratch: filepath.Join(dir, "debs")}, nil
}

// update fetches the release's lists. A suite that fails is no error as long as the packages that are asked for later are
// found elsewhere; what apt said is returned for that case.
func (a *apt) update(ctx context.Context) (said string, err error) {
	out, err := command(ctx, "", nil, "apt-get", "-c", a.conf, "-q", "update")
	if err != nil && ctx.Err() == nil {
		return err.Error(), nil
	}
	return string(out), err
}

// pkg is what apt knows of a package.
type pkg struct {
	name, version string
	depends       []string // names, of alternatives the first
}

// show looks up the version of a package that apt would install.
func (a *apt) show(ctx context.Context, name string) (*pkg, error) {
	out, err := command(ctx, "", nil, "apt-cache", "-c", a.conf, "show", "--no-all-versions", name)
	if err != nil {
		return nil, err
	}
	p := &pkg{}
	for line := range strings.Lines(string(out)) {
		field, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch field {
		case "Package":
			p.name = value
		case "Version":
			p.version = value
		case "Depends":
			for _, d := range strings.Split(value, ",") {
				if f := strings.Fields(d); len(f) > 0 {
					p.depends = append(p.depends, f[0])
				}
			}
		}
	}
	if p.name == "" || p.version == "" {
		return nil, fmt.Errorf("apt-cache show %s: no package", name)
	}
	return p, nil
}

// unpack downloads packages and unpacks them below a directory. The debs are removed again.
func (a *apt) unpack(ctx context.Context, to string, packages ...*pkg) error {
	for _, p := range packages {
		if _, err := command(ctx, a.scratch, nil, "apt-get", "-c", a.conf, "-q", "download", p.name+"="+p.version); err != nil {
			return err
		}
		debs, err := filepath.Glob(filepath.Join(a.scratch, p.name+"_*.deb"))
		if err != nil {
			return err
		}
		if len(debs) != 1 {
			return fmt.Errorf("apt-get download %s left %d files, not one", p.name, len(debs))
		}
		_, err = command(ctx, "", nil, "dpkg-deb", "-x", debs[0], to)
		os.Remove(debs[0])
		if err != nil {
			return err
		}
	}
	return nil
}

// command runs a tool and returns what it wrote to its standard output; what it wrote to standard error is in the error.
// The tool's environment is this program's and env. dir is where it runs, "" here.
func command(ctx context.Context, dir string, env []string, name string, args ...string) ([]byte, error) {
	if err := Installed(name); err != nil {
		return nil, err
	}
	c := exec.CommandContext(ctx, name, args...)
	c.Dir = dir
	c.Env = append(append(os.Environ(), "LC_ALL=C"), env...)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if ctx.Err() != nil {
		return nil, fmt.Errorf("%s: %w", name, context.Cause(ctx))
	}
	if err != nil {
		text := strings.TrimSpace(stderr.String())
		if text == "" {
			text = err.Error()
		}
		return nil, fmt.Errorf("%s %s: %s", name, strings.Join(args, " "), text)
	}
	return out, nil
}

// Missing says that a program is not installed.
type Missing struct{ Tool string }

func (m *Missing) Error() string {
	if p := packageOf[m.Tool]; p != "" {
		return fmt.Sprintf("%s is not installed (Debian's package %s)", m.Tool, p)
	}
	return m.Tool + " is not installed"
}

// Installed returns an error of type *Missing if a program is not installed.
func Installed(tool string) error {
	if _, err := exec.LookPath(tool); err != nil {
		return &Missing{Tool: tool}
	}
	return nil
}

// packageOf names the Debian package of each tool that this package, or what uses it, runs.
var packageOf = map[string]string{
	"apt-get": "apt", "apt-cache": "apt", "dpkg-deb": "dpkg", "qemu-system-x86_64": "qemu-system-x86", "make": "make", "gcc": "gcc",
}
