package checkpoint

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"

	"github.com/cespare/xxhash/v2"
)

// Writer writes one checkpoint. Its methods return the first error again and again.
type Writer struct {
	d       *Dir
	f       *os.File
	w       *bufio.Writer
	sum     uint64 // of the block before
	size    int64
	words   []uint64 // not yet written
	block   []byte
	section bool // whether one has begun
	err     error
}

// Create begins a checkpoint. The one that the directory holds stays until Commit. There is one Writer at a time
// in a directory.
func (d *Dir) Create(m Meta) (*Writer, error) {
	if m.State == nil {
		m.State = json.RawMessage("null")
	}
	meta, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	if len(meta) > math.MaxUint32 {
		return nil, fmt.Errorf("checkpoint: %d bytes of counters", len(meta))
	}
	f, err := os.Create(d.file(tempName))
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	w := &Writer{d: d, f: f, w: bufio.NewWriterSize(f, 1<<20), words: make([]uint64, 0, blockWords),
		block: make([]byte, 0, 8+blockHead+payloadBytes+8)}
	b := []byte(headMagic)
	b = binary.LittleEndian.AppendUint32(b, version)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(meta)))
	w.put(append(b, meta...))
	return w, w.err
}

// put writes bytes and the sum of the sum before and of them.
func (w *Writer) put(b []byte) {
	if w.err != nil {
		return
	}
	var h xxhash.Digest
	h.Reset()
	_, _ = h.Write(binary.LittleEndian.AppendUint64(nil, w.sum))
	_, _ = h.Write(b)
	w.sum = h.Sum64()
	w.raw(b)
	w.raw(binary.LittleEndian.AppendUint64(nil, w.sum))
}

func (w *Writer) raw(b []byte) {
	if w.err != nil {
		return
	}
	if _, err := w.w.Write(b); err != nil {
		w.err = fmt.Errorf("checkpoint: %w", err)
	}
	w.size += int64(len(b))
}

// head starts a block; its payload is to be appended.
func (w *Writer) head(kind, words uint32) []byte {
	b := binary.LittleEndian.AppendUint32(w.block[:0], kind)
	b = binary.LittleEndian.AppendUint32(b, words)
	return append(b, 0, 0, 0, 0, 0, 0, 0, 0)
}

// finish writes a block with its payload.
func (w *Writer) finish(b []byte) {
	binary.LittleEndian.PutUint32(b[8:], uint32(len(b)-blockHead))
	w.put(b)
}

// Section begins a section, which is read under the same name.
func (w *Writer) Section(name string) error {
	if len(name) > nameBytes {
		return fmt.Errorf("checkpoint: the section's name has %d bytes, more than %d", len(name), nameBytes)
	}
	w.flush()
	w.section = true
	w.finish(append(w.head(kindSection, 0), name...))
	return w.err
}

// Write appends words to the section.
func (w *Writer) Write(words []uint64) error {
	if !w.section {
		return fmt.Errorf("checkpoint: words outside of a section")
	}
	for len(words) > 0 && w.err == nil {
		n := min(len(words), blockWords-len(w.words))
		w.words = append(w.words, words[:n]...)
		words = words[n:]
		if len(w.words) == blockWords {
			w.flush()
		}
	}
	return w.err
}

// flush writes the words at hand as a block.
func (w *Writer) flush() {
	if len(w.words) == 0 {
		return
	}
	w.finish(appendGroups(w.head(kindWords, uint32(len(w.words))), w.words))
	w.words = w.words[:0]
}

// appendGroups writes groups of words, each a mask of the words that are not zero and those.
func appendGroups(b []byte, words []uint64) []byte {
	for len(words) > 0 {
		n := min(groupWords, len(words))
		at, mask := len(b), uint64(0)
		b = append(b, 0, 0, 0, 0, 0, 0, 0, 0)
		for i, x := range words[:n] {
			if x != 0 {
				mask |= 1 << i
				b = binary.LittleEndian.AppendUint64(b, x)
			}
		}
		binary.LittleEndian.PutUint64(b[at:], mask)
		words = words[n:]
	}
	return b
}

// Bytes returns the size of what has been written.
func (w *Writer) Bytes() int64 { return w.size }

// Commit completes the checkpoint and puts it in the place of the one before. When it returns nil the
// checkpoint is on the disk; after an error the one before is still there.
func (w *Writer) Commit() error {
	w.flush()
	w.finish(w.head(kindEnd, 0))
	foot := binary.LittleEndian.AppendUint64([]byte(footMagic), uint64(w.size+footBytes))
	w.raw(binary.LittleEndian.AppendUint64(foot, xxhash.Sum64(foot)))
	if w.err == nil {
		w.err = w.commit()
	}
	if w.err != nil {
		err := w.err
		w.Abort()
		return err
	}
	return w.d.sync()
}

func (w *Writer) commit() error {
	if err := w.w.Flush(); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	if err := w.f.Sync(); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	if err := w.f.Close(); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	if err := os.Rename(w.d.file(tempName), w.d.file(fileName)); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	return nil
}

// Abort gives the checkpoint up and leaves the one before. After a Commit that succeeded it must not be called.
func (w *Writer) Abort() {
	w.f.Close() // it may be closed already
	os.Remove(w.d.file(tempName))
	if w.err == nil {
		w.err = fmt.Errorf("checkpoint: given up")
	}
}
