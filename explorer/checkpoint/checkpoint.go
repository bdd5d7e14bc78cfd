// Package checkpoint keeps the state of a search in a directory, such that a process killed at any moment
// leaves either the checkpoint it had completed last or a complete newer one.
//
// A checkpoint is one file. It is written under another name, synced, and renamed over its predecessor.
//
//	header   "hpmckpt\n", version u32, length of meta u32, meta as JSON, sum u64
//	block    kind u32, words u32, payload bytes u32, 0 u32, payload, sum u64
//	...
//	footer   "\nendhpmc", bytes of the whole file u64, sum u64
//
// Numbers are little-endian. A block begins a section (kind 1; the payload is its name), holds words (kind
// 2), or ends the sections (kind 3). Words are written in groups of 64: a mask of those that are not zero, then
// these; a hash table has many zero words. Each sum is the xxhash of what lies between the sum before and
// this one, with the sum before in front, so that blocks cannot be exchanged or repeated; the footer's sum
// covers the footer alone.
package checkpoint

import (
	"encoding/json"
	"errors"
	"fmt"
)

// version is the number of the file's format.
const version = 5

const (
	headMagic = "hpmckpt\n"
	footMagic = "\nendhpmc"

	kindSection = 1
	kindWords   = 2
	kindEnd     = 3

	blockWords = 1 << 16 // words of a block, at most
	groupWords = 64
	nameBytes  = 255 // of a section's name, at most
	// payloadBytes is what a block of words takes, at most.
	payloadBytes = 8 * (blockWords + blockWords/groupWords)
	footBytes    = 24
	blockHead    = 16
)

// Meta says what a checkpoint belongs to.
type Meta struct {
	Name    string          `json:"name"`    // of the program, for messages
	Program uint64          `json:"program"` // identity of the compiled program and of how states are packed
	Options string          `json:"options"` // what must be equal to go on: store, reduction
	State   json.RawMessage `json:"state"`   // counters of the search
}

// Why a checkpoint is refused. Errors of this package match these with errors.Is.
var (
	ErrAbsent        = errors.New("no checkpoint")
	ErrNotCheckpoint = errors.New("not a checkpoint directory")
	ErrTorn          = errors.New("torn checkpoint")
	ErrForeign       = errors.New("foreign checkpoint")
	ErrOlder         = errors.New("checkpoint of another version of hpmc")
	ErrInUse         = errors.New("in use")
	ErrExists        = errors.New("holds a checkpoint already")
)

// refuse says which directory is refused, as what, and why.
func refuse(dir string, as error, format string, args ...any) error {
	return fmt.Errorf("%s: %w: %s", dir, as, fmt.Sprintf(format, args...))
}
