package checkpoint

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// The files of a directory.
const (
	fileName = "checkpoint"
	tempName = "checkpoint.tmp"
	lockName = "lock"
)

// Dir is a checkpoint directory that this process holds the lock of.
type Dir struct {
	path string
	lock *os.File
}

// OpenDir locks a checkpoint directory. With create it makes the directory if it does not exist, in a parent
// that does. The error is ErrAbsent if there is no such directory, ErrNotCheckpoint if it holds files that are
// not of this package, and ErrInUse if another process has the lock.
func OpenDir(path string, create bool) (*Dir, error) {
	if create {
		if err := os.Mkdir(path, 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, fmt.Errorf("checkpoint: %w", err)
		}
	}
	if err := ours(path); err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(filepath.Join(path, lockName), os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		lock.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, refuse(path, ErrInUse, "another process uses this checkpoint directory")
		}
		return nil, fmt.Errorf("checkpoint: lock %s: %w", lock.Name(), err)
	}
	return &Dir{path, lock}, nil
}

// ours refuses a directory of somebody else, lest a mistyped name fills it.
func ours(path string) error {
	entries, err := os.ReadDir(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return refuse(path, ErrAbsent, "no such directory")
	case errors.Is(err, syscall.ENOTDIR):
		return refuse(path, ErrNotCheckpoint, "it is a file")
	case err != nil:
		return fmt.Errorf("checkpoint: %w", err)
	}
	for _, e := range entries {
		if n := e.Name(); n != fileName && n != tempName && n != lockName || !e.Type().IsRegular() {
			return refuse(path, ErrNotCheckpoint, "it holds %s", n)
		}
	}
	return nil
}

func (d *Dir) file(name string) string { return filepath.Join(d.path, name) }

// Exists tells whether the directory holds a checkpoint, good or bad.
func (d *Dir) Exists() bool {
	_, err := os.Lstat(d.file(fileName))
	return err == nil
}

// Refuse returns ErrExists if the directory holds a checkpoint, which a new search would overwrite.
func (d *Dir) Refuse() error {
	if !d.Exists() {
		return nil
	}
	return fmt.Errorf("%s %w; resume it, or remove the directory", d.path, ErrExists)
}

// Remove removes the checkpoint, if there is one.
func (d *Dir) Remove() error {
	for _, name := range []string{fileName, tempName} {
		if err := os.Remove(d.file(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("checkpoint: %w", err)
		}
	}
	return d.sync()
}

// sync makes the names in the directory durable.
func (d *Dir) sync() error {
	f, err := os.Open(d.path)
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		return fmt.Errorf("checkpoint: sync %s: %w", d.path, err)
	}
	return nil
}

// Close gives the lock up.
func (d *Dir) Close() error { return d.lock.Close() }
