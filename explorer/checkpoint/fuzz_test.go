package checkpoint

import (
	"bytes"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/cespare/xxhash/v2"
)

// reseal makes every checksum of a file right as far as its lengths make sense, so that fuzzing gets behind them.
func reseal(b []byte) []byte {
	b = bytes.Clone(b)
	sum := uint64(0)
	seal := func(from, to int) {
		s := xxhash.Sum64(append(binary.LittleEndian.AppendUint64(nil, sum), b[from:to]...))
		binary.LittleEndian.PutUint64(b[to:], s)
		sum = s
	}
	end := len(b) - footBytes
	if end < len(headMagic)+8 {
		return b
	}
	at, size := 0, len(headMagic)+8+int(binary.LittleEndian.Uint32(b[len(headMagic)+4:]))
	for size >= 0 && at+size+8 <= end {
		seal(at, at+size)
		if at += size + 8; at+blockHead > end {
			break
		}
		size = blockHead + int(binary.LittleEndian.Uint32(b[at+8:]))
	}
	foot := b[end:]
	copy(foot, footMagic)
	binary.LittleEndian.PutUint64(foot[8:], uint64(len(b)))
	binary.LittleEndian.PutUint64(foot[16:], xxhash.Sum64(foot[:16]))
	return b
}

// FuzzOpen reads arbitrary files, with their own checksums and with right ones: no panic, no endless section.
func FuzzOpen(f *testing.F) {
	d := openDir(f, filepath.Join(f.TempDir(), "c"))
	for _, sections := range [][]section{nil, {{"a", []uint64{1, 0, 2}}}, {{"a", table(rand.New(rand.NewPCG(9, 9)), 300, 2)}, {"b", nil}}} {
		write(f, d, meta, sections)
		file, err := os.ReadFile(d.file(fileName))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(file)
		f.Add(file[:len(file)/2])
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		for _, b := range [][]byte{file, reseal(file)} {
			if err := os.WriteFile(d.file(fileName), b, 0o666); err != nil {
				t.Fatal(err)
			}
			r, err := d.Open(meta)
			if err != nil {
				continue
			}
			// A word takes at least 1/64 of a mask's 8 bytes.
			left := 8 * len(b)
			buf := make([]uint64, 100)
			for err == nil && r.Section("a") == nil {
				for n := 0; err == nil; left -= n {
					n, err = r.Read(buf)
				}
				if err == io.EOF {
					err = nil
				}
			}
			if left < 0 {
				t.Errorf("%d words too many in %d bytes", -left, len(b))
			}
			_ = r.Finish()
			r.Close()
		}
	})
}
