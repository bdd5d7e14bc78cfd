package checkpoint

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"github.com/cespare/xxhash/v2"
)

// Reader reads a checkpoint, section by section in the order in which they were written. It returns no
// word of a block before the block's checksum is found right. A torn file gives ErrTorn.
type Reader struct {
	dir   string
	f     *os.File
	r     *bufio.Reader
	left  int64 // bytes not read yet, without the footer
	sum   uint64
	meta  Meta
	kind  uint32 // of the block at hand; 0 for the header
	name  string // of a section's block
	block []byte
	words []uint64 // of the block at hand, not handed out yet
	store []uint64
}

// Open opens the directory's checkpoint. It must be complete to its footer, and of the program and options
// in want; else the error is ErrAbsent, ErrNotCheckpoint, ErrTorn, ErrOlder or ErrForeign.
func (d *Dir) Open(want Meta) (*Reader, error) {
	f, err := os.Open(d.file(fileName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, refuse(d.path, ErrAbsent, "none was completed here")
	case err != nil:
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	r := &Reader{dir: d.path, f: f}
	if err := r.open(want); err != nil {
		f.Close()
		return nil, err
	}
	return r, nil
}

func (r *Reader) torn(format string, args ...any) error {
	return refuse(r.dir, ErrTorn, format, args...)
}

func (r *Reader) open(want Meta) error {
	info, err := r.f.Stat()
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	size := info.Size()
	r.left = size
	r.r = bufio.NewReaderSize(r.f, int(min(size, 1<<20)))
	head := make([]byte, len(headMagic)+8)
	n, err := io.ReadFull(r.r, head)
	r.left -= int64(n)
	switch {
	case n == 0 && size == 0:
		return r.torn("the file is empty")
	case string(head[:min(n, len(headMagic))]) != headMagic[:min(n, len(headMagic))]:
		return refuse(r.dir, ErrNotCheckpoint, "its file %s begins with other bytes", fileName)
	case err != nil:
		return r.torn("the file ends in its header: %v", err)
	}
	if v := binary.LittleEndian.Uint32(head[len(headMagic):]); v != version {
		return refuse(r.dir, ErrOlder, "its format is number %d, and this hpmc reads %d", v, version)
	}
	if err := r.footer(size); err != nil {
		return err
	}
	r.left -= footBytes
	length := int64(binary.LittleEndian.Uint32(head[len(headMagic)+4:]))
	if length+8 > r.left {
		return r.torn("a header of %d bytes in a file of %d", length, size)
	}
	meta := append(head, make([]byte, length)...)
	if err := r.full(meta[len(head):], meta); err != nil {
		return err
	}
	if err := json.Unmarshal(meta[len(head):], &r.meta); err != nil {
		return r.torn("its header: %v", err)
	}
	switch m := r.meta; {
	case m.Program != want.Program && m.Name != want.Name:
		return refuse(r.dir, ErrForeign, "it is of %s, not of %s", m.Name, want.Name)
	case m.Program != want.Program:
		return refuse(r.dir, ErrForeign, "%s was another program when it was written", m.Name)
	case m.Options != want.Options:
		return refuse(r.dir, ErrForeign, "it was made with %s, not with %s", m.Options, want.Options)
	}
	return r.next()
}

// footer checks the end of a file of size bytes.
func (r *Reader) footer(size int64) error {
	foot := make([]byte, footBytes)
	if size < footBytes {
		return r.torn("a file of %d bytes", size)
	}
	if _, err := r.f.ReadAt(foot, size-footBytes); err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	if string(foot[:8]) != footMagic || binary.LittleEndian.Uint64(foot[8:]) != uint64(size) ||
		binary.LittleEndian.Uint64(foot[16:]) != xxhash.Sum64(foot[:16]) {
		return r.torn("the file's end is missing")
	}
	return nil
}

// full reads into b, which is all or the end of block, and then the block's sum, which it checks.
func (r *Reader) full(b, block []byte) error {
	sum := make([]byte, 8)
	if int64(len(b)+len(sum)) > r.left {
		return r.torn("a block of %d bytes where %d are left", len(b), r.left)
	}
	r.left -= int64(len(b) + len(sum))
	if _, err := io.ReadFull(r.r, b); err != nil {
		return r.torn("%v", err)
	}
	if _, err := io.ReadFull(r.r, sum); err != nil {
		return r.torn("%v", err)
	}
	var h xxhash.Digest
	h.Reset()
	_, _ = h.Write(binary.LittleEndian.AppendUint64(nil, r.sum))
	_, _ = h.Write(block)
	r.sum = h.Sum64()
	if r.sum != binary.LittleEndian.Uint64(sum) {
		return r.torn("wrong checksum %d bytes before its end", r.left)
	}
	return nil
}

// next reads a block.
func (r *Reader) next() error {
	if r.left < blockHead {
		return r.torn("it ends without its last block")
	}
	r.kind = 0
	head := make([]byte, blockHead)
	if _, err := io.ReadFull(r.r, head); err != nil {
		return r.torn("%v", err)
	}
	r.left -= blockHead
	kind := binary.LittleEndian.Uint32(head)
	words := binary.LittleEndian.Uint32(head[4:])
	bytes := binary.LittleEndian.Uint32(head[8:])
	if bytes > payloadBytes || words > blockWords {
		return r.torn("a block of %d words in %d bytes", words, bytes)
	}
	if int64(bytes) > r.left {
		return r.torn("a block of %d bytes where %d are left", bytes, r.left)
	}
	r.block = append(slices.Grow(r.block[:0], blockHead+int(bytes)), head...)
	block := r.block[:blockHead+bytes]
	if err := r.full(block[blockHead:], block); err != nil {
		return err
	}
	payload := block[blockHead:]
	switch kind {
	case kindSection:
		r.name = string(payload)
	case kindWords:
		if cap(r.store) < int(words) {
			r.store = make([]uint64, words)
		}
		if !decodeGroups(r.store[:words], payload) {
			return r.torn("a block of %d words in %d bytes", words, bytes)
		}
		r.words = r.store[:words]
	case kindEnd:
		if r.left != 0 || bytes != 0 {
			return r.torn("%d bytes behind its last block", r.left+int64(bytes))
		}
	default:
		return r.torn("a block of kind %d", kind)
	}
	r.kind = kind
	return nil
}

// decodeGroups is the inverse of appendGroups. It tells whether b holds exactly these words.
func decodeGroups(words []uint64, b []byte) bool {
	clear(words)
	for len(words) > 0 {
		n := min(groupWords, len(words))
		if len(b) < 8 {
			return false
		}
		mask := binary.LittleEndian.Uint64(b)
		b = b[8:]
		for i := range n {
			if mask>>i&1 == 0 {
				continue
			}
			if len(b) < 8 {
				return false
			}
			words[i] = binary.LittleEndian.Uint64(b)
			b = b[8:]
		}
		if mask>>(n-1)>>1 != 0 {
			return false
		}
		words = words[n:]
	}
	return len(b) == 0
}

// Meta returns what the checkpoint says of itself.
func (r *Reader) Meta() Meta { return r.meta }

// Section goes to the next section, which must have this name, and skips what is left of the one before.
func (r *Reader) Section(name string) error {
	for r.kind == kindWords {
		if err := r.next(); err != nil {
			return err
		}
	}
	if r.kind != kindSection || r.name != name {
		return r.torn("it has no section %s here", name)
	}
	r.words = nil
	return r.next()
}

// Read fills words from the section and returns how many there were: fewer than asked for only at the section's
// end, and 0 with io.EOF there.
func (r *Reader) Read(words []uint64) (int, error) {
	n := 0
	for n < len(words) && r.kind == kindWords {
		k := copy(words[n:], r.words)
		n, r.words = n+k, r.words[k:]
		if len(r.words) == 0 {
			if err := r.next(); err != nil {
				return n, err
			}
		}
	}
	switch {
	case n > 0 || len(words) == 0:
		return n, nil
	case r.kind == 0:
		return 0, r.torn("it could not be read further")
	}
	return 0, io.EOF
}

// Finish checks that the sections end here.
func (r *Reader) Finish() error {
	if r.kind != kindEnd {
		return r.torn("it goes on where it should end")
	}
	return nil
}

// Close closes the file.
func (r *Reader) Close() error { return r.f.Close() }
