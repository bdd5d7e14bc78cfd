package lab

import (
	"bytes"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// File is a regular file of an initramfs.
type File struct {
	Path       string // "init", "lib/modules/x.ko"; its directories are made
	Data       []byte
	Executable bool
}

// writeCPIO writes an initramfs in the newc format (the kernel's Documentation/driver-api/early-userspace/buffer-format.rst):
// headers of 13 hexadecimal fields after the magic number, names and data padded to 4 bytes. Everything belongs to root, and
// the modification time is 0, so that the same files make the same archive. /dev/console is among them, which the kernel opens for /init.
func writeCPIO(w io.Writer, files []File) error {
	c := &cpioWriter{w: w, made: map[string]bool{".": true, "/": true}}
	c.dir("dev")
	c.entry("dev/console", 0o020600, nil, 5, 1)
	for _, f := range files {
		name := strings.TrimPrefix(path.Clean("/"+f.Path), "/")
		if name == "" {
			return fmt.Errorf("a file of the initramfs has no name: %q", f.Path)
		}
		if c.made[name] {
			return fmt.Errorf("the initramfs has two of %s", name)
		}
		c.dir(path.Dir(name))
		mode := uint32(0o100644)
		if f.Executable {
			mode |= 0o111
		}
		c.entry(name, mode, f.Data, 0, 0)
	}
	c.entry("TRAILER!!!", 0, nil, 0, 0)
	return c.err
}

type cpioWriter struct {
	w    io.Writer
	made map[string]bool
	ino  int
	err  error
}

// dir makes a directory and those above it.
func (c *cpioWriter) dir(name string) {
	var missing []string
	for ; !c.made[name]; name = path.Dir(name) {
		missing = append(missing, name)
	}
	for _, name := range slices.Backward(missing) {
		c.entry(name, 0o040755, nil, 0, 0)
	}
}

func (c *cpioWriter) entry(name string, mode uint32, data []byte, major, minor int) {
	c.made[name] = true
	c.ino++
	links := 1
	if mode&0o170000 == 0o040000 {
		links = 2
	}
	var b bytes.Buffer
	// inode, mode, uid, gid, links, mtime, size, device (2), device of the node (2), length of the name, checksum
	fmt.Fprintf(&b, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%s\x00",
		c.ino, mode, 0, 0, links, 0, len(data), 0, 0, major, minor, len(name)+1, 0, name)
	pad(&b)
	b.Write(data)
	pad(&b)
	if c.err == nil {
		_, c.err = c.w.Write(b.Bytes())
	}
}

func pad(b *bytes.Buffer) {
	for b.Len()%4 != 0 {
		b.WriteByte(0)
	}
}
