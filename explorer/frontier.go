package explorer

import (
	"sync"
	"sync/atomic"

	"hpmc/explorer/offheap"
	"hpmc/explorer/spill"
)

// The size of a frontier chunk in words: 2,048 one-word states. Levels of a reduced search are smaller.
const (
	chunkWords   = 2048
	reducedWords = 1024
)

// slabWords is how much is mapped at a time, at least and at most; from the larger size on pages are huge.
const (
	slabWords = 1 << 16
	mostWords = 1 << 19
)

// pool hands out chunks of off-heap memory for frontiers, and takes them back.
type pool struct {
	mem   *offheap.Memory
	chunk int   // words of a chunk
	limit int64 // bytes from which on chunks are to be spilled
	mu    sync.Mutex
	words int // of all chunks
	free  [][]uint64
	slabs [][]uint64

	spilled atomic.Int64 // bytes written to files
}

// get returns an empty chunk.
func (p *pool) get() ([]uint64, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.free) == 0 {
		slab, err := p.mem.Words(min(max(p.words/4/slabWords, 1)*slabWords, mostWords))
		if err != nil {
			return nil, err
		}
		p.slabs = append(p.slabs, slab)
		p.words += len(slab)
		for i := 0; i < len(slab); i += p.chunk {
			p.free = append(p.free, slab[i:i:i+p.chunk])
		}
	}
	c := p.free[len(p.free)-1]
	p.free = p.free[:len(p.free)-1]
	return c, nil
}

func (p *pool) put(c []uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free = append(p.free, c[:0])
}

// short tells whether chunks are to be spilled.
func (p *pool) short() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return int64(p.words-len(p.free)*p.chunk)*8 > p.limit
}

// spill writes a chunk to a file, which is made in dir if there is none yet, and takes it back.
func (p *pool) spill(file **spill.File, dir string, c []uint64) error {
	if *file == nil {
		f, err := spill.Create(dir)
		if err != nil {
			return err
		}
		*file = f
	}
	if _, err := (*file).Append(c); err != nil {
		return err
	}
	p.spilled.Add(int64(len(c)) * 8)
	p.put(c)
	return nil
}

func (p *pool) close() {
	for _, s := range p.slabs {
		p.mem.Free(s)
	}
	p.slabs, p.free, p.words = nil, nil, 0
}

// layer is the states of one level, in chunks, of which some may be in a file.
type layer struct {
	pool   *pool
	words  int    // of a state
	dir    string // where to spill
	mu     sync.Mutex
	chunks [][]uint64
	file   *spill.File
	states int
	cursor atomic.Int64
}

func newLayer(p *pool, words int, dir string) *layer { return &layer{pool: p, words: words, dir: dir} }

// add puts a chunk of states into the layer, which keeps it.
func (l *layer) add(c []uint64) error {
	short := l.pool.short()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.states += len(c) / l.words
	if !short {
		l.chunks = append(l.chunks, c)
		return nil
	}
	return l.pool.spill(&l.file, l.dir, c)
}

// size returns the number of chunks.
func (l *layer) size() int {
	if l.file == nil {
		return len(l.chunks)
	}
	return len(l.chunks) + l.file.Chunks()
}

// take returns the next chunk and its number, or nil. Each chunk is returned once, until rewind.
func (l *layer) take() ([]uint64, int, error) {
	i := int(l.cursor.Add(1)) - 1
	if i < len(l.chunks) {
		return l.chunks[i], i, nil
	}
	if i >= l.size() {
		return nil, 0, nil
	}
	buf, err := l.pool.get()
	if err != nil {
		return nil, 0, err
	}
	buf, err = l.file.Read(i-len(l.chunks), buf)
	return buf, i, err
}

// done takes back a chunk that take returned, when the layer is no longer needed. If it is to be kept, only a chunk
// that was read from the file is taken back.
func (l *layer) done(c []uint64, keep bool) {
	if !keep || len(l.chunks) == 0 || !l.owns(c) {
		l.pool.put(c)
	}
}

func (l *layer) owns(c []uint64) bool {
	for _, o := range l.chunks {
		if &o[:1][0] == &c[:1][0] {
			return true
		}
	}
	return false
}

// rewind lets take begin again.
func (l *layer) rewind() { l.cursor.Store(0) }

// drop gives up the layer's file. Chunks in memory that nobody took are given back if all is true.
func (l *layer) drop(all bool) {
	if l.file != nil {
		_ = l.file.Close()
		l.file = nil
	}
	if all {
		for _, c := range l.chunks {
			l.pool.put(c)
		}
	}
	l.chunks = nil
}
