package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// sink passes on what is written, and remembers the first error.
type sink struct {
	io.Writer
	err error
}

func (s *sink) Write(b []byte) (int, error) {
	n, err := s.Writer.Write(b)
	if err != nil && s.err == nil {
		s.err = reason(err)
	}
	return n, err
}

// reason returns what went wrong without what it was done to, which may be a file that nobody named.
func reason(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// writable tells, before a search, whether a file can be put there.
func writable(name string) error {
	if name == "" || name == "-" {
		return nil
	}
	dir := filepath.Dir(name)
	if s, err := os.Stat(dir); err != nil || !s.IsDir() {
		return fmt.Errorf("%s: there is no directory %s", name, dir)
	}
	if s, err := os.Stat(name); err == nil && !s.Mode().IsRegular() {
		if s.IsDir() {
			return fmt.Errorf("%s: it is a directory", name)
		}
		return nil
	}
	f, err := os.CreateTemp(dir, ".hpmc-*")
	if err != nil {
		return fmt.Errorf("cannot write %s: %w", name, reason(err))
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// writeFiles writes files through temporary ones, so that none is ever half written. What is there and is no regular
// file, such as /dev/null, is written to as it is.
func writeFiles(names []string, texts [][]byte) (err error) {
	temps := make([]string, len(names))
	defer func() {
		for _, t := range temps {
			if t != "" {
				os.Remove(t)
			}
		}
	}()
	for i, name := range names {
		if real, err := filepath.EvalSymlinks(name); err == nil {
			names[i] = real
		}
		if info, err := os.Stat(names[i]); err == nil && !info.Mode().IsRegular() {
			if err := os.WriteFile(names[i], texts[i], 0o666); err != nil {
				return fmt.Errorf("cannot write %s: %w", name, reason(err))
			}
			continue
		}
		temp := fmt.Sprintf("%s.%d.tmp", names[i], os.Getpid())
		f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if err != nil {
			return fmt.Errorf("cannot write %s: %w", name, reason(err))
		}
		temps[i] = temp
		_, err = f.Write(texts[i])
		if e := f.Close(); err == nil {
			err = e
		}
		if err != nil {
			return fmt.Errorf("cannot write %s: %w", name, reason(err))
		}
	}
	for i, temp := range temps {
		if temp == "" {
			continue
		}
		if err := os.Rename(temp, names[i]); err != nil {
			return err
		}
		temps[i] = ""
	}
	return nil
}
