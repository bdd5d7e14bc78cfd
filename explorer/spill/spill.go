// Package spill keeps parts of a frontier in a temporary file while memory is short.
package spill

import (
	"encoding/binary"
	"fmt"
	"os"
	"sync"

	"github.com/cespare/xxhash/v2"
)

// File is a temporary file of chunks of words. Its name is removed as soon as it is created, so that nothing is left
// behind however the process ends. Append and Read may be called by several goroutines at once.
//
// The index of the chunks and their checksums stay in memory: what the disk returns is either what was
// written or an error.
type File struct {
	f      *os.File
	mu     sync.RWMutex
	chunks []chunk
	end    int64 // bytes appended
	bufs   sync.Pool
}

type chunk struct {
	at    int64 // byte offset
	words int
	sum   uint64 // xxhash of the bytes
}

// Create makes a file in dir, or in the system's directory for temporary files if dir is empty.
func Create(dir string) (*File, error) {
	f, err := os.CreateTemp(dir, "hpmc-spill-*")
	if err != nil {
		return nil, fmt.Errorf("spill: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		f.Close()
		return nil, fmt.Errorf("spill: %w", err)
	}
	return &File{f: f, bufs: sync.Pool{New: func() any { return new([]byte) }}}, nil
}

// buffer returns n bytes from the pool.
func (f *File) buffer(n int) *[]byte {
	b := f.bufs.Get().(*[]byte)
	if cap(*b) < n {
		*b = make([]byte, n)
	}
	*b = (*b)[:n]
	return b
}

// Append writes words as one chunk and returns its number: 0, 1, 2 and so on. After an error, such as a full
// disk, the chunks written before can still be read, and Append may be tried again.
func (f *File) Append(words []uint64) (int, error) {
	b := f.buffer(8 * len(words))
	defer f.bufs.Put(b)
	for i, w := range words {
		binary.LittleEndian.PutUint64((*b)[8*i:], w)
	}
	c := chunk{words: len(words), sum: xxhash.Sum64(*b)}

	f.mu.Lock()
	defer f.mu.Unlock()
	c.at = f.end
	if _, err := f.f.WriteAt(*b, c.at); err != nil {
		return 0, fmt.Errorf("spill: %w", err)
	}
	f.end += int64(len(*b))
	f.chunks = append(f.chunks, c)
	return len(f.chunks) - 1, nil
}

// Read returns the words of a chunk, in buf if it has the capacity.
func (f *File) Read(n int, buf []uint64) ([]uint64, error) {
	f.mu.RLock()
	if n < 0 || n >= len(f.chunks) {
		have := len(f.chunks)
		f.mu.RUnlock()
		return nil, fmt.Errorf("spill: no chunk %d of %d", n, have)
	}
	c := f.chunks[n]
	f.mu.RUnlock()

	b := f.buffer(8 * c.words)
	defer f.bufs.Put(b)
	if _, err := f.f.ReadAt(*b, c.at); err != nil {
		return nil, fmt.Errorf("spill: chunk %d at byte %d: %w", n, c.at, err)
	}
	if xxhash.Sum64(*b) != c.sum {
		return nil, fmt.Errorf("spill: chunk %d at byte %d: not what was written (checksum)", n, c.at)
	}
	if cap(buf) < c.words {
		buf = make([]uint64, c.words)
	}
	buf = buf[:c.words]
	for i := range buf {
		buf[i] = binary.LittleEndian.Uint64((*b)[8*i:])
	}
	return buf, nil
}

// Chunks returns the number of chunks.
func (f *File) Chunks() int {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return len(f.chunks)
}

// Bytes returns the size of the file.
func (f *File) Bytes() int64 {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.end
}

// Reset removes every chunk and gives the disk space back.
func (f *File) Reset() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.chunks, f.end = f.chunks[:0], 0
	if err := f.f.Truncate(0); err != nil {
		return fmt.Errorf("spill: %w", err)
	}
	return nil
}

// Close gives the file up.
func (f *File) Close() error { return f.f.Close() }
